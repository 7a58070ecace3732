import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanState } from '../../../activities/store/cycle-plan.js';
import type { PlanItemDocument } from '../../../activities/store/cycle-plan.js';
import type { Store } from '../../../activities/store/index.js';
import { testStore } from '../../support/report-store.js';
import type { TestScope } from '../../support/servers.js';

const AT = '2026-03-10T12:00:00.000Z';

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
  state: PlanState.Held,
  createdAt: AT,
  set: 'hr-1/hire',
  ...over,
});

async function aStore(t: TestScope): Promise<Store> {
  const store = await testStore(t);
  await store.held.open({ _id: 'hr-1/hire', instance: 'HR', action: 'hire', openedAt: AT, reason: 'too many' });
  await store.plan.add([anItem('a'), anItem('b'), anItem('c', { state: PlanState.Opened })]);
  return store;
}

const decision = { set: 'hr-1/hire', by: 'approver-1', at: AT };

test('lists sets with what waits in them and shows their items', async (t) => {
  const store = await aStore(t);

  const [set] = await store.held.list();
  const shown = await store.held.show('hr-1/hire');

  assert.deepEqual([set?.held, set?.released, set?.reason], [2, 0, 'too many']);
  assert.deepEqual(shown?.items.map(({ _id }) => _id).sort(), ['a', 'b']);
  assert.deepEqual(await store.held.list('Other'), []);
  assert.equal(await store.held.show('none'), null);
});

test('a decision is recorded as evidence of its approver', async (t) => {
  const store = await aStore(t);

  const outcome = await store.held.release({ ...decision, item: 'a', note: 'agreed' });

  assert.deepEqual(outcome, { kind: 'done', items: 1 });
  const [evidence] = await store.evidence.ofPerson('person-a');
  assert.equal(evidence?.kind, 'answer');
  assert.match(evidence?.cause ?? '', /released by approver-1/);
  const [item] = await store.plan.inStates('HR', [PlanState.Released]);
  assert.deepEqual([item?._id, item?.decidedBy], ['a', 'approver-1']);
});

test('refuses a decision about another state of the set than the one that was seen', async (t) => {
  const store = await aStore(t);
  const [seen] = await store.held.list();
  await store.plan.add([anItem('d')]);

  const drifted = await store.held.release({ ...decision, planHash: seen?.planHash ?? '' });

  assert.equal(drifted.kind, 'drifted');
  assert.equal((await store.held.list())[0]?.held, 3);
});

test('says what it does not know', async (t) => {
  const store = await aStore(t);

  assert.deepEqual(await store.held.discard({ ...decision, set: 'none' }), { kind: 'unknown-set' });
  assert.deepEqual(await store.held.discard({ ...decision, item: 'c' }), { kind: 'unknown-item' });
});

test('a set goes when nothing waits in it any more', async (t) => {
  const store = await aStore(t);

  await store.held.discard(decision);

  assert.deepEqual(await store.held.list(), []);
  assert.equal(await store.held.waitingSet('HR', 'hire'), null);
});
