import { parseDn } from './dn.js';
import type { Accounts } from './accounts.js';
import type { MappedAccount } from './attributes.js';

/** What became of the manager: an entry to write, nothing to do, or a warning. */
export interface ResolvedManager {
  /** Distinguished name to write; absent = leave `manager` alone. */
  readonly dn?: string;
  readonly warning?: string;
}

/**
 * Finds the manager's account by mail, then user principal name, then employee id; a name is never guessed. Without
 * exactly one hit the attribute is left alone and a warning says so (spec active-directory 9.7).
 */
export async function resolveManager(accounts: Accounts, account: MappedAccount): Promise<ResolvedManager> {
  const { manager, managerEmail, managerEmployeeId } = account;
  if (manager !== undefined && parseDn(manager) !== null) {
    const entry = await accounts.byDn(manager);
    return entry === null ? unresolved('does not exist') : { dn: entry.dn };
  }
  const address = managerEmail ?? manager;
  const questions: (readonly [string, string])[] = [
    ...(address === undefined ? [] : [['mail', address] as const, ['userPrincipalName', address] as const]),
    ...(managerEmployeeId === undefined ? [] : [['employeeID', managerEmployeeId] as const]),
  ];
  for (const [attribute, value] of questions) {
    const hits = await accounts.byAttribute(attribute, value);
    if (hits.length > 1) return unresolved(`is ambiguous: ${hits.length} accounts share one ${attribute}`);
    if (hits[0] !== undefined) return { dn: hits[0].dn };
  }
  return questions.length === 0 ? {} : unresolved('was not found');
}

const unresolved = (why: string): ResolvedManager => ({
  warning: `The manager's account ${why}; manager was left alone.`,
});
