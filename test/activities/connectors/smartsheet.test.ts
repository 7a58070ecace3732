import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { runUserCommand } from '../../../activities/connectors/commands.js';
import { compileOutgoingMap } from '../../../activities/connectors/maps.js';
import { SMARTSHEET_BRAND } from '../../../activities/connectors/smartsheet.js';
import { optionsOf } from '../../connectors/support/app-target.js';
import { settingFault } from '../../connectors/support/faults.js';
import { failureOf, json, peerOf } from '../../connectors/support/http-peer.js';
import { openRecordedApp } from '../../connectors/support/recorded-app.js';
import { SMARTSHEET_APP, smartsheetRecord } from '../../connectors/targets/smartsheet.js';
import { ALL_FLAGS } from '../../connectors/support/flags.js';
import type { UserCommandRequest, UserCommandResult, UserConnector } from '../../../activities/connectors/types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { Answer } from '../../connectors/support/http-peer.js';
import type { RecordedApp } from '../../connectors/support/recorded-app.js';

const PAT: UserProfile = {
  email: 'pat@example.com',
  username: 'pat.example',
  employeeId: 'E1',
  givenName: 'Pat',
  surname: 'Example',
  displayName: 'Pat Example',
  department: 'Sales',
};

const KIM: UserProfile = { ...PAT, email: 'kim@example.com', givenName: 'Kim' };

test('keeps every digit of ids beyond 2^53', async (t) => {
  const recorded = await smartsheet(t);

  const { id } = await command(recorded, 'create-user', {});
  const found = await command(recorded, 'disable-user', { known: { id: id ?? '' } });

  assert.ok(Number(id) > Number.MAX_SAFE_INTEGER);
  assert.deepEqual([id, found.id], [recorded.app.users()[0]?.id, id]);
});

test('sends the documented attributes only, and a mail when it is told to', async (t) => {
  for (const sendMail of [false, true]) {
    const recorded = await smartsheet(t, { sendMail });

    await command(recorded, 'create-user', { profile: { ...PAT, title: 'Lead', mobilePhone: '1' } });

    const request = recorded.proxy.requests().find(({ method }) => method === 'POST');
    assert.deepEqual(request?.body, { email: 'pat@example.com', firstName: 'Pat', lastName: 'Example' });
    assert.equal(request?.query['sendEmail'], String(sendMail));
  }
});

test('sends differences only, and compares addresses without case', async (t) => {
  const recorded = await smartsheet(t);
  seed(recorded, PAT);

  await command(recorded, 'update-user', { profile: { ...PAT, email: 'Pat@Example.com', surname: 'Married' } });

  assert.deepEqual(writes(recorded), [{ lastName: 'Married' }]);
});

for (const [title, extendedAttributes] of [
  ['an object', { admin: true, groupAdmin: 'false' }],
  ['JSON text', '{"admin":true,"groupAdmin":"false"}'],
] as const) {
  test(`gives and takes the rights that extendedAttributes name, as ${title}, and leaves the others`, async (t) => {
    const recorded = await smartsheet(t);
    recorded.app.addUser({ ...smartsheetRecord(PAT, ACTIVE), groupAdmin: true, resourceViewer: true });

    await command(recorded, 'update-user', { profile: { ...PAT, extendedAttributes: extendedAttributes as never } });

    assert.deepEqual(writes(recorded), [{ admin: true, groupAdmin: false }]);
    assert.equal(recorded.app.users()[0]?.['resourceViewer'], true);
  });
}

test('refuses a right that is neither true nor false, and attributes that are no JSON', async (t) => {
  const recorded = await smartsheet(t);
  for (const [extendedAttributes, expected] of [
    ['{"admin":"maybe"}', /right 'admin' is neither true nor false/],
    ['{admin', /extendedAttributes of the profile are no JSON/],
  ] as const) {
    const result = await command(recorded, 'create-user', { profile: { ...PAT, extendedAttributes } });

    assert.deepEqual([result.success, result.errorKind], [false, 'validation']);
    assert.match(result.errorMessage ?? '', expected);
  }
});

test('reads the status that only a search shows when it looks up an id', async (t) => {
  const recorded = await smartsheet(t);
  const id = seed(recorded, PAT, 'DEACTIVATED');

  const result = await command(recorded, 'update-user', { known: { id }, allowEnable: true });

  assert.deepEqual([result.id, result.active], [id, true]);
  assert.equal(recorded.app.users()[0]?.['status'], 'ACTIVE');
  assert.deepEqual(
    recorded.proxy.requests().flatMap(({ method, path }) => (method === 'GET' ? [] : [`${method} ${path}`])),
    [`POST /2.0/users/${id}/reactivate`],
  );
});

