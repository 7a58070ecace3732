import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GITHUB_BRAND } from '../../../activities/connectors/github.js';
import { DEFAULT_GITHUB_MAPPER_OUT } from '../../../activities/connectors/github/maps.js';
import { isGroupConnector } from '../../../activities/connectors/registry.js';
import { optionsOf } from '../../connectors/support/app-target.js';
import { settingFault } from '../../connectors/support/faults.js';
import { json } from '../../connectors/support/http-peer.js';
import { GITHUB_ENTERPRISE_APP } from '../../connectors/targets/github.js';
import { aPeer, command, PAT, recorded, wholeLife } from './github/support.js';

test('sends nothing that is not in the schema, whatever the map makes', async (t) => {
  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  const mapperOut = {
    ...DEFAULT_GITHUB_MAPPER_OUT,
    title: 'title',
    'phoneNumbers[0].value': 'mobilePhone',
    'name.honorificPrefix': 'title',
    [`${enterprise}.department`]: 'department',
    active: { value: false },
  };
  const { connector, proxy } = await recorded(t, 'organization', mapperOut);

  await command(connector, 'create-user', { ...PAT, title: 'Lead', mobilePhone: '+1 555 0100', department: 'IT' });

  const creation = proxy.requests().find(({ method }) => method === 'POST');
  assert.deepEqual(creation?.body, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'pat.example',
    externalId: 'E1',
    displayName: 'Pat Example',
    name: { givenName: 'Pat', familyName: 'Example' },
    emails: [{ value: 'pat@example.com', type: 'work', primary: true }],
    active: true,
  });
});

test('organization: disabling deletes, and no request ever says that an account is inactive', async (t) => {
  const { connector, proxy } = await recorded(t, 'organization');
  await wholeLife(connector);

  const deletions = proxy.answers().filter(({ method }) => method === 'DELETE');
  assert.deepEqual(
    deletions.map(({ status }) => status),
    [204],
  );
  assert.doesNotMatch(JSON.stringify(proxy.requests().map(({ body }) => body)), /"active":false/);
});

test('organization: an account that somebody else has deleted meanwhile counts as disabled', async (t) => {
  const { connector } = await recorded(t, 'organization');

  const after = await connector.disable('11111111-2222-3333-4444-555555555555', {
    id: '11111111-2222-3333-4444-555555555555',
    username: null,
    email: null,
    active: true,
    raw: {},
  });

  assert.equal(after.active, false);
});

test('enterprise: disabling suspends by a boolean, and the suspended account is found by its external id', async (t) => {
  const { app, connector, proxy } = await recorded(t, 'enterprise');
  const created = await command(connector, 'create-user');
  await command(connector, 'disable-user');

  const suspended = await command(connector, 'get-user');
  const back = await command(connector, 'update-user', PAT, { allowEnable: true });

  assert.deepEqual([suspended.id, suspended.active], [created.id, false]);
  assert.notEqual(suspended.username, 'pat.example');
  assert.deepEqual([back.id, back.active, back.username], [created.id, true, 'pat.example']);
  const changes = proxy.requests().filter(({ method }) => method === 'PATCH');
  const operations = changes.map(({ body }) => (body as { readonly Operations: unknown }).Operations);
  assert.deepEqual(operations, [
    [{ op: 'replace', value: { active: false } }],
    [{ op: 'replace', value: { active: true } }],
  ]);
  assert.equal(app.requests().filter(({ method }) => method === 'DELETE').length, 0);
});

test('enterprise: a suspended account is not renamed to what is shown of it', async (t) => {
  const { app, connector } = await recorded(t, 'enterprise');
  await command(connector, 'create-user');
  await command(connector, 'disable-user');

  const result = await command(connector, 'update-user', { ...PAT, surname: 'Married' });

  assert.equal(result.success, true, result.errorMessage);
  const [stored] = app.users();
  assert.deepEqual([stored?.['userName'], stored?.['active']], ['pat.example', false]);
  assert.deepEqual(stored?.['name'], { givenName: 'Pat', familyName: 'Married' });
});

test('enterprise: roles that were given in GitHub survive a changed address', async (t) => {
  const { app, connector } = await recorded(t, 'enterprise');
  const roles = [{ value: 'enterprise_owner', primary: false }];
  app.addUser({ ...GITHUB_ENTERPRISE_APP.record(PAT, { active: true, email: 'pat@example.com' }), roles });

  const result = await command(connector, 'update-user', { ...PAT, email: 'new@example.com' });

  assert.equal(result.success, true, result.errorMessage);
  const [stored] = app.users();
  assert.equal((stored?.['emails'] as { value: string }[])[0]?.value, 'new@example.com');
  assert.equal((stored?.['roles'] as { value: string }[])[0]?.value, 'enterprise_owner');
});

test('tells the rights of the token and what is left of its quota', async (t) => {
  const { connector } = await recorded(t, 'organization');

  const report = await connector.test();

  assert.deepEqual(report?.rights, ['admin:org', 'read:user']);
  assert.equal(report?.quota?.limit, 5_000);
});

test('has no commands for groups', async (t) => {
  const { connector } = await recorded(t, 'enterprise');

  assert.equal(isGroupConnector(connector), false);
});

test('describes the attributes that GitHub takes, without a request', async (t) => {
  const { connector, proxy } = await recorded(t, 'organization');

  const attributes = await connector.describe();

  assert.deepEqual(Object.keys(attributes), [
    'userName',
    'externalId',
    'displayName',
    'name.givenName',
    'name.familyName',
    'emails[0].value',
  ]);
  assert.equal(proxy.requests().length, 0);
});

test('an Enterprise Server has no enterprise in its addresses', async (t) => {
  const peer = await aPeer(t, json({ schemas: [], totalResults: 0, Resources: [] }));
  const settings = { baseUrl: `${peer.url}/api/v3`, scope: 'enterprise', token: 't' };
  const connector = GITHUB_BRAND.create(settings, optionsOf(GITHUB_BRAND), settingFault);
  t.after(() => connector.close());

  await connector.test();

  assert.equal(peer.seen[0]?.url, '/api/v3/scim/v2/Users?count=1');
});

const FAULTY: readonly (readonly [string, unknown, RegExp])[] = [
  ['no token', { organization: 'o' }, /token/],
  ['no organization', { token: 't' }, /organization must be set/],
  ['no enterprise', { token: 't', scope: 'enterprise' }, /enterprise must be set/],
  ['an unknown scope', { token: 't', scope: 'team' }, /scope/],
  ['a version that is no date', { token: 't', organization: 'o', apiVersion: 'latest' }, /apiVersion must be a date/],
  ['a misspelt setting', { token: 't', organisation: 'o' }, /organisation/],
];
for (const [title, settings, expected] of FAULTY) {
  test(`refuses settings with ${title}`, () => {
    const faults: string[] = [];
    const fault: typeof settingFault = (path, message) => {
      const error = settingFault(path, message);
      faults.push(error.message);
      return error;
    };

    assert.throws(() => GITHUB_BRAND.create(settings, optionsOf(GITHUB_BRAND), fault));
    assert.match(faults.join('\n'), expected);
  });
}
