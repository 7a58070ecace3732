import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { startApps } from '../../../sandbox/apps/server.js';
import type { AppDefinition } from '../../../sandbox/apps/definition.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

const PAT = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'pat',
  name: { familyName: 'Example' },
  emails: [{ value: 'pat@example.com', type: 'work', primary: true }],
};

test('gives tokens at its own address', async (t) => {
  const { app } = await oracle(t);
  const { clientId, clientSecret } = app.credentials;

  const answer = await fetch(`${app.url}/oauth2/v1/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'urn:opc:idm:__myscopes__' }),
  });

  assert.equal(((await answer.json()) as { access_token: string }).access_token, app.token);
});

for (const [title, change] of [
  ['without a family name', { name: { givenName: 'Pat' } }],
  ['without a primary address', { emails: [{ value: 'pat@example.com' }] }],
  ['of an unknown type', { userType: 'Regular' }],
  ['in a country without a code', { addresses: [{ type: 'work', country: 'Germany' }] }],
  ['with a list of nothing', { phoneNumbers: [null] }],
] as const) {
  test(`refuses a user ${title}`, async (t) => {
    const { call } = await oracle(t);

    assert.equal((await call('POST', '/Users', { ...PAT, ...change })).status, 400);
  });
}

test('shows members only when asked for them, in the range that was asked for', async (t) => {
  const { app, call } = await oracle(t);
  const ids = ['a', 'b', 'c'].map((userName) => app.addUser({ userName }).id);
  const { body: group } = await call('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Staff',
  });
  const path = `/Groups/${group.id}`;
  const add = (type?: string) => call('PATCH', path, addition(ids.map((value) => ({ value, type }))));

  const [untyped, typed] = [await add(), await add('User')];
  const answers = [
    await call('GET', path),
    await call('GET', '/Groups'),
    await call('GET', `${path}?attributes=members`),
    await call('GET', `${path}?attributes=${encodeURIComponent('id,displayName,members[startIndex=2&count=1]')}`),
  ];

  assert.deepEqual([untyped.status, typed.status], [400, 200]);
  assert.deepEqual(
    answers.map(({ body }) => (body.Resources?.[0] ?? body).members?.map(({ value }) => value)),
    [undefined, undefined, ids, [ids[1]]],
  );
});

test('limits requests of one class within a second', async (t) => {
  const { call } = await oracle(t, { requestsPerSecond: { other: 2 } });

  const answers = await Promise.all(Array.from({ length: 20 }, () => call('GET', '/Users')));

  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length > 0 && refused.length < answers.length);
  assert.equal(refused[0]?.headers.get('retry-after'), '1');
});

const addition = (value: unknown): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'add', path: 'members', value }],
});

interface Group {
  readonly id: string;
  readonly members?: readonly { readonly value: string }[];
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Group & { readonly Resources?: readonly Group[] };
}

async function oracle(
  t: TestContext,
  dialect: NonNullable<AppDefinition['dialect']> = {},
): Promise<{ app: SimulatedApp; call(method: string, path: string, body?: unknown): Promise<Answer> }> {
  const apps = await startApps({ apps: [{ name: 'Oracle', kind: 'oracle', dialect }] });
  t.after(() => apps.stop());
  const app = apps.app('Oracle');
  return {
    app,
    call: async (method, path, body) => {
      const answer = await fetch(app.baseUrl + path, {
        method,
        headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/scim+json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: JSON.parse(text) as Answer['body'] };
    },
  };
}
