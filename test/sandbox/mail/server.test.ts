import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { createTransport } from 'nodemailer';

import { startMailCatcher } from '../../../sandbox/mail/server.js';
import type { MailCatcher, MailCatcherOptions } from '../../../sandbox/mail/server.js';

async function aCatcher(t: TestContext, options: MailCatcherOptions = {}): Promise<MailCatcher> {
  const catcher = await startMailCatcher(options);
  t.after(() => catcher.stop());
  return catcher;
}

interface Sent {
  readonly to: string | string[];
  readonly bcc?: string;
  readonly subject?: string;
  readonly html?: string;
  readonly text?: string;
}

async function send(catcher: MailCatcher, mail: Sent): Promise<void> {
  const transport = createTransport(catcher.smtpUrl);
  try {
    await transport.sendMail({
      from: 'IAM team <iam@example.com>',
      subject: 'Hello',
      messageId: '<one@example.com>',
      attachments: [{ filename: 'note.txt', content: 'note' }],
      ...mail,
    });
  } finally {
    transport.close();
  }
}

test('keeps mails with their envelope, both bodies and attachments, and finds them by receiver', async (t) => {
  const catcher = await aCatcher(t);

  await send(catcher, { to: 'ada@example.com', bcc: 'hidden@example.com', html: '<p>Grüße</p>', text: 'Grüße' });
  await send(catcher, { to: 'ben@example.com', subject: 'Other', text: 'x' });
  const answer = await fetch(`${catcher.url}/api/mails?to=HIDDEN@example.com`);
  const mails = (await answer.json()) as ReturnType<MailCatcher['mails']>;

  assert.equal(mails.length, 1);
  assert.deepEqual(mails[0]?.to, ['ada@example.com', 'hidden@example.com']);
  assert.equal(mails[0].from, 'iam@example.com');
  assert.equal(mails[0].messageId, '<one@example.com>');
  assert.equal(mails[0].html.trim(), '<p>Grüße</p>');
  assert.equal(mails[0].text.trim(), 'Grüße');
  assert.deepEqual(mails[0].attachments, [{ filename: 'note.txt', contentType: 'text/plain', size: 4 }]);
  assert.deepEqual(
    catcher.mails({ subject: 'oth' }).map(({ to }) => to),
    [['ben@example.com']],
  );
});

test('takes many mails at once', async (t) => {
  const catcher = await aCatcher(t);

  await Promise.all(
    Array.from({ length: 40 }, (_, index) => send(catcher, { to: `p${index}@example.com`, text: String(index) })),
  );

  assert.equal(new Set(catcher.mails().flatMap(({ to }) => to)).size, 40);
});

test('forgets all mails by HTTP', async (t) => {
  const catcher = await aCatcher(t);
  await send(catcher, { to: 'ada@example.com', text: 'x' });

  const answer = await fetch(`${catcher.url}/api/mails`, { method: 'DELETE' });

  assert.equal(answer.status, 204);
  assert.deepEqual(catcher.mails(), []);
});

test('can be down, and comes up again at the same address', async (t) => {
  const catcher = await aCatcher(t);

  await catcher.setMode('down');
  await assert.rejects(send(catcher, { to: 'ada@example.com', text: 'x' }), { code: 'ESOCKET' });
  const page = await fetch(catcher.url);
  await catcher.setMode('up');
  await send(catcher, { to: 'ada@example.com', text: 'x' });

  assert.equal(page.status, 200);
  assert.equal(catcher.mails().length, 1);
});

test('can refuse receivers for good or for the moment', async (t) => {
  const catcher = await aCatcher(t);

  await catcher.setMode('refuse');
  await assert.rejects(send(catcher, { to: 'ada@example.com', text: 'x' }), { responseCode: 550 });
  await catcher.setMode('refuse-for-now');
  await assert.rejects(send(catcher, { to: 'ada@example.com', text: 'x' }), { responseCode: 451 });

  assert.deepEqual(catcher.mails(), []);
});

test('can keep a mail and drop the connection instead of saying so', async (t) => {
  const catcher = await aCatcher(t);

  await catcher.setMode('break-after-acceptance');
  await assert.rejects(send(catcher, { to: 'ada@example.com', text: 'x' }));

  assert.equal(catcher.mails().length, 1);
});

test('changes its mode by HTTP and refuses an unknown one', async (t) => {
  const catcher = await aCatcher(t);
  const change = (mode: string): Promise<Response> =>
    fetch(`${catcher.url}/control/mode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode }),
    });

  const statuses = [(await change('refuse')).status, (await change('tired')).status];

  assert.deepEqual(statuses, [200, 400]);
  await assert.rejects(send(catcher, { to: 'ada@example.com', text: 'x' }), { responseCode: 550 });
});

test('shows mails on pages without letting them run anything', async (t) => {
  const catcher = await aCatcher(t);
  await send(catcher, { to: 'ada@example.com', subject: '<script>1</script>', html: '<script>alert("x")</script>' });
  const [mail] = catcher.mails();

  const list = await (await fetch(catcher.url)).text();
  const answer = await fetch(`${catcher.url}/mails/${mail?.id}`);
  const single = await answer.text();

  assert.ok(list.includes('&lt;script&gt;1'));
  assert.ok(!list.includes('<script') && !single.includes('<script'));
  assert.match(single, /<iframe sandbox title="mail" srcdoc="&lt;script&gt;alert\(&quot;x&quot;\)/);
  assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/);
});

test('continues with the mails of the last start, leaving out one that was never finished', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ilm-mail-'));
  t.after(() => rm(dataDir, { recursive: true }));
  const first = await startMailCatcher({ dataDir });
  await send(first, { to: 'ada@example.com', text: 'x' });
  await first.stop();
  await appendFile(join(dataDir, 'mails.jsonl'), '{"id":"half');

  const second = await startMailCatcher({ dataDir });
  await send(second, { to: 'ben@example.com', text: 'x' });
  await second.stop();
  const third = await aCatcher(t, { dataDir });

  assert.deepEqual(
    third.mails().map(({ to }) => to),
    [['ada@example.com'], ['ben@example.com']],
  );
  assert.equal((await stat(join(dataDir, 'mails.jsonl'))).mode & 0o077, 0);
});
