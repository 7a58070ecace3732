import assert from 'node:assert/strict';
import { request as requestOf } from 'node:http';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { startApps } from '../../../sandbox/apps/server.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

const SCHEMAS = ['urn:ietf:params:scim:schemas:core:2.0:User'];
const PAT = {
  schemas: SCHEMAS,
  userName: 'pat@example.com',
  displayName: 'Pat Example',
  name: { givenName: 'Pat', familyName: 'Example' },
  emails: [{ value: 'pat@example.com', type: 'work', primary: true }],
};

for (const [title, change] of [
  ['without a displayName', { displayName: undefined }],
  ['without a family name', { name: { givenName: 'Pat' } }],
  ['with two addresses', { emails: [...PAT.emails, { value: 'p@example.com', type: 'home' }] }],
  ['with an address that is not the primary one', { emails: [{ value: 'pat@example.com' }] }],
  ['with a displayed address', { emails: [{ ...PAT.emails[0], display: 'Pat' }] }],
  ['with a password', { password: 'secret' }],
  ['with groups', { groups: [] }],
  ['that is active in words', { active: 'true' }],
] as const) {
  test(`refuses a user ${title}`, async (t) => {
    const { call } = await aws(t);

    const { status, body } = await call('POST', '/Users', { ...PAT, ...change });

    assert.equal(status, 400);
    assert.match(body.detail ?? '', /^ValidationException: /);
  });
}

for (const [title, operations] of [
  ['two changes of the status', [active(false), active(true)]],
  ['a status in words', [active('false')]],
  ['a removal of the user name', [{ op: 'remove', path: 'userName' }]],
  ['a second address', [{ op: 'add', path: 'emails', value: [{ value: 'p@example.com', primary: true }] }]],
  ['an attribute that it does not know', [{ op: 'replace', path: 'photos', value: [] }]],
  ['a change without a value', [{ op: 'replace', path: 'title' }]],
] as const) {
  test(`refuses ${title}`, async (t) => {
    const { call } = await aws(t);
    const { body: user } = await call('POST', '/Users', PAT);

    const { status } = await call('PATCH', `/Users/${user.id}`, patch(operations));

    assert.equal(status, 400);
  });
}

for (const [path, expected] of [
  ['/Users?filter=userName eq "pat@example.com"', 200],
  ['/Users?filter=externalId eq "E1"', 200],
  ['/Users?filter=emails.value eq "pat@example.com"', 400],
  ['/Users?filter=userName sw "pat"', 400],
  ['/Users?filter=userName eq "pat and co"', 200],
  ['/Users?startIndex=1', 400],
  ['/Users?count=101', 400],
  ['/Groups?filter=displayName eq "Staff"', 200],
  ['/Groups?filter=member eq "u" and id eq "g"', 200],
  ['/Groups?filter=members.value eq "u"', 400],
] as const) {
  test(`answers ${path} with ${expected}`, async (t) => {
    const { call } = await aws(t);

    assert.equal((await call('GET', encodeURI(path))).status, expected);
  });
}

test('changes up to 100 members with 204, shows none, and answers whether one is there', async (t) => {
  const { app, call } = await aws(t);
  const ids = Array.from({ length: 101 }, (_, index) => app.addUser({ userName: `u${index}` }).id);
  const { body: group } = await call('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Staff',
  });
  const change = (op: string, members?: readonly string[]) =>
    call('PATCH', `/Groups/${group.id}`, patch([{ op, path: 'members', value: members?.map((value) => ({ value })) }]));

  const answers = [
    await change('add', ids),
    await change('add', ids.slice(1)),
    await change('replace', ids.slice(1, 2)),
    await change('remove'),
    await change('remove', ids.slice(1, 2)),
    await change('add', ['nobody']),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [400, 204, 400, 400, 204, 404],
  );
  assert.deepEqual((await call('GET', `/Groups/${group.id}`)).body.members, []);
  const isMember = async (id = ''): Promise<unknown> =>
    (await call('GET', encodeURI(`/Groups?filter=id eq "${group.id}" and member eq "${id}"`))).body.totalResults;
  assert.deepEqual([await isMember(ids[1]), await isMember(ids[2])], [0, 1]);
});

test('refuses a caller who does not name himself', async (t) => {
  const { app } = await aws(t);

  const status = await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${app.token}` };
    requestOf(`${app.baseUrl}/Users`, { headers }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end();
  });

  assert.equal(status, 403);
});

function active(value: unknown): object {
  return { op: 'replace', path: 'active', value };
}

const patch = (operations: readonly unknown[]): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

interface Answer {
  readonly status: number;
  readonly body: {
    readonly id: string;
    readonly detail?: string;
    readonly totalResults?: number;
    readonly members?: unknown;
  };
}

async function aws(
  t: TestContext,
): Promise<{ app: SimulatedApp; call(method: string, path: string, body?: unknown): Promise<Answer> }> {
  const apps = await startApps({ apps: [{ name: 'AWS', kind: 'aws' }] });
  t.after(() => apps.stop());
  const app = apps.app('AWS');
  return {
    app,
    call: async (method, path, body) => {
      const answer = await fetch(app.baseUrl + path, {
        method,
        headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/scim+json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
    },
  };
}
