import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';

import { startWorkday } from '../../sandbox/workday/server.js';
import type { Workday } from '../../sandbox/workday/server.js';
import { Company } from './support/company.js';
import { CRASH_FOLDER, setCrashPoints, stepsOf } from './support/crash-points.js';
import type { CrashPoints } from './support/crash-points.js';
import { Endings } from './support/endings.js';
import type { Scope } from './support/endings.js';
import type { ExampleIlm } from './support/example-configuration.js';
import { closedIncident } from './support/joiner.js';

const CRASHING_WORKER = 'test/whole/support/crashing-worker.ts';
/** People in every report. */
const PEOPLE = 2;

/** Three kinds of first run, with more reports of each than there are steps to be killed at. */
const KINDS = {
  hires: { reports: 50, settings: { syncUserProfilesOnFirstRun: false } },
  sync: { reports: 16, settings: { syncUserProfilesOnFirstRun: true } },
  samples: { reports: 12, settings: { syncUserProfilesOnFirstRun: false, fetchSamples: true } },
} as const;
type Kind = keyof typeof KINDS;

/** A report of its own for each step, and one for the pilot, which shows what steps there are. */
interface Report {
  readonly kind: Kind;
  readonly instance: string;
  readonly workday: Workday;
}

const emailsOf = (instance: string): string[] =>
  Array.from({ length: PEOPLE }, (_, n) => `person-${n}.${instance}@example.com`);

