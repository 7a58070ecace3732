import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startReportCycle } from '../activities/report/start.js';
import { openStore } from '../activities/store/index.js';
import { BENCH_INSTANCE, seedCompany, servePeer } from './cycle-company.js';
import { SEED } from './detection-data.js';
import { startPeer } from './peer.js';
import { cycleConfiguration, cycleFinished, measuredRun } from './report-cycle.js';
import { compareSides, reportSide, rounded, runSide } from './report.js';
import type { Benchmark, BenchmarkReport } from './report.js';
import { createNamespace, databaseOf, withServers } from './servers.js';
import type { BenchmarkPlace } from './servers.js';
import { WORKER_OPTIONS, bundleWorkflows, withService } from './service.js';

const SIZE = 100_000;
const TARGETS = { ratio: 1.6, memoryMB: 512, historyEvents: 60 };

/** What a side's process needs to know. */
interface SideArguments {
  readonly side: 'cycle' | 'reference';
  readonly size: number;
  readonly mongodbUri: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly reportUrl: string;
  /** The workflows, bundled beforehand as a build does. */
  readonly bundle: string;
}

/** The benchmark `cycle`: a cycle in which nothing has changed, from `runNow` to its end. */
export const cycleBenchmark: Benchmark = {
  name: 'cycle',
  summary: 'second of two unchanged report cycles over 100,000 people, one worker, 100 % per fetch',
  run: () => withServers(compare),
};

async function compare({ folder, temporalAddress, ...servers }: BenchmarkPlace): Promise<BenchmarkReport> {
  const size = Number(process.env['BENCH_SIZE'] ?? SIZE);
  const mongodbUri = databaseOf('cycle', servers.mongodbUri);
  const store = await openStore({ uri: mongodbUri });
  const report = join(folder, 'report.json');
  const bytes = await seedCompany(store, size, report);
  const peer = await startPeer(import.meta.url, { side: 'peer', file: report });
  const namespace = await createNamespace('cycle', temporalAddress);
  const bundle = await bundleWorkflows(folder);
  const args = { size, mongodbUri, temporalAddress, namespace, reportUrl: peer.told, bundle };
  try {
    const side = (name: SideArguments['side']) => () =>
      runSide(import.meta.url, [JSON.stringify({ ...args, side: name } satisfies SideArguments)], {
        nodeOptions: name === 'cycle' ? WORKER_OPTIONS : [],
      });
    const { medians, rounds, memoryMB, details } = await compareSides({
      cycle: side('cycle'),
      reference: side('reference'),
    });
    const historyEvents = Math.max(...details.cycle.map(({ historyEvents: events }) => Number(events)));
    const ratio = medians.cycle / medians.reference;
    return {
      name: 'cycle',
      value: rounded(medians.cycle),
      unit: 's',
      reference: { what: 'download, JSON.parse and one full profile read', value: rounded(medians.reference) },
      ratio: rounded(ratio, 3),
      target: `<= ${TARGETS.ratio}`,
      met: ratio <= TARGETS.ratio && memoryMB.cycle <= TARGETS.memoryMB && historyEvents <= TARGETS.historyEvents,
      memoryMB: memoryMB.cycle,
      historyEvents,
      detail: {
        people: size,
        reportMB: rounded(bytes / 1e6, 1),
        seed: SEED,
        node: process.version,
        nodeOptions: WORKER_OPTIONS,
        rounds,
        referenceMemoryMB: memoryMB.reference,
        targets: { memoryMB: `<= ${TARGETS.memoryMB}`, historyEvents: `<= ${TARGETS.historyEvents}` },
      },
    };
  } finally {
    peer.stop();
    await store.database.db.dropDatabase();
    await store.close();
  }
}

/** The reference: what any cycle has to do. A tenth of it goes before, as a warm-up. */
async function measureReference({ mongodbUri, reportUrl, size }: SideArguments): Promise<void> {
  const store = await openStore({ uri: mongodbUri });
  const read = async (limit: number): Promise<void> => {
    let count = 0;
    const cursor = store.people.collection.find({}, { batchSize: 1000, limit });
    while ((await cursor.next()) !== null) count += 1;
    if (count !== limit) throw new Error(`${count} profiles instead of ${limit}`);
  };
  await read(size / 10);
  const start = performance.now();
  JSON.parse(await (await fetch(reportUrl)).text());
  await read(size);
  const seconds = (performance.now() - start) / 1000;
  await store.close();
  reportSide(seconds);
}

/** Our side: a worker with every queue of the service and two cycles; the first is the warm-up. */
async function measureCycle({ mongodbUri, reportUrl, ...args }: SideArguments): Promise<void> {
  const store = await openStore({ uri: mongodbUri });
  await withService({ ...args, store, configuration: cycleConfiguration(reportUrl) }, async (client) => {
    const { cycle } = await store.cycles.get(BENCH_INSTANCE);
    const handle = await startReportCycle(client, BENCH_INSTANCE);
    await cycleFinished(store, cycle + 1);
    const { seconds, events } = await measuredRun(store, handle);
    await handle.terminate();
    reportSide(seconds, { historyEvents: events });
  });
  await store.close();
}

/** A process of one side, told by its first argument what it is. */
async function serveSide(args: SideArguments | { readonly side: 'peer'; readonly file: string }): Promise<void> {
  if (args.side === 'peer') return await servePeer(args);
  await (args.side === 'cycle' ? measureCycle(args) : measureReference(args));
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] !== undefined) {
  await serveSide(JSON.parse(process.argv[2]) as SideArguments);
}
