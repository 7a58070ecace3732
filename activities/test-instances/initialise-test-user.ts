import { runUserCommand } from '../connectors/commands.js';
import type { ActivityDependencies, Mail } from '../dependencies.js';
import { setPassword } from '../directory-accounts.js';
import { mustChangePassword } from '../first-password.js';
import { SIGNATURE, body, factsTable, paragraph } from '../mails/layout.js';
import type { TestUserDocument } from '../store/test-users.js';
import type { TestOutcome } from './run-test-command.js';

/**
 * Initialises the test user's directory account: a first password, its mail if somebody is to have it, and the account
 * enabled. The password lives in this function only. A repeat sets and sends another one.
 *
 * @throws ConnectorError; `MailNotSent` when the mail server does not take the mail
 */
export async function initialiseTestUser(
  deps: ActivityDependencies,
  user: TestUserDocument,
  instance: string,
  accountId: string,
): Promise<TestOutcome> {
  const directory = deps.connectors.directory(instance);
  const known = { id: accountId };
  const request = { profile: user.profile, known, allowEnable: false };
  const { user: account, ...found } = await runUserCommand(
    directory,
    deps.connectors.flags(instance),
    'get-user',
    request,
  );
  const state = account === undefined ? null : await directory.accountState(account.id);
  if (account === undefined || state === null) return found;
  if (user.mailTo !== undefined) await deps.mailer.verify();
  const password = await setPassword({ deps, call: { instance }, accountId: account.id, profile: user.profile }, state);
  if (user.mailTo !== undefined)
    await deps.mailer.send(passwordMail(user, instance, user.mailTo, state.accountName, password));
  const mustChange = await mustChangePassword(deps, user.profile);
  const { active } = account.active
    ? account
    : await directory.enable(account.id, account, { mustChangePassword: mustChange });
  return { success: true, skipped: false, id: account.id, active };
}

const passwordMail = (
  { _id }: TestUserDocument,
  instance: string,
  to: string,
  accountName: string,
  password: string,
): Mail => ({
  to: [to],
  subject: `Test of ${instance}: account of the test user`,
  html: body(
    paragraph(`A test of the instances gave its user an account in ${instance}.`),
    factsTable([
      ['Account name', accountName],
      ['First password', password],
    ]),
    SIGNATURE,
  ),
  messageId: `${_id.replaceAll(/[^\w.-]/g, '-')}.${instance}.test`,
});
