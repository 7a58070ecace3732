import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Endings } from '../whole/support/endings.js';
import { Lives } from './life.js';
import { seedsOf } from './seeds.js';

/** Several companies one after the other: a run of the report opens fewer incidents than five hundred people need. */
const COMPANIES = 4;
const PEOPLE = 125;
const ROUNDS = 8;

for (let company = 1; company <= COMPANIES; company += 1) {
  test(`${PEOPLE} random lives end as HR says, company ${company} of ${COMPANIES}`, async (t) => {
    const seeds = seedsOf(PEOPLE);
    t.diagnostic(`seeds ${seeds.join(' ')}; ILM_SEEDS lives single ones again`);
    const lives = await Lives.start(new Endings(t), seeds);
    for (let round = 1; round <= ROUNDS; round += 1) {
      process.stderr.write(`company ${company}, round ${round} of ${ROUNDS}\n`);
      await lives.round({ stormy: round % 2 === 0 });

      assert.deepEqual(await lives.faults(), [], `after round ${round}`);
    }
  });
}
