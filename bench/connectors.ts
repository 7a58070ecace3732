import { fileURLToPath } from 'node:url';

import { runUserCommand } from '../activities/connectors/commands.js';
import { createPace } from '../activities/connectors/pace.js';
import type { UserConnector } from '../activities/connectors/types.js';
import { optionsOf, somebody } from '../test/connectors/support/app-target.js';
import type { AppTarget } from '../test/connectors/support/app-target.js';
import { settingFault } from '../test/connectors/support/faults.js';
import { MEASURED, seedApplication, serveApplications } from './connector-peer.js';
import type { PeerApp } from './connector-peer.js';
import { startPeer } from './peer.js';
import { compareSides, reportSide, rounded, runSide } from './report.js';
import { ALL_FLAGS } from '../test/connectors/support/flags.js';
import type { Benchmark, BenchmarkReport, SideReport } from './report.js';

const UPDATES = 500;
const WARM_UP = UPDATES / 10;
const QUOTA = 600;
const QUOTA_SECONDS = 60;
const TARGETS = { ratio: 1.3, quota: 0.95 };

/** What a side's process needs to know. */
interface SideArguments {
  readonly side: 'connector' | 'fetch' | 'quota';
  readonly app: PeerApp;
  readonly updates: number;
}

/** The benchmark `connectors`: what a connector costs beyond its requests, and how much of a quota it uses. */
export const connectorsBenchmark: Benchmark = {
  name: 'connectors',
  summary: `${UPDATES} updates per connector against the same requests by bare fetch; use of a quota`,
  async run(): Promise<BenchmarkReport> {
    const updates = Number(process.env['BENCH_SIZE'] ?? UPDATES);
    const peer = await startPeer(import.meta.url, { side: 'peer' });
    const measured: Measured[] = [];
    try {
      for (const app of JSON.parse(peer.told) as PeerApp[]) measured.push(await compare(app, updates));
    } finally {
      peer.stop();
    }
    return reportOf(measured, await quotaUse(), updates);
  },
};

/** One connector's figures, in milliseconds for all updates. */
interface Measured {
  readonly name: string;
  readonly connector: number;
  readonly fetch: number;
  readonly requestsPerUpdate: number;
  readonly leastRequests: number;
  readonly memoryMB: number;
}

async function compare(app: PeerApp, updates: number): Promise<Measured> {
  process.stderr.write(`${app.name}\n`);
  const side = (name: SideArguments['side']) => (): Promise<SideReport> =>
    runSide(import.meta.url, [JSON.stringify({ side: name, app, updates } satisfies SideArguments)]);
  const { medians, memoryMB, details } = await compareSides({ connector: side('connector'), fetch: side('fetch') });
  return {
    name: app.name,
    connector: medians.connector,
    fetch: medians.fetch,
    requestsPerUpdate: Number(details.fetch[0]?.['requestsPerUpdate']),
    leastRequests: targetOf(app).leastRequestsPerUpdate ?? 2,
    memoryMB: memoryMB.connector,
  };
}

function reportOf(measured: readonly Measured[], quota: QuotaUse, updates: number): BenchmarkReport {
  const sum = (pick: (one: Measured) => number): number => measured.reduce((total, one) => total + pick(one), 0);
  const ratio = sum(({ connector }) => connector) / sum(({ fetch: bare }) => bare);
  const isLeast = measured.every((one) => one.requestsPerUpdate <= one.leastRequests);
  return {
    name: 'connectors',
    value: rounded(sum(({ connector }) => connector) / measured.length),
    unit: `ms for ${updates} updates, mean of the connectors`,
    reference: {
      what: 'the same requests by bare fetch',
      value: rounded(sum(({ fetch: bare }) => bare) / measured.length),
    },
    ratio: rounded(ratio, 3),
    target: `<= ${TARGETS.ratio}`,
    met: ratio <= TARGETS.ratio && isLeast && quota.used >= TARGETS.quota && quota.failures === 0,
    memoryMB: Math.max(...measured.map(({ memoryMB }) => memoryMB)),
    historyEvents: null,
    detail: {
      ...Object.fromEntries(
        measured.map((one) => [
          one.name,
          `${rounded(one.connector / one.fetch, 2)}x, ${one.requestsPerUpdate} requests per update (least ${one.leastRequests})`,
        ]),
      ),
      quota: { ...quota, requestsPerMinute: QUOTA, target: `>= ${TARGETS.quota}, no failure` },
      node: process.version,
    },
  };
}

/** How a paced connector used a limited application. */
interface QuotaUse {
  readonly used: number;
  readonly failures: number;
}

