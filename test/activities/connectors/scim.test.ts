import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { AddressInfo } from 'node:net';

import fc from 'fast-check';

import { runUserCommand } from '../../../activities/connectors/commands.js';
import { runGroupCommand } from '../../../activities/connectors/group-commands.js';
import { compileOutgoingMap } from '../../../activities/connectors/maps.js';
import { SCIM_BRAND } from '../../../activities/connectors/scim.js';
import { ConnectorError } from '../../../activities/connectors/types.js';
import { settingFault } from '../../connectors/support/faults.js';
import { openScim, scimOptions } from '../../connectors/support/scim-target.js';
import { ALL_FLAGS } from '../../connectors/support/flags.js';
import type { UserCommandResult, UserConnector } from '../../../activities/connectors/types.js';
import type { UserProfile } from '../../../domain/profile.js';

const PAT: UserProfile = {
  email: 'pat@example.com',
  username: 'pat.example',
  employeeId: 'E1',
  givenName: 'Pat',
  surname: 'Example',
  displayName: 'Pat Example',
};

const command = (connector: UserConnector, name: Parameters<typeof runUserCommand>[2], profile = PAT) =>
  runUserCommand(connector, ALL_FLAGS, name, { profile, known: null, allowEnable: false });

test('sends a new account with the 2.0 extension, its schemas, lists as lists and a boolean status', async (t) => {
  const bodies: unknown[] = [];
  const connector = await answering(t, (method, body) => {
    if (method === 'GET') return { totalResults: 0 };
    bodies.push(body);
    return { ...(body as object), id: 'u1' };
  });

  await command(connector, 'create-user', { ...PAT, department: 'R&D', mobilePhone: '' });

  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  assert.deepEqual(bodies, [
    {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
      userName: 'pat.example',
      externalId: 'E1',
      displayName: 'Pat Example',
      name: { givenName: 'Pat', familyName: 'Example' },
      emails: [{ value: 'pat@example.com', type: 'work', primary: true }],
      [enterprise]: { employeeNumber: 'E1', department: 'R&D' },
      active: true,
    },
  ]);
});

test('escapes quotes and backslashes in a filter', async (t) => {
  const urls: string[] = [];
  const connector = await answering(t, (_method, _body, url) => {
    urls.push(url);
    return { totalResults: 0 };
  });

  await connector.find({ attribute: 'userName', value: 'a"b\\c' }, PAT);

  assert.equal(new URL(urls[0] ?? '', 'http://x').searchParams.get('filter'), 'userName eq "a\\"b\\\\c"');
});

test('refuses an account that the service took out of thin air', async (t) => {
  const { app, connector } = await scim(t);
  app.addUser({ userName: 'somebody.else', active: true });
  app.addFault({ kind: 'wrong-hit' });

  const result = await command(connector, 'disable-user');

  assert.deepEqual([result.success, result.errorKind], [false, 'lookup-mismatch']);
  assert.equal(app.find('somebody.else')?.['active'], true);
});

test('believes a successful disable of a service that lags behind', async (t) => {
  const { app, connector } = await scim(t, 'standard', { staleReadsAfterDisable: 5 });
  app.addUser({ userName: 'pat.example', active: true });

  const result = await command(connector, 'disable-user');

  assert.deepEqual([result.success, result.active], [true, false]);
});

test('names no person and no token when the service refuses', async (t) => {
  const connector = await answering(t, (method) =>
    method === 'GET'
      ? { totalResults: 0 }
      : { status: 400, detail: 'Pat Example (pat@example.com), number E1, is not allowed for a-secret-token' },
  );

  const result = await command(connector, 'create-user');

  assert.deepEqual([result.success, result.errorCode], [false, '400']);
  assert.match(result.errorMessage ?? '', /is not allowed/);
  assert.doesNotMatch(result.errorMessage ?? '', /Pat|example\.com|secret/);
});

test('takes the HTML page of a gateway for a passing fault', async (t) => {
  const { app, connector } = await scim(t);
  app.addFault({ kind: 'html' });

  await assert.rejects(command(connector, 'get-user'), { name: 'ConnectorError', kind: 'transient' });
});

