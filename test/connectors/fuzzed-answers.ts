import assert from 'node:assert/strict';
import { test } from 'node:test';

import { randomNumbers } from '../../sandbox/peer/random.js';
import { ConnectorError } from '../../activities/connectors/types.js';
import { seedsOf } from '../life/seeds.js';
import { run } from './contract-application.js';
import { TARGETS } from './targets/index.js';
import type { UserCommandResult } from '../../activities/connectors/types.js';
import type { ContractApplication } from './contract-application.js';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Values that no attribute expects everywhere. */
const STRANGE: readonly Json[] = [
  null,
  true,
  0,
  -1.5,
  '',
  'strange',
  [],
  {},
  [null],
  [['strange']],
  { value: {} },
  'x'.repeat(5000),
];

/** One test per connector of a simulated application, with so many answers changed at random. */
export function registerFuzzedAnswers(answers: number): void {
  for (const target of TARGETS.filter(({ simulated }) => simulated !== null)) {
    test(`${target.name}: ${answers} mutilated answers give a whole profile or a clear error`, async (t) => {
      const [seed = 1] = seedsOf(1);
      t.diagnostic(`seed ${seed}; ILM_SEEDS changes the same answers again`);
      const application = await target.open();
      assert.ok('connector' in application);
      t.after(() => application.close());

      assert.deepEqual(await faultsOf(application, answers, seed), []);
    });
  }
}

async function faultsOf(application: ContractApplication, answers: number, seed: number): Promise<string[]> {
  const next = randomNumbers(seed);
  const profile = application.person({ title: 'Engineer' });
  const { id } = await run(application, 'create-user', { profile });
  assert.ok(id !== undefined);
  const faults: string[] = [];
  for (let count = 0; count < answers; count += 1) {
    const changes: string[] = [];
    application.app?.rewriteAnswers((body) => {
      const mutilated = mutilate(body, next);
      changes.push(mutilated.slice(0, 500));
      return mutilated;
    });
    const known = next() < 0.5 ? { id } : null;
    const fault = await faultOfAnswer(() => run(application, 'get-user', { profile, known }));
    if (fault !== null) faults.push(`${fault}: ${changes.join(' then ')}`);
  }
  return faults;
}

async function faultOfAnswer(read: () => Promise<UserCommandResult>): Promise<string | null> {
  try {
    const result = await read();
    return result.success ? faultOfProfile(result) : faultOfMessage(result.errorMessage);
  } catch (error) {
    if (error instanceof ConnectorError) return faultOfMessage(error.message);
    return `thrown ${String(error)}`;
  }
}

function faultOfProfile({ id, profile }: UserCommandResult): string | null {
  if (typeof id !== 'string' || id === '') return `an account with the id ${JSON.stringify(id)}`;
  for (const [field, value] of Object.entries(profile ?? {})) {
    const isPlain = ['string', 'boolean', 'number'].includes(typeof value);
    if (!isPlain || /undefined|\[object|NaN/.test(JSON.stringify(value))) return `${field} is ${JSON.stringify(value)}`;
  }
  return null;
}

const faultOfMessage = (message = ''): string | null =>
  message === '' || /\[object|TypeError|Cannot read/.test(message) ? `the message '${message}'` : null;

/** Cuts the text somewhere, or changes one place of the JSON in it. */
function mutilate(body: string, next: () => number): string {
  if (next() < 0.1) return body.slice(0, Math.floor(next() * body.length));
  let json: Json;
  try {
    json = JSON.parse(body) as Json;
  } catch {
    return body;
  }
  const places = countPlaces(json);
  return JSON.stringify(changeAt(json, Math.floor(next() * places), next));
}

const countPlaces = (json: Json): number =>
  1 +
  (typeof json === 'object' && json !== null ? Object.values(json) : []).reduce(
    (sum: number, part: Json) => sum + countPlaces(part),
    0,
  );

/** Replaces, drops or doubles the part at one place, counted from the root. */
function changeAt(json: Json, place: number, next: () => number): Json {
  if (place === 0) return STRANGE[Math.floor(next() * STRANGE.length)] ?? null;
  if (typeof json !== 'object' || json === null) return json;
  let before = 1;
  const entries = Object.entries(json).flatMap(([key, part]: [string, Json]): [string, Json][] => {
    const size = countPlaces(part);
    const inside = place - before;
    before += size;
    if (inside < 0 || inside >= size) return [[key, part]];
    if (inside === 0 && next() < 0.3) return [];
    return [[key, changeAt(part, inside, next)]];
  });
  return Array.isArray(json) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}
