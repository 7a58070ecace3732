import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { runUserCommand } from '../../../activities/connectors/commands.js';
import { EXCEEDLMS_BRAND } from '../../../activities/connectors/exceedlms.js';
import { openApp, optionsOf, somebody } from '../../connectors/support/app-target.js';
import { settingFault } from '../../connectors/support/faults.js';
import { failureOf, json, peerOf } from '../../connectors/support/http-peer.js';
import { exceedLmsRecord } from '../../connectors/targets/exceedlms.js';
import { ALL_FLAGS } from '../../connectors/support/flags.js';
import type { UserCommandRequest, UserCommandResult, UserConnector } from '../../../activities/connectors/types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';
import type { Answer, Peer } from '../../connectors/support/http-peer.js';

const BOSS = somebody(9);
const PAT: UserProfile = { ...somebody(1), managerEmailAddress: BOSS.email ?? '', hireDate: '02/01/2027' };
const KEY = 'k3y/+secret';

interface Opened {
  readonly app: SimulatedApp;
  readonly connector: UserConnector;
}

async function site(t: TestContext): Promise<Opened> {
  const { close, ...opened } = await openApp({
    brand: EXCEEDLMS_BRAND,
    app: { kind: 'exceedlms' },
    settings: ({ url, token }) => ({ url, apiKey: token }),
  });
  t.after(close);
  return opened;
}

/** A connector whose site answers from a list. */
async function answering(
  t: TestContext,
  ...answers: readonly Answer[]
): Promise<{ readonly peer: Peer; readonly connector: UserConnector }> {
  const peer = await peerOf(...answers);
  const connector = EXCEEDLMS_BRAND.create(
    { url: `${peer.url}/`, apiKey: KEY },
    optionsOf(EXCEEDLMS_BRAND),
    settingFault,
  );
  t.after(async () => {
    await connector.close();
    await peer.close();
  });
  return { peer, connector };
}

const run = (
  { connector }: Pick<Opened, 'connector'>,
  command: Parameters<typeof runUserCommand>[2],
  profile: UserProfile = PAT,
  request: Partial<UserCommandRequest> = {},
): Promise<UserCommandResult> =>
  runUserCommand(connector, ALL_FLAGS, command, { profile, known: null, allowEnable: false, ...request });

const seed = ({ app }: Opened, profile: UserProfile, changes: Record<string, unknown> = {}): string =>
  app.addUser({ ...exceedLmsRecord(profile, { active: true, email: profile.email ?? '' }), ...changes }).id;

const asked = ({ app }: Opened, method: string): readonly string[] =>
  app.requests().flatMap((request) => (request.method === method ? [request.path] : []));

const find = { attribute: 'email', value: 'pat@example.com' };
const USER = { id: 7, login: 'pat', email: 'pat@example.com', is_active: true };

test('sends the key as a query parameter beside the encoded value of one attribute', async (t) => {
  const { peer, connector } = await answering(t, json([]));

  await connector.find({ attribute: 'login', value: 'p+a&t' }, PAT);

  assert.equal(peer.seen[0]?.url, '/api/v2/users.json?user[login]=p%2Ba%26t&api_key=k3y%2F%2Bsecret');
  assert.equal(peer.seen[0].headers.authorization, undefined);
});

test('shows the key and the person in no message, whatever the site says', async (t) => {
  const said = `no user pat for ${KEY} at /users.json?api_key=${encodeURIComponent(KEY)}&user[login]=pat`;
  const { peer, connector } = await answering(t, json({ error: said }, 400), json({ error: said }, 503));

  const key = { attribute: 'login', value: 'pat' };
  const errors = [await failureOf(connector.find(key, PAT)), await failureOf(connector.find(key, PAT))];
  await peer.close();
  errors.push(await failureOf(connector.find(key, PAT)));

  for (const { message } of errors) assert.doesNotMatch(message, /k3y|pat\b/);
  assert.match(errors[0]?.message ?? '', /answered 400: no user \*\*\* for \*\*\*/);
});

test('takes one user, a list of one, an empty list, nothing and 404 for what they are', async (t) => {
  const { connector } = await answering(t, json(USER), json([USER]), json([]), json(null), json({}, 404));

  const found = [];
  for (let index = 0; index < 5; index++) found.push(await connector.find(find, PAT));

  assert.deepEqual(
    found.map((user) => user?.id ?? null),
    ['7', '7', null, null, null],
  );
});

test('keeps the digits of large ids, and reads a status that is a text', async (t) => {
  const { connector } = await answering(t, (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('[{"id": 9007199254740993, "login": "pat", "email": "pat@example.com", "is_active": "false"}]');
  });

  const user = await connector.find(find, PAT);

  assert.deepEqual([user?.id, user?.active], ['9007199254740993', false]);
});

test('refuses users without a status, with another address, and several of one address', async (t) => {
  const { is_active: _status, ...withoutStatus } = USER;
  const { connector } = await answering(
    t,
    json([withoutStatus]),
    json([{ ...USER, email: 'other@example.com' }]),
    json([USER, { ...USER, id: 8 }]),
  );

  const kinds = [];
  for (let index = 0; index < 3; index++) kinds.push((await failureOf(connector.find(find, PAT))).kind);

  assert.deepEqual(kinds, ['validation', 'lookup-mismatch', 'ambiguous']);
});

test('never asks for an id that is no number', async (t) => {
  const { peer, connector } = await answering(t, json(USER));

  assert.equal(await connector.find({ attribute: 'id', value: '7-11' }, PAT), null);
  assert.deepEqual(peer.seen, []);
});

