import { fileURLToPath } from 'node:url';

import { knownAccount } from '../activities/known-account.js';
import type { EmptyActivities, EmptyShape } from './empty-shapes.js';
import {
  APPLICATIONS,
  DIRECTORY,
  RAISED,
  emailsOf,
  recordHires,
  recordLeavers,
  serveCompany,
  startCompany,
  untilDisabled,
} from './provisioned-company.js';
import { EMPTY_SHAPES, idsOf, longest, runEmpty, runIncidents, withCompany } from './provisioning.js';
import type { ProvisioningArguments, ProvisioningSide } from './provisioning.js';
import { compareSides, median, reportSide, rounded, runSide } from './report.js';
import type { Benchmark, BenchmarkReport } from './report.js';
import { withServers } from './servers.js';
import type { BenchmarkPlace } from './servers.js';
import { bundleWorkflows } from './service.js';

const SIZE = 300;
/** So many of those who leave at once leave one by one. */
const SINGLE_SHARE = 1 / 6;
const WARM_UP_SHARE = 1 / 10;
const TARGETS = { ratio: 3, throughputRatio: 0.6, seconds: 5 };
const SHAPE: EmptyShape = { directory: DIRECTORY, applications: APPLICATIONS, mails: 1 + APPLICATIONS.length };

interface SideArguments extends ProvisioningArguments {
  readonly side: 'leavers' | 'reference';
}

/** From the start call to the last disabled account, in seconds: each of those who leave alone, and all who leave at once. */
interface Times {
  readonly single: readonly number[];
  readonly atOnce: number;
}

/** The benchmark `leavers`: how soon somebody who leaves is disabled in the last application. */
export const leaversBenchmark: Benchmark = {
  name: 'leavers',
  summary: 'disabling of 50 leavers one by one and of 300 at once: simulated directory, three SCIM applications, mails',
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
    const compared = await compareSides({ leavers: side('leavers'), reference: side('reference') });
    const { medians, rounds, memoryMB, details } = compared;
    const middle = (name: SideArguments['side'], figure: string): number =>
      median(details[name].map((detail) => Number(detail[figure])));
    const highest = (figure: string): number => Math.max(...details.leavers.map((detail) => Number(detail[figure])));
    const ratio = medians.leavers / medians.reference;
    const throughput = { leavers: middle('leavers', 'perSecond'), reference: middle('reference', 'perSecond') };
    const throughputRatio = throughput.leavers / throughput.reference;
    return {
      name: 'leavers',
      value: rounded(medians.leavers, 3),
      unit: 's (p95)',
      reference: { what: 'as many empty activities, same queues and bundle', value: rounded(medians.reference, 3) },
      ratio: rounded(ratio, 3),
      target: `<= ${TARGETS.ratio}`,
      met: ratio <= TARGETS.ratio && throughputRatio >= TARGETS.throughputRatio,
      memoryMB: memoryMB.leavers,
      historyEvents: highest('historyEvents'),
      detail: {
        oneByOne: singlesOf(size),
        atOnce: size,
        p50: { leavers: middle('leavers', 'p50'), reference: middle('reference', 'p50') },
        isWithinSeconds: { seconds: TARGETS.seconds, p95: medians.leavers <= TARGETS.seconds },
        leaversPerSecond: throughput,
        throughputRatio: rounded(throughputRatio, 3),
        targets: { throughputRatio: `>= ${TARGETS.throughputRatio}` },
        perLeaver: { activities: highest('activities') },
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

const singlesOf = (size: number): number => Math.ceil(size * SINGLE_SHARE);

/** The smallest time that the given share of all times does not exceed. */
function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

function reportTimes({ single, atOnce }: Times, size: number, more: object = {}): void {
  const p50 = rounded(percentile(single, 0.5), 3);
  reportSide(percentile(single, 0.95), { p50, perSecond: rounded(size / atOnce), ...more });
}

/** Our side. Numbers of people are never used twice, since applications and directory keep what earlier rounds made. */
async function measureLeavers(args: SideArguments): Promise<void> {
  const { size, environment } = args;
  await withCompany(args, undefined, async (side) => {
    const singles = singlesOf(size);
    const warmUp = Math.ceil((size + singles) * WARM_UP_SHARE);
    const first = Date.now() % 1_000_000_000;
    await employ(side, first, warmUp + singles + size);
    const leave = async (from: number, count: number): Promise<{ seconds: number; runs: readonly string[] }> => {
      const ids = await recordLeavers(side.store, from, count);
      const start = Date.now();
      const [at, runs] = await Promise.all([
        untilDisabled(environment, emailsOf(from, count)),
        runIncidents(side, ids),
      ]);
      return { seconds: (at - start) / 1000, runs };
    };
    await leave(first, warmUp);
    const single: number[] = [];
    for (let n = 0; n < singles; n += 1) single.push((await leave(first + warmUp + n, 1)).seconds);
    const { seconds: atOnce, runs } = await leave(first + warmUp + singles, size);
    reportTimes({ single, atOnce }, size, await longest(side.client, runs));
  });
}

/** Hires people and lets them begin: everybody has an account everywhere that is enabled. */
async function employ(side: ProvisioningSide, from: number, count: number): Promise<void> {
  const { store, deps } = side;
  process.stderr.write(`hiring ${count} people who will leave\n`);
  await runIncidents(side, await recordHires(store, from, count));
  const directory = deps.connectors.directory(DIRECTORY);
  for (const email of emailsOf(from, count)) {
    const person = await store.people.byEmail(email);
    if (person === null) throw new Error('a hire has no profile');
    const { profile = {} } = person;
    const [key] = await directory.lookupKeys(profile, knownAccount(person, DIRECTORY));
    const account = key === undefined ? null : await directory.find(key, profile);
    if (account === null) throw new Error('a hire has no account');
    await directory.enable(account.id, account);
  }
}

/** The reference: the same worker, whose activities do nothing but note when the last application would be done. */
async function measureReference(args: SideArguments): Promise<void> {
  const done = new Map<string, number>();
  const activities: EmptyActivities = {
    empty: () => Promise.resolve(),
    disable: async (leaver) => {
      done.set(leaver, Date.now());
      await Promise.resolve();
    },
  };
  await withCompany(args, activities, async ({ client }) => {
    const singles = singlesOf(args.size);
    const leave = async (ids: readonly string[]): Promise<number> => {
      const start = Date.now();
      await runEmpty(client, 'emptyLeaver', SHAPE, ids);
      return (Math.max(...ids.map((id) => done.get(id) ?? Number.NaN)) - start) / 1000;
    };
    await leave(idsOf('warm-up', Math.ceil((args.size + singles) * WARM_UP_SHARE)));
    const single: number[] = [];
    for (const id of idsOf('single', singles)) single.push(await leave([id]));
    reportTimes({ single, atOnce: await leave(idsOf('at-once', args.size)) }, args.size);
  });
}

/** A process of one side, told by its first argument what it is. */
async function serveSide(args: SideArguments | { readonly side: 'peer' }): Promise<void> {
  if (args.side === 'peer') return await serveCompany();
  await (args.side === 'leavers' ? measureLeavers(args) : measureReference(args));
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] !== undefined) {
  await serveSide(JSON.parse(process.argv[2]) as SideArguments | { readonly side: 'peer' });
}
