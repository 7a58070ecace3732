import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { startApps } from '../../../sandbox/apps/server.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

async function site(t: TestContext): Promise<SimulatedApp> {
  const apps = await startApps({ apps: [{ name: 'LMS', kind: 'exceedlms' }] });
  t.after(() => apps.stop());
  return apps.app('LMS');
}

async function call(
  app: SimulatedApp,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const separator = path.includes('?') ? '&' : '?';
  const answer = await fetch(`${app.baseUrl}/${path}${separator}api_key=${app.token}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

const USER = { login: 'ada.oak', email: 'ada.oak@example.com' };

test('makes, finds and changes a user; ids are numbers, and a change does not answer with the user', async (t) => {
  const app = await site(t);

  const created = await call(app, 'POST', 'users.json', USER);
  const { id } = created.body as { readonly id: number };
  const changed = await call(app, 'PATCH', `users/${id}`, { is_active: false });
  const byId = await call(app, 'GET', `users.json?user[id]=${id}`);
  const byEmail = await call(app, 'GET', 'users.json?user[email]=ADA.oak@example.com');
  const nobody = await call(app, 'GET', 'users.json?user[login]=nobody');

  assert.deepEqual([created.status, typeof id, changed.body], [201, 'number', { status: 'ok' }]);
  assert.deepEqual(byId.body, { ...USER, id, is_active: false });
  assert.deepEqual(byEmail.body, [byId.body]);
  assert.deepEqual(nobody.body, []);
});

test('takes no request without the key', async (t) => {
  const app = await site(t);

  const answer = await fetch(`${app.baseUrl}/users.json?user[login]=ada`, {
    headers: { authorization: `Bearer ${app.token}` },
  });

  assert.equal(answer.status, 401);
});

const REFUSED: readonly (readonly [title: string, changes: Record<string, unknown>, attribute: string])[] = [
  ['a login that is taken', { login: 'ADA.oak' }, 'login'],
  ['a status as text', { login: 'a', is_active: 'true' }, 'is_active'],
  ['a date of another form', { login: 'a', hired_on: '02/01/2027' }, 'hired_on'],
  ['a manager who does not exist', { login: 'a', manager_id: 5 }, 'manager_id'],
  ['an empty address', { login: 'a', email: '' }, 'email'],
];

for (const [title, changes, attribute] of REFUSED) {
  test(`refuses ${title}`, async (t) => {
    const app = await site(t);
    await call(app, 'POST', 'users.json', USER);

    const { status, body } = await call(app, 'POST', 'users.json', { ...USER, ...changes });

    assert.deepEqual([status, Object.keys(body as object)], [422, [attribute]]);
  });
}
