import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Client } from '@temporalio/client';

import type { Mailer } from '../activities/dependencies.js';
import { startIncidentRuns } from '../activities/open-incidents.js';
import { startReportCycle } from '../activities/report/start.js';
import { openStore } from '../activities/store/index.js';
import type { Store } from '../activities/store/index.js';
import { IncidentState, IncidentType } from '../domain/incident.js';
import { incidentWorkflowId } from '../domain/names.js';
import { DEFAULT_CACHED_WORKFLOWS } from '../worker/wire.js';
import { incidentQuery } from '../workflows/messages.js';
import { BENCH_INSTANCE, seedCompany, servePeer } from './cycle-company.js';
import { SEED } from './detection-data.js';
import { startPeer } from './peer.js';
import { cycleConfiguration, cycleFinished, measuredRun } from './report-cycle.js';
import { compareSides, median, reportSide, rounded, runSide } from './report.js';
import type { Benchmark, BenchmarkReport } from './report.js';
import { createNamespace, databaseOf, withServers } from './servers.js';
import type { BenchmarkPlace } from './servers.js';
import { WORKER_OPTIONS, bundleWorkflows, withService } from './service.js';

const PROFILES = 1_000;
const WAITING = 10_000;
const CYCLES = 5;
const TARGET = 1.1;
const AT_ONCE = 20;
/** Incidents recorded and started in one go. */
const PORTION = 200;
const PROGRESS_MS = 5_000;

/** A company: a database and a namespace of its own. */
interface Company {
  readonly mongodbUri: string;
  readonly namespace: string;
}

interface SideArguments extends Company {
  /** `seed` makes runs that wait, in a process of its own; the others are compared. */
  readonly side: 'seed' | 'waiting' | 'none';
  readonly temporalAddress: string;
  readonly reportUrl: string;
  readonly bundle: string;
  /** Runs to be made, or to fill the workflow cache with. */
  readonly runs: number;
}

/** The benchmark `waiting`: what thousands of runs that wait for people cost a report cycle and a worker's memory. */
export const waitingBenchmark: Benchmark = {
  name: 'waiting',
  summary: 'five report cycles over 1,000 people beside 10,000 runs that wait for an answer',
  run: () => withServers(compare),
};

async function compare({ folder, mongodbUri, temporalAddress }: BenchmarkPlace): Promise<BenchmarkReport> {
  const size = Number(process.env['BENCH_SIZE'] ?? WAITING);
  const report = join(folder, 'report.json');
  const [busy, idle] = [
    await makeCompany(mongodbUri, temporalAddress, report),
    await makeCompany(mongodbUri, temporalAddress, report),
  ];
  const peer = await startPeer(import.meta.url, { side: 'peer', file: report });
  const shared = { temporalAddress, reportUrl: peer.told, bundle: await bundleWorkflows(folder) };
  const cached = Math.min(DEFAULT_CACHED_WORKFLOWS, size);
  const inProcess = (side: SideArguments['side'], company: Company, runs: number) =>
    runSide(import.meta.url, [JSON.stringify({ ...shared, ...company, side, runs } satisfies SideArguments)], {
      nodeOptions: WORKER_OPTIONS,
    });
  try {
    const seeded = await inProcess('seed', busy, size);
    const { medians, rounds, memoryMB } = await compareSides({
      waiting: () => inProcess('waiting', busy, cached),
      none: async () => {
        await inProcess('seed', idle, cached);
        return await inProcess('none', idle, cached);
      },
    });
    const ratio = medians.waiting / medians.none;
    const memoryRatio = memoryMB.waiting / memoryMB.none;
    return {
      name: 'waiting',
      value: rounded(medians.waiting),
      unit: 's',
      reference: { what: 'the same cycle with no run waiting', value: rounded(medians.none) },
      ratio: rounded(ratio, 3),
      target: `<= ${TARGET}`,
      met: ratio <= TARGET && memoryRatio <= TARGET,
      memoryMB: memoryMB.waiting,
      historyEvents: null,
      detail: {
        people: PROFILES,
        waitingRuns: size,
        cachedRuns: cached,
        cycles: CYCLES,
        memoryRatio: rounded(memoryRatio, 3),
        referenceMemoryMB: memoryMB.none,
        targets: { memoryRatio: `<= ${TARGET}` },
        rounds,
        secondsToMakeTheRuns: rounded(seeded.value),
        seed: SEED,
        node: process.version,
        nodeOptions: WORKER_OPTIONS,
      },
    };
  } finally {
    peer.stop();
    for (const { mongodbUri: uri } of [busy, idle]) {
      const store = await openStore({ uri });
      await store.database.db.dropDatabase();
      await store.close();
    }
  }
}

