import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Context } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startWorkday } from '../../sandbox/workday/server.js';
import type { Workday } from '../../sandbox/workday/server.js';
import { pauseSignal, resumeSignal, runNowSignal } from '../../workflows/messages.js';
import type { CycleProgress } from '../../workflows/messages.js';
import { reportNamespace, reportWorker, RunningCycle } from '../support/report-temporal.js';
import type { WorkerArguments } from '../support/report-worker.js';
import { aProfile, INSTANCE, ReportWorld, rowsOf } from '../support/report.js';
import { testServers } from '../support/servers.js';
import type { TestScope } from '../support/servers.js';

const GENEROUS = { count: 10_000, percent: 100 };
const LIMITS = {
  reportGuard: { missingRows: 1000 },
  gate: { hire: GENEROUS, update: GENEROUS, terminate: GENEROUS, emailChange: GENEROUS },
};

interface Scene {
  readonly world: ReportWorld;
  readonly env: TestWorkflowEnvironment;
  readonly address: string;
  /** Ends before the connection does. */
  readonly scope: TestScope;
}

/** A store, a report server and a namespace; no worker yet. The clock of the activities is the real one. */
async function aScene(t: TestContext, workday: Record<string, unknown> = {}): Promise<Scene> {
  const world = await ReportWorld.start(t);
  const { env, address, scope } = await reportNamespace(t);
  world.client = env.client;
  world.limits = LIMITS;
  world.workday = { schedule: { every: '1h' }, ...workday };
  return { world, env, address, scope };
}

/** Serves a scene in this process. */
async function serve({ world, env, scope }: Scene): Promise<RunningCycle> {
  world.now = new Date();
  await reportWorker(scope, env, world.activities);
  return await RunningCycle.start(env);
}

const isWaiting = ({ phase, nextRunAt }: CycleProgress): boolean => phase === 'waiting' && nextRunAt !== null;

const runNow = async (cycle: RunningCycle, number: number): Promise<CycleProgress> => {
  await cycle.handle.signal(runNowSignal);
  return await cycle.until(
    `waiting after cycle ${number}`,
    (progress) => progress.cycle === number && isWaiting(progress),
  );
};

async function withWorkday(t: TestContext, scene: Scene): Promise<Workday> {
  const workday = await startWorkday({ size: 30, contractors: 0 });
  t.after(() => workday.stop());
  const { username, password } = workday;
  scene.world.workday = { ...scene.world.workday, reportUrl: workday.reports.employees, username, password };
  return workday;
}

test('a company: first sync, then hire, update, leaver and orphan are each found once', async (t) => {
  const scene = await aScene(t, { syncUserProfilesOnFirstRun: true });
  const workday = await withWorkday(t, scene);
  const cycle = await serve(scene);
  await cycle.until('synced', ({ cycle: number, ...rest }) => number === 1 && isWaiting({ cycle: number, ...rest }));
  await scene.world.store.people.collection.updateMany({}, { $set: { 'profile.adAccountStatus': 'Enabled' } });

  const [changed, leaver, orphan] = workday
    .rows('employees')
    .slice(10)
    .map((row) => row['Email_Address'] ?? '');
  workday.run('hire', { email: 'new.person@example.com' });
  workday.run('update', { email: changed ?? '', title: 'Head of Something' });
  workday.run('terminate', { email: leaver ?? '' });
  workday.run('remove', { email: orphan ?? '' });
  const { opened } = await runNow(cycle, 2);
  const again = await runNow(cycle, 3);

  const incidents = await scene.world.store.incidents.collection.find().toArray();
  assert.deepEqual(
    incidents.map(({ type, email, terminationTrigger }) => [type, email, terminationTrigger ?? '']).sort(),
    [
      ['IAM - New Hire', 'new.person@example.com', ''],
      ['IAM - Terminate User', leaver, 'Workday'],
      ['IAM - Terminate User', orphan, 'Orphan'],
      ['IAM - Update User', changed, ''],
    ].sort(),
  );
  assert.deepEqual([opened, again.opened], [4, 0]);
});

test('broken reports halt or delay the cycle, open nothing, and it recovers by the next good one', async (t) => {
  const scene = await aScene(t);
  const workday = await withWorkday(t, scene);
  const cycle = await serve(scene);
  const first = await cycle.until('waiting', isWaiting);
  const known = (await scene.world.incidentTypes()).length;

  let { cycle: number } = first;
  for (const fault of ['empty-report', 'wrong-shape', 'no-content'] as const) {
    workday.run(fault, { times: 1 });
    await cycle.handle.signal(runNowSignal);
    const halted = await cycle.until(
      `halted by ${fault}`,
      ({ phase, nextRunAt }) => phase === 'halted' && nextRunAt !== null,
    );
    assert.notEqual(halted.reason, null);
    assert.equal(halted.cycle, number);
    number += 1;
    await runNow(cycle, number);
  }
  workday.run('cut-report', { times: 1 });
  await cycle.handle.signal(runNowSignal);
  await cycle.until(
    'recovered from a cut-off report',
    (progress) => progress.cycle === number + 1 && isWaiting(progress),
  );

  assert.equal((await scene.world.incidentTypes()).length, known);
});

