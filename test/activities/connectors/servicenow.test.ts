import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { runUserCommand } from '../../../activities/connectors/commands.js';
import { SERVICENOW_BRAND } from '../../../activities/connectors/servicenow.js';
import { settingFault } from '../../connectors/support/faults.js';
import { failureOf, json, peerOf } from '../../connectors/support/http-peer.js';
import { openApp, optionsOf } from '../../connectors/support/app-target.js';
import { openRecordedApp } from '../../connectors/support/recorded-app.js';
import { SERVICENOW_APP, serviceNowRecord } from '../../connectors/targets/servicenow.js';
import { ALL_FLAGS } from '../../connectors/support/flags.js';
import type { Answer } from '../../connectors/support/http-peer.js';
import type { RecordedApp } from '../../connectors/support/recorded-app.js';
import type { UserCommandRequest, UserCommandResult, UserConnector } from '../../../activities/connectors/types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

const PAT: UserProfile = {
  email: 'pat@example.com',
  username: 'pat.example',
  employeeId: 'E1',
  givenName: 'Pat',
  surname: 'Example',
  displayName: 'Dr. Pat Example',
};

const NOBODY = { error: { message: 'No Record found', detail: 'Gone' }, status: 'failure' };

test('sends an update with real differences only, and never the status or the computed name', async (t) => {
  const recorded = await serviceNow(t);
  seed(recorded.app, { ...PAT, title: 'Engineer' });

  const result = await command(recorded, 'update-user', { profile: { ...PAT, title: 'Lead' } });

  assert.deepEqual([result.success, result.active], [true, true], result.errorMessage);
  assert.deepEqual(bodies(recorded), [{ title: 'Lead' }]);
});

test('enables by two columns before the update, and disables by one', async (t) => {
  const recorded = await serviceNow(t);
  seed(recorded.app, { ...PAT, title: 'Engineer' }, false);

  await command(recorded, 'update-user', { profile: { ...PAT, title: 'Lead' }, allowEnable: true });
  await command(recorded, 'disable-user', {});

  assert.deepEqual(bodies(recorded), [{ active: true, locked_out: false }, { title: 'Lead' }, { active: false }]);
  assert.equal(recorded.app.users()[0]?.['active'], 'false');
});

test('clears an emptied column by an empty text', async (t) => {
  const recorded = await serviceNow(t);
  seed(recorded.app, { ...PAT, title: 'Engineer' });

  await command(recorded, 'update-user', { profile: { ...PAT, title: '', city: '' } });

  assert.deepEqual(bodies(recorded), [{ title: '' }]);
});

test('puts ids in the place of department, cost centre and manager, and asks again only when they change', async (t) => {
  const recorded = await serviceNow(t);
  const sales = await insert(recorded.app, 'cmn_department', { name: 'Sales' });
  const cost = await insert(recorded.app, 'cmn_cost_center', { name: 'Field', code: '4711' });
  const kim = seed(recorded.app, { ...PAT, email: 'kim@example.com', username: 'kim' });
  const profile = { ...PAT, department: 'Sales', costCenter: '4711', managerEmailAddress: 'Kim@example.com' };

  const made = await command(recorded, 'create-user', { profile });
  const asked = recorded.proxy.requests().length;
  const read = await command(recorded, 'get-user', { profile });
  await command(recorded, 'update-user', { profile });

  const { department, cost_center, manager, ...rest } = bodies(recorded)[0] as Record<string, unknown>;
  assert.deepEqual([department, cost_center, manager], [sales, cost, kim], made.errorMessage);
  assert.equal('name' in rest, false);
  assert.equal(made.warnings, undefined);
  assert.deepEqual([read.profile?.['department'], read.profile?.['costCenter']], ['Sales', 'Field']);
  assert.equal(read.profile?.['managerEmailAddress'], 'kim@example.com');
  assert.equal(recorded.proxy.requests().length, asked + 2);
});

