import { fileURLToPath } from 'node:url';

import type { EmptyShape } from './empty-shapes.js';
import { APPLICATIONS, DIRECTORY, RAISED, recordHires, serveCompany, startCompany } from './provisioned-company.js';
import { EMPTY_SHAPES, idsOf, longest, runEmpty, runIncidents, withCompany } from './provisioning.js';
import type { ProvisioningArguments } from './provisioning.js';
import { compareSides, reportSide, rounded, runSide } from './report.js';
import type { Benchmark, BenchmarkReport } from './report.js';
import { withServers } from './servers.js';
import type { BenchmarkPlace } from './servers.js';
import { bundleWorkflows } from './service.js';

const SIZE = 300;
const TARGETS = { ratio: 0.6, activities: 12, historyEvents: 90, storeOperations: 25 };
/** Mails of a joiner beside those that its activities in the directory send themselves. */
const MAILS = 1 + APPLICATIONS.length;

interface SideArguments extends ProvisioningArguments {
  readonly side: 'joiners' | 'reference';
}

/** The benchmark `joiners`: many new hires at once, from the start of their runs to the end of the last one. */
export const joinersBenchmark: Benchmark = {
  name: 'joiners',
  summary: '300 new hires at once: simulated directory, three SCIM applications, mails',
  run: () => withServers(compare),
};

async function compare({ folder, mongodbUri, temporalAddress }: BenchmarkPlace): Promise<BenchmarkReport> {
  const size = Number(process.env['BENCH_SIZE'] ?? SIZE);
  const peer = await startCompany(import.meta.url);
  const bundle = await bundleWorkflows(folder, EMPTY_SHAPES);
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
  }
}

/** Our side. Numbers of people are never used twice, since applications and directory keep what earlier rounds made. */
async function measureJoiners(args: SideArguments): Promise<void> {
  await withCompany(args, undefined, async (side) => {
    const { store, client } = side;
    let operations = 0;
    store.database.client.on('commandStarted', () => (operations += 1));
    const first = Date.now() % 1_000_000_000;
    await runIncidents(side, await recordHires(store, first, args.size / 10));
    const ids = await recordHires(store, first + args.size, args.size);
    const before = operations;
    const start = performance.now();
    const runs = await runIncidents(side, ids);
    const seconds = (performance.now() - start) / 1000;
    const storeOperations = (operations - before) / args.size;
    reportSide(args.size / seconds, { storeOperations: rounded(storeOperations), ...(await longest(client, runs)) });
  });
}

/** The reference: the same worker, whose activities do nothing. */
async function measureReference(args: SideArguments): Promise<void> {
  const activities = { empty: () => Promise.resolve() };
  await withCompany(args, activities, async ({ client }) => {
    const shape: EmptyShape = { directory: DIRECTORY, applications: APPLICATIONS, mails: MAILS };
    await runEmpty(client, 'emptyJoiner', shape, idsOf('warm-up', args.size / 10));
    const start = performance.now();
    await runEmpty(client, 'emptyJoiner', shape, idsOf('measured', args.size));
    reportSide(args.size / ((performance.now() - start) / 1000));
  });
}

/** A process of one side, told by its first argument what it is. */
async function serveSide(args: SideArguments | { readonly side: 'peer' }): Promise<void> {
  if (args.side === 'peer') return await serveCompany();
  await (args.side === 'joiners' ? measureJoiners(args) : measureReference(args));
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] !== undefined) {
  await serveSide(JSON.parse(process.argv[2]) as SideArguments | { readonly side: 'peer' });
}
