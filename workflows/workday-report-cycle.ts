import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';

import { pauseSignal, progressQuery, refreshSignal, resumeSignal, runNowSignal } from './messages.js';
import { noteFailure, runOnce } from './report-cycle-run.js';
import { CycleState } from './report-cycle-state.js';
import type { ReportCycleInput } from './report-cycle-state.js';
import { reportActivities } from './report-proxies.js';

const MAX_HISTORY_LENGTH = 2_000;

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

  const maxHistoryLength = input.maxHistoryLength ?? MAX_HISTORY_LENGTH;
  const shouldContinue = (): boolean => {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    return state.isRefreshRequested || continueAsNewSuggested || historyLength >= maxHistoryLength;
  };
  while (!shouldContinue()) {
    await untilDue(state);
    if (state.isRefreshRequested) break;
    running = new CancellationScope();
    await run(state, running);
    running = undefined;
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof workdayReportCycle>({ ...input, carried: state.carried });
}

/** Waits for the next run (its time, or a request) or for a refresh; and while the cycle is paused, for its end. */
async function untilDue(state: CycleState): Promise<void> {
  for (;;) {
    await condition(() => !state.isPaused || state.isRefreshRequested);
    const { nextRunAt } = state.progress;
    const isWanted = (): boolean => state.isRunRequested || state.isPaused || state.isRefreshRequested;
    if (!isWanted()) {
      if (nextRunAt === null) await condition(isWanted);
      else await condition(isWanted, Math.max(0, Date.parse(nextRunAt) - Date.now()), { summary: 'next run' });
    }
    if (state.isRefreshRequested) return;
    const isTime = nextRunAt !== null && Date.parse(nextRunAt) <= Date.now();
    if (!state.isPaused && (state.isRunRequested || isTime)) return;
  }
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
    noteFailure(state, error);
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
    noteFailure(state, error);
    return;
  }
  if (state.progress.phase !== 'halted') state.update({ phase: 'waiting' });
}