suite('a worker that is killed in the middle of report cycles', () => {
  const endings = new Endings();
  const folder = mkdtempSync(join(tmpdir(), 'ilm-crash-'));
  endings.after(() => rmSync(folder, { recursive: true, force: true }));
  const reports: Report[] = [];
  let company: Company;
  let points: CrashPoints;

  const ofKind = (kind: Kind): Report[] => reports.filter((report) => report.kind === kind);
  const pilotOf = (kind: Kind): string => ofKind(kind)[0]!.instance;
  /** Reports whose cycles were interrupted. */
  const interrupted = (kind: Kind): Report[] => ofKind(kind).filter(({ instance }) => instance in points);

  before(async () => {
    for (const [kind, { reports: count }] of Object.entries(KINDS) as [Kind, { reports: number }][]) {
      for (let n = 0; n < count; n += 1) reports.push(await aReport(endings, kind, `${kind}-${n}`));
    }
    company = await Company.start(endings, {
      change: (ilm) => withReports(ilm, reports),
      files: { 'lists/app-provisioning-settings.json': '[]' },
    });
    const victim = await company.worker(CRASHING_WORKER, { [CRASH_FOLDER]: folder });
    for (const kind of Object.keys(KINDS) as Kind[]) await firstRunOf(pilotOf(kind));
    points = pointsFrom({
      hires: stepsOf(folder, pilotOf('hires')),
      sync: stepsOf(folder, pilotOf('sync')),
      samples: stepsOf(folder, pilotOf('samples')),
    });
    setCrashPoints(folder, points);
    for (const instance of Object.keys(points)) await company.startCycle(instance);
    await victim.killed();
    await company.worker();
    for (const instance of Object.keys(points)) await waiting(instance);
    for (const { instance } of interrupted('hires')) {
      for (const email of emailsOf(instance)) await closedIncident(company, email);
    }
  });
  after(() => endings.end());

  async function firstRunOf(instance: string): Promise<void> {
    await company.startCycle(instance);
    await waiting(instance);
  }

  const waiting = (instance: string): Promise<unknown> =>
    company.progressed(instance, 'after its run', ({ phase, nextRunAt }) => phase === 'waiting' && nextRunAt !== null);

  /** Every step of the usual run, and of the others those of activities that they alone have, and of their end. */
  function pointsFrom({ hires, sync, samples }: Record<Kind, readonly string[]>): CrashPoints {
    const own = (steps: readonly string[]): string[] =>
      steps.filter((step) => / (endRun|syncProfiles|recordSamples)$/.test(step));
    const assigned = Object.entries({ hires, sync: own(sync), samples: own(samples) }).flatMap(([kind, steps]) => {
      const [, ...free] = ofKind(kind as Kind);
      assert.ok(free.length >= steps.length, `there are ${steps.length} steps of ${kind}; make more reports`);
      return steps.map((step, n) => [free[n]!.instance, step]);
    });
    return Object.fromEntries(assigned) as CrashPoints;
  }

  test('was killed before and after every activity of a cycle and before every write to the store', (t) => {
    for (const [instance, step] of Object.entries(points)) t.diagnostic(`${instance}: ${step}`);

    const activities = new Set(Object.values(points).map((step) => step.split(' ').at(-1)));

    assert.deepEqual([...activities].sort(), [
      ...['endRun', 'evaluateSlice', 'openPortion', 'passGate', 'planRun'],
      ...['recordSamples', 'stageReport', 'syncProfiles'],
    ]);
    assert.ok(Object.keys(points).length >= 20);
  });

  test('opens every hire exactly once, and every joiner ends', async () => {
    for (const { instance } of interrupted('hires')) {
      const incidents = await company.store.incidents.oldest({ 'source.instance': instance }, 100);
      const told = `${instance}: ${points[instance]}`;
      assert.deepEqual(
        incidents.map(({ email, type, state, closeReason }) => [email, type, state, closeReason]).sort(),
        emailsOf(instance).map((email) => [email, 'IAM - New Hire', 'Closed', 'done']),
        told,
      );
    }
  });

  test('keeps plan, ledger and state of each report in step', async () => {
    const { ledger, plan, cycles } = company.store;
    for (const { instance } of interrupted('hires')) {
      const { snapshotId, stage } = await cycles.get(instance);
      const items = await plan.collection.find({ instance }).toArray();
      assert.deepEqual(
        {
          ...{ snapshotId, stage },
          counted: await ledger.count({ instance }),
          planned: items.map(({ state }) => state),
        },
        {
          ...{ snapshotId: undefined, stage: undefined },
          counted: { hire: PEOPLE },
          planned: Array.from({ length: PEOPLE }, () => 'opened'),
        },
        `${instance}: ${points[instance]}`,
      );
    }
  });

  test('makes one profile per person at the first sync, free and without an incident', async () => {
    for (const { instance } of interrupted('sync')) {
      const people = await company.store.people.collection.find({ 'profile.sourceInstance': instance }).toArray();
      const incidents = await company.store.incidents.oldest({ 'source.instance': instance }, 100);
      assert.deepEqual(
        people.map(({ profile, queue }) => [profile?.email, profile?.isTemporaryUser === true, queue.length]).sort(),
        emailsOf(instance).map((email) => [email, false, 0]),
        `${instance}: ${points[instance]}`,
      );
      assert.deepEqual(incidents, []);
    }
  });

  test('records samples once', async () => {
    for (const { instance } of interrupted('samples')) {
      const samples = await company.store.incidents.oldest({ 'source.instance': instance }, 100);
      const states = samples.map(({ state, closeReason }) => `${state}, ${closeReason}`);
      assert.deepEqual(states, ['Closed, sample', 'Closed, sample'], `${instance}: ${points[instance]}`);
    }
  });
});

async function aReport(scope: Scope, kind: Kind, instance: string): Promise<Report> {
  const workday = await startWorkday({ size: 0, contractors: 0 });
  scope.after(() => workday.stop());
  for (const email of emailsOf(instance)) workday.run('hire', { email, displayName: email, hireDate: '+10' });
  return { kind, instance, workday };
}

/** Many reports, each with employee ids of its own; no application, since the cycle is what matters here. */
function withReports(ilm: ExampleIlm, reports: readonly Report[]): void {
  ilm.instances = [];
  ilm.limits.gate['hire'] = { count: 1000, percent: 100 };
  const [like] = ilm.workday;
  ilm.workday = reports.map(({ kind, instance, workday }) => ({
    ...like,
    ...KINDS[kind].settings,
    name: instance,
    sourceOfTruth: instance,
    reportUrl: workday.reports.employees,
    schedule: { every: '1h' },
  }));
}
