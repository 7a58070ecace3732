import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** A project that has nothing but the runner, what the runner uses, and the given test files. */
async function projectWith(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'ilm-run-test-'));
  t.after(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'test', 'deep'), { recursive: true });
  for (const shared of ['node_modules', 'sandbox', 'domain', 'package.json']) {
    await symlink(join(ROOT, shared), join(root, shared));
  }
  await mkdir(join(root, 'test', 'support'));
  for (const file of ['run.mjs', 'support/deadline.mjs', 'support/failed-files.mjs']) {
    await copyFile(join(ROOT, 'test', file), join(root, 'test', file));
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, 'test', name), content);
  return root;
}

async function runTests(root: string, ...args: string[]): Promise<{ code: number | null; out: string; said: string }> {
  // Set while this file runs; the runner inside would take itself for one of its own test files.
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
  const runner = spawn(process.execPath, ['test/run.mjs', ...args], { cwd: root, env });
  const [out, said] = await Promise.all([text(runner.stdout), text(runner.stderr), once(runner, 'close')]);
  return { code: runner.exitCode, out, said };
}

const PASSING = `import { test } from 'node:test'; test('passes', () => undefined);`;
const FAILING = `import { test } from 'node:test'; test('fails', () => { throw new Error('as it should'); });`;
const DEAF = `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000);`;
const BUSY = `for (;;) continue;`;

test('runs test files of every folder, with the summary last', async (t) => {
  const root = await projectWith(t, { 'a.test.ts': PASSING, 'deep/b.test.ts': PASSING, 'deep/helper.ts': FAILING });

  const { code, out } = await runTests(root);

  assert.equal(code, 0);
  assert.match(out, /ℹ pass 2\n[^]*ℹ duration_ms [\d.]+\n$/);
});

test('fails when a test fails', async (t) => {
  const { code, out } = await runTests(await projectWith(t, { 'a.test.ts': PASSING, 'b.test.ts': FAILING }));

  assert.equal(code, 1);
  assert.match(out, /ℹ fail 1\n/);
});

test('runs a file with failures once more, alone, and fails when it fails again', async (t) => {
  const once = `import { existsSync, writeFileSync } from 'node:fs'; import { test } from 'node:test';
    test('fails once', () => { if (!existsSync('seen')) { writeFileSync('seen', ''); throw new Error('once'); } });`;
  const root = await projectWith(t, { 'a.test.ts': PASSING, 'b.test.ts': once });

  const { code, out, said } = await runTests(root);

  assert.equal(code, 0);
  assert.match(said, /Once more, one by one.*: test\/b\.test\.ts\n/);
  assert.deepEqual(out.match(/ℹ fail \d/g), ['ℹ fail 1', 'ℹ fail 0']);
});

test('fails when there is no test file, or none of the wanted name', async (t) => {
  const none = await runTests(await projectWith(t, {}));
  const otherName = await runTests(await projectWith(t, { 'a.test.ts': PASSING }), 'detection');

  assert.deepEqual([none.code, none.said], [1, 'No test file in test/.\n']);
  assert.deepEqual([otherName.code, otherName.said], [1, 'No test file matches detection.\n']);
});

test('runs only the files whose names contain one of the arguments, and soak tests only on demand', async (t) => {
  const root = await projectWith(t, { 'a.test.ts': PASSING, 'b.test.ts': FAILING, 'a.soak.ts': PASSING });

  assert.match((await runTests(root, 'test/a')).out, /ℹ tests 1\n/);
  assert.match((await runTests(root, '--soak', 'test/a')).out, /ℹ tests 2\n/);
});

test('ends files that hang, even those that hear no signal, and calls them failed', async (t) => {
  const root = await projectWith(t, { 'a.test.ts': PASSING, 'b.test.ts': DEAF, 'c.test.ts': BUSY });

  const { code, out } = await runTests(root, '--timeout', '6');

  assert.equal(code, 1);
  assert.match(out, /✔ passes/);
  assert.match(out, /✖ .*b\.test\.ts/);
  assert.match(out, /✖ .*c\.test\.ts/);
});