test('leaves out a reference without exactly one record, says so, and goes on', async (t) => {
  const recorded = await serviceNow(t);
  for (const id of ['1', '2']) await insert(recorded.app, 'cmn_department', { name: 'Sales', id });
  seed(recorded.app, { ...PAT, email: 'kim@example.com', username: 'kim' }, false);
  const profile = { ...PAT, department: 'Sales', costCenter: 'a^b', managerEmailAddress: 'kim@example.com' };

  const result = await command(recorded, 'create-user', { profile });

  assert.equal(result.success, true, result.errorMessage);
  const sent = bodies(recorded)[0] as Record<string, unknown>;
  assert.deepEqual([sent['department'], sent['cost_center'], sent['manager']], [undefined, undefined, undefined]);
  const [department = '', cost = '', manager = ''] = result.warnings ?? [];
  assert.match(department, /department was left out: several records of cmn_department/);
  assert.match(cost, /cost_center was left out: .*takes for a command/);
  assert.match(manager, /manager was left out: no record of sys_user/);
  assert.doesNotMatch(JSON.stringify(result.warnings), /Sales|kim|a\^b/);
});

test('refuses values that ServiceNow would take for a command, before any request', async (t) => {
  const recorded = await serviceNow(t);

  for (const username of ['pat^active=true', 'javascript:gs.getUserID()']) {
    const result = await command(recorded, 'disable-user', { profile: { ...PAT, username } });

    assert.deepEqual([result.success, result.errorKind], [false, 'validation']);
    assert.doesNotMatch(result.errorMessage ?? '', /pat\^|getUserID/);
  }
  assert.deepEqual(recorded.proxy.requests(), []);
});

test('asks for two hits of one fixed column with the active ones first', async (t) => {
  const recorded = await serviceNow(t);

  await recorded.connector.find({ attribute: 'email', value: 'pat+1&x@example.com' }, PAT);

  const { path, query } = recorded.proxy.requests()[0] ?? assert.fail('nothing was asked');
  assert.equal(path, '/api/now/table/sys_user');
  assert.deepEqual(
    [query['sysparm_query'], query['sysparm_limit'], query['sysparm_exclude_reference_link']],
    ['email=pat+1&x@example.com^ORDERBYDESCactive', '2', 'true'],
  );
});

test('refuses the arbitrary rows that an ignored condition brings', async (t) => {
  const { app, connector } = await opened(t);
  seed(app, { ...PAT, username: 'somebody.else' });

  await assert.rejects(connector.find({ attribute: 'mistyped', value: 'pat' }, PAT), { kind: 'lookup-mismatch' });
});

test('takes both ways of finding nobody for absent, and the 404 of another server for a fault', async (t) => {
  for (const apiVersion of ['v1', 'v2']) {
    const { connector } = await opened(t, (settings) => ({ ...settings, apiVersion }));
    assert.equal(await connector.find({ attribute: 'email', value: 'pat@example.com' }, PAT), null);
  }
  for (const body of [undefined, { message: 'no such page' }]) {
    const connector = await answering(t, json(body, 404));
    await assert.rejects(connector.find({ attribute: 'email', value: 'pat@example.com' }, PAT), {
      code: 'unexpected-answer',
    });
  }
});

test('reads references as objects, and a status that is a truth value', async (t) => {
  const row = { sys_id: 'a1', user_name: 'pat.example', email: '', active: true, manager: { link: 'x', value: 'b2' } };
  const connector = await answering(t, json({ result: [row] }));

  const user = await connector.find({ attribute: 'user_name', value: 'pat.example' }, PAT);

  assert.deepEqual([user?.active, user?.email, (user?.raw as typeof row).manager], [true, null, 'b2']);
});

test('takes an answer that was cut off for a passing fault and not for nobody', async (t) => {
  const connector = await answering(t, json({ result: [], error: { message: 'Transaction cancelled' } }));

  const error = await failureOf(connector.find({ attribute: 'user_name', value: 'pat' }, PAT));

  assert.deepEqual([error.kind, error.code], ['transient', 'partial-answer']);
});

