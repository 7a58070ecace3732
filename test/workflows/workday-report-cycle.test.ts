import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ReportActivities } from '../../activities/report.js';
import { MAIN_TASK_QUEUE, WorkflowType, reportCycleWorkflowId } from '../../domain/names.js';
import { pauseSignal, refreshSignal, resumeSignal, runNowSignal } from '../../workflows/messages.js';
import { quiet, reportWorker, RunningCycle } from '../support/report-temporal.js';
import { INSTANCE } from '../support/report.js';
import { createTimeSkipping } from '../support/servers.js';

const MINUTE_MS = 60_000;

/** Activities that do nothing, and note what was asked of them. Tests replace single ones. */
class FakeActivities implements ReportActivities {
  readonly calls: string[] = [];
  readonly requests: Array<Record<string, unknown>> = [];
  cycles = 0;

  #note(name: string, request: object = {}): void {
    this.calls.push(name);
    this.requests.push({ name, ...request });
  }

  countOf(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }

  planRun: ReportActivities['planRun'] = async () => {
    this.#note('planRun');
    return await Promise.resolve({ step: 'download', cycle: this.cycles, released: 0 });
  };
  stageReport: ReportActivities['stageReport'] = async (request) => {
    this.#note('stageReport', request);
    this.cycles += 1;
    const cycle = this.cycles;
    return await Promise.resolve({ snapshotId: `report-${cycle}`, cycle, entries: 10, rejected: 1, refused: [] });
  };
  recordSamples: ReportActivities['recordSamples'] = async () => {
    this.#note('recordSamples');
    return await Promise.resolve({ samples: 5 });
  };
  syncProfiles: ReportActivities['syncProfiles'] = async () => {
    this.#note('syncProfiles');
    return await Promise.resolve({ entries: 10, written: 10, skipped: {} });
  };
  evaluateSlice: ReportActivities['evaluateSlice'] = async () => {
    this.#note('evaluateSlice');
    const planned = { 'IAM - New Hire': 2 };
    return await Promise.resolve({ entries: 10, evaluated: 10, rejected: 1, planned, isLast: true });
  };
  passGate: ReportActivities['passGate'] = async () => {
    this.#note('passGate');
    return await Promise.resolve({ admitted: 2, held: 0, reasons: [] });
  };
  openPortion: ReportActivities['openPortion'] = async () => {
    this.#note('openPortion');
    return await Promise.resolve({ opened: 2, dropped: 0, held: 0, remaining: 0 });
  };
  endRun: ReportActivities['endRun'] = async ({ startedAt }) => {
    this.#note('endRun');
    const nextRunAt = new Date(Date.parse(startedAt) + 5 * MINUTE_MS).toISOString();
    return await Promise.resolve({ isCycleFinished: true, nextRunAt, held: 0 });
  };
}