test('snapshots groups, roles and status before a termination', async (t) => {
  const { app, connector } = await scim(t);
  const user = app.addUser({ userName: 'pat.example', active: true, roles: [{ value: 'admin', display: 'Admins' }] });
  const group = await connector.createGroup('Staff');
  await connector.changeMembers(group.id, [user.id], []);

  const access = await connector.readAccess?.(user.id);

  assert.deepEqual(access, {
    active: true,
    groups: [{ id: group.id, name: 'Staff' }],
    roles: [{ id: 'admin', name: 'Admins' }],
    entitlements: [],
  });
});

test('describes writable attributes in the spelling of mappers', async (t) => {
  const { connector } = await scim(t);

  const attributes = await connector.describe();

  for (const name of ['userName', 'name.givenName', 'emails[0].value']) assert.ok(name in attributes, name);
  assert.ok('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.department' in attributes);
  assert.ok(!('id' in attributes));
});

test('every attribute that it describes can stand in a mapper', async (t) => {
  const { connector } = await scim(t);
  const names = Object.keys(await connector.describe());

  const map = compileOutgoingMap(Object.fromEntries(names.map((name) => [name, 'title'])), "'all'");

  assert.equal(map.targets.length, names.length);
});

test('tests the connection with one read', async (t) => {
  const { app, connector } = await scim(t);
  app.forgetRequests();

  await connector.test();

  assert.deepEqual(
    app.requests().map(({ method, status }) => `${method} ${status}`),
    ['GET 200'],
  );
});

for (const [dialect, insists] of [
  ['standard', {}],
  ['slack', { patchPath: 'required' }],
  ['aws', { emailFilter: false, listsMembers: false }],
] as const) {
  test(`keeps groups in the dialect ${dialect}`, async (t) => {
    const { app, connector } = await scim(t, dialect, insists);
    const [one, two] = ['one', 'two'].map((userName) => app.addUser({ userName, active: true }).id);
    assert.ok(one !== undefined && two !== undefined);

    const created = await runGroupCommand(connector, 'create-group', { displayName: 'Staff' });
    const again = await runGroupCommand(connector, 'create-group', { displayName: 'Staff' });
    const id = created.id ?? '';
    await runGroupCommand(connector, 'update-group', { id, memberIdsToAdd: [one, two] });
    await runGroupCommand(connector, 'update-group', { id, memberIdsToDelete: [one] });

    assert.deepEqual([created.success, created.existing, again.existing], [true, undefined, true]);
    assert.deepEqual([await connector.isMember?.(id, one), await connector.isMember?.(id, two)], [false, true]);
    const read = await runGroupCommand(connector, 'get-group', { displayName: 'Staff', includeMembers: true });
    assert.deepEqual(read.members, connector.canListMembers ? [two] : undefined);
  });
}

test('sends only real differences of members, in requests of limited size', async (t) => {
  const { app, connector } = await scim(t);
  const ids = Array.from({ length: 1_500 }, (_, index) => app.addUser({ userName: `u${index}`, active: true }).id);
  const { id } = await connector.createGroup('Staff');
  app.forgetRequests();

  await runGroupCommand(connector, 'update-group', { id, memberIdsToAdd: ids });
  const first = app.requests().filter(({ method }) => method === 'PATCH').length;
  await runGroupCommand(connector, 'update-group', { id, memberIdsToAdd: ids, memberIdsToDelete: ['nobody'] });

  assert.equal(first, 2);
  assert.equal(app.requests().filter(({ method }) => method === 'PATCH').length, 2);
});

test('answers a group that is not there with 404, and a question without a name before any call', async (t) => {
  const { app, connector } = await scim(t);
  app.forgetRequests();

  const unnamed = await runGroupCommand(connector, 'get-group', {});
  assert.equal(app.requests().length, 0);
  const absent = await runGroupCommand(connector, 'get-group', { displayName: 'Nobody' });
  const deleted = await runGroupCommand(connector, 'delete-group', { id: 'gone' });
  const updated = await runGroupCommand(connector, 'update-group', { id: 'gone', memberIdsToAdd: ['u1'] });

  assert.equal(unnamed.errorCode, '400');
  for (const result of [absent, deleted, updated]) {
    assert.deepEqual([result.success, result.errorCode, result.errorMessage], [false, '404', 'Group Not Found']);
  }
});

