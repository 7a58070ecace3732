import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { runGroupCommand } from '../../../activities/connectors/group-commands.js';
import { AWS_TARGET } from '../../connectors/targets/aws.js';
import { openApp } from '../../connectors/support/app-target.js';
import { testStore } from '../../support/report-store.js';
import type { MemberLedger } from '../../../activities/connectors/group-changes.js';
import type { GroupConnector } from '../../../activities/connectors/types.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

interface Scene {
  readonly app: SimulatedApp;
  readonly connector: GroupConnector;
  readonly ledger: MemberLedger;
  /** Id of an empty group. */
  readonly group: string;
  /** Makes users and gives their ids. */
  users(count: number): readonly string[];
  /** Requests since the last call, as method and first part of the path. */
  requests(): readonly string[];
}

test('sends only what changes something by the record', async (t) => {
  const { connector, ledger, group, users, requests } = await scene(t);
  const [one = '', two = ''] = users(2);
  await runGroupCommand(connector, 'update-group', { id: group, memberIdsToAdd: [one] }, ledger);
  requests();

  await runGroupCommand(connector, 'update-group', { id: group, memberIdsToAdd: [one] }, ledger);
  const repeated = requests();
  await runGroupCommand(connector, 'update-group', { id: group, memberIdsToDelete: [one] }, ledger);

  assert.deepEqual(repeated, []);
  assert.deepEqual(requests(), ['PATCH']);
  assert.deepEqual([await connector.isMember?.(group, one), await connector.isMember?.(group, two)], [false, false]);
  assert.deepEqual(await ledger.members(group), []);
});

test('asks the application about accounts that the record does not know', async (t) => {
  const { connector, ledger, group, users, requests } = await scene(t);
  const [member = '', stranger = ''] = users(2);
  await connector.changeMembers(group, [member], []);
  requests();

  const request = { id: group, memberIdsToAdd: [member], memberIdsToDelete: [stranger] };
  const result = await runGroupCommand(connector, 'update-group', request, ledger);

  assert.equal(result.success, true);
  assert.deepEqual(requests(), ['GET', 'GET']);
  assert.deepEqual(await ledger.members(group), [member]);
});

test('sends many unknown accounts without asking about each', async (t) => {
  const { connector, ledger, group, users, requests } = await scene(t);

  const result = await runGroupCommand(connector, 'update-group', { id: group, memberIdsToAdd: users(250) }, ledger);

  assert.equal(result.success, true, result.errorMessage);
  assert.deepEqual(requests(), ['PATCH', 'PATCH', 'PATCH']);
  assert.equal((await ledger.members(group)).length, 250);
});

test('names the refused members, does the rest and records only that', async (t) => {
  const { app, connector, ledger, group, users } = await scene(t);
  const members = users(99);

  const memberIdsToAdd = [...members.slice(0, 40), 'nobody', ...members.slice(40), 'no-one'];
  const result = await runGroupCommand(connector, 'update-group', { id: group, memberIdsToAdd }, ledger);

  assert.deepEqual([result.success, result.errorCode], [false, '404']);
  assert.match(result.errorMessage ?? '', /^2 of 101 changes .* all others are done/);
  assert.deepEqual(
    result.failedMembers?.map(({ id, change }) => [id, change]),
    [
      ['nobody', 'add'],
      ['no-one', 'add'],
    ],
  );
  assert.deepEqual(await ledger.members(group), [...members].sort());
  assert.equal((app.groups()[0]?.['members'] as unknown[]).length, 99);
});

test('shows the recorded members where the application lists none, and says so', async (t) => {
  const { connector, ledger, group, users } = await scene(t);
  const [one = ''] = users(1);
  await runGroupCommand(connector, 'update-group', { id: group, memberIdsToAdd: [one] }, ledger);

  const asked = await runGroupCommand(connector, 'get-group', { id: group, includeMembers: true }, ledger);
  const unasked = await runGroupCommand(connector, 'get-group', { id: group }, ledger);
  const without = await runGroupCommand(connector, 'get-group', { id: group, includeMembers: true });

  assert.deepEqual([asked.members, asked.membersFrom], [[one], 'ledger']);
  assert.deepEqual([unasked.members, without.members], [undefined, undefined]);
});

test('forgets a removal that was cut off, so that the next one is asked about', async (t) => {
  const { app, connector, ledger, group, users, requests } = await scene(t);
  const [one = ''] = users(1);
  await runGroupCommand(connector, 'update-group', { id: group, memberIdsToAdd: [one] }, ledger);
  const remove = () => runGroupCommand(connector, 'update-group', { id: group, memberIdsToDelete: [one] }, ledger);
  app.addFault({ kind: 'cut-after', method: 'PATCH' });

  await assert.rejects(remove(), { kind: 'transient' });
  requests();
  const again = await remove();

  assert.equal(again.success, true);
  assert.deepEqual(requests(), ['GET']);
  assert.deepEqual(await ledger.members(group), []);
});

test('forgets the members of a deleted group', async (t) => {
  const { connector, ledger, group, users } = await scene(t);
  await runGroupCommand(connector, 'update-group', { id: group, memberIdsToAdd: users(2) }, ledger);

  await runGroupCommand(connector, 'delete-group', { id: group }, ledger);

  assert.deepEqual(await ledger.members(group), []);
});

test('says that a group is gone instead of blaming its members', async (t) => {
  const { connector, ledger, users, requests } = await scene(t);

  const result = await runGroupCommand(connector, 'update-group', { id: 'gone', memberIdsToAdd: users(120) }, ledger);

  assert.deepEqual([result.success, result.errorMessage], [false, 'Group Not Found']);
  assert.deepEqual(requests(), ['PATCH', 'GET']);
});

async function scene(t: TestContext): Promise<Scene> {
  const { groupMembers } = await testStore(t);
  const opened = await openApp(AWS_TARGET.simulated!);
  t.after(() => opened.close());
  const { app } = opened;
  const connector = opened.connector as unknown as GroupConnector;
  const { id: group } = await connector.createGroup('Staff');
  app.forgetRequests();
  let count = 0;
  return {
    app,
    connector,
    ledger: groupMembers.of('AWS'),
    group,
    users: (wanted) =>
      Array.from({ length: wanted }, () => app.addUser({ userName: `u${++count}@example.com`, active: true }).id),
    requests: () => {
      const methods = app.requests().map(({ method }) => method);
      app.forgetRequests();
      return methods;
    },
  };
}
