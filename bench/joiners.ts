import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, bundleWorkflowCode } from '@temporalio/worker';

import { startIncidentRuns } from '../activities/open-incidents.js';
import { openStore } from '../activities/store/index.js';
import type { Store } from '../activities/store/index.js';
import { MAIN_TASK_QUEUE, incidentWorkflowId } from '../domain/names.js';
import { startServers } from '../sandbox/servers/servers.js';
import { createService } from '../worker/wire.js';
import type { Service } from '../worker/wire.js';
import { WORKFLOW_SOURCES } from '../worker/workflow-sources.js';
import {
  APPLICATIONS,
  DIRECTORY,
  RAISED,
  joinersConfiguration,
  recordHires,
  serveJoinersPeer,
  startJoinersPeer,
} from './joiners-company.js';
import type { EmptyShape } from './joiners-workflows.js';
import { compareSides, reportSide, rounded, runSide } from './report.js';
import type { Benchmark, BenchmarkReport } from './report.js';
import { createNamespace, databaseOf } from './servers.js';

const SIZE = 300;
const TARGETS = { ratio: 0.6, activities: 12, historyEvents: 90, storeOperations: 25 };
/** Mails of a joiner beside those that its activities in the directory send themselves. */
const MAILS = 1 + APPLICATIONS.length;
/** Starts of the reference at once, as our own. */
const AT_ONCE = 20;

interface SideArguments {
  readonly side: 'joiners' | 'reference';
  readonly size: number;
  readonly mongodbUri: string;
  readonly temporalAddress: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly bundle: string;
}

/** The benchmark `joiners`: many new hires at once, from the start of their runs to the end of the last one. */
export const joinersBenchmark: Benchmark = {
  name: 'joiners',
  summary: '300 new hires at once: simulated directory, three SCIM applications, mails',
  run,
};