const SETTINGS: readonly (readonly [string, unknown, RegExp])[] = [
  ['no address', { token: 't' }, /baseUrl/],
  ['an address of another kind', { baseUrl: 'ftp://x', token: 't' }, /baseUrl must be the http/],
  ['two ways to sign in', { baseUrl: 'https://x', token: 't', username: 'u', password: 'p' }, /only one of/],
  ['a name without password', { baseUrl: 'https://x', username: 'u' }, /together/],
  ['an unknown dialect', { baseUrl: 'https://x', dialect: 'klingon' }, /dialect/],
  ['a misspelt setting', { baseUrl: 'https://x', tokn: 't' }, /tokn/],
];

for (const [title, settings, expected] of SETTINGS) {
  test(`refuses settings with ${title}`, () => {
    assert.throws(() => SCIM_BRAND.create(settings, scimOptions(), settingFault), expected);
  });
}

test('no answer whatever makes a crash or an undefined field of a profile', async (t) => {
  let answer: unknown;
  const connector = await answering(t, () => answer);
  const pieces = fc.oneof(
    fc.constantFrom('pat.example', 'pat@example.com', 'u1', '', null, true, 0, 1),
    fc.string(),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const email = fc.record({ value: pieces, primary: pieces, type: pieces }, { requiredKeys: [] });
  const user = fc.record(
    {
      id: fc.oneof({ weight: 3, arbitrary: fc.constant('u1') }, pieces),
      userName: fc.oneof({ weight: 3, arbitrary: fc.constant('pat.example') }, pieces),
      active: fc.oneof(fc.boolean(), pieces),
      emails: fc.oneof(fc.array(fc.oneof(email, pieces), { maxLength: 3 }), pieces),
      name: pieces,
      title: pieces,
      phoneNumbers: pieces,
    },
    { requiredKeys: [] },
  );
  const list = fc.record(
    { totalResults: fc.oneof(fc.nat(3), pieces), Resources: fc.oneof(fc.array(user, { maxLength: 2 }), pieces) },
    { requiredKeys: [] },
  );

  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: list }, user, fc.jsonValue()), async (next) => {
      answer = next;
      const result = await command(connector, 'get-user').catch((error: unknown) => {
        assert.ok(error instanceof ConnectorError, String(error));
        return null;
      });
      if (result?.success === true) assertWhole(result);
    }),
    { numRuns: 400 },
  );
});

function assertWhole({ id, active, profile }: UserCommandResult): void {
  assert.equal(typeof id, 'string');
  assert.equal(typeof active, 'boolean');
  assert.ok(profile !== undefined);
  for (const [field, value] of Object.entries(profile)) {
    assert.ok(['string', 'number', 'boolean'].includes(typeof value), `${field} is ${typeof value}`);
    assert.doesNotMatch(JSON.stringify(value), /^"(undefined|\[object)/);
  }
}

/** A simulated application and a connector to it, gone after the test. */
async function scim(t: TestContext, ...options: Parameters<typeof openScim>): ReturnType<typeof openScim> {
  const opened = await openScim(...options);
  t.after(opened.close);
  return opened;
}

/** A service that answers with whatever the test says; an object with `status` 400 is a SCIM error. */
async function answering(
  t: TestContext,
  answer: (method: string, body: unknown, url: string) => unknown,
): Promise<UserConnector> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const given = answer(request.method ?? '', text === '' ? undefined : JSON.parse(text), request.url ?? '');
      const failed = typeof given === 'object' && given !== null && 'status' in given && given.status === 400;
      response.statusCode = failed ? 400 : 200;
      response.end(JSON.stringify(given));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`;
  return SCIM_BRAND.create({ baseUrl, token: 'a-secret-token' }, scimOptions(), settingFault);
}
