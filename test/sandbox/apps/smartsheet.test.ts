import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { startApps } from '../../../sandbox/apps/server.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: {
    readonly errorCode?: number;
    readonly refId?: string;
    readonly totalCount?: number;
    readonly status?: string;
    readonly data?: readonly { readonly email: string; readonly status?: string }[];
  };
}

const PAT = { email: 'Pat@example.com', firstName: 'Pat', lastName: 'Example' };

test('writes ids as numbers that JavaScript cannot hold', async (t) => {
  const { app, call } = await smartsheet(t);
  await call('POST', 'users', PAT);
  const id = app.users()[0]?.id ?? '';

  const { text } = await call('GET', 'users?email=pat@example.com');

  assert.ok(text.includes(`"id":${id}`), text);
  assert.ok(Number(id) > Number.MAX_SAFE_INTEGER);
});

test('shows the status in searches and not in a read by id', async (t) => {
  const { app, call } = await smartsheet(t);
  await call('POST', 'users', PAT);

  const found = await call('GET', 'users?email=kim@example.com,PAT@example.com');
  const read = await call('GET', `users/${app.users()[0]?.id}`);

  assert.deepEqual(
    found.body.data?.map(({ email, status }) => [email, status]),
    [['pat@example.com', 'ACTIVE']],
  );
  assert.deepEqual([read.status, read.body.status], [200, undefined]);
});

test('takes the documented attributes only, and rights as truth values', async (t) => {
  const { call } = await smartsheet(t);

  const stranger = await call('POST', 'users', { ...PAT, title: 'Lead' });
  const text = await call('POST', 'users', { ...PAT, admin: 'true' });
  const taken = [await call('POST', 'users', PAT), await call('POST', 'users', PAT)];

  assert.deepEqual([stranger.status, stranger.body.errorCode], [400, 1008]);
  assert.deepEqual([text.status, text.body.errorCode], [400, 1008]);
  assert.deepEqual(
    taken.map(({ status }) => status),
    [200, 400],
  );
});

test('deactivates, reactivates and removes, and passes sheets on', async (t) => {
  const { app, call } = await smartsheet(t);
  const pat = app.addUser({ ...PAT, status: 'ACTIVE', sheetCount: 3 }).id;
  const kim = app.addUser({ ...PAT, email: 'kim@example.com', status: 'ACTIVE', sheetCount: 1 }).id;

  await call('POST', `users/${pat}/deactivate`);
  const deactivated = app.view(app.find('pat@example.com') ?? assert.fail()).active;
  await call('POST', `users/${pat}/reactivate`);
  await call('DELETE', `users/${pat}?transferTo=${kim}&transferSheets=true`);
  const gone = await call('DELETE', `users/${pat}`);

  assert.equal(deactivated, false);
  assert.deepEqual(
    app.users().map(({ id, sheetCount }) => [id, sheetCount]),
    [[kim, 4]],
  );
  assert.deepEqual([gone.status, gone.body.errorCode], [404, 1006]);
});

test('refuses with its own number and a reference', async (t) => {
  const { app, call } = await smartsheet(t);
  app.addFault({ kind: 'rate-limit' });

  const { status, body } = await call('GET', 'users');

  assert.deepEqual([status, body.errorCode, typeof body.refId], [429, 4003, 'string']);
});

test('lists everybody by pages, the owner of the token included', async (t) => {
  const { call } = await smartsheet(t);
  await call('POST', 'users', PAT);

  const { body } = await call('GET', 'users?page=2&pageSize=1');

  assert.deepEqual([body.totalCount, body.data?.length], [2, 1]);
});

async function smartsheet(t: TestContext): Promise<{
  readonly app: SimulatedApp;
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>;
}> {
  const apps = await startApps({ apps: [{ name: 'Sheets', kind: 'smartsheet' }] });
  t.after(() => apps.stop());
  const app = apps.app('Sheets');
  return {
    app,
    call: async (method, path, body) => {
      const answer = await fetch(`${app.baseUrl}/${path}`, {
        method,
        headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, text, body: JSON.parse(text) as Answer['body'] };
    },
  };
}
