import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startAdoption } from '../../activities/adoption/start.js';
import { NO_COUNTS } from '../../domain/adoption.js';
import type { AdoptionProgress } from '../../workflows/messages.js';
import { ADOPTED_WORKDAY, heldPerson } from '../support/adoption.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { eventually } from '../support/incidents.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({ skipTime: true, applications: ['Atlas'], ilm: { workday: [ADOPTED_WORKDAY] } });
});
after(() => engine.close());

test('somebody whom an incident has is looked at again later, and listed when that goes on', async () => {
  const [short, long] = [await heldPerson(engine, 'short/1'), await heldPerson(engine, 'long/1')];
  const before = await engine.store.people.get(long);
  const handle = await startAdoption(engine.env.client, 'Workday', 'reviewer-1');
  await eventually('both were busy', async () => {
    const found = await engine.store.adoptions.list('Workday', { outcome: 'busy', application: 'Atlas' });
    return found.length === 2;
  });
  await engine.store.people.giveBack(short, 'short/1');

  const { applications } = (await handle.result()) as AdoptionProgress;

  const expected = { ...NO_COUNTS, matched: 1, busy: 1 };
  assert.deepEqual(
    applications.map(({ phase, counts }) => [phase, counts]),
    [
      ['done', expected],
      ['done', expected],
    ],
  );
  assert.equal((await engine.store.adoptions.get(long, 'Atlas'))?.outcome, 'busy');
  assert.deepEqual(await engine.store.people.get(long), before, 'an incident’s person is never written');
});
