import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { startApps } from '../../../sandbox/apps/server.js';
import type { AppsOptions, SimulatedApp, SimulatedApps } from '../../../sandbox/apps/server.js';

const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly id?: string;
    readonly active?: boolean;
    readonly title?: string;
    readonly totalResults?: number;
    readonly scimType?: string;
    readonly Resources?: readonly { readonly id: string; readonly active?: boolean; readonly userName?: string }[];
    readonly members?: readonly { readonly value: string }[];
    readonly meta?: { readonly location: string };
  };
  readonly headers: Headers;
}

async function someApps(t: TestContext, options: AppsOptions): Promise<SimulatedApps> {
  const apps = await startApps(options);
  t.after(() => apps.stop());
  return apps;
}

async function anApp(t: TestContext, dialect: AppsOptions['apps'][number]['dialect'] = {}): Promise<SimulatedApp> {
  return (await someApps(t, { apps: [{ name: 'Atlas Wiki', dialect }] })).app('Atlas Wiki');
}

async function call(app: SimulatedApp, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(app.baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: (text === '' ? {} : JSON.parse(text)) as Answer['body'],
    headers: answer.headers,
  };
}

const aUser = (userName: string): Record<string, unknown> => ({
  schemas: [USER_SCHEMA, ENTERPRISE],
  userName,
  externalId: `x-${userName}`,
  emails: [{ value: userName, type: 'work', primary: true }],
  name: { givenName: 'Ada', familyName: 'Oak' },
  active: true,
  [ENTERPRISE]: { department: 'Sales', employeeNumber: '100001' },
});

const search = (app: SimulatedApp, filter: string): Promise<Answer> =>
  call(app, 'GET', `/Users?count=2&filter=${encodeURIComponent(filter)}`);

const patch = (app: SimulatedApp, path: string, ...Operations: object[]): Promise<Answer> =>
  call(app, 'PATCH', path, { schemas: [PATCH_SCHEMA], Operations });

test('creates, finds, changes and deletes an account', async (t) => {
  const app = await anApp(t);

  const created = await call(app, 'POST', '/Users', aUser('ada.oak@example.com'));
  const path = `/Users/${created.body.id}`;
  const changed = await patch(app, path, { op: 'replace', path: `${ENTERPRISE}:department`, value: 'Finance' });
  const disabled = await patch(app, path, { op: 'replace', path: 'active', value: false });
  const stored = app.find('ADA.OAK@example.com');
  const deleted = [await call(app, 'DELETE', path), await call(app, 'DELETE', path), await call(app, 'GET', path)];

  assert.deepEqual([created.status, changed.status, disabled.body.active], [201, 200, false]);
  assert.deepEqual(stored?.[ENTERPRISE], { department: 'Finance', employeeNumber: '100001' });
  assert.deepEqual(
    deleted.map(({ status }) => status),
    [204, 404, 404],
  );
});

test('finds by every attribute that connectors use, names and addresses without case, quotes included', async (t) => {
  const app = await anApp(t);
  await call(app, 'POST', '/Users', { ...aUser('ada.oak@example.com'), displayName: 'Ada "Ace" Oak' });
  await call(app, 'POST', '/Users', aUser('other@example.com'));
  const filters = [
    'userName eq "ADA.oak@example.com"',
    'emails.value eq "Ada.Oak@example.com"',
    'emails[value eq "ada.oak@example.com"]',
    'emails eq "ada.oak@example.com"',
    'email eq "ada.oak@example.com"',
    'externalId eq "x-ada.oak@example.com"',
    'displayName eq "Ada \\"Ace\\" Oak"',
    'userName eq "ada.oak@example.com" and externalId eq "x-ada.oak@example.com"',
    'displayName sw "Ada"',
  ];

  for (const filter of filters) {
    const { status, body } = await search(app, filter);
    assert.deepEqual([status, body.Resources?.map(({ userName }) => userName)], [200, ['ada.oak@example.com']], filter);
  }
  assert.equal((await search(app, 'userName eq "nobody@example.com"')).body.totalResults, 0);
});

test('refuses a wrong token, a taken userName, a body without schemas and a text where a boolean belongs', async (t) => {
  const app = await anApp(t);
  const { body } = await call(app, 'POST', '/Users', aUser('ada.oak@example.com'));

  const wrongToken = await fetch(`${app.baseUrl}/Users`, { headers: { authorization: 'Bearer other' } });
  const taken = await call(app, 'POST', '/Users', aUser('ADA.OAK@example.com'));
  const shapeless = await call(app, 'POST', '/Users', { userName: 'new@example.com' });
  const text = await patch(app, `/Users/${body.id}`, { op: 'replace', path: 'active', value: 'false' });

  assert.equal(wrongToken.status, 401);
  assert.deepEqual([taken.status, taken.body.scimType], [409, 'uniqueness']);
  assert.equal(shapeless.status, 400);
  assert.deepEqual([text.status, text.body.scimType], [400, 'invalidValue']);
});

