import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { startApps } from '../../../sandbox/apps/server.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ada = (userName: string): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName,
  emails: [{ value: 'ada.oak@example.com', type: 'work', primary: true }],
});

async function slack(t: TestContext): Promise<SimulatedApp> {
  const apps = await startApps({ apps: [{ name: 'Chat', kind: 'slack' }] });
  t.after(() => apps.stop());
  return apps.app('Chat');
}

async function call(app: SimulatedApp, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${app.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
    headers: answer.headers,
  };
}

test('makes ids of its own form, lowers user names, gives them as nicknames, and drops types of addresses', async (t) => {
  const app = await slack(t);

  const { body } = await call(app, 'POST', '/Users', ada('Ada.Oak'));

  assert.match(String(body['id']), /^U[A-Z0-9]{10}$/);
  assert.deepEqual([body['userName'], body['nickName']], ['ada.oak', 'ada.oak']);
  assert.deepEqual(body['emails'], [{ value: 'ada.oak@example.com', primary: true }]);
});

for (const [name, word] of [
  ['a'.repeat(22), 'username_too_long'],
  ['ada@example.com', 'username_invalid'],
  ['', 'username_empty'],
] as const) {
  test(`refuses a user name with ${word}`, async (t) => {
    const app = await slack(t);

    const { status, body } = await call(app, 'POST', '/Users', ada(name));

    assert.deepEqual([status, body['detail'], body['status']], [400, word, 400]);
  });
}

test('says with words of its own that a name is taken and that an account is not there', async (t) => {
  const app = await slack(t);
  await call(app, 'POST', '/Users', ada('ada'));

  const [taken, absent] = [await call(app, 'POST', '/Users', ada('ada')), await call(app, 'GET', '/Users/U0000000000')];

  assert.deepEqual([taken.status, taken.body['detail']], [409, 'username_taken']);
  assert.deepEqual([absent.status, absent.body['detail']], [404, 'no_such_user']);
});

test('only deactivates by DELETE, as often as one likes, and shows it late', async (t) => {
  const app = await slack(t);
  const { id } = (await call(app, 'POST', '/Users', ada('ada'))).body;
  const path = `/Users/${String(id)}`;

  const deleted = [await call(app, 'DELETE', path), await call(app, 'DELETE', path)];
  const shown = [await call(app, 'GET', path), await call(app, 'GET', path), await call(app, 'GET', path)];

  assert.deepEqual(
    deleted.map(({ status }) => status),
    [204, 204],
  );
  assert.deepEqual(
    shown.map(({ body }) => body['active']),
    [true, true, false],
  );
});

test('empties a group when a removal names no members', async (t) => {
  const app = await slack(t);
  const { id } = (await call(app, 'POST', '/Users', ada('ada'))).body;
  const group = app.addGroup('Staff', [String(id)]);

  await call(app, 'PATCH', `/Groups/${group.id}`, {
    schemas: [PATCH_SCHEMA],
    Operations: [{ op: 'remove', path: 'members' }],
  });

  assert.deepEqual(app.groups()[0]?.['members'], []);
});

test('takes twenty new accounts at once, then asks to wait; reads go on', async (t) => {
  const app = await slack(t);
  const answers = await Promise.all(
    Array.from({ length: 25 }, (_, index) => call(app, 'POST', '/Users', ada(`ada${index}`))),
  );

  const limited = answers.filter(({ status }) => status === 429);

  assert.ok(limited.length > 0 && limited.length <= 5, String(limited.length));
  assert.ok(
    limited.every(({ headers, body }) => headers.get('retry-after') === '1' && body['detail'] === 'too_many_requests'),
  );
  assert.equal((await call(app, 'GET', '/Users?count=1')).status, 200);
});

test('finds by user name and by the filter email only', async (t) => {
  const app = await slack(t);
  await call(app, 'POST', '/Users', ada('ada'));
  const search = (filter: string): Promise<Answer> => call(app, 'GET', `/Users?filter=${encodeURIComponent(filter)}`);

  const found = await search('email eq "ada.oak@example.com"');
  const refused = await search('emails.value eq "ada.oak@example.com"');

  assert.deepEqual([found.body['totalResults'], refused.status, refused.body['detail']], [1, 400, 'invalid_query']);
});