test('a pause in the middle of the evaluation stops it there, and no hire is lost or doubled', async (t) => {
  const scene = await aScene(t, { fetchLimit: 199 });
  const { world } = scene;
  world.reports.rows = rowsOf(1, 600);
  let reached: () => void = () => undefined;
  const inTheMiddle = new Promise<void>((resolve) => (reached = resolve));
  const { plan } = world.store;
  const add = plan.add.bind(plan);
  let adds = 0;
  // Holds the second portion until the pause has arrived.
  plan.add = async (items) => {
    adds += 1;
    if (adds === 2) {
      reached();
      await Context.current().cancelled.catch(() => undefined);
    }
    await add(items);
  };
  const cycle = await serve(scene);

  await inTheMiddle;
  await cycle.handle.signal(pauseSignal);
  await cycle.until('paused', ({ phase }) => phase === 'paused');
  const cursor = (await world.store.snapshots.newest(INSTANCE))?.cursor;
  await cycle.handle.signal(resumeSignal);
  await cycle.until('waiting', isWaiting);

  assert.equal(cursor, 400);
  assert.equal(world.reports.requests, 1);
  assert.equal(await plan.collection.countDocuments(), 600);
  assert.equal((await world.incidentTypes()).length, 199);
});

test('hires are opened exactly once although the worker is killed again and again', async (t) => {
  const scene = await aScene(t, { fetchLimit: 100 });
  const { world, env, address } = scene;
  world.reports.rows = rowsOf(1, 150);
  const uri = await addressOf(world);
  const worker = (): ChildProcess =>
    startWorker(t, {
      address,
      namespace: env.namespace ?? 'default',
      mongodbUri: uri,
      reportUrl: world.reports.url,
      workday: { fetchLimit: 100, schedule: { every: '1s' } },
      limits: LIMITS,
    });
  const cycle = await RunningCycle.start(env);
  const seen = async (): Promise<number> => await world.store.incidents.collection.countDocuments();

  let victim = worker();
  for (const isReached of [
    async () => (await world.store.plan.collection.countDocuments()) > 0,
    async () => (await world.store.ledger.collection.countDocuments()) > 0,
    async () => (await seen()) > 60,
  ]) {
    await eventually(isReached);
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    victim = worker();
  }
  await eventually(async () => (await seen()) >= 150, 180);
  await cycle.until('waiting', ({ phase }) => phase === 'waiting', 120);

  const incidents = await world.store.incidents.collection.find().toArray();
  assert.equal(incidents.length, 150);
  assert.equal(new Set(incidents.map(({ personId }) => personId)).size, 150);
  const started = async (): Promise<number> => {
    const ids = new Set<string>();
    for await (const { workflowId } of env.client.workflow.list({ query: "WorkflowType = 'syncUser'" }))
      ids.add(workflowId);
    return ids.size;
  };
  // The server lists a run a moment after it has started.
  await eventually(async () => (await started()) >= 150);
  assert.equal(await started(), 150);
});

test('an orphan is found by the report of the last slice only', async (t) => {
  const scene = await aScene(t, { processedEntriesPercentage: 50, schedule: { every: '1s' } });
  const { world } = scene;
  await world.givenPeople([...Array.from({ length: 10 }, (_, n) => aProfile(n + 1)), aProfile(99)]);
  world.reports.rows = rowsOf(1, 10);
  const cycle = await serve(scene);

  await eventually(async () => (await world.incidentTypes()).length > 0);
  await cycle.handle.signal(pauseSignal);
  await cycle.until('paused', ({ phase }) => phase === 'paused');

  const incidents = await world.store.incidents.collection.find().toArray();
  assert.deepEqual(
    incidents.map(({ email, terminationTrigger }) => [email, terminationTrigger]),
    [['person99@example.com', 'Orphan']],
  );
});

/** The address of the world's database, for another process. */
async function addressOf(world: ReportWorld): Promise<string> {
  const address = new URL((await testServers('mongodb')).mongodbUri);
  address.pathname = `/${world.store.database.db.databaseName}`;
  return address.href;
}

function startWorker(t: TestContext, args: WorkerArguments): ChildProcess {
  const module = fileURLToPath(new URL('../support/report-worker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', module, JSON.stringify(args)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** Waits until something is so; the deadline only keeps a broken test from hanging. */
async function eventually(isSo: () => Promise<boolean>, seconds = 90): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it never happened');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
