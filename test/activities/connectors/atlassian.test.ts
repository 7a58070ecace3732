import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { ATLASSIAN_BRAND } from '../../../activities/connectors/atlassian.js';
import { DEFAULT_SCIM_MAPPER_OUT } from '../../../activities/connectors/scim/maps.js';
import { openApp, optionsOf } from '../../connectors/support/app-target.js';
import { settingFault } from '../../connectors/support/faults.js';
import { runUserCommand } from '../../../activities/connectors/commands.js';
import type { UserCommand, UserCommandResult, UserConnector } from '../../../activities/connectors/types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { MapperDefinition } from '../../../domain/mapper-definition.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

const FLAGS = {
  createUserEnabled: true,
  updateUserEnabled: true,
  enableUserEnabled: true,
  disableUserEnabled: true,
  createIfNotExists: true,
} as const;

const PAT: UserProfile = {
  email: 'pat@example.com',
  username: 'pat.example',
  employeeId: 'E1',
  givenName: 'Pat',
  surname: 'Example',
  displayName: 'Pat Example',
  department: 'R&D',
};

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

test('makes an account of what Atlassian describes, whatever else a mapper for SCIM makes', async (t) => {
  const { app, connector } = await atlassian(t, DEFAULT_SCIM_MAPPER_OUT);
  const pat = { ...PAT, employeeType: 'Regular', costCenterCode: 'C1' };

  const result = await command(connector, 'create-user', pat);

  assert.equal(result.success, true, result.errorMessage);
  const user = app.find('pat.example');
  assert.deepEqual([user?.['userType'], user?.[ENTERPRISE]], [undefined, { department: 'R&D' }]);
});

test('finds an account by its external id when its name and address are others', async (t) => {
  const { app, connector } = await atlassian(t);
  const { id } = app.addUser({
    ...ACCOUNT,
    userName: 'pat.old',
    emails: [{ value: 'old@example.com', primary: true }],
  });

  const result = await command(connector, 'update-user', PAT);

  assert.deepEqual([result.success, result.id], [true, id], result.errorMessage);
  assert.equal(app.find('pat.example')?.id, id);
});

test('refuses two accounts with one external id, which Atlassian does not prevent', async (t) => {
  const { app, connector } = await atlassian(t);
  for (const userName of ['one', 'two']) app.addUser({ ...ACCOUNT, userName, emails: [] });

  const result = await command(connector, 'update-user', PAT);

  assert.deepEqual([result.success, result.errorCode], [false, 'AmbiguousUser']);
});

test('tells of an address that is taken without naming it', async (t) => {
  const { app, connector } = await atlassian(t);
  app.addUser({ ...ACCOUNT, userName: 'somebody.else', externalId: 'E2' });

  const result = await command(connector, 'create-user', PAT);

  assert.deepEqual([result.success, result.errorKind], [false, 'conflict']);
  assert.doesNotMatch(result.errorMessage ?? '', /pat|somebody/i);
});

test('disables by the status and never deletes a user, who could not be brought back', async (t) => {
  const { app, connector } = await atlassian(t);
  app.addUser(ACCOUNT);

  const result = await command(connector, 'disable-user', PAT);

  assert.deepEqual([result.success, app.find('pat.example')?.['active']], [true, false], result.errorMessage);
  assert.deepEqual(
    app.requests().map(({ method }) => method),
    ['GET', 'PATCH'],
  );
});

for (const missing of ['username', 'email'] as const) {
  test(`sends no new user without the profile's ${missing}`, async (t) => {
    const { app, connector } = await atlassian(t);

    const result = await command(connector, 'create-user', { ...PAT, [missing]: '' });

    assert.deepEqual([result.success, result.errorKind], [false, 'validation']);
    assert.match(result.errorMessage ?? '', /demands userName and an e-mail address/);
    assert.ok(app.requests().every(({ method }) => method === 'GET'));
  });
}

test('snapshots the groups that the user names', async (t) => {
  const { app, connector } = await atlassian(t);
  const { id } = app.addUser(ACCOUNT);
  const group = app.addGroup('jira-users', [id]);

  const access = await connector.readAccess?.(id);

  assert.deepEqual(access?.['groups'], [{ id: group.id, name: 'jira-users' }]);
});

test('describes what can be written, and all of it is taken', async (t) => {
  const { connector } = await atlassian(t);
  const names = Object.keys(await connector.describe());
  const mapper = Object.fromEntries(names.map((name) => [name, 'displayName']));
  const { app, connector: mapped } = await atlassian(t, {
    ...mapper,
    'emails[0].primary': { value: true },
    'emails[0].value': 'email',
  });

  const result = await command(mapped, 'create-user', PAT);

  assert.equal(result.success, true, result.errorMessage);
  const [user] = app.users();
  const written = names.map((name) => name.split(/[.[](?!0:)/)[0] ?? '').filter((name) => !name.startsWith('urn:'));
  assert.deepEqual(
    [...new Set(written)].filter((name) => user?.[name] === undefined),
    [],
  );
});

const SETTINGS: readonly (readonly [string, unknown, RegExp])[] = [
  ['no key', { directoryUrl: 'https://api.atlassian.com/scim/directory/d1' }, /apiKey/],
  [
    'an address without the directory',
    { directoryUrl: 'https://api.atlassian.com', apiKey: 'k' },
    /\/scim\/directory\//,
  ],
  ['an address of another kind', { directoryUrl: 'ftp://x/scim/directory/d1', apiKey: 'k' }, /https address/],
];

for (const [title, settings, expected] of SETTINGS) {
  test(`refuses settings with ${title}`, () => {
    assert.throws(() => ATLASSIAN_BRAND.create(settings, optionsOf(ATLASSIAN_BRAND), settingFault), expected);
  });
}

const ACCOUNT = {
  userName: 'pat.example',
  externalId: 'E1',
  active: true,
  emails: [{ value: 'pat@example.com', type: 'work', primary: true }],
};

const command = (connector: UserConnector, name: UserCommand, profile: UserProfile): Promise<UserCommandResult> =>
  runUserCommand(connector, FLAGS, name, { profile, known: null, allowEnable: false });

/** A simulated directory and a connector to it, gone after the test. */
async function atlassian(
  t: TestContext,
  mapperOut?: MapperDefinition,
): Promise<{ readonly app: SimulatedApp; readonly connector: UserConnector }> {
  const { app, connector, close } = await openApp({
    brand: ATLASSIAN_BRAND,
    app: { kind: 'atlassian' },
    settings: ({ baseUrl, token }) => ({ directoryUrl: baseUrl, apiKey: token }),
    ...(mapperOut === undefined ? {} : { mapperOut }),
  });
  t.after(close);
  return { app, connector };
}
