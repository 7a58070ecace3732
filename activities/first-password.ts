import { ApplicationFailure } from '@temporalio/common';
import { compileExpression } from '../domain/expression.js';
import { FailureType } from '../domain/failures.js';
import type { UserProfile } from '../domain/profile.js';
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

/**
 * Whether the person has to choose a password of their own at the first logon (design decision 17): the setting itself,
 * or exactly `true` of its expression over the profile.
 *
 * @throws a Configuration failure when the expression fails
 */
export async function mustChangePassword(
  { configuration }: Pick<ActivityDependencies, 'configuration'>,
  profile: UserProfile,
): Promise<boolean> {
  const setting = configuration.current().ilm.playbooks.mustChangePasswordAtFirstLogon;
  if (typeof setting === 'boolean') return setting;
  const expression = compileExpression(setting, 'playbooks.mustChangePasswordAtFirstLogon');
  try {
    return (await expression.evaluate(profile)) === true;
  } catch (error) {
    const { message } = expression.failure(error);
    throw ApplicationFailure.create({ type: FailureType.Configuration, message, nonRetryable: true });
  }
}