describe('the report cycle by the clock', () => {
  let env: TestWorkflowEnvironment;
  before(async () => {
    quiet();
    env = await createTimeSkipping();
  });
  after(() => env.teardown());

  async function aCycle(t: TestContext, activities: FakeActivities, input: object = {}): Promise<RunningCycle> {
    // Registered first, so that nothing is under way any more when the worker goes.
    t.after(() => env.client.workflow.getHandle(reportCycleWorkflowId(INSTANCE)).terminate());
    await reportWorker(t, env, activities);
    const handle = await env.client.workflow.start(WorkflowType.WorkdayReportCycle, {
      workflowId: reportCycleWorkflowId(INSTANCE),
      taskQueue: MAIN_TASK_QUEUE,
      args: [{ v: 1, instance: INSTANCE, ...input }],
    });
    return new RunningCycle(env.client.workflow.getHandle(handle.workflowId));
  }

  const isWaiting = ({ phase }: { readonly phase: string }): boolean => phase === 'waiting';

  test('the first run comes at once, the others by the schedule', async (t) => {
    const activities = new FakeActivities();
    const cycle = await aCycle(t, activities);
    const first = await cycle.until('waiting', isWaiting);

    await env.sleep('31m');
    await cycle.until('waiting after six more', ({ cycle: number }) => number === 7);

    assert.equal(activities.countOf('stageReport'), 7);
    assert.deepEqual(activities.calls.slice(0, 6), [
      'planRun',
      'stageReport',
      'evaluateSlice',
      'passGate',
      'openPortion',
      'endRun',
    ]);
    assert.deepEqual([first.entries, first.evaluated, first.rejected, first.opened], [10, 10, 1, 2]);
    assert.notEqual(first.lastFinishedAt, null);
  });

  test('a paused cycle starts no run, however long, and goes on when it is resumed', async (t) => {
    const activities = new FakeActivities();
    const cycle = await aCycle(t, activities);
    await cycle.until('waiting', isWaiting);

    await cycle.handle.signal(pauseSignal);
    await env.sleep('3 days');
    const paused = await cycle.progress();
    const runs = activities.countOf('planRun');
    await cycle.handle.signal(resumeSignal);
    await cycle.until('waiting again', ({ cycle: number, phase }) => number === 2 && phase === 'waiting');

    assert.equal(paused.phase, 'paused');
    assert.equal(runs, 1);
  });

  test('a pause stops the evaluation where it is and the same report goes on', async (t) => {
    const activities = new FakeActivities();
    const evaluate = activities.evaluateSlice;
    const plan = activities.planRun;
    let stopped = 0;
    activities.evaluateSlice = async () => {
      activities.evaluateSlice = evaluate;
      // As the store does: the snapshot in progress is found again.
      activities.planRun = async (request) => ({ ...(await plan(request)), step: 'evaluate', snapshotId: 'report-1' });
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), 100);
      await context.cancelled.finally(() => {
        clearInterval(beat);
        stopped += 1;
      });
      throw new Error('never reached');
    };
    // The worker calls by name, so that a replaced activity is found at the next call.
    const cycle = await aCycle(t, proxied(activities));
    await cycle.until('evaluating', ({ phase }) => phase === 'evaluating');

    await cycle.handle.signal(pauseSignal);
    await cycle.until('paused', ({ phase }) => phase === 'paused');
    await cycle.handle.signal(resumeSignal);
    await cycle.until('waiting', isWaiting);

    assert.equal(stopped, 1);
    assert.equal(activities.countOf('stageReport'), 1);
    assert.equal(activities.countOf('evaluateSlice'), 1);
    assert.equal(activities.countOf('passGate'), 1);
  });

  test('runNow starts a run at once', async (t) => {
    const activities = new FakeActivities();
    const cycle = await aCycle(t, activities);
    await cycle.until('waiting', isWaiting);

    await cycle.handle.signal(runNowSignal);

    await cycle.until('in its second cycle', ({ cycle: number, phase }) => number === 2 && phase === 'waiting');
  });

  test('a refused report halts the cycle, which says why, and the next good one goes on by itself', async (t) => {
    const activities = new FakeActivities();
    const stage = activities.stageReport;
    activities.stageReport = async () =>
      await Promise.resolve({ cycle: 1, entries: 0, rejected: 0, refused: ['The report has no entries.'] });
    const cycle = await aCycle(t, proxied(activities));

    const halted = await cycle.until('halted', ({ phase, nextRunAt }) => phase === 'halted' && nextRunAt !== null);
    activities.stageReport = stage;
    await env.sleep('6m');
    const good = await cycle.until('waiting', isWaiting);

    assert.equal(halted.reason, 'The report has no entries.');
    assert.equal(activities.countOf('evaluateSlice'), good.cycle);
    assert.equal(good.reason, null);
  });

  test('runNow out of a halt has the report judged anew, and taken as it is only when told so', async (t) => {
    const activities = new FakeActivities();
    const accepted: boolean[] = [];
    activities.stageReport = async ({ acceptReport }) => {
      accepted.push(acceptReport);
      const found = { cycle: 1, entries: 5, rejected: 0 };
      return await Promise.resolve(
        acceptReport ? { ...found, snapshotId: 'report-1', refused: [] } : { ...found, refused: ['rows are missing'] },
      );
    };
    const cycle = await aCycle(t, activities);
    await cycle.until('halted', ({ phase, nextRunAt }) => phase === 'halted' && nextRunAt !== null);

    await cycle.handle.signal(runNowSignal);
    await cycle.until(
      'halted again',
      ({ phase, nextRunAt }) => accepted.length === 2 && phase === 'halted' && nextRunAt !== null,
    );
    await cycle.handle.signal(runNowSignal, { acceptReport: true });
    await cycle.until('waiting', isWaiting);
    await cycle.handle.signal(runNowSignal);
    // An activity that is still at work when the worker goes would keep the server from skipping time for the next test.
    await cycle.until('halted once more', ({ phase, nextRunAt }) => phase === 'halted' && nextRunAt !== null);

    assert.deepEqual(accepted, [false, false, true, false]);
  });

  test('a report that cannot be had is a reason to wait, not to end', async (t) => {
    const activities = new FakeActivities();
    activities.stageReport = async () => {
      await Promise.resolve();
      throw ApplicationFailure.create({ type: 'ReportUnavailable', message: 'answered 503' });
    };
    const cycle = await aCycle(t, activities);

    await env.sleep('2m');
    const { reason, phase } = await cycle.until('waiting', ({ nextRunAt }) => nextRunAt !== null);

    assert.deepEqual([phase, reason], ['waiting', 'answered 503']);
    assert.equal(activities.countOf('evaluateSlice'), 0);
  });

  test('an unusable report halts without another attempt', async (t) => {
    const activities = new FakeActivities();
    let attempts = 0;
    activities.stageReport = async () => {
      attempts += 1;
      await Promise.resolve();
      throw ApplicationFailure.create({ type: 'ReportUnusable', message: 'no JSON', nonRetryable: true });
    };
    const cycle = await aCycle(t, activities);

    const { reason } = await cycle.until('halted', ({ phase, nextRunAt }) => phase === 'halted' && nextRunAt !== null);

    assert.deepEqual([attempts, reason], [1, 'no JSON']);
  });

  test('continues as new with everything that it knows', async (t) => {
    const activities = new FakeActivities();
    const cycle = await aCycle(t, activities, { maxHistoryLength: 60 });
    await cycle.until('waiting', isWaiting);
    const { runId: firstRun } = await cycle.handle.describe();

    await env.sleep('21m');
    await cycle.until('in its fifth cycle', ({ cycle: number, phase }) => number === 5 && phase === 'waiting');
    await cycle.handle.signal(pauseSignal);
    await cycle.handle.signal('nonsense', 'ignored');
    const paused = await cycle.until('paused', ({ phase }) => phase === 'paused');
    const { runId, historyLength } = await cycle.handle.describe();

    assert.notEqual(runId, firstRun);
    assert.ok(historyLength < 120, `${historyLength} events`);
    assert.deepEqual([paused.cycle, paused.entries, paused.opened], [5, 10, 2]);
    assert.notEqual(paused.lastFinishedAt, null);
  });

  test('refresh continues as new at once, also while the cycle is paused, and starts no run', async (t) => {
    const activities = new FakeActivities();
    const cycle = await aCycle(t, activities);
    await cycle.until('waiting', isWaiting);
    const { runId: firstRun } = await cycle.handle.describe();
    await cycle.handle.signal(pauseSignal);

    await cycle.handle.signal(refreshSignal);
    const paused = await cycle.until('paused', ({ phase }) => phase === 'paused');
    const { runId } = await cycle.handle.describe();

    assert.notEqual(runId, firstRun);
    assert.equal(paused.cycle, 1);
    assert.equal(activities.countOf('planRun'), 1);
  });

  test('a cycle without work is short in its history', async (t) => {
    const activities = new FakeActivities();
    activities.passGate = async () => await Promise.resolve({ admitted: 0, held: 0, reasons: [] });
    const cycle = await aCycle(t, activities);
    await cycle.until('waiting', isWaiting);
    const before = (await cycle.handle.describe()).historyLength;

    await cycle.handle.signal(runNowSignal);
    await cycle.until('waiting again', ({ cycle: number, phase }) => number === 2 && phase === 'waiting');
    const events = (await cycle.handle.describe()).historyLength - before;

    assert.ok(events <= 60, `${events} events`);
    assert.equal(activities.countOf('openPortion'), 0);
  });
});

/** Calls whatever the object holds at the time of the call. */
function proxied(activities: FakeActivities): FakeActivities {
  const names = Object.keys(activities).filter((name) => typeof Reflect.get(activities, name) === 'function');
  const calls = names.map((name) => [
    name,
    (request: never) => (Reflect.get(activities, name) as (request: never) => unknown)(request),
  ]);
  return Object.fromEntries(calls) as FakeActivities;
}