async function run(): Promise<BenchmarkReport> {
  const size = Number(process.env['BENCH_SIZE'] ?? SIZE);
  const folder = await mkdtemp(join(tmpdir(), 'ilm-bench-'));
  const servers = await startServers({ need: ['mongodb', 'temporal'], logDir: join(folder, 'logs') });
  const peer = await startJoinersPeer(import.meta.url);
  const { mongodbUri, temporalAddress } = servers.addresses;
  const bundle = join(folder, 'workflows.js');
  await writeFile(bundle, (await bundleWorkflowCode({ ...SOURCES, logger: new DefaultLogger('WARN') })).code);
  const args = { size, mongodbUri, temporalAddress, environment: peer.environment, bundle };
  try {
    const side = (name: SideArguments['side']) => () =>
      runSide(import.meta.url, [JSON.stringify({ ...args, side: name } satisfies SideArguments)]);
    const compared = await compareSides({ joiners: side('joiners'), reference: side('reference') });
    const { medians, rounds, memoryMB, details } = compared;
    const highest = (figure: string): number => Math.max(...details.joiners.map((detail) => Number(detail[figure])));
    const ratio = medians.joiners / medians.reference;
    const counts = {
      activities: highest('activities'),
      historyEvents: highest('historyEvents'),
      storeOperations: highest('storeOperations'),
    };
    const isWithin = (Object.keys(counts) as (keyof typeof counts)[]).every((name) => counts[name] <= TARGETS[name]);
    return {
      name: 'joiners',
      value: rounded(medians.joiners),
      unit: 'joiners/s',
      reference: { what: 'as many empty activities, same queues and bundle', value: rounded(medians.reference) },
      ratio: rounded(ratio, 3),
      target: `>= ${TARGETS.ratio}`,
      met: ratio >= TARGETS.ratio && isWithin,
      memoryMB: memoryMB.joiners,
      historyEvents: counts.historyEvents,
      detail: {
        joiners: size,
        perJoiner: counts,
        targets: {
          activities: `<= ${TARGETS.activities}`,
          historyEvents: `<= ${TARGETS.historyEvents}`,
          storeOperations: `<= ${TARGETS.storeOperations}`,
        },
        raisedLimits: RAISED,
        rounds,
        referenceMemoryMB: memoryMB.reference,
        node: process.version,
      },
    };
  } finally {
    peer.stop();
    await servers.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const SOURCES = {
  ...WORKFLOW_SOURCES,
  workflowsPath: fileURLToPath(new URL('./joiners-workflows.ts', import.meta.url)),
};

/** A worker process of one side, and what drives it. */
interface Side {
  readonly store: Store;
  readonly client: Client;
  readonly service: Service;
  readonly operations: () => number;
}

async function inSide(args: SideArguments, activities: object | undefined, measure: (side: Side) => Promise<void>) {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const store = await openStore({ uri: databaseOf('joiners', args.mongodbUri), client: { monitorCommands: true } });
  let operations = 0;
  store.database.client.on('commandStarted', () => (operations += 1));
  const address = args.temporalAddress;
  const namespace = await createNamespace('joiners', address);
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  const loaded = joinersConfiguration(args.environment);
  const service = await createService({
    configuration: { current: () => loaded },
    store,
    client,
    connection,
    namespace,
    workflowBundle: { codePath: args.bundle },
    ...(activities === undefined ? {} : { activities }),
  });
  const running = service.run();
  await measure({ store, client, service, operations: () => operations });
  service.shutdown();
  await running;
  await service.close();
  await store.database.db.dropDatabase();
  await Promise.all([store.close(), client.connection.close(), connection.close()]);
}

/** Our side. Numbers of people are never used twice, since applications and directory keep what earlier rounds made. */
async function measureJoiners(args: SideArguments): Promise<void> {
  await inSide(args, undefined, async ({ store, client, service, operations }) => {
    const first = Date.now() % 1_000_000_000;
    const finish = async (ids: readonly string[]): Promise<string[]> => {
      await startIncidentRuns(service.deps, ids);
      const incidents = await store.incidents.list({ _id: { $in: [...ids] } }, ids.length);
      const runs = incidents.map(({ type, personId, _id }) => incidentWorkflowId(type, personId, _id));
      await Promise.all(runs.map((id) => client.workflow.getHandle(id).result()));
      return runs;
    };
    await finish(await recordHires(store, first, args.size / 10));
    const ids = await recordHires(store, first + args.size, args.size);
    const before = operations();
    const start = performance.now();
    const runs = await finish(ids);
    const seconds = (performance.now() - start) / 1000;
    const storeOperations = (operations() - before) / args.size;
    reportSide(args.size / seconds, { storeOperations: rounded(storeOperations), ...(await longest(client, runs)) });
  });
}

/** The greatest history among some of the runs. */
async function longest(client: Client, runs: readonly string[]) {
  let [historyEvents, activities] = [0, 0];
  for (const id of runs.filter((_, n) => n % 10 === 0)) {
    const { events } = await client.workflow.getHandle(id).fetchHistory();
    historyEvents = Math.max(historyEvents, events?.length ?? 0);
    const scheduled = events?.filter(
      ({ activityTaskScheduledEventAttributes: has }) => has !== null && has !== undefined,
    );
    activities = Math.max(activities, scheduled?.length ?? 0);
  }
  return { historyEvents, activities };
}

/** The reference: the same worker, whose activities do nothing. */
async function measureReference(args: SideArguments): Promise<void> {
  const activities = { empty: async () => Promise.resolve() };
  await inSide(args, activities, async ({ client }) => {
    const shape: EmptyShape = { directory: DIRECTORY, applications: APPLICATIONS, mails: MAILS };
    const runMany = async (prefix: string, count: number): Promise<void> => {
      const ids = Array.from({ length: count }, (_, n) => `${prefix}/${n}`);
      for (let index = 0; index < count; index += AT_ONCE) {
        const options = { taskQueue: MAIN_TASK_QUEUE, args: [shape] };
        const portion = ids.slice(index, index + AT_ONCE);
        await Promise.all(
          portion.map((workflowId) => client.workflow.start('emptyJoiner', { ...options, workflowId })),
        );
      }
      await Promise.all(ids.map((id) => client.workflow.getHandle(id).result()));
    };
    await runMany('warm-up', args.size / 10);
    const start = performance.now();
    await runMany('measured', args.size);
    reportSide(args.size / ((performance.now() - start) / 1000));
  });
}

/** A process of one side, told by its first argument what it is. */
async function serveSide(args: SideArguments | { readonly side: 'peer' }): Promise<void> {
  if (args.side === 'peer') return await serveJoinersPeer();
  await (args.side === 'joiners' ? measureJoiners(args) : measureReference(args));
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] !== undefined) {
  await serveSide(JSON.parse(process.argv[2]) as SideArguments | { readonly side: 'peer' });
}
