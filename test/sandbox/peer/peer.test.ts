import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { createCertificates } from '../../../sandbox/peer/certificate.js';
import { createFaultQueue } from '../../../sandbox/peer/fault-queue.js';
import { html } from '../../../domain/html.js';
import { openStateFile } from '../../../sandbox/peer/state-file.js';

async function aDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ilm-peer-'));
  t.after(() => rm(directory, { recursive: true }));
  return directory;
}

test('keeps data between two starts and writes what is pending on close', async (t) => {
  const path = join(await aDirectory(t), 'deeper', 'peer.json');
  const data = { count: 0 };
  const first = openStateFile(path, () => data);

  data.count = 3;
  first.changed();
  first.close();

  assert.deepEqual(openStateFile(path, () => data).initial, { count: 3 });
});

test('names a damaged data file and says what to do', async (t) => {
  const path = join(await aDirectory(t), 'peer.json');
  await writeFile(path, '{"count":');

  assert.throws(() => openStateFile(path, () => ({})), new RegExp(`${path} is damaged. Delete it`));
});

test('uses a stored certificate until a month before it expires', async (t) => {
  const directory = await aDirectory(t);
  const inTwoYears = Date.now() + 800 * 86_400_000;

  const made = await createCertificates(directory);
  const again = await createCertificates(directory);
  const later = await createCertificates(directory, inTwoYears);

  assert.equal(again.cert, made.cert);
  assert.notEqual(later.cert, made.cert);
});

test('makes a new certificate when the stored one was not signed by the stored authority', async (t) => {
  const [one, other] = [await aDirectory(t), await aDirectory(t)];
  const made = await createCertificates(one);
  await writeFile(join(one, 'ca.pem'), (await createCertificates(other)).ca);

  assert.notEqual((await createCertificates(one)).cert, made.cert);
});

test('lets a fault strike as often as told, and forever until cleared', () => {
  const queue = createFaultQueue<string>();
  queue.add('twice', 2);
  queue.add('always', 'forever');

  const struck = [1, 2, 3, 4].map(() => queue.take(() => true));
  const unfit = queue.take((fault) => fault === 'twice');
  queue.clear();

  assert.deepEqual(struck, ['twice', 'twice', 'always', 'always']);
  assert.equal(unfit, null);
  assert.equal(
    queue.take(() => true),
    null,
  );
});

test('escapes every value of a page, in text and in attributes', () => {
  const value = `"><script>'&`;

  const { markup } = html`<a title="${value}">${[html`<b>${value}</b>`]}${null}</a>`;

  assert.equal(markup.split('&quot;&gt;&lt;script&gt;&#39;&amp;').length, 3);
  assert.ok(markup.includes('<b>') && !markup.includes('<script'));
});
