import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

import { signLink } from '../../../activities/answer-token.js';
import { MAIN_TASK_QUEUE } from '../../../domain/names.js';
import { TOKEN_KEY, askAboutName, linksOf, startPageEngine } from '../../support/decision-page.js';
import type { AskedQuestion, PageEngine } from '../../support/decision-page.js';
import { logLines } from '../../support/engine.js';
import { answer, closed, eventually, incidentOf, runOf } from '../../support/incidents.js';

let started: PageEngine;
before(async () => {
  started = await startPageEngine();
});
const plainClock = { now: () => new Date() };
afterEach(() => Object.assign(started.engine.deps.clock, plainClock));
after(() => started.close());

const CREATE = 'Create New Account';
const HOUR_MS = 3_600_000;

const ask = (): Promise<AskedQuestion> => askAboutName(started.engine);

async function get(link: string, init: RequestInit = {}) {
  const response = await fetch(link, { redirect: 'manual', ...init });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Sends the form as a browser does. */
async function post(
  link: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  return await get(link.replace(/\?.*/, ''), { method: 'POST', body: new URLSearchParams(fields), headers });
}

const isOpen = async ({ incidentId }: AskedQuestion): Promise<boolean> =>
  (await incidentOf(started.engine, incidentId)).tasks[0]?.answer === undefined;

const titleOf = (text: string): string => /<h1>([^]*?)<\/h1>/.exec(text)?.[1]?.trim() ?? '';

test('opening the link shows the question, the person, and what each option does, and decides nothing', async () => {
  const question = await ask();

  const { status, text } = await get(question.link);

  assert.equal(status, 200);
  assert.match(titleOf(text), /display name is taken/);
  assert.match(text, /Robin &lt;script&gt;/);
  assert.doesNotMatch(text, /<script/);
  assert.match(text, /The new hire gets accounts of their own/);
  for (const option of [CREATE, 'Overwrite Existing Account', 'Do Nothing']) {
    assert.match(text, new RegExp(`<button[^>]+value="${option}"`));
  }
  assert.ok(await isOpen(question));
});

test('a scanner that opens, peeks at and follows every link decides nothing', async () => {
  const question = await ask();
  const seen = new Set<string>();
  const queue = [question.link];
  for (let link = queue.pop(); link !== undefined; link = queue.pop()) {
    if (seen.has(link)) continue;
    seen.add(link);
    for (const method of ['HEAD', 'GET', 'OPTIONS', 'PUT', 'DELETE']) await get(link, { method });
    const { text } = await get(link);
    for (const [, , target = ''] of text.matchAll(/(href|src|action|formaction)="([^"]*)"/g)) {
      queue.push(new URL(target, link).href);
    }
  }

  assert.ok(seen.size > 0);
  assert.ok(await isOpen(question));
  assert.equal((await get(question.link)).status, 200);
});

test('the form answers for whoever the mail was sent to, with their comment, and the link is used then', async () => {
  const question = await ask();

  const first = await post(question.link, { token: question.token, option: CREATE, comment: ' a namesake ' });

  assert.deepEqual([first.status, titleOf(first.text)], [200, 'Your answer is recorded']);
  const { tasks } = await closed(started.engine, question.incidentId);
  const { by, option, comment, verified } = tasks[0]?.answer ?? {};
  assert.deepEqual(
    { by, option, comment, verified },
    {
      by: 'it-mailbox',
      option: CREATE,
      comment: 'a namesake',
      verified: 'token',
    },
  );
  const again = await post(question.link, { token: question.token, option: 'Do Nothing' });
  assert.deepEqual([again.status, titleOf(again.text)], [409, 'This link has been used']);
  assert.match((await get(question.link)).text, new RegExp(`The answer by it was: ${CREATE}`));
  assert.equal((await incidentOf(started.engine, question.incidentId)).tasks[0]?.ignoredAnswers, undefined);
});

test('one link that is sent twice at the same moment answers once', async () => {
  const question = await ask();
  const fields = { token: question.token, option: CREATE };

  const answers = await Promise.all([post(question.link, fields), post(question.link, fields)]);

  assert.ok(answers.some(({ status }) => status === 200));
  assert.ok(answers.every(({ status }) => status === 200 || status === 409));
  assert.equal((await closed(started.engine, question.incidentId)).tasks[0]?.answer?.option, CREATE);
});

test('a question that somebody else has answered says so', async () => {
  const question = await ask();
  await answer(started.engine, question.taskId, CREATE);

  for (const page of [await get(question.link), await post(question.link, { token: question.token, option: CREATE })]) {
    assert.deepEqual([page.status, titleOf(page.text)], [409, 'This question is answered']);
  }
});

test('an expired link says so and decides nothing', async () => {
  const question = await ask();
  const token = signLink(TOKEN_KEY, { taskId: question.taskId, to: 'it-mailbox', until: Date.now() - 1 });

  const shown = await get(question.link.replace(question.token, token));
  const sent = await post(question.link, { token, option: CREATE });

  for (const page of [shown, sent]) {
    assert.deepEqual([page.status, titleOf(page.text)], [410, 'This link has expired']);
  }
  assert.ok(await isOpen(question));
});

