import assert from 'node:assert/strict';
import { test } from 'node:test';

import { testStore } from '../../support/report-store.js';

test('records each member once, whatever is repeated', async (t) => {
  const ledger = (await testStore(t)).groupMembers.of('AWS');

  await Promise.all([ledger.add('g1', ['u2', 'u1']), ledger.add('g1', ['u1', 'u3'])]);
  await ledger.add('g1', []);

  assert.deepEqual(await ledger.members('g1'), ['u1', 'u2', 'u3']);
  assert.deepEqual(await ledger.known('g1', ['u3', 'u9']), ['u3']);
});

test('forgets members and groups, and keeps those of others apart', async (t) => {
  const { groupMembers } = await testStore(t);
  const [ledger, other] = [groupMembers.of('AWS'), groupMembers.of('AWS/g1')];
  await ledger.add('g1', ['u1', 'u2']);
  await ledger.add('g2', ['u1']);
  await other.add('g1', ['u1']);

  await ledger.remove('g1', ['u1', 'u9']);
  await ledger.forget('g2');
  await ledger.forget('g2');

  assert.deepEqual(await ledger.members('g1'), ['u2']);
  assert.deepEqual(await ledger.members('g2'), []);
  assert.deepEqual(await other.members('g1'), ['u1']);
});

test('tells names with separators apart', async (t) => {
  const { groupMembers } = await testStore(t);

  await groupMembers.of('a/b').add('c', ['d']);
  await groupMembers.of('a').add('b/c', ['d']);

  assert.deepEqual(await groupMembers.of('a/b').members('c'), ['d']);
  assert.deepEqual(await groupMembers.of('a').members('b/c'), ['d']);
});
