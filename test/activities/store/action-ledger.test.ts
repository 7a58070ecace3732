import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LedgerDocument } from '../../../activities/store/action-ledger.js';
import { testStore } from '../../support/report-store.js';

const anEntry = (id: string, over: Partial<LedgerDocument> = {}): LedgerDocument => ({
  _id: id,
  instance: 'HR',
  snapshotId: 'hr-1',
  action: 'hire',
  personId: `person-${id}`,
  at: '2026-03-10T12:00:00.000Z',
  released: false,
  ...over,
});

test('counts each item once per action, instance, snapshot and time', async (t) => {
  const store = await testStore(t);
  await store.ledger.add([anEntry('a'), anEntry('b'), anEntry('c', { action: 'update' })]);

  await store.ledger.add([
    anEntry('b'),
    anEntry('d', { at: '2026-03-10T13:00:00.000Z', snapshotId: 'hr-2' }),
    anEntry('e', { instance: 'Other' }),
  ]);

  const count = store.ledger.count.bind(store.ledger);
  assert.deepEqual(await count({ instance: 'HR' }), { hire: 3, update: 1 });
  assert.deepEqual(await count({ instance: 'HR', since: '2026-03-10T12:30:00.000Z' }), { hire: 1 });
  assert.deepEqual(await count({ snapshotId: 'hr-1' }), { hire: 3, update: 1 });
  assert.deepEqual(await count({ instance: 'HR', except: ['a', 'c'] }), { hire: 2 });
  assert.deepEqual(await count({ instance: 'None' }), {});
});