test('takes an invited person for active and one who declined for disabled', async (t) => {
  const recorded = await smartsheet(t);
  seed(recorded, PAT, 'PENDING');
  seed(recorded, KIM, 'DECLINED');

  assert.equal((await command(recorded, 'get-user', {})).active, true);
  assert.equal((await command(recorded, 'get-user', { profile: KIM })).active, false);
});

test('deactivates and keeps the account unless told otherwise', async (t) => {
  const recorded = await smartsheet(t);
  seed(recorded, PAT);

  const result = await command(recorded, 'disable-user', {});

  assert.deepEqual([result.success, result.active, result.gone], [true, false, undefined]);
  assert.equal(recorded.app.users()[0]?.['status'], 'DEACTIVATED');
});

test('removes an account, passes its sheets to the manager, and makes a new one for a return', async (t) => {
  const recorded = await smartsheet(t, REMOVE);
  const id = seed(recorded, PAT);
  const manager = seed(recorded, KIM);
  const profile = { ...PAT, managerEmailAddress: 'Kim@example.com' };

  const removed = await command(recorded, 'disable-user', { profile, isLeaver: true });
  const again = await command(recorded, 'disable-user', { profile, isLeaver: true });
  const back = await command(recorded, 'update-user', { profile, known: { id }, allowEnable: true });

  const { query } = recorded.proxy.requests().find(({ method }) => method === 'DELETE') ?? assert.fail();
  assert.deepEqual(query, { transferTo: manager, transferSheets: 'true', removeFromSharing: 'true' });
  assert.deepEqual([removed.success, removed.skipped, removed.gone], [true, false, true]);
  assert.deepEqual([again.success, again.skipped, again.gone], [true, true, true]);
  assert.deepEqual([back.success, back.action, back.id === id], [true, 'create', false]);
});

test('passes sheets to the default user where the manager has no active account', async (t) => {
  const recorded = await smartsheet(t, REMOVE);
  const heir = seed(recorded, { ...PAT, email: 'sheets@example.com' });
  seed(recorded, KIM, 'DEACTIVATED');

  for (const [email, managerEmailAddress] of [
    ['one@example.com', 'kim@example.com'],
    ['two@example.com', 'nobody@example.com'],
    ['three@example.com', ''],
    ['four@example.com', 'four@example.com'],
  ] as const) {
    const profile = { ...PAT, email, managerEmailAddress };
    seed(recorded, profile);
    recorded.proxy.forget();

    await command(recorded, 'disable-user', { profile });

    const request = recorded.proxy.requests().find(({ method }) => method === 'DELETE');
    assert.equal(request?.query['transferTo'], heir, email);
  }
});

test('keeps an account whose sheets nobody can take over', async (t) => {
  const recorded = await smartsheet(t, REMOVE);
  seed(recorded, PAT);

  const result = await command(recorded, 'disable-user', {});

  assert.deepEqual([result.success, result.errorKind, result.errorCode], [false, 'configuration', 'no-heir']);
  assert.equal(recorded.app.users().length, 1);
});

test('skips an account that was gone when it was to be removed', async (t) => {
  const user = { id: 7, email: 'pat@example.com', status: 'ACTIVE' };
  const peer = await peerOf(json({ data: [user] }), json({ errorCode: 1006, message: 'Not Found' }, 404));
  t.after(peer.close);
  const connector = connectorTo(peer.url, { disableMode: 'remove' });

  const result = await command({ connector }, 'disable-user', {});

  assert.deepEqual([result.success, result.skipped, result.gone], [true, true, true]);
});

test('takes the 404 of another server for a fault and for nobody gone', async (t) => {
  const user = { id: 7, email: 'pat@example.com', status: 'ACTIVE' };
  const peer = await peerOf(json({ data: [user] }), json({ message: 'no such page' }, 404));
  t.after(peer.close);

  const result = await command({ connector: connectorTo(peer.url) }, 'disable-user', {});

  assert.deepEqual([result.success, result.errorKind], [false, 'configuration']);
});

for (const [errorCode, kind, status, delay] of [
  [4001, 'transient', 400, undefined],
  [4002, 'transient', 400, undefined],
  [4003, 'rate-limited', 429, 60_000],
  [4003, 'rate-limited', 400, 60_000],
  [4004, 'transient', 400, undefined],
  [1004, 'unauthorized', 403, undefined],
  [1008, 'validation', 400, undefined],
] as const) {
  test(`takes error ${errorCode} with status ${status} for ${kind}`, async (t) => {
    const connector = await answering(t, json({ errorCode, message: 'No', refId: 'abc' }, status));

    const error = await failureOf(connector.find({ attribute: 'email', value: 'pat@example.com' }, PAT));

    assert.deepEqual([error.kind, error.code, error.options.retryAfterMs], [kind, String(errorCode), delay]);
    assert.match(error.message, /No \(refId abc\)/);
  });
}

