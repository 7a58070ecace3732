import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { AWS_BRAND } from '../../../activities/connectors/aws.js';
import { runUserCommand } from '../../../activities/connectors/commands.js';
import { compileOutgoingMap } from '../../../activities/connectors/maps.js';
import { optionsOf, somebody } from '../../connectors/support/app-target.js';
import { settingFault } from '../../connectors/support/faults.js';
import { openRecordedApp } from '../../connectors/support/recorded-app.js';
import { AWS_TARGET } from '../../connectors/targets/aws.js';
import { ALL_FLAGS } from '../../connectors/support/flags.js';
import type { UserCommand, UserConnector } from '../../../activities/connectors/types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { RecordedApp } from '../../connectors/support/recorded-app.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const DAY_MS = 86_400_000;
const SETTINGS = { url: 'https://scim.eu-central-1.amazonaws.com', tenantId: 'a-1', token: 't' };
const PAT: UserProfile = { ...somebody(1), department: 'R&D' };

const command = (connector: UserConnector, name: UserCommand, profile: UserProfile) =>
  runUserCommand(connector, ALL_FLAGS, name, { profile, known: null, allowEnable: true });

test('refuses a new user without one of the demanded names before anything is sent', async (t) => {
  const { connector, proxy } = await aws(t);

  const { displayName: _none, ...nameless } = PAT;
  const result = await command(connector, 'create-user', nameless);

  assert.deepEqual([result.success, result.errorKind], [false, 'validation']);
  assert.match(result.errorMessage ?? '', /demands displayName/);
  assert.deepEqual(
    proxy.requests().map(({ method }) => method),
    ['GET'],
  );
});

test('names itself to the service and writes real booleans', async (t) => {
  const { connector, proxy } = await aws(t);
  await command(connector, 'create-user', PAT);

  await command(connector, 'disable-user', PAT);
  const enabled = await command(connector, 'update-user', PAT);

  assert.deepEqual([enabled.success, enabled.active], [true, true]);
  assert.ok(proxy.requests().every(({ headers }) => /^identity-lifecycle/.test(String(headers['user-agent']))));
  const operations = proxy
    .requests()
    .flatMap(({ body }) => (body as { Operations?: unknown[] } | undefined)?.Operations ?? []);
  assert.deepEqual(operations, [
    { op: 'replace', path: 'active', value: false },
    { op: 'replace', path: 'active', value: true },
  ]);
});

test('changes attributes of the extension by their path, each by one operation', async (t) => {
  const { connector, proxy } = await aws(t);
  await command(connector, 'create-user', PAT);
  proxy.forget();

  await command(connector, 'update-user', { ...PAT, department: 'IT', title: 'Lead' });

  const [change] = proxy.requests().filter(({ method }) => method !== 'GET');
  assert.equal(change?.method, 'PATCH');
  assert.deepEqual((change.body as { Operations: unknown }).Operations, [
    { op: 'add', path: 'title', value: 'Lead' },
    { op: 'replace', path: `${ENTERPRISE}:department`, value: 'IT' },
  ]);
});

test('sends the complete user for the extension where the settings say so, and operations for all else', async (t) => {
  const { app, connector, proxy } = await aws(t, { extensionUpdates: 'put' });
  await command(connector, 'create-user', { ...PAT, department: '' });
  proxy.forget();

  const moved = await command(connector, 'update-user', { ...PAT, department: 'IT' });
  await command(connector, 'update-user', { ...PAT, department: 'IT', title: 'Lead' });

  assert.equal(moved.success, true, moved.errorMessage);
  const written = proxy.requests().filter(({ method }) => method !== 'GET');
  assert.deepEqual(
    written.map(({ method }) => method),
    ['PUT', 'PATCH'],
  );
  assert.ok((written[0]?.body as { schemas: string[] }).schemas.includes(ENTERPRISE));
  const account = app.find('p1@example.com');
  assert.equal((account?.[ENTERPRISE] as { department?: string }).department, 'IT');
  assert.deepEqual([account?.['title'], account?.['active']], ['Lead', true]);
});

test('puts a new address in the place of the only one, whatever its type was', async (t) => {
  const { app, connector } = await aws(t);
  app.addUser({ userName: PAT.username, active: true, emails: [{ value: 'old@example.com', type: 'home' }] });

  const result = await command(connector, 'update-user', PAT);

  assert.equal(result.success, true, result.errorMessage);
  assert.deepEqual(app.find(PAT.username ?? '')?.['emails'], [{ value: PAT.email, type: 'work', primary: true }]);
});