async function makeCompany(uri: string, temporalAddress: string, report: string): Promise<Company> {
  const mongodbUri = databaseOf('waiting', uri);
  const store = await openStore({ uri: mongodbUri });
  await seedCompany(store, PROFILES, report);
  await store.close();
  return { mongodbUri, namespace: await createNamespace('waiting', temporalAddress) };
}

/** Nobody reads the mails that ask. */
const silence: Mailer = {
  verify: () => Promise.resolve(),
  send: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

async function inCompany(args: SideArguments, work: (store: Store, client: Client) => Promise<void>): Promise<void> {
  const store = await openStore({ uri: args.mongodbUri });
  const configuration = cycleConfiguration(args.reportUrl);
  const service = { ...args, store, configuration, dependencies: { mailer: silence } };
  await withService(service, (client) => work(store, client));
  await store.close();
}

/**
 * Makes runs that wait for an answer: entries without an employee id, which need a person to close them and leave the
 * number of profiles as it is.
 */
async function seedRuns(args: SideArguments): Promise<void> {
  await inCompany(args, async (store, client) => {
    const start = performance.now();
    const waits = (): Promise<number> =>
      store.incidents.collection.countDocuments({ state: IncidentState.WaitingForFix });
    const say = async (): Promise<void> => void process.stderr.write(`waiting runs ${await waits()} of ${args.runs}\n`);
    const telling = setInterval(() => void say(), PROGRESS_MS);
    for (let from = 0; from < args.runs; from += PORTION) {
      const portion = Math.min(PORTION, args.runs - from);
      await startIncidentRuns({ store, client }, await recordFaulty(store, portion));
      while ((await waits()) < from + portion) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    clearInterval(telling);
    reportSide((performance.now() - start) / 1000);
  });
}

async function recordFaulty(store: Store, count: number): Promise<string[]> {
  const events = Array.from({ length: count }, () => {
    const email = `${randomUUID()}@example.com`;
    return {
      eventKey: randomUUID(),
      type: IncidentType.NewHire,
      personId: null,
      source: { instance: BENCH_INSTANCE, sourceOfTruth: 'Workday' },
      email,
      employeeId: '',
      details: 'The person was hired.',
      changedFields: {},
      mergedWith: null,
      conversionHire: false,
      forced: false,
      userProfile: { fields: { email } },
    };
  });
  const ids = await store.incidents.record(events, new Date().toISOString());
  return ids.filter((id) => id !== null);
}

/** One side: fills the workflow cache, lets nobody wait if that is asked, and takes the middle one of five cycles. */
async function measure(args: SideArguments): Promise<void> {
  await inCompany(args, async (store, client) => {
    const waiting = await store.incidents.list({ state: IncidentState.WaitingForFix }, args.runs);
    const runs = waiting.map(({ type, personId, _id }) =>
      client.workflow.getHandle(incidentWorkflowId(type, personId, _id)),
    );
    const each = async (act: (run: (typeof runs)[number]) => Promise<unknown>): Promise<void> => {
      for (let index = 0; index < runs.length; index += AT_ONCE) {
        await Promise.all(runs.slice(index, index + AT_ONCE).map(act));
      }
    };
    await each((run) => run.query(incidentQuery));
    if (args.side === 'none') {
      await each((run) => run.terminate());
      await store.incidents.collection.deleteMany({});
    }
    const { cycle } = await store.cycles.get(BENCH_INSTANCE);
    const handle = await startReportCycle(client, BENCH_INSTANCE);
    await cycleFinished(store, cycle + 1);
    const seconds: number[] = [];
    for (let n = 0; n < CYCLES; n += 1) seconds.push((await measuredRun(store, handle)).seconds);
    await handle.terminate();
    reportSide(median(seconds));
  });
}

/** A process of one side, told by its first argument what it is. */
async function serveSide(args: SideArguments | { readonly side: 'peer'; readonly file: string }): Promise<void> {
  if (args.side === 'peer') return await servePeer(args);
  await (args.side === 'seed' ? seedRuns(args) : measure(args));
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] !== undefined) {
  await serveSide(JSON.parse(process.argv[2]) as SideArguments);
}
