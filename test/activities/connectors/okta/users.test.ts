import assert from 'node:assert/strict';
import { test } from 'node:test';

import { USER_DOES_NOT_EXIST } from '../../../../activities/connectors/commands.js';
import { UNCHANGED } from '../../../../activities/connectors/okta/users.js';
import { failureOf } from '../../../connectors/support/http-peer.js';
import { addUser, command, organisation, PAT, stored, writes } from './support.js';

const id = '00u[0-9a-f]+';

test("stages a new user, then activates it without Okta's own mail", async (t) => {
  const { app, connector } = await organisation(t);

  const result = await command(connector, 'create-user');

  assert.deepEqual([result.success, result.action, result.active], [true, 'create', true]);
  assert.equal(stored(app).status, 'PROVISIONED');
  const [created = '', activated = '', ...more] = writes(app);
  assert.equal(created, 'POST /users?activate=false');
  assert.match(activated, new RegExp(`^POST /users/${id}/lifecycle/activate\\?sendEmail=false$`));
  assert.deepEqual(more, []);
});

test('a creation whose activation fails for a moment is finished at once', async (t) => {
  const { app, connector } = await organisation(t);
  app.addFault({ kind: 'error', status: 503, path: '/lifecycle/activate' });

  const result = await command(connector, 'create-user');

  assert.deepEqual([result.success, result.action], [true, 'create'], result.errorMessage);
  assert.equal(stored(app).status, 'PROVISIONED');
  assert.equal(app.users().length, 1);
});

test('a creation that was interrupted before the activation is finished by the next attempt', async (t) => {
  const { app, connector } = await organisation(t);
  app.addFault({ kind: 'error', status: 503, path: '/lifecycle/activate', times: 'forever' });
  const failure = await failureOf(command(connector, 'create-user'));
  app.clearFaults();

  const result = await command(connector, 'create-user', { interrupted: 'absent' });

  assert.equal(failure.retryable, true);
  assert.deepEqual([result.success, result.action, result.active], [true, 'create', true], result.errorMessage);
  assert.equal(stored(app).status, 'PROVISIONED');
});

test('says that the user waits staged when the activation is refused for good', async (t) => {
  const { app, connector } = await organisation(t);
  app.addFault({ kind: 'error', status: 403, path: '/lifecycle/activate' });

  const result = await command(connector, 'create-user');

  assert.deepEqual([result.success, result.errorKind], [false, 'unauthorized']);
  assert.match(result.errorMessage ?? '', /was created and waits in status STAGED/);
});

for (const [status, expected] of [
  ['STAGED', 'PROVISIONED'],
  ['DEPROVISIONED', 'PROVISIONED'],
  ['SUSPENDED', 'ACTIVE'],
] as const) {
  test(`an update that may enable takes a user from ${status} to ${expected}, and writes the profile in the same command`, async (t) => {
    const { app, connector } = await organisation(t);
    addUser(app, status, { title: 'Engineer' });

    const result = await command(connector, 'update-user', { profile: { ...PAT, title: 'Lead' }, allowEnable: true });

    assert.deepEqual([result.success, result.active, result.warnings], [true, true, undefined], result.errorMessage);
    assert.deepEqual([stored(app).status, stored(app).profile['title']], [expected, 'Lead']);
  });

  test(`an update that may not enable leaves a user ${status}`, async (t) => {
    const { app, connector } = await organisation(t);
    addUser(app, status);

    await command(connector, 'update-user', { profile: { ...PAT, title: 'Lead' } });
    await command(connector, 'update-user', { allowEnable: true }, { enableUserEnabled: false });

    assert.equal(stored(app).status, status);
  });
}

test('keeps what Okta will not take for a deactivated user until the user is enabled', async (t) => {
  const { app, connector } = await organisation(t);
  addUser(app, 'DEPROVISIONED', { title: 'Engineer' });
  const profile = { ...PAT, title: 'Lead' };

  const kept = await command(connector, 'update-user', { profile });
  const title = stored(app).profile['title'];
  await command(connector, 'update-user', { profile, allowEnable: true });

  assert.deepEqual([kept.success, kept.active, kept.warnings], [true, false, [UNCHANGED]]);
  assert.equal(title, 'Engineer');
  assert.equal(stored(app).profile['title'], 'Lead');
});