test('goes on with a user whom somebody else added meanwhile', async (t) => {
  const taken = { errorCode: 1, message: 'The user is already a member.' };
  const user = { id: 7, email: 'pat@example.com', firstName: 'Pat', lastName: 'Example', status: 'ACTIVE' };
  const peer = await peerOf(json({ data: [] }), json(taken, 400), json({ data: [user] }));
  t.after(peer.close);

  const result = await command({ connector: connectorTo(peer.url) }, 'create-user', {});

  assert.deepEqual([result.success, result.action, result.id], [true, 'update', '7'], result.errorMessage);
});

test('tells the rights of its token, and fails without those of a System Admin', async (t) => {
  const { app, connector } = await smartsheet(t);

  assert.deepEqual(await connector.test(), { rights: ['admin', 'licensedSheetCreator'] });
  app.rewriteAnswers((body) => body.replaceAll(/,"status":"\w+"/g, ''));

  await assert.rejects(connector.test(), { kind: 'unauthorized', message: /needs a System Admin token/ });
});

test('maps what only a read shows as well', async (t) => {
  const recorded = await smartsheet(t);
  recorded.app.addUser({ ...smartsheetRecord(PAT, ACTIVE), department: 'Sales', timeZone: 'Europe/Oslo' });

  const { profile } = await command(recorded, 'get-user', {});

  assert.deepEqual(
    [profile?.displayName, profile?.['department'], profile?.['timeZone'], profile?.['surname']],
    ['Pat Example', 'Sales', 'Europe/Oslo', 'Example'],
  );
});

test('snapshots status, rights and seat', async (t) => {
  const { app, connector } = await smartsheet(t);
  const { id } = app.addUser({ ...smartsheetRecord(PAT, ACTIVE), admin: true, seatType: 'MEMBER' });

  assert.deepEqual(await connector.readAccess?.(id), { status: 'ACTIVE', seatType: 'MEMBER', rights: ['admin'] });
});

test('refuses a mapper that writes what Smartsheet does not take', () => {
  const outgoing = compileOutgoingMap({ email: 'email', title: 'title' }, "'mine'");

  assert.throws(
    () => SMARTSHEET_BRAND.create({ token: 't' }, { ...optionsOf(SMARTSHEET_BRAND), outgoing }, settingFault),
    /mapper 'mine' writes 'title'/,
  );
});

for (const [title, settings, expected] of [
  ['no token', {}, /token/],
  ['an unknown way of disabling', { token: 't', disableMode: 'delete' }, /disableMode/],
  ['sheets to pass on and nobody to take them', { token: 't', transferSheets: true }, /defaultTransferTo/],
] as const) {
  test(`refuses settings with ${title}`, () => {
    assert.throws(() => SMARTSHEET_BRAND.create(settings, optionsOf(SMARTSHEET_BRAND), settingFault), expected);
  });
}

const ACTIVE = { active: true, email: 'pat@example.com' };

const REMOVE = {
  disableMode: 'remove',
  removeFromSharing: true,
  transferSheets: true,
  defaultTransferTo: 'sheets@example.com',
};

/** A simulated Smartsheet, a connector to it, and what goes between them. */
async function smartsheet(t: TestContext, more: Readonly<Record<string, unknown>> = {}): Promise<RecordedApp> {
  const { settings, ...target } = SMARTSHEET_APP;
  const recorded = await openRecordedApp({ ...target, settings: (app) => ({ ...settings(app), ...more }) }, '/2.0');
  t.after(recorded.close);
  return recorded;
}

async function answering(t: TestContext, answer: Answer): Promise<UserConnector> {
  const peer = await peerOf(answer);
  t.after(peer.close);
  return connectorTo(peer.url);
}

const connectorTo = (baseUrl: string, more: Readonly<Record<string, unknown>> = {}): UserConnector =>
  SMARTSHEET_BRAND.create({ baseUrl, token: 'a-secret-token', ...more }, optionsOf(SMARTSHEET_BRAND), settingFault);

const command = (
  { connector }: { readonly connector: UserConnector },
  name: Parameters<typeof runUserCommand>[2],
  request: Partial<UserCommandRequest>,
): Promise<UserCommandResult> =>
  runUserCommand(connector, ALL_FLAGS, name, { profile: PAT, known: null, allowEnable: false, ...request });

const seed = ({ app }: RecordedApp, profile: UserProfile, status = 'ACTIVE'): string =>
  app.addUser({ ...smartsheetRecord(profile, { active: true, email: profile.email ?? '' }), status }).id;

/** Bodies of the requests that changed a user, in their order. */
const writes = ({ proxy }: RecordedApp): readonly unknown[] =>
  proxy.requests().flatMap(({ method, body }) => (method === 'PUT' ? [body] : []));
