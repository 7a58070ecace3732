import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { openDatabase } from '../../activities/store/database.js';
import type { Database } from '../../activities/store/database.js';
import { retiredInstances } from '../../worker/retired-instances.js';
import { testDatabase } from '../support/servers.js';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-03-01T00:00:00Z');

async function database(t: TestContext): Promise<Database> {
  const { uri } = await testDatabase(t);
  const opened = await openDatabase({ uri });
  t.after(() => opened.close());
  return opened;
}

test('an instance that left the configuration is named until its commands have surely ended', async (t) => {
  const db = await database(t);
  await retiredInstances(db, ['Wiki', 'Chat'], NOW);

  assert.deepEqual(await retiredInstances(db, ['Wiki'], NOW + DAY_MS), ['Chat']);
  assert.deepEqual(await retiredInstances(db, ['Wiki'], NOW + 31 * DAY_MS), []);
});

test('an instance that comes back is served as before', async (t) => {
  const db = await database(t);
  await retiredInstances(db, ['Wiki', 'Chat'], NOW);
  await retiredInstances(db, ['Wiki'], NOW);

  assert.deepEqual(await retiredInstances(db, ['Chat', 'Wiki'], NOW), []);
});
