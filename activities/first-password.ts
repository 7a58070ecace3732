import type { ActivityDependencies } from './dependencies.js';
import type { AccountFactsChange } from './store/people.js';

/**
 * Whether an account has its first password and somebody was told it. Where mails are switched off (`sendEmail`), having
 * it is enough. Facts about another account of the person do not count.
 */
export function hasFirstPassword(
  { configuration }: Pick<ActivityDependencies, 'configuration'>,
  facts: AccountFactsChange | undefined,
  accountId: string | undefined,
): boolean {
  if (accountId === undefined || facts?.id !== accountId || typeof facts.initialisedAt !== 'string') return false;
  return typeof facts.deliveredAt === 'string' || !configuration.current().ilm.playbooks.sendEmail;
}