test('says which columns are hidden', async (t) => {
  const connector = await answering(t, json({ result: [{ sys_id: 'a1', user_name: 'pat' }] }));

  const error = await failureOf(connector.find({ attribute: 'user_name', value: 'pat' }, PAT));

  assert.equal(error.kind, 'unauthorized');
  assert.match(error.message, /let the service account read these columns/);
});

test('fails when a status was passed over in a success, and warns of any other column', async (t) => {
  const recorded = await serviceNow(t);
  seed(recorded.app, { ...PAT, title: 'Engineer' });
  recorded.app.rewriteAnswers((body) =>
    body.replace(/"active":"false"/, '"active":"true"').replace(/Lead/, 'Engineer'),
  );

  const updated = await command(recorded, 'update-user', { profile: { ...PAT, title: 'Lead' } });
  const disabled = await command(recorded, 'disable-user', {});

  assert.match(updated.warnings?.[0] ?? '', /^title did not take the value/);
  assert.deepEqual([disabled.success, disabled.errorCode], [false, 'status-kept']);
});

test('tells a taken user name, a rule and a missing right from each other', async (t) => {
  const cases = [
    ['Unique Key violation detected by database', 'conflict'],
    ["Operation against file 'sys_user' was aborted by Business Rule 'Abort'", 'validation'],
    ['Failed security checks', 'unauthorized'],
  ] as const;
  for (const [detail, kind] of cases) {
    const body = { error: { message: 'Operation Failed', detail }, status: 'failure' };
    const connector = await answering(t, json(body, 403));

    const error = await failureOf(connector.create(PAT));

    assert.equal(error.kind, kind);
    assert.ok(error.message.includes(`Operation Failed: ${detail}`), error.message);
  }
});

test('goes on with an account whose user name somebody took between look-up and creation', async (t) => {
  const taken = { error: { message: 'Operation Failed', detail: 'Unique Key violation' }, status: 'failure' };
  const row = { sys_id: 'a1', user_name: 'pat.example', email: 'pat@example.com', active: 'true' };
  const peer = await peerOf(
    json(NOBODY, 404),
    json(NOBODY, 404),
    json(taken, 403),
    json({ result: [row] }),
    json({ result: row }),
  );
  t.after(peer.close);

  const result = await command({ connector: connectorTo(peer.url) }, 'create-user', {});

  assert.deepEqual([result.success, result.action, result.id], [true, 'update', 'a1'], result.errorMessage);
});

test('waits as long as the hourly limit asks', async (t) => {
  const { connector } = await opened(t, undefined, { requestsPerHour: 1 });
  await connector.find({ attribute: 'email', value: 'pat@example.com' }, PAT);

  const error = await failureOf(connector.find({ attribute: 'email', value: 'pat@example.com' }, PAT));

  assert.equal(error.kind, 'rate-limited');
  // An hour, cut to the longest wait for one answer.
  assert.equal(error.options.retryAfterMs, 900_000);
});

for (const [title, change] of [
  ['Basic authentication', ({ oauth: _, ...rest }) => rest],
  ['the password grant', (settings) => settings],
  ['client credentials', ({ oauth, baseUrl }) => ({ oauth, baseUrl })],
] as readonly [string, (settings: Readonly<Record<string, unknown>>) => unknown][]) {
  test(`signs in by ${title}`, async (t) => {
    const { connector } = await opened(t, change);

    const report = await connector.test();

    assert.deepEqual(report?.rights, title === 'client credentials' ? undefined : ['user_admin']);
  });
}

test('fails the test of a connection that sees nobody', async (t) => {
  const connector = await answering(t, json({ result: [] }));

  await assert.rejects(connector.test(), { kind: 'unauthorized', message: /shows nobody/ });
});

