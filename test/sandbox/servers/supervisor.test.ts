import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { supervise } from '../../../sandbox/servers/supervisor.js';
import { untilGone } from '../../support/processes.js';

const PARENT = new URL('../../support/supervising-parent.ts', import.meta.url).pathname;
const STUBBORN = `trap '' TERM; while :; do sleep 1; done`;

/** Starts a process that supervises a shell running `script`, and tells the process ids to watch. */
async function startParent(script: string) {
  const parent = spawn(process.execPath, ['--import', 'tsx', PARENT, script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  return { parent, pids: JSON.parse(line) as number[] };
}

for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM'] as const) {
  test(`leaves no program behind when its starter gets ${signal}, even one that ignores SIGTERM`, async () => {
    const { parent, pids } = await startParent(STUBBORN);

    parent.kill(signal);

    assert.deepEqual(await untilGone(pids), []);
  });
}

test('notices that npm, which would have passed signals on, was killed', async (t) => {
  const npm = spawn('/bin/sh', ['-c', '"$@" & wait', 'sh', process.execPath, '--import', 'tsx', PARENT, STUBBORN], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'start' },
  });
  t.after(() => npm.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: npm.stdout }), 'line')) as [string];

  npm.kill('SIGKILL');

  assert.deepEqual(await untilGone(JSON.parse(line) as number[]), []);
});

test('ends the children of the program too', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ilm-supervisor-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'pid');
  const script = `sh -c 'echo $$ > ${file}; ${STUBBORN.replaceAll("'", `'"'"'`)}' & while [ ! -s ${file} ]; do sleep 0.01; done; echo up; exit 0`;

  const program = await supervise({ name: 'shell', command: '/bin/sh', args: ['-c', script], logFile: `${file}.log` });
  await program.ended;

  assert.deepEqual(await untilGone([Number(await readFile(file, 'utf8'))]), []);
});

test('tells the exit code and keeps the output in the log', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ilm-supervisor-'));
  t.after(() => rm(folder, { recursive: true }));
  const logFile = join(folder, 'logs', 'shell.log');

  const program = await supervise({ name: 'shell', command: '/bin/sh', args: ['-c', 'echo said; exit 7'], logFile });

  assert.equal(await program.ended, 7);
  assert.equal(await readFile(logFile, 'utf8'), 'said\n');
});

test('lets a program that obeys SIGTERM finish its work, then deletes its temporary folder', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ilm-supervisor-'));
  const log = await mkdtemp(join(tmpdir(), 'ilm-supervisor-'));
  t.after(() => rm(log, { recursive: true }));
  const logFile = join(log, 'shell.log');
  const script = `trap 'echo finished; exit 0' TERM; echo ready; while :; do sleep 0.05; done`;

  const program = await supervise({
    name: 'shell',
    command: '/bin/sh',
    args: ['-c', script],
    logFile,
    removeAfter: folder,
  });
  while ((await readFile(logFile, 'utf8')) === '') continue;
  await program.stop();

  assert.equal(await program.ended, 0);
  assert.equal(await readFile(logFile, 'utf8'), 'ready\nfinished\n');
  assert.equal(existsSync(folder), false);
});

test('reports a program that does not exist by exit code 127', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ilm-supervisor-'));
  t.after(() => rm(folder, { recursive: true }));

  const program = await supervise({ name: 'none', command: '/nonexistent/program', logFile: join(folder, 'log') });

  assert.equal(await program.ended, 127);
});
