import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cacheFolder, isHeld, obtain } from '../../../sandbox/servers/cache.js';

const folder = mkdtempSync(join(tmpdir(), 'ilm-cache-test-'));
process.env['ILM_CACHE_DIR'] = folder;
after(() => rmSync(folder, { recursive: true }));

const fillWith = (content: string) => async (draft: string) => writeFile(join(draft, 'program'), content);
const mustNotFill = () => assert.fail('it was obtained again');

test('lies where ILM_CACHE_DIR says', () => {
  assert.equal(cacheFolder(), folder);
});

test('obtains a thing once and hands it out from then on', async () => {
  const name = randomUUID();

  const first = await obtain(name, fillWith('one'));
  const second = await obtain(name, mustNotFill);

  assert.equal(second, first);
  assert.equal(await readFile(join(second, 'program'), 'utf8'), 'one');
  assert.equal(await isHeld(name), true);
});

test('obtains anew what is incomplete', async () => {
  const name = randomUUID();
  const path = await obtain(name, fillWith('complete'));
  await truncate(join(path, 'program'), 3);

  await obtain(name, fillWith('obtained again'));

  assert.equal(await readFile(join(path, 'program'), 'utf8'), 'obtained again');
});

test('obtains anew what lacks a file or has other content of the same size', async () => {
  const name = randomUUID();
  const path = await obtain(name, fillWith('original'));

  await writeFile(join(path, 'program'), 'altered!');
  assert.equal(await isHeld(name), false);
  await obtain(name, fillWith('original'));
  await rm(join(path, 'program'));
  assert.equal(await isHeld(name), false);
});

test('keeps what was only copied or touched', async () => {
  const name = randomUUID();
  const path = await obtain(name, fillWith('same'));

  await utimes(join(path, 'program'), new Date(0), new Date(0));

  assert.equal(await isHeld(name), true);
});

test('gives the same intact folder to everybody who obtains it at once', async () => {
  const name = randomUUID();
  const both = ['a', 'b', 'c'].map((content) => obtain(name, fillWith(content.repeat(1_000))));

  const paths = await Promise.all(both);

  assert.equal(new Set(paths).size, 1);
  assert.equal(await isHeld(name), true);
});

test('leaves nothing behind when obtaining fails', async () => {
  const name = randomUUID();

  await assert.rejects(
    obtain(name, async (draft) => {
      await writeFile(join(draft, 'half'), '');
      throw new Error('the network is gone');
    }),
    /the network is gone/,
  );

  assert.deepEqual(
    (await readdir(folder)).filter((entry) => entry.startsWith(name)),
    [],
  );
});