test('keeps members of a group once, takes them out by list and by path, and forgets deleted users', async (t) => {
  const app = await anApp(t);
  const ids = await Promise.all(
    ['a', 'b', 'c'].map(
      async (name) => (await call(app, 'POST', '/Users', aUser(`${name}@example.com`))).body.id ?? '',
    ),
  );
  const group = await call(app, 'POST', '/Groups', { schemas: [GROUP_SCHEMA], displayName: 'Writers' });
  const path = `/Groups/${group.body.id}`;
  const members = async (): Promise<unknown> =>
    (await call(app, 'GET', path)).body.members?.map(({ value }) => ids.indexOf(value));
  const all = ids.map((value) => ({ value }));

  await patch(app, path, { op: 'add', path: 'members', value: all });
  await patch(app, path, { op: 'add', path: 'members', value: all.slice(0, 1) });
  const full = await members();
  await patch(app, path, { op: 'remove', path: 'members', value: all.slice(0, 1) });
  const byList = await members();
  await patch(app, path, { op: 'remove', path: `members[value eq "${ids[1]}"]` });
  const byPath = await members();
  await call(app, 'DELETE', `/Users/${ids[2]}`);

  assert.deepEqual([full, byList, byPath], [[0, 1, 2], [1, 2], [2]]);
  assert.deepEqual((await members()) ?? [], []);
});

test('serves three applications at once, each with its own accounts, tokens and addresses', async (t) => {
  const names = ['Atlas Wiki', 'Nimbus Chat', 'Quarry Files'];
  const { apps } = await someApps(t, { apps: names.map((name) => ({ name })) });

  const created = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const app = apps[index % 3];
      assert.ok(app);
      const answer = await call(app, 'POST', '/Users', aUser(`person${Math.floor(index / 3)}@example.com`));
      return { app, answer };
    }),
  );
  const crossed = await fetch(`${apps[0]?.baseUrl}/Users`, { headers: { authorization: `Bearer ${apps[1]?.token}` } });

  assert.ok(created.every(({ answer }) => answer.status === 201));
  for (const { app, answer } of created) {
    assert.equal(answer.body.meta?.location, `${app.baseUrl}/Users/${answer.body.id}`);
  }
  assert.deepEqual(
    apps.map((app) => app.users().length),
    [20, 20, 20],
  );
  assert.equal(crossed.status, 401);
});

test('speaks dialects: paths demanded or refused, no e-mail filter, no member lists', async (t) => {
  const strict = await anApp(t, { patchPath: 'required', emailFilter: false, listsMembers: false });
  const github = await anApp(t, { patchPath: 'refused' });
  const { body } = await call(strict, 'POST', '/Users', aUser('ada.oak@example.com'));
  const other = await call(github, 'POST', '/Users', aUser('ada.oak@example.com'));
  const group = await call(strict, 'POST', '/Groups', { schemas: [GROUP_SCHEMA], displayName: 'Writers' });
  await patch(strict, `/Groups/${group.body.id}`, { op: 'add', path: 'members', value: [{ value: body.id }] });

  const pathless = await patch(strict, `/Users/${body.id}`, { op: 'replace', value: { title: 'Lead' } });
  const withPath = await patch(github, `/Users/${other.body.id}`, { op: 'replace', path: 'title', value: 'Lead' });
  const withoutPath = await patch(github, `/Users/${other.body.id}`, { op: 'Replace', value: { title: 'Lead' } });
  const byMail = await search(strict, 'emails.value eq "ada.oak@example.com"');
  const shown = await call(strict, 'GET', `/Groups/${group.body.id}`);
  const asked = await call(
    strict,
    'GET',
    `/Groups?filter=${encodeURIComponent(`id eq "${group.body.id}" and member eq "${body.id}"`)}`,
  );

  assert.deepEqual([pathless.status, withPath.status, withoutPath.body.title], [400, 400, 'Lead']);
  assert.deepEqual([byMail.status, byMail.body.scimType], [400, 'invalidFilter']);
  assert.deepEqual(shown.body.members ?? [], []);
  assert.equal(asked.body.totalResults, 1);
  assert.deepEqual(strict.groups()[0]?.members, [{ value: body.id, type: 'User' }]);
});

test('shows a disabled account as active for a while where reads lag behind, without reviving it', async (t) => {
  const app = await anApp(t, { staleReadsAfterDisable: 2 });
  const { body } = await call(app, 'POST', '/Users', aUser('ada.oak@example.com'));
  const path = `/Users/${body.id}`;

  await patch(app, path, { op: 'replace', path: 'active', value: false });
  const first = await call(app, 'GET', path);
  await patch(app, path, { op: 'replace', path: 'title', value: 'Lead' });
  const second = await search(app, 'userName eq "ada.oak@example.com"');
  const third = await call(app, 'GET', path);

  assert.deepEqual([first.body.active, second.body.Resources?.[0]?.active, third.body.active], [true, true, false]);
  assert.equal(app.find('ada.oak@example.com')?.active, false);
});

