import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { runUserCommand } from '../../../activities/connectors/commands.js';
import { runGroupCommand } from '../../../activities/connectors/group-commands.js';
import { ORACLE_BRAND } from '../../../activities/connectors/oracle.js';
import { countryCode } from '../../../activities/connectors/oracle/country.js';
import { ConnectorError } from '../../../activities/connectors/types.js';
import { optionsOf, somebody } from '../../connectors/support/app-target.js';
import { settingFault } from '../../connectors/support/faults.js';
import { openRecordedApp } from '../../connectors/support/recorded-app.js';
import { ORACLE_TARGET } from '../../connectors/targets/oracle.js';
import { ALL_FLAGS } from '../../connectors/support/flags.js';
import type { GroupConnector, UserCommand, UserConnector } from '../../../activities/connectors/types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { AppHabits } from '../../connectors/contract-application.js';
import type { RecordedApp } from '../../connectors/support/recorded-app.js';

const SETTINGS = { domainUrl: 'https://idcs-1.identity.oraclecloud.com', clientId: 'c', clientSecret: 's' };
const PAT: UserProfile = somebody(1);

const command = (connector: UserConnector, name: UserCommand, profile: UserProfile) =>
  runUserCommand(connector, ALL_FLAGS, name, { profile, known: null, allowEnable: true });

test('fetches one token for all commands, from the address of the domain', async (t) => {
  const { connector, proxy } = await oracle(t);

  await command(connector, 'create-user', PAT);
  await command(connector, 'update-user', { ...PAT, title: 'Lead' });

  const tokens = proxy.requests().filter(({ path }) => path === '/oauth2/v1/token');
  assert.equal(tokens.length, 1);
  assert.equal(tokens[0]?.body, 'grant_type=client_credentials&scope=urn%3Aopc%3Aidm%3A__myscopes__');
  assert.match(String(tokens[0]?.headers['authorization']), /^Basic /);
});

test('adds attributes that the account lacks and replaces those that it has', async (t) => {
  const { connector, proxy } = await oracle(t);
  await command(connector, 'create-user', { ...PAT, title: 'Engineer' });
  proxy.forget();

  await command(connector, 'update-user', { ...PAT, title: 'Lead', mobilePhone: '+1 555 0100' });

  const [search, read, change] = proxy.requests();
  assert.deepEqual([search?.method, read?.method, change?.method], ['GET', 'GET', 'PATCH']);
  assert.match(read?.path ?? '', /\/Users\/[0-9a-f]{32}$/);
  assert.deepEqual((change?.body as { Operations: unknown }).Operations, [
    { op: 'add', path: 'phoneNumbers', value: [{ value: '+1 555 0100', type: 'mobile' }] },
    { op: 'replace', path: 'title', value: 'Lead' },
  ]);
});

test('an update carries everything that the map holds, addresses without empty parts', async (t) => {
  const { app, connector } = await oracle(t);
  await command(connector, 'create-user', PAT);

  const moved = { ...PAT, city: 'Berlin', zipCode: '', countryName: 'Germany', employeeType: 'Contingent Worker' };
  const result = await command(connector, 'update-user', moved);

  assert.equal(result.success, true, result.errorMessage);
  const [account] = app.users();
  assert.deepEqual(account?.['addresses'], [{ type: 'work', locality: 'Berlin', country: 'DE' }]);
  assert.equal(account['userType'], 'Contractor');
});

for (const [employeeType, userType] of [
  ['Regular', 'Employee'],
  ['INTERN', 'Intern'],
  ['Agency', 'External'],
  ['regular ', 'Employee'],
  ['Astronaut', undefined],
] as const) {
  test(`an employee of type '${employeeType}' becomes ${userType ?? 'a user without a type'}`, async (t) => {
    const { app, connector } = await oracle(t, { userTypes: { agency: 'External' } });

    const result = await command(connector, 'create-user', { ...PAT, employeeType });

    assert.equal(result.success, true, result.errorMessage);
    assert.equal(app.users()[0]?.['userType'], userType);
  });
}

test('an unknown country is left out, and the user is made', async (t) => {
  const { app, connector } = await oracle(t);

  const result = await command(connector, 'create-user', { ...PAT, city: 'Oz', countryName: 'Over the rainbow' });

  assert.equal(result.success, true, result.errorMessage);
  assert.deepEqual(app.users()[0]?.['addresses'], [{ type: 'work', locality: 'Oz' }]);
});

for (const [country, code] of [
  ['Germany', 'DE'],
  ['the Netherlands', 'NL'],
  ['United States of America', 'US'],
  ['Turkey', 'TR'],
  ['Türkiye', 'TR'],
  ["Cote d'Ivoire", 'CI'],
  ['gb', 'GB'],
  ['UK', 'GB'],
  ['European Union', undefined],
  ['XA', undefined],
  ['', undefined],
] as const) {
  test(`the code of '${country}' is ${code ?? 'unknown'}`, () => {
    assert.equal(countryCode(country), code);
  });
}

