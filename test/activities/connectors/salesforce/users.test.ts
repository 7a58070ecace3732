import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SALESFORCE_PROFILES } from '../../../../sandbox/apps/salesforce/organization.js';
import { failureOf, json } from '../../../connectors/support/http-peer.js';
import {
  answering,
  find,
  MARRIED,
  PAT,
  run,
  salesforce,
  seed,
  stored,
  writes,
} from '../../../connectors/support/salesforce-target.js';

const { standard, sales } = SALESFORCE_PROFILES;

test('finds addresses with quotes and backslashes, and nobody by a piece of a query', async (t) => {
  const opened = await salesforce(t);
  const profile = { ...PAT, username: "o'neil\\x@example.com", email: "o'neil\\x@example.com" };
  const id = seed(opened, profile);
  const piece = "x' OR Email != 'y";

  const found = await run(opened, 'get-user', profile);
  const nobody = await run(opened, 'get-user', { ...PAT, username: piece, email: piece });

  assert.equal(found.id, id, found.errorMessage);
  assert.deepEqual([nobody.success, nobody.errorCode], [false, '404']);
});

test('reads every page of an answer before it believes in one account', async (t) => {
  const user = (id: string) => ({ Id: id, Email: 'pat@example.com', IsActive: true });
  const { peer, connector } = await answering(t, [
    json({ done: false, nextRecordsUrl: '/services/data/v66.0/query/01g-2000', records: [user('005A')] }),
    json({ done: true, records: [user('005B')] }),
  ]);

  const error = await failureOf(connector.find(find, PAT));

  assert.equal(error.kind, 'ambiguous');
  assert.equal(peer.seen[2]?.url, '/services/data/v66.0/query/01g-2000');
});

test('makes a user with the required fields from map, rules and settings, and reads it back', async (t) => {
  const opened = await salesforce(t, {
    profileId: { rules: [{ when: 'department = "Sales"', value: sales.id }], default: standard.id },
    timeZone: { rules: [{ when: '$contains(location, /^New York/)', value: 'America/New_York' }] },
    locale: 'de_DE',
    usernameSuffix: '.acme',
  });
  const profile = { ...PAT, department: 'Sales', location: 'New York 5' };

  const result = await run(opened, 'create-user', profile);

  assert.deepEqual([result.success, result.active], [true, true], result.errorMessage);
  assert.equal(result.username, 'p1@example.com.acme');
  const { id, ...user } = stored(opened);
  assert.equal(id, result.id);
  assert.deepEqual(user, {
    Username: 'p1@example.com.acme',
    LastName: 'Example1',
    FirstName: 'Pat',
    Email: 'p1@example.com',
    Alias: 'p1@examp',
    ProfileId: sales.id,
    TimeZoneSidKey: 'America/New_York',
    LocaleSidKey: 'de_DE',
    EmailEncodingKey: 'UTF-8',
    LanguageLocaleKey: 'en_US',
    IsActive: true,
  });
});

test('sends nothing for a person to whom no rule applies, and names the setting', async (t) => {
  const opened = await salesforce(t, { timeZone: { rules: [{ when: 'city = "Berlin"', value: 'Europe/Berlin' }] } });

  const result = await run(opened, 'create-user', { ...PAT, city: 'Rome' });

  assert.deepEqual([result.success, result.errorKind], [false, 'validation']);
  assert.match(result.errorMessage ?? '', /needs TimeZoneSidKey.*settings\.timeZone/);
  assert.equal(writes(opened), 0);
});

test('names the field that neither map nor profile has a value for', async (t) => {
  const opened = await salesforce(t);

  const result = await run(opened, 'create-user', { ...PAT, surname: '' });

  assert.match(result.errorMessage ?? '', /needs LastName.*map LastName in mapper 'test out'/);
  assert.equal(writes(opened), 0);
});

test('takes a value of the map before one of the rules, and never sends Name', async (t) => {
  const opened = await salesforce(t, {}, { ProfileId: { value: sales.id }, Name: 'displayName' });

  const result = await run(opened, 'create-user');

  assert.equal(result.success, true, result.errorMessage);
  assert.equal(stored(opened)['ProfileId'], sales.id);
});

test('leaves alias, username, profile and zone of a found user alone, and compares addresses without case', async (t) => {
  const opened = await salesforce(t, { profileId: { default: sales.id }, timeZone: { default: 'UTC' } });
  seed(opened, PAT, { Username: 'by.hand@example.com', Email: 'P1@Example.com' });
  const before = stored(opened);

  const same = await run(opened, 'update-user', PAT, { oldUserData: PAT });
  const unchanged = writes(opened);
  await run(opened, 'update-user', { ...PAT, title: 'Lead' }, { oldUserData: PAT });

  assert.deepEqual([same.success, unchanged], [true, 0], same.errorMessage);
  assert.deepEqual(stored(opened), { ...before, Title: 'Lead' });
});

test('renames a user whose username changed, and passes on what the rules newly choose', async (t) => {
  const opened = await salesforce(t, {
    usernameSuffix: '.acme',
    profileId: { rules: [{ when: 'department = "Sales"', value: sales.id }], default: standard.id },
  });
  const id = seed(opened, PAT, { Username: `${PAT.username}.acme` });

  const changed = { ...MARRIED, department: 'Sales' };
  const result = await run(opened, 'update-user', changed, { oldUserData: PAT });

  assert.deepEqual([result.success, result.id], [true, id], result.errorMessage);
  const { Username: username, Email: email, ProfileId: profileId, TimeZoneSidKey: zone } = stored(opened);
  assert.deepEqual(
    [username, email, profileId, zone],
    ['pat.new@example.com.acme', 'pat.new@example.com', sales.id, 'Europe/Berlin'],
  );
});

test('reads profile, permission sets and groups', async (t) => {
  const opened = await salesforce(t);
  const id = seed(opened, PAT, { permissionSets: ['Export'], groups: ['West'] });

  assert.deepEqual(await opened.connector.readAccess?.(id), {
    active: true,
    profile: 'Standard User',
    role: null,
    permissionSets: ['Export'],
    groups: [{ name: 'West', type: 'Regular' }],
  });
  assert.equal((await failureOf(opened.connector.readAccess!('005000000000009AAA'))).kind, 'not-found');
});

test('describes the fields that can be written', async (t) => {
  const { connector } = await salesforce(t);

  const fields = await connector.describe();

  assert.equal(fields['Username'], 'Username');
  assert.deepEqual([fields['Name'], fields['Id']], [undefined, undefined]);
});

test('tells the right and the quota of the day, and misses the right to manage users', async (t) => {
  const { connector } = await salesforce(t);
  const without = await answering(t, [json({ done: true, records: [{ PermissionsManageUsers: false }] })]);

  const report = await connector.test();
  const error = await failureOf(without.connector.test());

  assert.deepEqual(report, {
    rights: ['Manage Users'],
    quota: { remaining: 14_999, limit: 15_000, what: 'API requests a day' },
  });
  assert.deepEqual([error.kind, /Manage Users/.test(error.message)], ['unauthorized', true]);
});