test('makes the only address the primary one although the mapper says otherwise', async (t) => {
  const { app, connector } = await aws(t, {}, { 'emails[0].primary': { value: false } });

  const result = await command(connector, 'create-user', PAT);

  assert.equal(result.success, true, result.errorMessage);
  assert.equal((app.users()[0]?.['emails'] as { primary?: boolean }[])[0]?.primary, true);
});

test('never takes away a user name', async (t) => {
  const { app, connector, proxy } = await aws(t, {}, { userName: { field: 'username', clearable: true } });
  const { id } = app.addUser({ userName: 'p1@example.com', active: true });
  const profile = { ...PAT, username: '' };

  await runUserCommand(connector, ALL_FLAGS, 'update-user', { profile, known: { id }, allowEnable: false });

  assert.equal(app.users()[0]?.['userName'], 'p1@example.com');
  assert.ok(proxy.requests().every(({ body }) => !JSON.stringify(body ?? '').includes('"remove","path":"userName"')));
});

test('takes a user that vanished before its disabling for gone', async (t) => {
  const { app, connector } = await aws(t);
  await command(connector, 'create-user', PAT);
  app.addFault({ kind: 'error', status: 404, method: 'PATCH' });

  const result = await command(connector, 'disable-user', PAT);

  assert.deepEqual([result.success, result.skipped], [true, true]);
});

test('never searches by address, and admits that it cannot tell the groups of a user', async (t) => {
  const { app, connector, proxy } = await aws(t);
  const { id } = app.addUser({ userName: 'p1@example.com', active: true });
  await command(connector, 'get-user', PAT);

  const access = await connector.readAccess?.(id);

  assert.equal(access?.['groups'], 'unknown');
  assert.deepEqual(
    proxy.requests().map(({ query }) => query['filter']),
    ['userName eq "p1@example.com"', undefined],
  );
});

test('lists what can be written without asking', async (t) => {
  const { connector, proxy } = await aws(t);

  const fields = await connector.describe();

  assert.ok('nickName' in fields && `${ENTERPRISE}.department` in fields && !('photos[0].value' in fields));
  assert.deepEqual(proxy.requests(), []);
});

for (const [title, days, expected] of [
  ['is silent about a token that lives on', 31, []],
  ['warns of a token that ends within a month', 30, [/ends in 30 days/]],
  ['warns of a token that should have ended', -1, [/was to end on/]],
] as const) {
  test(title, async (t) => {
    const tokenExpires = new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
    const { connector } = await aws(t, { tokenExpires });

    const report = await connector.test();

    const warnings = (typeof report === 'object' ? report.warnings : undefined) ?? [];
    assert.equal(warnings.length, expected.length);
    expected.forEach((pattern, index) => assert.match(warnings[index] ?? '', pattern));
  });
}

for (const [title, attribute, expected] of [
  ['photos', 'photos[0].value', /'photos\[0\]\.value', which AWS does not take/],
  ['passwords', 'password', /'password', which AWS does not take/],
  ['a second address', 'emails[1].value', /keeps one entry/],
] as const) {
  test(`refuses a mapper that writes ${title}`, () => {
    const outgoing = compileOutgoingMap({ userName: 'username', [attribute]: 'title' }, "'own'");

    assert.throws(() => AWS_BRAND.create(SETTINGS, { ...optionsOf(AWS_BRAND), outgoing }, settingFault), expected);
  });
}

for (const [title, change, expected] of [
  ['an address without a scheme', { url: 'scim.example.com' }, /url/],
  ['the whole endpoint as tenant', { tenantId: 'a-1/scim/v2' }, /tenantId must be the part/],
  ['an empty token', { token: '' }, /token must not be empty/],
  ['no date', { tokenExpires: 'next year' }, /tokenExpires must be a date/],
  ['a misspelt setting', { tokn: 'x' }, /tokn/],
] as const) {
  test(`refuses settings with ${title}`, () => {
    const settings = { ...SETTINGS, ...change };

    assert.throws(() => AWS_BRAND.create(settings, optionsOf(AWS_BRAND), settingFault), expected);
  });
}

/** A simulated directory and a connector to it, with further settings and changes of the default map. */
async function aws(t: TestContext, settings: object = {}, mapping: object = {}): Promise<RecordedApp> {
  const { simulated } = AWS_TARGET;
  assert.ok(simulated);
  const target = {
    ...simulated,
    settings: (app: Parameters<typeof simulated.settings>[0]) => ({ ...simulated.settings(app), ...settings }),
    mapperOut: { ...(AWS_BRAND.defaultMapperOut as object), ...mapping },
  };
  const opened = await openRecordedApp(target, '', 'url');
  t.after(opened.close);
  return opened;
}
