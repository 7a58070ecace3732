import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanState } from '../../../activities/store/cycle-plan.js';
import type { PlanItemDocument } from '../../../activities/store/cycle-plan.js';
import { testStore } from '../../support/report-store.js';

const anItem = (id: string, over: Partial<PlanItemDocument> = {}): PlanItemDocument => ({
  _id: id,
  instance: 'HR',
  snapshotId: 'hr-1',
  entry: 1,
  type: 'IAM - New Hire',
  action: 'hire',
  rank: 4,
  position: 1,
  personId: `person-${id}`,
  profileVersion: 0,
  email: `${id}@example.com`,
  employeeId: id,
  changedFields: {},
  details: '',
  key: `key-${id}`,
  state: PlanState.Planned,
  createdAt: '2026-03-10T12:00:00.000Z',
  ...over,
});

test('an item that is there already keeps its state', async (t) => {
  const { plan } = await testStore(t);
  await plan.add([anItem('a', { state: PlanState.Opened })]);

  await plan.add([anItem('a'), anItem('b')]);

  assert.deepEqual(await plan.actionCounts('hr-1', [PlanState.Planned]), { hire: 1 });
  assert.deepEqual(await plan.typeCounts('hr-1'), { 'IAM - New Hire': 2 });
});

test('what is released is opened before the rest, the urgent before the others', async (t) => {
  const { plan } = await testStore(t);
  const admitted = { state: PlanState.Admitted };
  await plan.add([
    anItem('late', { ...admitted, position: 9 }),
    anItem('early', { ...admitted, position: 2 }),
    anItem('leaver', { ...admitted, position: 10, rank: 1 }),
    anItem('released', { state: PlanState.Released, snapshotId: 'hr-0', position: 50 }),
    anItem('of another report', { ...admitted, snapshotId: 'hr-0' }),
    anItem('before the gate'),
  ]);

  const ids = async (snapshotId: string | undefined, limit: number): Promise<string[]> =>
    (await plan.nextToOpen('HR', snapshotId, limit)).map(({ _id }) => _id);

  assert.deepEqual(await ids('hr-1', 3), ['released', 'leaver', 'early']);
  assert.deepEqual(await ids('hr-1', 1), ['released']);
  assert.deepEqual(await ids(undefined, 9), ['released']);
});

test('a transition happens from the expected states only, and once', async (t) => {
  const { plan } = await testStore(t);
  await plan.add([anItem('a', { state: PlanState.Held }), anItem('b', { state: PlanState.Discarded })]);
  const release = ['a', 'b'].map((id) => ({ id, from: [PlanState.Held], set: { state: PlanState.Released } }));

  const moved = await plan.transition(release);
  const again = await plan.transition(release);
  const other = await plan.transition([
    { id: 'a', from: [PlanState.Released], where: { key: 'another' }, set: { state: PlanState.Dropped } },
  ]);

  assert.deepEqual([moved, again, other], [1, 0, 0]);
});

test('forgets what is final and old, and what an approver refused long ago', async (t) => {
  const { plan } = await testStore(t);
  const old = { createdAt: '2026-03-01T00:00:00.000Z' };
  await plan.add([
    anItem('opened', { ...old, state: PlanState.Opened }),
    anItem('held', { ...old, state: PlanState.Held }),
    anItem('refused', { ...old, state: PlanState.Discarded, decidedAt: '2026-03-09T00:00:00.000Z' }),
    anItem('refused long ago', { ...old, state: PlanState.Discarded, decidedAt: '2026-03-02T00:00:00.000Z' }),
    anItem('new', { state: PlanState.Opened }),
  ]);

  await plan.deleteBefore('2026-03-05T00:00:00.000Z');

  const left = await plan.collection.find().toArray();
  assert.deepEqual(left.map(({ _id }) => _id).sort(), ['held', 'new', 'refused']);
  assert.deepEqual(await plan.discardedKeys('HR', '2026-03-08T00:00:00.000Z'), new Set(['key-refused']));
});
