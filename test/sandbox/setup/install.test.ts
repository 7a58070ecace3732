import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

const SCRIPT = new URL('../../../sandbox/setup/install.mjs', import.meta.url).pathname;

/** A project whose only dependency is a folder of its own, so that installing it needs no network. */
async function aProject(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'ilm-install-'));
  t.after(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'sandbox', 'setup'), { recursive: true });
  await mkdir(join(root, 'dependency'));
  await copyFile(SCRIPT, join(root, 'sandbox', 'setup', 'install.mjs'));
  await writeFile(join(root, 'dependency', 'package.json'), JSON.stringify({ name: 'dependency', version: '1.0.0' }));
  await writeProject(root, '1.0.0');
  return root;
}

async function writeProject(root: string, version: string): Promise<void> {
  const project = { name: 'project', version, dependencies: { dependency: 'file:dependency' } };
  const packages = {
    '': project,
    dependency: { version },
    'node_modules/dependency': { resolved: 'dependency', link: true },
  };
  await writeFile(join(root, 'package.json'), JSON.stringify(project));
  await writeFile(join(root, 'dependency', 'package.json'), JSON.stringify({ name: 'dependency', version }));
  await writeFile(
    join(root, 'package-lock.json'),
    JSON.stringify({ name: 'project', version, lockfileVersion: 3, packages }),
  );
}

async function runInstall(root: string, options: { env?: NodeJS.ProcessEnv; node?: string[] } = {}) {
  const args = [...(options.node ?? []), join(root, 'sandbox', 'setup', 'install.mjs')];
  return await new Promise<{ code: number; said: string }>((resolve) => {
    const child = execFile(process.execPath, args, { env: { ...process.env, ...options.env } }, (_error, _out, said) =>
      resolve({ code: child.exitCode ?? -1, said }),
    );
  });
}

test('installs what the lock file names, then does nothing while node_modules agrees', async (t) => {
  const root = await aProject(t);

  const first = await runInstall(root);
  const second = await runInstall(root, { env: { PATH: '/nonexistent' } });

  assert.deepEqual(first, { code: 0, said: 'Installing packages (npm ci) ...\n' });
  assert.match(await readFile(join(root, 'node_modules', 'dependency', 'package.json'), 'utf8'), /1\.0\.0/);
  assert.deepEqual(second, { code: 0, said: '' });
});

test('installs again when the lock file has changed', async (t) => {
  const root = await aProject(t);
  await runInstall(root);
  await writeProject(root, '2.0.0');

  assert.match((await runInstall(root)).said, /Installing packages/);
  assert.equal((await runInstall(root)).said, '');
});

test('says what to do when npm is missing', async (t) => {
  const { code, said } = await runInstall(await aProject(t), { env: { PATH: '/nonexistent' } });

  assert.equal(code, 1);
  assert.match(said, /npm was not found on the PATH\. It comes with Node: install Node from https:\/\/nodejs\.org\./);
});

test('says what to do when npm ci fails', async (t) => {
  const root = await aProject(t);
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'project', dependencies: { other: '1.0.0' } }));

  const { code, said } = await runInstall(root);

  assert.equal(code, 1);
  assert.match(said, /npm ci failed, see above\. Check the network, then run npm ci in /);
});

test('refuses a Node that is too old, by name and remedy', async (t) => {
  const pretend = `Object.defineProperty(process,'versions',{value:{node:'20.18.3'}})`;

  const { code, said } = await runInstall(await aProject(t), { node: ['--import', `data:text/javascript,${pretend}`] });

  assert.equal(code, 1);
  assert.equal(said, 'Node 20.18.3 is too old: install Node 20.19 or newer (https://nodejs.org).\n');
});