async function quotaUse(): Promise<QuotaUse> {
  process.stderr.write(`a quota of ${QUOTA} requests a minute, for ${QUOTA_SECONDS} s\n`);
  const peer = await startPeer(import.meta.url, { side: 'peer', requestsPerMinute: QUOTA });
  try {
    const [app] = JSON.parse(peer.told) as PeerApp[];
    if (app === undefined) throw new Error('no application is simulated');
    const args: SideArguments = { side: 'quota', app, updates: QUOTA };
    const { value, detail = {} } = await runSide(import.meta.url, [JSON.stringify(args)]);
    return { used: rounded(value, 3), failures: Number(detail['failures']) };
  } finally {
    peer.stop();
  }
}

function targetOf({ name }: PeerApp): AppTarget {
  const target = MEASURED.find((one) => one.name === name);
  if (target === undefined) throw new Error(`no connector ${name}`);
  return target;
}

const connectorFor = (app: PeerApp, requestsPerMinute?: number): UserConnector => {
  const target = targetOf(app);
  const options = optionsOf(target.brand);
  return target.brand.create(
    target.settings(app),
    requestsPerMinute === undefined ? options : { ...options, pace: createPace(requestsPerMinute) },
    settingFault,
  );
};

/** Updates of people whose accounts are there; each changes the title. */
async function prepareUpdates(app: PeerApp, updates: number, connector: UserConnector): Promise<Work> {
  const target = targetOf(app);
  const people = Array.from({ length: updates + WARM_UP }, (_, count) => {
    const profile = somebody(count + 1);
    return { ...(target.person?.(profile) ?? profile), title: 'Engineer' };
  });
  const ids = await seedApplication(app, target, people);
  return async (index) => {
    const profile = people[index];
    const id = ids[index];
    if (profile === undefined || id === undefined) throw new Error(`there is no person ${index}`);
    const result = await runUserCommand(connector, ALL_FLAGS, 'update-user', {
      profile: { ...profile, title: 'Lead Engineer' },
      oldUserData: profile,
      known: { id },
      allowEnable: false,
    });
    if (!result.success || result.skipped) throw new Error(`${app.name}: ${result.errorMessage ?? result.reason}`);
  };
}

type Work = (index: number) => Promise<void>;

async function measureConnector({ app, updates }: SideArguments): Promise<void> {
  const connector = connectorFor(app);
  const work = await prepareUpdates(app, updates, connector);
  const elapsed = await timed(updates, work);
  await connector.close();
  reportSide(elapsed);
}

/** The requests that the connector sends, recorded first and then sent again without it. */
async function measureFetch({ app, updates }: SideArguments): Promise<void> {
  const connector = connectorFor(app);
  const work = await prepareUpdates(app, updates, connector);
  const bare = globalThis.fetch;
  let sent: Parameters<typeof fetch>[] = [];
  globalThis.fetch = (...request) => {
    sent.push(request);
    return bare(...request);
  };
  const recorded: Parameters<typeof fetch>[][] = [];
  for (let index = 0; index < updates + WARM_UP; index += 1) {
    sent = [];
    await work(index);
    recorded.push(sent);
  }
  globalThis.fetch = bare;
  const elapsed = await timed(updates, async (index) => {
    for (const [url, { signal: _used, ...init } = {}] of recorded[index] ?? []) await (await bare(url, init)).text();
  });
  await connector.close();
  // The first update may fetch a token.
  reportSide(elapsed, { requestsPerUpdate: recorded.at(-1)?.length });
}

async function timed(updates: number, work: Work): Promise<number> {
  for (let index = updates; index < updates + WARM_UP; index += 1) await work(index);
  const started = performance.now();
  for (let index = 0; index < updates; index += 1) await work(index);
  return performance.now() - started;
}

/** Reads for a minute as fast as the connector's own pace allows. */
async function measureQuota({ app }: SideArguments): Promise<void> {
  const connector = connectorFor(app, QUOTA);
  const end = performance.now() + QUOTA_SECONDS * 1000;
  let answered = 0;
  let failures = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      try {
        await connector.find({ attribute: 'id', value: 'nobody' }, {});
        if (performance.now() < end) answered += 1;
      } catch {
        failures += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));
  await connector.close();
  reportSide(answered / QUOTA, { failures });
}

async function runAs(
  args: SideArguments | { readonly side: 'peer'; readonly requestsPerMinute?: number },
): Promise<void> {
  switch (args.side) {
    case 'peer':
      return serveApplications(args);
    case 'connector':
      return measureConnector(args);
    case 'fetch':
      return measureFetch(args);
    case 'quota':
      return measureQuota(args);
  }
}

const [given] = process.argv.slice(2);
if (process.argv[1] === fileURLToPath(import.meta.url) && given !== undefined) {
  await runAs(JSON.parse(given) as Parameters<typeof runAs>[0]);
}
