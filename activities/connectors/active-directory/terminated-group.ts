import { escapeFilter } from 'ldapts';

import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { parseDn } from './dn.js';
import { ldapResultOf, LdapCode } from './faults.js';
import type { DirectorySession } from './session.js';

/** The group that disabled accounts belong to. */
export interface TerminatedGroup {
  /**
   * Joins or leaves; a repeat changes nothing. A refusal for good is a warning, because it must not keep a leaver's
   * account enabled; passing faults are thrown.
   */
  setMembership(userDn: string, isMember: boolean): Promise<readonly string[]>;
  /** The group's own name; `null` when none is configured or it cannot be told. */
  dn(): Promise<string | null>;
}

/** Makes the group's handler; without a configured group it does nothing. */
export function terminatedGroupOf(
  session: DirectorySession,
  domainRoot: () => Promise<string>,
  name: string | undefined,
): TerminatedGroup {
  if (name === undefined) return { setMembership: () => Promise.resolve([]), dn: () => Promise.resolve(null) };
  return {
    dn: async () => {
      try {
        return await findGroup(session, domainRoot, name);
      } catch (error) {
        if (!(error instanceof ConnectorError) || error.retryable) throw error;
        return null;
      }
    },
    setMembership: async (userDn, isMember) => {
      try {
        const groupDn = await findGroup(session, domainRoot, name);
        await setGroupMembership(session, groupDn, userDn, isMember);
        return [];
      } catch (error) {
        if (!(error instanceof ConnectorError) || error.retryable) throw error;
        return [`The group for terminated people was not changed: ${error.message}`];
      }
    },
  };
}

async function findGroup(session: DirectorySession, domainRoot: () => Promise<string>, name: string): Promise<string> {
  if (parseDn(name) !== null) return name;
  const filter = `(&(objectClass=group)(cn=${escapeFilter`${name}`}))`;
  const found = await session.search(await domainRoot(), { filter, scope: 'sub', attributes: ['cn'] });
  if (found.length === 1 && found[0] !== undefined) return found[0].dn;
  throw new ConnectorError(
    ConnectorErrorKind.Configuration,
    `settings.terminatedGroup names ${found.length} groups; give the distinguished name of one.`,
    { code: '400' },
  );
}

/** Adds an account to a group or takes it out. A repeat changes nothing. */
export async function setGroupMembership(
  session: DirectorySession,
  groupDn: string,
  userDn: string,
  isMember: boolean,
): Promise<void> {
  if ((await holds(session, groupDn, userDn)) === isMember) return;
  try {
    await session.modify(groupDn, [{ operation: isMember ? 'add' : 'delete', attribute: 'member', values: [userDn] }]);
  } catch (error) {
    // "Already a member" and "not a member" (spec active-directory 9.8); a second look tells them from a real refusal.
    const code = ldapResultOf(error)?.code;
    const repeated = code === LdapCode.EntryAlreadyExists || code === LdapCode.UnwillingToPerform;
    if (!repeated || (await holds(session, groupDn, userDn)) !== isMember) throw error;
  }
}

async function holds(session: DirectorySession, groupDn: string, userDn: string): Promise<boolean> {
  const filter = `(member=${escapeFilter`${userDn}`})`;
  return (await session.search(groupDn, { filter, scope: 'base', attributes: ['cn'] })).length > 0;
}
