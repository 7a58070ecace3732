import { after } from 'node:test';

import { registerContract } from './contract.js';
import { TARGETS } from './targets/index.js';

const table = registerContract(TARGETS);

after(() => {
  console.log(`\n${table()}\n`);
});
