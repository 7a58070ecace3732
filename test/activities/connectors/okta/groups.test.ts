import assert from 'node:assert/strict';
import { test } from 'node:test';

import { runGroupCommand } from '../../../../activities/connectors/group-commands.js';
import { failureOf } from '../../../connectors/support/http-peer.js';
import { addUser, organisation, writes } from './support.js';
import type { Organisation } from './support.js';

test('finds a group by its whole name only, although Okta searches by the beginning', async (t) => {
  const { connector } = await organisation(t);
  await connector.createGroup('Sales Europe');

  const prefix = await runGroupCommand(connector, 'get-group', { displayName: 'Sales' });
  const { id } = await connector.createGroup('Sales');
  const exact = await runGroupCommand(connector, 'get-group', { displayName: 'Sales' });

  assert.deepEqual([prefix.success, prefix.errorCode, prefix.errorMessage], [false, '404', 'Group Not Found']);
  assert.deepEqual([exact.success, exact.id], [true, id]);
});

test('finds the whole name behind more groups with its beginning than one page holds', async (t) => {
  const { connector } = await organisation(t, { pageSize: 2 });
  for (const end of ['A', 'B', 'C', 'D', 'E']) await connector.createGroup(`Sales ${end}`);
  const { id } = await connector.createGroup('Sales');

  const found = await connector.getGroup({ displayName: 'Sales' }, false);

  assert.equal(found?.id, id);
});

test('several groups of one name are refused instead of taking the first', async (t) => {
  const { administrator, app, connector } = await organisation(t);
  const { id } = await connector.createGroup('Sales');
  app.rewriteAnswers((body) =>
    body.replace(/^\[(.*)\]$/s, `[$1,${JSON.stringify({ id: '00g2', profile: { name: 'Sales' } })}]`),
  );

  const failure = await failureOf(connector.getGroup({ displayName: 'Sales' }, false));

  assert.deepEqual([failure.kind, failure.code], ['ambiguous', 'AmbiguousGroup']);
  app.rewriteAnswers(null);
  assert.equal((await administrator('GET', `/groups/${id}`)).status, 200);
});

test('reads all pages of members and leaves deactivated ones out', async (t) => {
  const opened = await organisation(t, { pageSize: 2 });
  const { app, connector } = opened;
  const { id } = await connector.createGroup('Sales');
  const members = await someMembers(opened, id, 5);
  const [first = ''] = members;
  await opened.administrator('POST', `/users/${first}/lifecycle/deactivate`);
  app.forgetRequests();

  const group = await connector.getGroup({ id }, true);

  assert.deepEqual([...(group?.members ?? [])].sort(), members.slice(1).sort());
  assert.equal(app.requests().filter(({ path }) => path.includes('/users')).length, 3);
});

test('creates, changes and deletes a group; a repeated change writes nothing', async (t) => {
  const { app, connector } = await organisation(t);
  const user = addUser(app, 'ACTIVE').id;

  const created = await runGroupCommand(connector, 'create-group', { displayName: 'Sales' });
  const again = await runGroupCommand(connector, 'create-group', { displayName: 'Sales' });
  const id = created.id ?? '';
  await runGroupCommand(connector, 'update-group', { id, memberIdsToAdd: [user] });
  const before = writes(app).length;
  await runGroupCommand(connector, 'update-group', { id, memberIdsToAdd: [user], memberIdsToDelete: ['00unobody'] });
  const after = writes(app).length;
  const members = await connector.getGroup({ id }, true);
  await runGroupCommand(connector, 'update-group', { id, memberIdsToDelete: [user] });
  const deleted = await runGroupCommand(connector, 'delete-group', { id });
  const gone = await runGroupCommand(connector, 'delete-group', { id });

  assert.deepEqual([created.success, again.existing, members?.members], [true, true, [user]]);
  assert.equal(after, before);
  assert.deepEqual([deleted.success, gone.success, gone.errorCode], [true, false, '404']);
  assert.deepEqual(app.groups(), []);
});

test('keeps the groups and applications of a leaver as ids with names, all pages of them', async (t) => {
  const opened = await organisation(t, { pageSize: 2 });
  const { app, administrator, connector } = opened;
  const user = addUser(app, 'ACTIVE').id;
  for (const label of ['Wiki', 'Chat', 'Files']) {
    const { body } = await administrator('POST', '/apps', { label });
    await administrator('POST', `/apps/${(body as { id: string }).id}/users`, { id: user });
  }
  const group = await connector.createGroup('Sales');
  await connector.changeMembers(group.id, [user], []);

  const access = await connector.readAccess?.(user);

  assert.ok(access);
  const { applications, ...rest } = access as {
    applications: readonly { readonly name: string; readonly status: string }[];
  };
  assert.deepEqual(rest, { status: 'ACTIVE', groups: [{ id: group.id, name: 'Sales' }] });
  assert.deepEqual(applications.map(({ name, status }) => `${name} ${status}`).sort(), [
    'Chat ACTIVE',
    'Files ACTIVE',
    'Wiki ACTIVE',
  ]);
});

/** Users that are members of a group, by their ids. */
async function someMembers({ app, connector }: Organisation, group: string, count: number): Promise<string[]> {
  const ids = Array.from(
    { length: count },
    (_, index) => addUser(app, 'ACTIVE', { login: `m${index}@example.com` }).id,
  );
  await connector.changeMembers(group, ids, []);
  return ids;
}

test('describes the writable attributes of the organisation, its own ones included', async (t) => {
  const { connector } = await organisation(t);

  const attributes = await connector.describe();

  assert.deepEqual([attributes['login'], attributes['badgeNumber']], ['Username', 'Number of the badge']);
});

test('the test of the connection tells the rights of the token and what is left of the quota', async (t) => {
  const { app, connector } = await organisation(t);

  const report = await connector.test();

  assert.ok(report);
  assert.deepEqual(report.rights, ['ORG_ADMIN']);
  assert.deepEqual([report.quota?.limit, report.quota?.what], [600, 'requests']);
  assert.deepEqual(writes(app), []);
});

test('the connection works although the token may not see its roles', async (t) => {
  const { app, connector } = await organisation(t);
  app.addFault({ kind: 'error', status: 403, path: '/roles' });

  const report = await connector.test();

  assert.ok(report);
  assert.equal(report.rights, undefined);
});