test('misbehaves on demand, each fault as often as told, then works again', async (t) => {
  const app = await anApp(t);
  const list = (): Promise<Answer> => call(app, 'GET', '/Users');

  app.addFault({ kind: 'down', times: 2 });
  await assert.rejects(list());
  await assert.rejects(list());
  app.addFault({ kind: 'rate-limit', retryAfterSeconds: 7 });
  const limited = await list();
  app.addFault({ kind: 'unauthorized' });
  const unauthorized = await list();
  app.addFault({ kind: 'error', status: 503, method: 'POST' });
  const untouched = await list();
  const failed = await call(app, 'POST', '/Users', aUser('ada.oak@example.com'));
  app.addFault({ kind: 'html' });
  const html = await fetch(`${app.baseUrl}/Users`, { headers: { authorization: `Bearer ${app.token}` } });
  app.addFault({ kind: 'slow', delayMs: 1 });

  assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
  assert.deepEqual([unauthorized.status, untouched.status, failed.status, html.status], [401, 200, 503, 502]);
  assert.match(await html.text(), /^<html>/);
  assert.equal((await list()).status, 200);
  assert.equal(app.users().length, 0);
});

test('does the work although the answer is an error or a cut connection', async (t) => {
  const app = await anApp(t);

  app.addFault({ kind: 'error-after', method: 'POST' });
  const failed = await call(app, 'POST', '/Users', aUser('one@example.com'));
  app.addFault({ kind: 'cut-after', method: 'POST' });
  await assert.rejects(call(app, 'POST', '/Users', aUser('two@example.com')));

  assert.equal(failed.status, 500);
  assert.deepEqual(
    app.users().map(({ userName }) => userName),
    ['one@example.com', 'two@example.com'],
  );
  assert.deepEqual(
    app.requests().map(({ method, status }) => [method, status]),
    [
      ['POST', 500],
      ['POST', 0],
    ],
  );
});

test('gives two hits, or a wrong one, when told', async (t) => {
  const app = await anApp(t);
  await call(app, 'POST', '/Users', aUser('ada.oak@example.com'));
  app.addUser(aUser('other@example.com'));

  app.addFault({ kind: 'duplicate-hits' });
  const two = await search(app, 'userName eq "ada.oak@example.com"');
  app.addFault({ kind: 'wrong-hit' });
  const wrong = await search(app, 'userName eq "ada.oak@example.com"');

  assert.equal(two.body.Resources?.length, 2);
  assert.equal(wrong.body.Resources?.[0]?.userName, 'other@example.com');
});

test('answers 429 with the time to wait once the quota of the minute is used', async (t) => {
  const app = await anApp(t, { requestsPerMinute: 2 });

  const answers = [];
  for (let index = 0; index < 3; index += 1) answers.push(await call(app, 'GET', '/Users'));

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 429],
  );
  assert.ok(Number(answers[2]?.headers.get('retry-after')) >= 1);
});

test('takes commands by HTTP and by the page, and escapes what the page shows', async (t) => {
  const { url, app } = await someApps(t, { apps: [{ name: 'Atlas Wiki' }] });
  const json = { 'content-type': 'application/json' };
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(url + path, { method: 'POST', headers: json, body: JSON.stringify(body) });

  const added = await post('/control/atlas-wiki/accounts', { userName: '<b>x</b>', displayName: '<script>' });
  const fault = await post('/control/atlas-wiki/faults', { kind: 'error', status: 503 });
  const form = new URLSearchParams({ kind: 'down', times: '' });
  const sent = await fetch(`${url}/control/atlas-wiki/faults`, { method: 'POST', body: form, redirect: 'manual' });
  const bad = await post('/control/atlas-wiki/faults', { kind: 'tired' });
  const unknown = await post('/control/other/reset', {});
  const page = await (await fetch(url)).text();

  assert.deepEqual([added.status, fault.status, sent.status, bad.status, unknown.status], [200, 200, 303, 400, 404]);
  assert.ok(page.includes('&lt;script&gt;') && !page.includes('<script'));
  assert.equal((await call(app('Atlas Wiki'), 'GET', '/Users')).status, 503);
});

test('continues with the accounts of the last start', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ilm-apps-'));
  t.after(() => rm(dataDir, { recursive: true }));
  const apps = [{ name: 'Atlas Wiki' }, { name: 'Nimbus Chat' }];
  const first = await startApps({ apps, dataDir });
  const created = await call(first.app('Nimbus Chat'), 'POST', '/Users', aUser('ada.oak@example.com'));
  await first.stop();

  const second = await someApps(t, { apps, dataDir });

  assert.equal(second.app('Nimbus Chat').find('ada.oak@example.com')?.id, created.body.id);
  assert.equal(second.app('Atlas Wiki').users().length, 0);
});