for (const status of ['STAGED', 'PROVISIONED', 'ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'SUSPENDED']) {
  test(`a leaver who is ${status} counts as active and is deactivated`, async (t) => {
    const { app, connector } = await organisation(t);
    addUser(app, status);

    const seen = await command(connector, 'get-user');
    const result = await command(connector, 'disable-user');

    assert.equal(seen.active, true);
    assert.deepEqual([result.success, result.skipped, result.active], [true, false, false], result.errorMessage);
    assert.equal(stored(app).status, 'DEPROVISIONED');
  });
}

test('a deactivated user is asked nothing and reported as disabled already', async (t) => {
  const { app, connector } = await organisation(t);
  addUser(app, 'DEPROVISIONED');

  const result = await command(connector, 'disable-user');

  assert.deepEqual([result.success, result.skipped, result.reason], [true, true, 'User is already disabled.']);
  assert.deepEqual(writes(app), []);
});

test('a user that somebody deactivates meanwhile is disabled all the same', async (t) => {
  const { app, connector } = await organisation(t);
  const { id: userId } = addUser(app, 'ACTIVE');
  const before = await connector.find({ attribute: 'id', value: userId }, PAT);
  assert.ok(before !== null);
  await connector.disable(userId, before);

  const after = await connector.disable(userId, before);

  assert.equal(after.active, false);
});

test('a user that does not exist is never taken for one that is disabled already', async (t) => {
  const { app, administrator, connector } = await organisation(t);
  const { id: userId } = addUser(app, 'ACTIVE');
  const before = await connector.find({ attribute: 'id', value: userId }, PAT);
  assert.ok(before !== null);
  await administrator('DELETE', `/users/${userId}`);
  await administrator('DELETE', `/users/${userId}`);

  const absent = await command(connector, 'disable-user');
  const failure = await failureOf(connector.disable(userId, before));

  assert.deepEqual([absent.skipped, absent.reason], [true, USER_DOES_NOT_EXIST]);
  assert.deepEqual([failure.kind, failure.code], ['not-found', 'E0000007']);
});

test('a user on the way to being deactivated counts as deactivated', async (t) => {
  const { app, connector } = await organisation(t, {}, { staleReadsAfterDisable: 5 });
  addUser(app, 'ACTIVE');
  await command(connector, 'disable-user');

  const result = await command(connector, 'get-user');

  assert.deepEqual([result.success, result.active], [true, false]);
});

test('two users with one address are neither absent nor made a third time', async (t) => {
  const { app, connector } = await organisation(t);
  addUser(app, 'ACTIVE', { login: 'one@example.com' });
  addUser(app, 'ACTIVE', { login: 'two@example.com' });

  const result = await command(connector, 'update-user', { profile: { ...PAT, username: '' } });

  assert.deepEqual([result.success, result.errorKind], [false, 'ambiguous']);
  assert.equal(app.users().length, 2);
});

test('looks by id, then by login, then by address, each before and after a change of the address', async (t) => {
  const { app, connector } = await organisation(t);
  const old = { ...PAT, email: 'old@example.com', username: 'old@example.com' };

  await command(connector, 'update-user', { known: { id: '00u1' }, oldUserData: old }, { createIfNotExists: false });

  const filters = app.requests().map(({ path }) => new URL(path, 'http://okta').searchParams.get('filter'));
  assert.deepEqual(filters, [
    'id eq "00u1"',
    'profile.login eq "old@example.com"',
    'profile.email eq "old@example.com"',
    `profile.login eq "${PAT.username}"`,
    `profile.email eq "${PAT.email}"`,
  ]);
});

test('sends only what differs and leaves attributes alone that no mapper names', async (t) => {
  const { app, connector } = await organisation(t);
  addUser(app, 'ACTIVE', { title: 'Engineer', badgeNumber: 'B7', department: 'IT' });

  await command(connector, 'update-user', { profile: { ...PAT, title: 'Lead', department: '' } });

  const { title, badgeNumber, department } = stored(app).profile;
  assert.deepEqual([title, badgeNumber, department], ['Lead', 'B7', undefined]);
  assert.equal(writes(app).length, 1);
});

test('a login that belongs to another user is a conflict', async (t) => {
  const { app, connector } = await organisation(t);
  addUser(app, 'ACTIVE', { login: 'taken@example.com', email: 'other@example.com' });
  const { id: userId } = addUser(app, 'ACTIVE', { email: 'mine@example.com', login: 'mine@example.com' });
  const profile = { ...PAT, username: 'taken@example.com', email: 'mine@example.com' };

  const result = await command(connector, 'update-user', { profile, known: { id: userId } });

  assert.deepEqual([result.success, result.errorKind, result.errorCode], [false, 'conflict', 'E0000001']);
});

test('tells every cause of a refusal by its number, and of nobody', async (t) => {
  const { connector } = await organisation(t);
  const profile = { ...PAT, username: 'no-address', surname: '' };

  const result = await command(connector, 'create-user', { profile });

  assert.deepEqual([result.success, result.errorKind, result.errorCode], [false, 'validation', 'E0000001']);
  assert.match(result.errorMessage ?? '', /Api validation failed: login\. Reason: 1\. login: .* 2\. lastName: /);
  assert.doesNotMatch(result.errorMessage ?? '', /example\.com|no-address|Pat/);
});

test('a wrong token is a fault of the credentials, and shows up nowhere', async (t) => {
  const { connector } = await organisation(t, { apiToken: 'a-wrong-token' });

  const result = await command(connector, 'get-user');

  assert.deepEqual([result.errorKind, result.errorCode], ['unauthorized', 'E0000011']);
  assert.match(result.errorMessage ?? '', /check the credentials/);
  assert.doesNotMatch(result.errorMessage ?? '', /wrong-token/);
});

test('a used up quota is waited for as long as its reset says', async (t) => {
  const { connector } = await organisation(t, {}, { requestsPerMinute: 1 });
  await command(connector, 'get-user', { known: { id: '00u1' } }).catch(() => undefined);

  const failure = await failureOf(command(connector, 'get-user'));

  assert.deepEqual([failure.kind, failure.code], ['rate-limited', 'E0000047']);
  const delay = failure.options.retryAfterMs ?? 0;
  assert.ok(delay > 0 && delay <= 60_000, String(delay));
});
