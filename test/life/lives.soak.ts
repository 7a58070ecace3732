import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Endings } from '../whole/support/endings.js';
import { Lives } from './life.js';
import { seedsOf } from './seeds.js';

const PEOPLE = 500;
const ROUNDS = 8;

test('five hundred random lives end as HR says', async (t) => {
  const seeds = seedsOf(PEOPLE);
  t.diagnostic(`seeds ${seeds.join(' ')}; ILM_SEEDS lives single ones again`);
  const endings = new Endings(t);
  const lives = await Lives.start(endings, seeds);
  for (let round = 1; round <= ROUNDS; round += 1) {
    process.stderr.write(`round ${round} of ${ROUNDS}\n`);
    await lives.round({ stormy: round % 2 === 0 });

    assert.deepEqual(await lives.faults(), [], `after round ${round}`);
  }
});
