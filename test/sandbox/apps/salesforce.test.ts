import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { SALESFORCE_PROFILES } from '../../../sandbox/apps/salesforce/organization.js';
import { startApps } from '../../../sandbox/apps/server.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly id?: string;
    readonly records?: readonly Readonly<Record<string, unknown>>[];
    readonly [entry: number]: { readonly errorCode: string; readonly fields?: readonly string[] };
  };
  readonly limits: string | null;
}

async function organization(t: TestContext): Promise<SimulatedApp> {
  const apps = await startApps({ apps: [{ name: 'CRM', kind: 'salesforce' }] });
  t.after(() => apps.stop());
  return apps.app('CRM');
}

async function call(app: SimulatedApp, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${app.baseUrl}/v66.0/${path}`, {
    method,
    headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const limits = answer.headers.get('sforce-limit-info');
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'], limits };
}

const query = (app: SimulatedApp, soql: string): Promise<Answer> =>
  call(app, 'GET', `query?q=${encodeURIComponent(soql)}`);

const USER = {
  Username: 'ada.oak@example.com',
  LastName: 'Oak',
  Email: 'ada.oak@example.com',
  Alias: 'ada',
  ProfileId: SALESFORCE_PROFILES.standard.id,
  TimeZoneSidKey: 'Europe/Berlin',
  LocaleSidKey: 'en_US',
  EmailEncodingKey: 'UTF-8',
  LanguageLocaleKey: 'en_US',
};

test('gives a token together with the address that it belongs to', async (t) => {
  const app = await organization(t);
  const { clientId, clientSecret } = app.credentials;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };

  const answer = await fetch(`${app.url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const token = (await answer.json()) as Record<string, unknown>;

  assert.deepEqual([token['access_token'], token['instance_url']], [app.token, app.url]);
});

test('makes, finds, changes and reads a user, and counts requests', async (t) => {
  const app = await organization(t);

  const created = await call(app, 'POST', 'sobjects/User', USER);
  const path = `sobjects/User/${created.body.id}`;
  const changed = await call(app, 'PATCH', path, { Title: 'Lead', IsActive: false });
  const found = await query(app, "SELECT Id, IsActive FROM User WHERE Email = 'ADA.oak@example.com'");
  const read = await call(app, 'GET', path);

  assert.deepEqual([created.status, changed.status, read.status], [201, 204, 200]);
  assert.match(created.body.id ?? '', /^005[A-Za-z0-9]{15}$/);
  assert.deepEqual(found.body.records, [{ attributes: { type: 'User' }, Id: created.body.id, IsActive: false }]);
  assert.equal((read.body as Record<string, unknown>)['Title'], 'Lead');
  assert.equal(read.limits, 'api-usage=4/15000');
});

test('keeps usernames unique beyond what searches show, and names the missing fields', async (t) => {
  const app = await organization(t);
  app.addUser({ Username: 'Ada.Oak@example.com', Email: 'ada.oak@example.com', isElsewhere: true });

  const search = await query(app, "SELECT Id FROM User WHERE Username = 'ada.oak@example.com'");
  const taken = await call(app, 'POST', 'sobjects/User', USER);
  const bare = await call(app, 'POST', 'sobjects/User', { LastName: 'Oak' });

  assert.deepEqual(search.body.records, []);
  assert.deepEqual([taken.status, taken.body[0]?.errorCode], [400, 'DUPLICATE_USERNAME']);
  assert.equal(bare.body[0]?.errorCode, 'REQUIRED_FIELD_MISSING');
  assert.deepEqual(bare.body[0].fields?.slice(0, 2), ['Username', 'Email']);
});

const REFUSED: readonly (readonly [title: string, changes: Record<string, unknown>, code: string])[] = [
  ['a read-only field', { Name: 'Ada Oak' }, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
  ['an unknown field', { Nickname: 'Ada' }, 'INVALID_FIELD'],
  ['a status as text', { IsActive: 'true' }, 'JSON_PARSER_ERROR'],
  ['a long alias', { Alias: 'ada.oak.x' }, 'STRING_TOO_LONG'],
  ['an unknown profile', { ProfileId: '00e000000000009AAA' }, 'INVALID_CROSS_REFERENCE_KEY'],
  ['a used-up licence', { ProfileId: SALESFORCE_PROFILES.platform.id }, 'LICENSE_LIMIT_EXCEEDED'],
];

for (const [title, changes, code] of REFUSED) {
  test(`refuses ${title} with ${code}`, async (t) => {
    const app = await organization(t);

    const { status, body } = await call(app, 'POST', 'sobjects/User', { ...USER, ...changes });

    assert.deepEqual([status, body[0]?.errorCode, app.users().length], [400, code, 0]);
  });
}

test('refuses to deactivate whom it needs, and freezes all the same', async (t) => {
  const app = await organization(t);
  const { id } = app.addUser({ ...USER, IsActive: true, deactivationRefusal: 'A default owner.' });

  const refused = await call(app, 'PATCH', `sobjects/User/${id}`, { IsActive: false });
  const logins = await query(app, `SELECT Id, IsFrozen FROM UserLogin WHERE UserId = '${id}'`);
  const frozen = await call(app, 'PATCH', `sobjects/UserLogin/${String(logins.body.records?.[0]?.['Id'])}`, {
    IsFrozen: true,
  });

  assert.deepEqual([refused.status, frozen.status], [400, 204]);
  assert.deepEqual([app.users()[0]?.['IsActive'], app.users()[0]?.['isFrozen']], [true, true]);
});

test('answers the gate in its own words: 401 for a session, 403 for the quota, malformed queries by name', async (t) => {
  const app = await organization(t);
  app.addFault({ kind: 'unauthorized' });
  app.addFault({ kind: 'rate-limit' });

  const soql = "SELECT Id FROM User WHERE Username = 'o'neil'";
  const answers = [await query(app, soql), await query(app, soql), await query(app, soql)];

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body[0]?.errorCode]),
    [
      [401, 'INVALID_SESSION_ID'],
      [403, 'REQUEST_LIMIT_EXCEEDED'],
      [400, 'MALFORMED_QUERY'],
    ],
  );
});