test('describes writable columns by the dictionary of the instance', async (t) => {
  const { connector } = await opened(t);

  const columns = await connector.describe();

  assert.equal(columns['first_name'], 'First name');
  for (const name of ['name', 'sys_id', '']) assert.equal(name in columns, false);
});

test('snapshots groups and roles, each once, whatever their number', async (t) => {
  const { app, connector } = await opened(t);
  const pat = seed(app, PAT);
  const group = await insert(app, 'sys_user_group', { name: 'Staff' });
  const role = await insert(app, 'sys_user_role', { name: 'itil' });
  await insert(app, 'sys_user_grmember', { user: pat, group });
  await insert(app, 'sys_user_grmember', { user: seed(app, { ...PAT, username: 'kim' }), group });
  for (let count = 0; count < 501; count += 1) await insert(app, 'sys_user_has_role', { user: pat, role });

  assert.deepEqual(await connector.readAccess?.(pat), {
    groups: [{ id: group, name: 'Staff' }],
    roles: [{ id: role, name: 'itil' }],
  });
});

for (const [title, settings, expected] of [
  ['no address', { username: 'u', password: 'p' }, /baseUrl/],
  ['no way to sign in', { baseUrl: 'https://x' }, /username and password, or oauth/],
  ['a name without password', { baseUrl: 'https://x', username: 'u' }, /together/],
  ['an unknown version', { baseUrl: 'https://x', username: 'u', password: 'p', apiVersion: 'v9' }, /apiVersion/],
] as const) {
  test(`refuses settings with ${title}`, () => {
    assert.throws(() => SERVICENOW_BRAND.create(settings, optionsOf(SERVICENOW_BRAND), settingFault), expected);
  });
}

/** A simulated ServiceNow, a connector to it, and what goes between them. */
async function serviceNow(t: TestContext): Promise<RecordedApp> {
  const recorded = await openRecordedApp(SERVICENOW_APP, '/api/now');
  t.after(recorded.close);
  return recorded;
}

async function opened(
  t: TestContext,
  change: (settings: Readonly<Record<string, unknown>>) => unknown = (settings) => settings,
  dialect = {},
): Promise<Awaited<ReturnType<typeof openApp>>> {
  const { app, settings, ...target } = SERVICENOW_APP;
  const one = await openApp({
    ...target,
    app: { ...app, dialect },
    settings: (running) => change(settings(running)) as Readonly<Record<string, unknown>>,
  });
  t.after(one.close);
  return one;
}

async function answering(t: TestContext, answer: Answer): Promise<UserConnector> {
  const peer = await peerOf(answer);
  t.after(peer.close);
  return connectorTo(peer.url);
}

const connectorTo = (baseUrl: string): UserConnector =>
  SERVICENOW_BRAND.create(
    { baseUrl, username: 'ilm', password: 'a-secret-password' },
    optionsOf(SERVICENOW_BRAND),
    settingFault,
  );

const command = (
  { connector }: { readonly connector: UserConnector },
  name: Parameters<typeof runUserCommand>[2],
  request: Partial<UserCommandRequest>,
): Promise<UserCommandResult> =>
  runUserCommand(connector, ALL_FLAGS, name, { profile: PAT, known: null, allowEnable: false, ...request });

const seed = (app: SimulatedApp, profile: UserProfile, active = true): string =>
  app.addUser(serviceNowRecord(profile, { active, email: profile.email ?? '' })).id;

/** Bodies of the requests that wrote, in their order. */
const bodies = ({ proxy }: RecordedApp): readonly unknown[] =>
  proxy.requests().flatMap(({ method, body }) => (method === 'GET' ? [] : [body]));

/** Makes a row of any table and gives its id. */
async function insert({ baseUrl, token }: SimulatedApp, table: string, row: object): Promise<string> {
  const answer = await fetch(`${baseUrl}/table/${table}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(row),
  });
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { readonly result: { readonly sys_id: string } }).result.sys_id;
}
