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
const ADA = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'ada.oak',
  externalId: 'E1',
  displayName: 'Ada Oak',
  active: true,
  name: { givenName: 'Ada', familyName: 'Oak' },
  emails: [{ value: 'ada.oak@example.com', type: 'work', primary: true }],
};

async function github(t: TestContext, scope: 'organization' | 'enterprise'): Promise<SimulatedApp> {
  const apps = await startApps({ apps: [{ name: 'Code', kind: `github-${scope}` }] });
  t.after(() => apps.stop());
  return apps.app('Code');
}

async function call(
  app: SimulatedApp,
  method: string,
  path: string,
  body?: unknown,
  token = app.token,
): Promise<Answer> {
  const answer = await fetch(`${app.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': 'test' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
    headers: answer.headers,
  };
}

const patch = (app: SimulatedApp, id: unknown, operation: object): Promise<Answer> =>
  call(app, 'PATCH', `/Users/${String(id)}`, { schemas: [PATCH_SCHEMA], Operations: [operation] });

const search = (app: SimulatedApp, filter: string): Promise<Answer> =>
  call(app, 'GET', `/Users?filter=${encodeURIComponent(filter)}`);

test('distinguishes upper and lower case in addresses', async (t) => {
  const app = await github(t, 'organization');

  const [right, wrong] = [await call(app, 'GET', '/Users'), await call(app, 'GET', '/users')];

  assert.deepEqual([right.status, wrong.status, wrong.body['message']], [200, 404, 'Not Found']);
});

const REFUSED: Readonly<Record<string, object>> = {
  'an attribute that the schema does not have': { ...ADA, title: 'Lead' },
  'an account without addresses': { ...ADA, emails: [] },
  'an account without a name': { ...ADA, name: undefined },
  'a status as a text': { ...ADA, active: 'true' },
};
for (const [what, body] of Object.entries(REFUSED)) {
  test(`refuses ${what} in the form of SCIM`, async (t) => {
    const app = await github(t, 'organization');

    const answer = await call(app, 'POST', '/Users', body);

    assert.deepEqual([answer.status, answer.body['status']], [400, 400]);
    assert.match(String(answer.body['detail']), /Invalid request/);
  });
}

const REFUSED_OPERATIONS: Readonly<Record<string, object>> = {
  'a capitalised operation': { op: 'Replace', value: { active: true } },
  'a boolean with a path': { op: 'replace', path: 'active', value: true },
  'a filter inside a path': { op: 'replace', path: 'emails[type eq "work"].value', value: 'x@example.com' },
};
for (const [what, operation] of Object.entries(REFUSED_OPERATIONS)) {
  for (const scope of ['organization', 'enterprise'] as const) {
    test(`${scope}: refuses ${what}`, async (t) => {
      const app = await github(t, scope);
      const { id } = (await call(app, 'POST', '/Users', ADA)).body;

      const answer = await patch(app, id, operation);

      assert.equal(answer.status, 400);
    });
  }
}

test('organization: searches by addresses, enterprise does not', async (t) => {
  const filter = 'emails eq "ada.oak@example.com"';
  const [organization, enterprise] = [await github(t, 'organization'), await github(t, 'enterprise')];
  for (const app of [organization, enterprise]) await call(app, 'POST', '/Users', ADA);

  const [found, refused] = [await search(organization, filter), await search(enterprise, filter)];

  assert.deepEqual([found.status, found.body['totalResults'], refused.status], [200, 1, 400]);
});

test('organization: whoever is said to be inactive is gone', async (t) => {
  const app = await github(t, 'organization');
  const { id } = (await call(app, 'POST', '/Users', ADA)).body;

  const changed = await patch(app, id, { op: 'replace', value: { active: false } });
  const read = await call(app, 'GET', `/Users/${String(id)}`);

  assert.deepEqual([changed.status, changed.body['active'], read.status], [200, false, 404]);
});

test('enterprise: a suspended account is hidden, found by its external id, and comes back as it was', async (t) => {
  const app = await github(t, 'enterprise');
  const { id } = (await call(app, 'POST', '/Users', ADA)).body;

  const suspended = await patch(app, id, { op: 'replace', value: { active: false } });
  const byName = await search(app, 'userName eq "ada.oak"');
  const byKey = await search(app, 'externalId eq "E1"');
  const back = await patch(app, id, { op: 'replace', value: { active: true } });

  assert.doesNotMatch(JSON.stringify(suspended.body), /ada\.oak/);
  assert.deepEqual([byName.body['totalResults'], byKey.body['totalResults']], [0, 1]);
  assert.deepEqual([back.body['userName'], back.body['emails']], ['ada.oak', ADA.emails]);
});

test('refuses a wrong token in the form of the REST API, and tells the scopes of the right one', async (t) => {
  const app = await github(t, 'enterprise');

  const refused = await call(app, 'GET', '/Users', undefined, 'wrong');
  const taken = await call(app, 'GET', '/Users');

  assert.deepEqual([refused.status, refused.body['message']], [401, 'Bad credentials']);
  assert.equal(taken.headers.get('x-oauth-scopes'), 'scim:enterprise, read:user');
});
