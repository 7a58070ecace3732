import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { groupsOf } from './access.js';
import { sameDn } from './dn.js';
import { writableAccount } from './status.js';
import { setGroupMembership } from './terminated-group.js';
import type { DirectoryContext } from './context.js';
import type { ActiveDirectorySettings } from './settings.js';

/** Which groups an account leaves: all that name it as their member, or the listed ones. */
export type LeftGroups = Exclude<ActiveDirectorySettings['removeGroups'], 'none'>;

/**
 * Takes a leaver's account out of groups; the primary group and the group for terminated people stay. A group that
 * refuses does not keep the others from being left. Safe to repeat.
 *
 * @throws ConnectorError naming the groups that refused
 */
export async function leaveGroups(context: DirectoryContext, id: string, which: LeftGroups): Promise<void> {
  const { session, instanceName } = context;
  const { dn } = await writableAccount(context, id);
  await context.terminatedGroup.setMembership(dn, true);
  const groups = await groupsToLeave(context, dn, which);
  const refused: string[] = [];
  for (const group of groups) {
    try {
      await setGroupMembership(session, group, dn, false);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.retryable) throw error;
      refused.push(group);
    }
  }
  if (refused.length === 0) return;
  throw new ConnectorError(
    ConnectorErrorKind.Policy,
    `${instanceName}: the account is disabled and stays a member of ${refused.join('; ')}, because the service account ` +
      'may not change these groups or they do not exist. Correct the rights or settings.removeGroups, then retry.',
    { code: '400' },
  );
}

async function groupsToLeave(context: DirectoryContext, userDn: string, which: LeftGroups): Promise<readonly string[]> {
  const kept = await context.terminatedGroup.dn();
  const all =
    which === 'all' ? (await groupsOf(context.session, await context.domainRoot(), userDn)).map(({ dn }) => dn) : which;
  return kept === null ? all : all.filter((dn) => !sameDn(dn, kept));
}