test('a forged link, one without a token and one that lost a character say so and decide nothing', async () => {
  const question = await ask();
  const claims = { taskId: question.taskId, to: 'reviewer-1', until: Date.now() + HOUR_MS };
  const forged = signLink('somebody-elses-secret-of-32-characters!', claims);

  for (const token of [forged, '', question.token.slice(0, -1), 'nonsense']) {
    const shown = await get(question.link.replace(question.token, token));
    const sent = await post(question.link, { token, option: CREATE });
    for (const page of [shown, sent]) {
      assert.deepEqual([page.status, titleOf(page.text)], [403, 'This link is not valid'], token);
    }
  }
  assert.ok(await isOpen(question));
});

test("another question's link decides nothing here", async () => {
  const [question, other] = [await ask(), await ask()];

  const shown = await get(question.link.replace(question.token, other.token));
  const sent = await post(question.link, { token: other.token, option: CREATE });

  for (const page of [shown, sent]) {
    assert.deepEqual([page.status, titleOf(page.text)], [403, 'This link belongs to another question']);
  }
  assert.ok((await isOpen(question)) && (await isOpen(other)));
});

test('the link of somebody who may not answer any more says so and decides nothing', async () => {
  const question = await ask();
  const token = signLink(TOKEN_KEY, { taskId: question.taskId, to: 'gone-1', until: Date.now() + HOUR_MS });

  const sent = await post(question.link, { token, option: CREATE });

  assert.deepEqual([sent.status, titleOf(sent.text)], [403, 'This link is for somebody who may not answer']);
  assert.ok(await isOpen(question));
});

test('a form that another site sends is refused, and one of the page itself is not', async () => {
  const question = await ask();
  const fields = { token: question.token, option: CREATE };

  for (const headers of [{ origin: 'https://evil.example.com' }, { 'sec-fetch-site': 'cross-site' }]) {
    assert.equal((await post(question.link, fields, headers)).status, 403);
  }
  assert.ok(await isOpen(question));
  assert.equal((await post(question.link, fields, { origin: new URL(question.link).origin })).status, 200);
});

test('an option that is none, a comment that is too long and a body that is too large are refused', async () => {
  const question = await ask();
  const { token } = question;

  assert.equal((await post(question.link, { token, option: 'Maybe' })).status, 400);
  assert.equal((await post(question.link, { token, option: CREATE, comment: 'x'.repeat(1_001) })).status, 400);
  assert.equal((await post(question.link, { token, option: CREATE, comment: 'x'.repeat(20_000) })).status, 413);
  const json = { method: 'POST', body: JSON.stringify({ token }), headers: { 'content-type': 'application/json' } };
  assert.equal((await get(question.link, json)).status, 415);
  assert.ok(await isOpen(question));
});

test('every page forbids scripts, framing, keeping and telling others where one came from', async () => {
  const question = await ask();
  const url = started.page.url;
  const pages = [await get(question.link), await get(`${url}/`), await get(`${url}/nothing`), await post(url, {})];

  for (const { headers, status } of pages) {
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(headers.get('cache-control'), 'no-store', String(status));
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  }
});

test('a reminder brings a link of its own, and the first one that is used ends the others', async () => {
  const question = await ask();
  started.engine.deps.clock.now = () => new Date(Date.now() + 7 * HOUR_MS);
  await started.engine.env.client.workflow.execute('keeper', { taskQueue: MAIN_TASK_QUEUE, workflowId: 'keeper-1' });
  const links = linksOf(started.engine, question.incidentId, question.taskId);

  assert.equal(new Set(links.map(({ token }) => token)).size, 2);
  const [first, reminder] = links;
  assert.equal((await post(reminder!.link, { token: reminder!.token, option: CREATE })).status, 200);
  assert.equal((await get(first!.link)).status, 409);
});

test("a link's token is in no history and no log", async () => {
  const question = await ask();
  await post(question.link, { token: question.token, option: CREATE });
  await closed(started.engine, question.incidentId);

  const run = await runOf(started.engine, question.incidentId);
  const history = historyToJSON(await run.fetchHistory());
  const decoded = [...history.matchAll(/"data": ?"([^"]*)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString(),
  );

  const [claims = '', mac = ''] = question.token.split('.');
  for (const text of [history, ...decoded, ...logLines]) {
    assert.ok(!text.includes(mac) && !text.includes(claims));
  }
  assert.ok(
    decoded.some((text) => text.includes(CREATE)),
    'the answer went through the history',
  );
});

test('while no worker answers, the page says that nothing is recorded, and the link still works later', async () => {
  const question = await ask();
  await started.engine.rest();

  const sent = await post(question.link, { token: question.token, option: CREATE });

  assert.deepEqual([sent.status, titleOf(sent.text)], [503, 'Your answer is not recorded']);
  await started.engine.work();
  const later = await eventually('the answer is taken', async () => {
    const page = await post(question.link, { token: question.token, option: CREATE });
    return page.status !== 503 && page;
  });
  // The first try may have been kept by the server, and counted when the worker came back.
  assert.ok([200, 409].includes(later.status));
  assert.equal((await closed(started.engine, question.incidentId)).tasks[0]?.answer?.option, CREATE);
});
