import { escapeFilter } from 'ldapts';

import { AccountFlag, flagsOf, goneError } from './accounts.js';
import { parentDn } from './dn.js';
import { readAccountState } from './logon.js';
import type { AccessSnapshot } from '../types.js';
import type { DirectoryContext } from './context.js';
import type { DirectoryEntry } from './entry.js';
import type { DirectorySession } from './session.js';

/** Groups that name an account as their member; its primary group is not among them (spec active-directory 9.8). */
export const groupsOf = (session: DirectorySession, root: string, userDn: string): Promise<readonly DirectoryEntry[]> =>
  session.search(root, {
    filter: `(&(objectClass=group)(member=${escapeFilter`${userDn}`}))`,
    scope: 'sub',
    attributes: ['objectGUID', 'sAMAccountName'],
  });

/**
 * What an account could reach: direct memberships (read from the groups, because an account lists at most 1,500 of
 * them), container and flags.
 */
export async function readDirectoryAccess(context: DirectoryContext, id: string): Promise<AccessSnapshot> {
  const { accounts, session, domainRoot, instanceName } = context;
  const entry = await accounts.byGuid(id);
  if (entry === null) throw goneError(instanceName);
  const groups = await groupsOf(session, await domainRoot(), entry.dn);
  const flags = flagsOf(entry);
  const state = await readAccountState(session, id);
  return {
    active: (flags & AccountFlag.Disabled) === 0,
    container: parentDn(entry.dn),
    groups: groups.map((group) => ({ id: group.guid, name: group.get('sAMAccountName') ?? '', dn: group.dn })),
    userAccountControl: flags,
    passwordNeverExpires: (flags & AccountFlag.PasswordNeverExpires) !== 0,
    locked: state?.locked ?? false,
  };
}