test('makes a flat user with a boolean status, the day of hire and the id of the manager', async (t) => {
  const opened = await site(t);
  const boss = seed(opened, BOSS);

  const result = await run(opened, 'create-user', { ...PAT, city: 'Oslo' });

  assert.deepEqual([result.success, result.active, result.warnings], [true, true, undefined], result.errorMessage);
  assert.deepEqual(
    opened.app.users().find(({ id }) => id === result.id),
    {
      id: result.id,
      login: PAT.username,
      email: PAT.email,
      first_name: 'Pat',
      last_name: 'Example1',
      manager_email: BOSS.email,
      manager_id: Number(boss),
      code: PAT.employeeId,
      hired_on: '2027-02-01',
      city: 'Oslo',
      is_active: true,
    },
  );
});

test('leaves out a manager who is not found or not certain, with a warning', async (t) => {
  const opened = await site(t);

  const created = await run(opened, 'create-user');
  seed(opened, BOSS);
  seed(opened, { ...BOSS, username: 'another' });
  const updated = await run(opened, 'update-user', { ...PAT, city: 'Oslo' });

  assert.deepEqual(created.warnings, ["The manager's account was not found; manager_id was left out."]);
  assert.deepEqual(updated.warnings, ["The manager's account is not certain; manager_id was left out."]);
  assert.deepEqual([created.success, updated.success], [true, true]);
  assert.equal(opened.app.find(PAT.email ?? '')?.['manager_id'], undefined);
});

test('looks a manager up for creation and change only, and not where the user has this manager already', async (t) => {
  const opened = await site(t);
  const boss = seed(opened, BOSS);
  seed(opened, PAT, { manager_email: BOSS.email?.toUpperCase(), manager_id: Number(boss), hired_on: '2027-02-01' });

  await run(opened, 'get-user');
  await run(opened, 'update-user');
  await run(opened, 'disable-user');

  assert.ok(asked(opened, 'GET').every((path) => !path.includes('p9')));
  assert.equal(asked(opened, 'PATCH').length, 1, 'only the status is written');
});

test('writes the new manager when the address of the manager changes', async (t) => {
  const opened = await site(t);
  const boss = seed(opened, BOSS);
  seed(opened, PAT, { manager_email: 'former@example.com', manager_id: 5 });

  await run(opened, 'update-user');

  const user = opened.app.find(PAT.email ?? '');
  assert.deepEqual([user?.['manager_email'], user?.['manager_id']], [BOSS.email, Number(boss)]);
});

test('disables and enables by a boolean and nothing else; the status is the one that was sent', async (t) => {
  const { peer, connector } = await answering(t, json({ is_active: 'whatever' }));
  const before = { id: '7', username: 'pat', email: null, active: true, raw: USER };

  const disabled = await connector.disable('7', before);
  const enabled = await connector.enable('7', disabled);

  assert.deepEqual(
    peer.seen.map(({ method, url, body }) => [method, url.split('?')[0], body]),
    [
      ['PATCH', '/api/v2/users/7', '{"is_active":false}'],
      ['PATCH', '/api/v2/users/7', '{"is_active":true}'],
    ],
  );
  assert.deepEqual([disabled.active, enabled.active], [false, true]);
});

test('names nobody in a refused change', async (t) => {
  const { connector } = await answering(t, json({ error: 'Oak (ada.oak) teaches a course' }, 422));
  const raw = { ...USER, login: 'ada.oak', last_name: 'Oak' };

  const error = await failureOf(
    connector.disable('7', { id: '7', username: 'ada.oak', email: null, active: true, raw }),
  );

  assert.match(error.message, /422: \*\*\* \(\*\*\*\) teaches a course$/);
});

test('tries again after a creation whose answer holds no user', async (t) => {
  const { connector } = await answering(t, json([]), json({ status: 'ok' }));

  assert.equal((await failureOf(connector.create(PAT))).kind, 'transient');
});

test('takes a key that is taken for a conflict, and other messages for validation; values are left out', async (t) => {
  const { connector } = await answering(
    t,
    json([]),
    json({ errors: { login: ['has already been taken'] } }, 422),
    json([]),
    json({ hired_on: ['is not a date'], first_name: 'Private' }, 422),
  );

  const [taken, wrong] = [await failureOf(connector.create(PAT)), await failureOf(connector.create(PAT))];

  assert.equal(taken.kind, 'conflict');
  assert.match(taken.message, /422: login has already been taken/);
  assert.equal(wrong.kind, 'validation');
  assert.match(wrong.message, /422: hired_on is not a date$/);
});

test('reads an account as a profile', async (t) => {
  const opened = await site(t);
  seed(opened, PAT, { manager_email: BOSS.email, hired_on: '2027-02-01', city: 'Oslo' });

  const { profile } = await run(opened, 'get-user');

  assert.deepEqual(
    [profile?.username, profile?.['hireDate'], profile?.['managerEmailAddress'], profile?.['city']],
    [PAT.username, '02/01/2027', BOSS.email, 'Oslo'],
  );
});

test('tests the connection, and finds a wrong key', async (t) => {
  const opened = await site(t);
  const wrong = EXCEEDLMS_BRAND.create(
    { url: opened.app.url, apiKey: 'wrong-key' },
    optionsOf(EXCEEDLMS_BRAND),
    settingFault,
  );

  assert.deepEqual(await opened.connector.test(), {});
  const error = await failureOf(wrong.test());

  assert.equal(error.kind, 'unauthorized');
  assert.doesNotMatch(error.message, /wrong-key/);
});
