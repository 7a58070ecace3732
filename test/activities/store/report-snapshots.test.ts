import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Binary } from 'mongodb';
import type { SnapshotDocument } from '../../../activities/store/report-snapshots.js';
import { testStore } from '../../support/report-store.js';

const aChunk = (id: string, usedAt: string) => ({
  _id: id,
  instance: 'HR',
  rows: 1,
  keys: new Binary(Buffer.from('k')),
  data: new Binary(Buffer.from('d')),
  marks: new Binary(Buffer.from('m')),
  usedAt,
});

const aSnapshot = (id: string, takenAt: string): SnapshotDocument => ({
  _id: id,
  instance: 'HR',
  cycle: 1,
  takenAt,
  targets: ['email'],
  dateField: 'terminationDate',
  entries: 1,
  fields: ['email'],
  rejectedCount: 0,
  rejected: [],
  hash: 'h',
  chunks: [],
  sliceSize: 1,
  cursor: 0,
  counts: { unchanged: 0, skipped: {}, alreadyOpen: 0 },
});

test('a chunk is stored once and lives as long as a snapshot uses it', async (t) => {
  const store = await testStore(t);
  const { snapshots } = store;
  await snapshots.putChunk(aChunk('a', '2026-03-01'));
  await snapshots.putChunk(aChunk('a', '2026-03-09'));
  await snapshots.putChunk(aChunk('b', '2026-03-01'));

  const isTouched = await snapshots.touchChunks(['a', 'a'], '2026-03-08');
  const isAllThere = await snapshots.touchChunks(['a', 'gone'], '2026-03-08');
  await snapshots.deleteBefore('2026-03-05');

  assert.deepEqual([isTouched, isAllThere], [true, false]);
  assert.deepEqual(await snapshots.storedChunks(['a', 'b']), new Set(['a']));
});

test('the newest snapshot is found and old ones are deleted', async (t) => {
  const store = await testStore(t);
  const { snapshots } = store;
  for (const [id, takenAt] of [
    ['old', '2026-03-01'],
    ['new', '2026-03-09'],
  ] as const) {
    await snapshots.insert(aSnapshot(id, takenAt));
  }

  await snapshots.deleteBefore('2026-03-05');

  assert.equal((await snapshots.newest('HR'))?._id, 'new');
  assert.equal(await snapshots.get('old'), null);
});

test("the gate's answer is recorded once", async (t) => {
  const store = await testStore(t);
  await store.snapshots.insert(aSnapshot('s', '2026-03-01'));
  const decision = { at: '1', ownedProfiles: 1, planned: {}, trips: [], approval: false };

  const first = await store.snapshots.decideGate('s', decision);
  const second = await store.snapshots.decideGate('s', { ...decision, at: '2' });

  assert.deepEqual([first.at, second.at], ['1', '1']);
});
