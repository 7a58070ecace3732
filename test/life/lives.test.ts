import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Endings } from '../whole/support/endings.js';
import { Lives } from './life.js';
import { seedsOf } from './seeds.js';

const PEOPLE = 16;
const ROUNDS = 3;

test('people whose lives are random end as HR says, in calm and in storm', async (t) => {
  const seeds = seedsOf(PEOPLE);
  t.diagnostic(`seeds ${seeds.join(' ')}; ILM_SEEDS lives single ones again`);
  const endings = new Endings(t);
  const lives = await Lives.start(endings, seeds);
  for (let round = 1; round <= ROUNDS; round += 1) {
    await lives.round({ stormy: round % 2 === 0 });

    assert.deepEqual(await lives.faults(), [], `after round ${round}`);
  }
});
