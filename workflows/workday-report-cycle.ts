import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow';

import { isRunLongEnough, stoppedBy, untilDue } from './long-cycle.js';
import { pauseSignal, progressQuery, refreshSignal, resumeSignal, runNowSignal } from './messages.js';
import { runOnce } from './report-cycle-run.js';
import { CycleState } from './report-cycle-state.js';
import type { ReportCycleInput } from './report-cycle-state.js';
import { reportActivities } from './report-proxies.js';

/**
 * The report cycle of one Workday instance: long-running, one per instance (spec workday-cycle 5). Started by an
 * operator or at the start of the service; never ends by itself. Runs come by the instance's schedule and by `runNow`.
 * `pause` stops a run where it is, `resume` lets it go on there, `refresh` lets new code take over; query `progress` tells where it is. Where a cycle is
 * lies in the store, so that ending and starting this workflow loses nothing.
 */
export async function workdayReportCycle(input: ReportCycleInput): Promise<void> {
  const state = new CycleState(input.instance, input.carried);
  let running: CancellationScope | undefined;
  setHandler(pauseSignal, () => {
    state.isPaused = true;
    running?.cancel();
  });
  setHandler(resumeSignal, () => {
    state.isPaused = false;
  });
  setHandler(runNowSignal, (request) => state.requestRun(request));
  setHandler(refreshSignal, () => {
    state.isRefreshRequested = true;
  });
  setHandler(progressQuery, () => state.progress);
  setDefaultSignalHandler((name) => log.warn('an unknown signal was ignored', { name }));

  while (!isRunLongEnough(state, input.maxHistoryLength)) {
    await untilDue(state);
    if (state.isRefreshRequested) break;
    running = new CancellationScope();
    await run(state, running);
    running = undefined;
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof workdayReportCycle>({ ...input, carried: state.carried });
}

/** One run in a scope of its own, which a pause cancels, and the date of the next one. */
async function run(state: CycleState, scope: CancellationScope): Promise<void> {
  const startedAt = new Date().toISOString();
  const { acceptReport } = state;
  state.isRunRequested = false;
  state.acceptReport = false;
  state.update({ reason: null, nextRunAt: null });
  try {
    await scope.run(() => runOnce(state, acceptReport));
  } catch (error) {
    if (isCancellation(error) && state.isPaused) {
      // Goes on at once when the pause ends; what was asked of the run still holds.
      state.isRunRequested = true;
      state.acceptReport = acceptReport;
      state.update({ phase: 'paused' });
      return;
    }
    if (isCancellation(error)) throw error;
    state.update(stoppedBy(error));
  }
  await end(state, startedAt);
}

async function end(state: CycleState, startedAt: string): Promise<void> {
  try {
    const now = new Date().toISOString();
    const ended = await reportActivities.endRun({ instance: state.instance, startedAt, now });
    const { nextRunAt, held, isCycleFinished } = ended;
    state.update({ nextRunAt, held, ...(isCycleFinished ? { lastFinishedAt: now } : {}) });
  } catch (error) {
    if (isCancellation(error)) throw error;
    state.update(stoppedBy(error));
    return;
  }
  if (state.progress.phase !== 'halted') state.update({ phase: 'waiting' });
}
