import { escapeFilter } from 'ldapts';

import { AccountFlag, flagsOf, goneError } from './accounts.js';
import { parentDn } from './dn.js';
import { readAccountState } from './logon.js';
import type { AccessSnapshot } from '../types.js';
import type { DirectoryContext } from './context.js';

/**
 * What an account could reach: direct memberships (read from the groups, because an account lists at most 1,500 of
 * them), container and flags.
 */
export async function readDirectoryAccess(context: DirectoryContext, id: string): Promise<AccessSnapshot> {
  const { accounts, session, domainRoot, instanceName } = context;
  const entry = await accounts.byGuid(id);
  if (entry === null) throw goneError(instanceName);
  const groups = await session.search(await domainRoot(), {
    filter: `(&(objectClass=group)(member=${escapeFilter`${entry.dn}`}))`,
    scope: 'sub',
    attributes: ['objectGUID', 'sAMAccountName'],
  });
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
