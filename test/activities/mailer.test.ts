import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { TestContext } from 'node:test';

import { ApplicationFailure } from '@temporalio/common';

import type { Mail, Mailer } from '../../activities/dependencies.js';
import { createMailer } from '../../activities/mailer.js';
import { FailureType } from '../../domain/failures.js';
import { startMailCatcher } from '../../sandbox/mail/server.js';
import type { MailCatcher } from '../../sandbox/mail/server.js';

const MAIL: Mail = {
  to: ['robin@example.com'],
  cc: ['manager@example.com'],
  subject: 'Welcome',
  html: '<h1>Welcome</h1><p>See <a href="https://intranet.example.com">the intranet</a>.</p>',
  messageId: 'INC-20260301-0a1b2c/welcome',
};

async function mailServer(t: TestContext): Promise<{ catcher: MailCatcher; mailer: Mailer }> {
  const catcher = await startMailCatcher();
  const mailer = createMailer({ smtpUrl: catcher.smtpUrl, from: 'IAM team <iam@example.com>' });
  t.after(async () => {
    await mailer.close();
    await catcher.stop();
  });
  return { catcher, mailer };
}

async function failureOf(work: Promise<void>): Promise<ApplicationFailure> {
  const error: unknown = await work.then(
    () => assert.fail('the mail was taken'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ApplicationFailure);
  return error;
}

suite('the mailer', () => {
  test('hands over HTML with a plain-text part, to every receiver', async (t) => {
    const { catcher, mailer } = await mailServer(t);

    await mailer.send(MAIL);

    const [mail] = catcher.mails();
    assert.deepEqual(mail?.to, ['robin@example.com', 'manager@example.com']);
    assert.equal(mail?.from, 'iam@example.com');
    assert.equal(mail?.html.includes('<h1>Welcome</h1>'), true);
    assert.match(mail?.text ?? '', /WELCOME[^]*https:\/\/intranet\.example\.com/);
  });

  test('gives a mail the same Message-ID at every attempt, so that a duplicate shows', async (t) => {
    const { catcher, mailer } = await mailServer(t);

    await mailer.send(MAIL);
    await mailer.send(MAIL);

    const ids = catcher.mails().map(({ messageId }) => messageId);
    assert.deepEqual(ids, [ids[0], ids[0]]);
    assert.match(ids[0] ?? '', /^<INC-20260301-0a1b2c%2Fwelcome@example\.com>$/);
  });

  test('verifies without sending anything', async (t) => {
    const { catcher, mailer } = await mailServer(t);

    await mailer.verify();

    assert.deepEqual(catcher.mails(), []);
  });

  for (const [mode, code] of [
    ['refuse', '550'],
    ['refuse-for-now', '451'],
    ['down', 'ECONNREFUSED|ESOCKET|ECONNECTION'],
    ['break-after-acceptance', 'ECONNECTION|ESOCKET|ECONNRESET|ECONNREFUSED'],
  ] as const) {
    test(`a server that is set to '${mode}' is a failure worth another try that names no address`, async (t) => {
      const { catcher, mailer } = await mailServer(t);
      await catcher.setMode(mode);

      const failure = await failureOf(mailer.send(MAIL));

      assert.equal(failure.type, FailureType.MailNotSent);
      assert.equal(failure.nonRetryable, false);
      assert.match(failure.message, new RegExp(code));
      assert.doesNotMatch(JSON.stringify([failure.message, failure.cause?.message, failure.details]), /@|Welcome/);
    });
  }

  test('sends again once the server is back', async (t) => {
    const { catcher, mailer } = await mailServer(t);
    await catcher.setMode('down');
    await failureOf(mailer.send(MAIL));

    await catcher.setMode('up');
    await mailer.send(MAIL);

    assert.equal(catcher.mails().length, 1);
  });

  test('without a configured server every mail fails with a message that says what to set', async () => {
    const mailer = createMailer({ smtpUrl: undefined, from: 'iam@example.com' });

    for (const work of [mailer.verify(), mailer.send(MAIL)]) {
      const failure = await failureOf(work);
      assert.equal(failure.type, FailureType.MailNotSent);
      assert.match(failure.message, /mail\.smtpUrl/);
    }
  });
});
