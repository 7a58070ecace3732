import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { startApps } from '../../../sandbox/apps/server.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const ADA = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'ada.oak',
  emails: [{ value: 'ada.oak@example.com', type: 'work', primary: true }],
};

test('searches users by name and external id only, groups by name only, and sorts nothing', async (t) => {
  const app = await directory(t);
  const statusOf = async (path: string): Promise<number> => (await call(app, 'GET', path)).status;
  const filter = (text: string): string => `filter=${encodeURIComponent(text)}`;

  assert.equal(await statusOf(`/Users?${filter('userName eq "ada.oak"')}`), 200);
  assert.equal(await statusOf(`/Users?${filter('externalId eq "E1"')}`), 200);
  assert.equal(await statusOf(`/Users?${filter('emails.value eq "ada.oak@example.com"')}`), 400);
  assert.equal(await statusOf(`/Users?${filter('userName eq "ada.oak" and externalId eq "E1"')}`), 400);
  assert.equal(await statusOf('/Users?sortBy=userName'), 400);
  assert.equal(await statusOf(`/Groups?${filter('displayName eq "Staff"')}`), 200);
  assert.equal(await statusOf(`/Groups?${filter('members.value eq "u1"')}`), 400);
});

test('says which address is taken, in its own words', async (t) => {
  const app = await directory(t);
  await call(app, 'POST', '/Users', ADA);

  const { status, body } = await call(app, 'POST', '/Users', { ...ADA, userName: 'another' });

  assert.deepEqual([status, body['scimType']], [409, 'uniqueness']);
  assert.equal(body['detail'], 'Resource [USER]: with email[ada.oak@example.com] already exists.');
});

test('gives a user the id of the account in Atlassian', async (t) => {
  const app = await directory(t);

  const { status, body } = await call(app, 'POST', '/Users', ADA);

  assert.equal(status, 201);
  const extension = body['urn:scim:schemas:extension:atlassian-external:1.0'] as {
    readonly atlassianAccountId: string;
  };
  assert.match(extension.atlassianAccountId, /^712020:/);
});

const REFUSED: Readonly<Record<string, object>> = {
  'no primary address': { emails: [{ value: 'ada.oak@example.com' }] },
  'an attribute that is not described': { userType: 'Employee' },
  'a status in words': { active: 'true' },
  'no user name': { userName: '' },
};
for (const [what, changes] of Object.entries(REFUSED)) {
  test(`refuses a user with ${what}`, async (t) => {
    const app = await directory(t);

    const { status } = await call(app, 'POST', '/Users', { ...ADA, ...changes });

    assert.deepEqual([status, app.users()], [400, []]);
  });
}

async function directory(t: TestContext): Promise<SimulatedApp> {
  const apps = await startApps({ apps: [{ name: 'Jira', kind: 'atlassian' }] });
  t.after(() => apps.stop());
  return apps.app('Jira');
}

async function call(app: SimulatedApp, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${app.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}