test('reads the members of a large group page by page, and only when they are asked for', async (t) => {
  const { app, connector, proxy } = await oracle(t);
  const ids = Array.from({ length: 1_100 }, (_, index) => app.addUser({ userName: `u${index}`, active: true }).id);
  const groups = connector as unknown as GroupConnector;
  const { id } = await groups.createGroup('Staff');
  await groups.changeMembers(id, ids, []);
  proxy.forget();

  const bare = await runGroupCommand(groups, 'get-group', { displayName: 'Staff' });
  const whole = await runGroupCommand(groups, 'get-group', { id, includeMembers: true });

  assert.equal(bare.members, undefined);
  assert.deepEqual(whole.members, ids);
  assert.deepEqual(
    proxy.requests().map(({ query }) => query['attributes']),
    [
      undefined,
      'id,displayName,members[startIndex=1&count=1000]',
      'id,displayName,members[startIndex=1001&count=1000]',
      'id,displayName,members[startIndex=1101&count=1000]',
    ],
  );
});

test('adds members with their type and removes each by its path', async (t) => {
  const { app, connector, proxy } = await oracle(t);
  const [one = '', two = '', three = ''] = ['a', 'b', 'c'].map((userName) => app.addUser({ userName }).id);
  const groups = connector as unknown as GroupConnector;
  const { id } = await groups.createGroup('Staff');
  await groups.changeMembers(id, [one, two], []);
  proxy.forget();

  const request = { id, memberIdsToAdd: [one, three], memberIdsToDelete: [one, two].slice(1) };
  const result = await runGroupCommand(groups, 'update-group', request);

  assert.equal(result.success, true, result.errorMessage);
  const operations = proxy
    .requests()
    .flatMap(({ body }) => (body as { Operations?: unknown[] } | undefined)?.Operations ?? []);
  assert.deepEqual(operations, [
    { op: 'add', path: 'members', value: [{ value: three, type: 'User' }] },
    { op: 'remove', path: `members[value eq "${two}"]` },
  ]);
  assert.deepEqual((await groups.getGroup({ id }, true))?.members, [one, three]);
});

test('answers a group that is not there with 404, by name, by id and on deletion', async (t) => {
  const { connector } = await oracle(t);
  const groups = connector as unknown as GroupConnector;

  const results = [
    await runGroupCommand(groups, 'get-group', { displayName: 'Nobody' }),
    await runGroupCommand(groups, 'get-group', { id: 'gone', includeMembers: true }),
    await runGroupCommand(groups, 'delete-group', { id: 'gone' }),
  ];

  for (const { success, errorCode, errorMessage } of results) {
    assert.deepEqual([success, errorCode, errorMessage], [false, '404', 'Group Not Found']);
  }
});

test('finds the groups of a leaver by a search', async (t) => {
  const { app, connector } = await oracle(t);
  const { id } = app.addUser({ userName: 'pat', active: true, userType: 'Employee' });
  const groups = connector as unknown as GroupConnector;
  const group = await groups.createGroup('Staff');
  await groups.changeMembers(group.id, [id], []);

  const access = await connector.readAccess?.(id);

  assert.deepEqual(access?.['groups'], [{ id: group.id, name: 'Staff' }]);
  assert.equal(access['userType'], 'Employee');
});

test('describes users by the schema of the domain', async (t) => {
  const { connector, proxy } = await oracle(t);

  const fields = await connector.describe();

  assert.ok('userName' in fields && 'addresses[0].country' in fields && !('id' in fields));
  const [schema] = proxy.requests().filter(({ path }) => !path.includes('token'));
  assert.equal(schema?.path, '/admin/v1/Schemas/urn:ietf:params:scim:schemas:core:2.0:User');
});

test('waits as long as a used up class of requests asks for', async (t) => {
  const { connector } = await oracle(t, {}, { requestsPerSecond: { other: 1 } });
  const read = () => connector.find({ attribute: 'userName', value: 'pat' }, PAT);

  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, read));

  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  assert.ok(reasons.length > 0);
  for (const reason of reasons) {
    assert.ok(reason instanceof ConnectorError);
    assert.deepEqual([reason.kind, reason.options.retryAfterMs], ['rate-limited', 1_000]);
  }
});

for (const [title, change, expected] of [
  ['an address of another kind', { domainUrl: 'ldap://x' }, /domainUrl must be the https address/],
  ['an empty secret', { clientSecret: '' }, /clientSecret must not be empty/],
  ['an unknown user type', { userTypes: { Regular: 'Staff' } }, /userTypes\.Regular/],
  ['a misspelt setting', { domain: 'x' }, /domain/],
] as const) {
  test(`refuses settings with ${title}`, () => {
    const settings = { ...SETTINGS, ...change };

    assert.throws(() => ORACLE_BRAND.create(settings, optionsOf(ORACLE_BRAND), settingFault), expected);
  });
}

/** A simulated domain and a connector to it, with further settings and limits. */
async function oracle(t: TestContext, settings: object = {}, dialect: AppHabits = {}): Promise<RecordedApp> {
  const { simulated } = ORACLE_TARGET;
  assert.ok(simulated);
  const target = {
    ...simulated,
    app: { ...simulated.app, dialect },
    settings: (app: Parameters<typeof simulated.settings>[0]) => ({ ...simulated.settings(app), ...settings }),
  };
  const opened = await openRecordedApp(target, '', 'url');
  t.after(opened.close);
  return opened;
}
