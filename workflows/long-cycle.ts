import { ActivityFailure, ApplicationFailure, condition, workflowInfo } from '@temporalio/workflow';

import { FailureType } from '../domain/failures.js';

/** What long-running cycles have in common: their runs come by a clock and by request, and they can stand still. */
export interface LongCycle {
  readonly isPaused: boolean;
  readonly isRunRequested: boolean;
  readonly isRefreshRequested: boolean;
  /** ISO instant of the next run; null when only a request starts one. */
  readonly progress: { readonly nextRunAt: string | null };
}

const MAX_HISTORY_LENGTH = 2_000;

/**
 * Whether a cycle is to continue as new.
 *
 * @param maxHistoryLength events after which it is, default 2,000
 */
export function isRunLongEnough({ isRefreshRequested }: LongCycle, maxHistoryLength = MAX_HISTORY_LENGTH): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return isRefreshRequested || continueAsNewSuggested || historyLength >= maxHistoryLength;
}

/** Waits for the next run (its time, or a request) or for a refresh; and while the cycle is paused, for its end. */
export async function untilDue(state: LongCycle): Promise<void> {
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

/**
 * What stopped a run, in words, and whether it takes a person to go on. A cycle outlives every failure: its next run
 * tries again.
 *
 * @throws what is no failure of an activity
 */
export function stoppedBy(error: unknown): { readonly phase: 'halted' | 'waiting'; readonly reason: string } {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  const needsPerson = type === FailureType.ReportUnusable || type === FailureType.Configuration;
  return { phase: needsPerson ? 'halted' : 'waiting', reason: cause?.message ?? error.message };
}
