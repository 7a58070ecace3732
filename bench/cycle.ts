import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, bundleWorkflowCode } from '@temporalio/worker';
import type { LoadedConfiguration } from '../activities/configuration/types.js';
import { startReportCycle } from '../activities/report/start.js';
import { openStore } from '../activities/store/index.js';
import type { Store } from '../activities/store/index.js';
import { configSchema } from '../domain/config.js';
import { WORKDAY_MAPPER } from '../domain/mapping.js';
import { startServers } from '../sandbox/servers/servers.js';
import { createService } from '../worker/wire.js';
import { WORKFLOW_SOURCES } from '../worker/workflow-sources.js';
import { BENCH_INSTANCE, seedCompany, servePeer } from './cycle-company.js';
import { SEED } from './detection-data.js';
import { startPeer } from './peer.js';
import { compareSides, reportSide, rounded, runSide } from './report.js';
import type { Benchmark, BenchmarkReport } from './report.js';
import { createNamespace, databaseOf } from './servers.js';

const SIZE = 100_000;
/** As `npm run worker` starts it: without a limit V8 lets garbage grow to several times of what is in use. */
const WORKER_OPTIONS = ['--max-old-space-size=1024'];
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
  run,
};

async function run(): Promise<BenchmarkReport> {
  const size = Number(process.env['BENCH_SIZE'] ?? SIZE);
  const folder = await mkdtemp(join(tmpdir(), 'ilm-bench-'));
  const servers = await startServers({ need: ['mongodb', 'temporal'], logDir: join(folder, 'logs') });
  const mongodbUri = databaseOf('cycle', servers.addresses.mongodbUri);
  const store = await openStore({ uri: mongodbUri });
  const report = join(folder, 'report.json');
  const bytes = await seedCompany(store, size, report);
  const peer = await startPeer(import.meta.url, { side: 'peer', file: report });
  const { temporalAddress } = servers.addresses;
  const namespace = await createNamespace('cycle', temporalAddress);
  const bundle = join(folder, 'workflows.js');
  await writeFile(bundle, (await bundleWorkflowCode({ ...WORKFLOW_SOURCES, logger: new DefaultLogger('WARN') })).code);
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
    await servers.stop();
    await rm(folder, { recursive: true, force: true });
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
async function measureCycle(args: SideArguments): Promise<void> {
  const { mongodbUri, temporalAddress: address, namespace } = args;
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const store = await openStore({ uri: mongodbUri });
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  const loaded = configurationOf(args);
  const configuration = { current: () => loaded };
  const workflowBundle = { codePath: args.bundle };
  const service = await createService({ configuration, store, client, connection, namespace, workflowBundle });
  const running = service.run();
  const { cycle } = await store.cycles.get(BENCH_INSTANCE);
  const handle = await startReportCycle(client, BENCH_INSTANCE);
  await untilFinished(store, cycle + 1);
  const before = (await handle.describe()).historyLength;
  await handle.signal('runNow');
  await untilFinished(store, cycle + 2);
  const { seconds, events } = await measured(handle, before);
  await handle.terminate();
  service.shutdown();
  await running;
  await service.close();
  await Promise.all([store.close(), client.connection.close(), connection.close()]);
  reportSide(seconds, { historyEvents: events });
}

/** From `runNow` to the end of the run, by the server's own clock; and the events in between. */
async function measured(
  handle: WorkflowHandle,
  before: number,
): Promise<{ readonly seconds: number; readonly events: number }> {
  const { events } = await handle.fetchHistory();
  const later = (events ?? []).slice(before);
  const at = (index: number): number => {
    const time = later.at(index)?.eventTime;
    return Number(time?.seconds ?? 0) + Number(time?.nanos ?? 0) / 1e9;
  };
  const signal = later.findIndex(
    ({ workflowExecutionSignaledEventAttributes: signaled }) => signaled !== null && signaled !== undefined,
  );
  return { seconds: at(-1) - at(signal), events: later.length };
}

async function untilFinished(store: Store, cycle: number): Promise<void> {
  for (;;) {
    const state = await store.cycles.get(BENCH_INSTANCE);
    const isFinished = state.cycle === cycle && state.snapshotId === undefined;
    // The last activity has ended when its workflow task is done, a moment later.
    await new Promise((resolve) => setTimeout(resolve, isFinished ? 1_000 : 200));
    if (isFinished) return;
  }
}

function configurationOf({ reportUrl }: SideArguments): LoadedConfiguration {
  const mapper = 'mappers/workday.yaml';
  const ilm = configSchema.parse({
    workday: [{ name: BENCH_INSTANCE, reportUrl, mapper, processedEntriesPercentage: 100, schedule: { every: '1h' } }],
  });
  return { directory: '.', ilm, appProvisioningSettings: [], mappers: { [mapper]: WORKDAY_MAPPER }, templates: {} };
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
