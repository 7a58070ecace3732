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
import { oktaEventProgressQuery, pauseSignal, refreshSignal, resumeSignal, runNowSignal } from './messages.js';
import { handOverOktaEvents, readerOf } from './okta-event-proxies.js';
import { PollingState } from './okta-event-state.js';
import type { OktaEventCycleInput } from './okta-event-state.js';

/**
 * The polling of one Okta instance: long-running, one per instance (spec okta-flows 3.5); never ends by itself. A poll
 * reads the System Log to its end and then hands over what waits, at most `maxFetch` incidents. The two are independent:
 * while Okta is to be left alone, or reading fails, the queue is worked off all the same. `pause` stops a poll where it
 * is, `resume` lets it go on, `runNow` polls at once, `refresh` lets new code take over; query `progress` tells where it
 * is. Queue and place in the log lie in the store, so that ending and starting this workflow loses nothing.
 */
export async function oktaEventCycle(input: OktaEventCycleInput): Promise<void> {
  const state = new PollingState(input.okta, input.carried);
  let running: CancellationScope | undefined;
  setHandler(pauseSignal, () => {
    state.isPaused = true;
    running?.cancel();
  });
  setHandler(resumeSignal, () => {
    state.isPaused = false;
  });
  setHandler(runNowSignal, () => {
    state.isRunRequested = true;
  });
  setHandler(refreshSignal, () => {
    state.isRefreshRequested = true;
  });
  setHandler(oktaEventProgressQuery, () => state.progress);
  setDefaultSignalHandler((name) => log.warn('an unknown signal was ignored', { name }));

  while (!isRunLongEnough(state, input.maxHistoryLength)) {
    await untilDue(state);
    if (state.isRefreshRequested) break;
    running = new CancellationScope();
    await pollIn(running, state);
    running = undefined;
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof oktaEventCycle>({ ...input, carried: state.carried });
}

/** One poll in a scope of its own, which a pause cancels, and the date of the next one. */
async function pollIn(scope: CancellationScope, state: PollingState): Promise<void> {
  const startedAt = Date.now();
  state.isRunRequested = false;
  state.update({ reason: null, nextRunAt: null });
  try {
    await scope.run(() => poll(state));
  } catch (error) {
    if (!isCancellation(error) || !state.isPaused) throw error;
    // Goes on at once when the pause ends.
    state.isRunRequested = true;
    state.update({ phase: 'paused' });
    return;
  }
  const { readNotBefore } = state.progress;
  const next = Math.max(Date.now(), startedAt + state.intervalMs);
  // What keeps Okta from being read may end before the next poll.
  const reset = readNotBefore === null ? next : Math.max(Date.now(), Date.parse(readNotBefore));
  state.update({ nextRunAt: new Date(Math.min(next, reset)).toISOString() });
}

async function poll(state: PollingState): Promise<void> {
  const read = await attempt(() => readOn(state));
  const handedOver = await attempt(() => handOver(state));
  state.update(read ?? handedOver ?? { phase: 'waiting' });
}

type Stop = ReturnType<typeof stoppedBy>;

/** What stopped the work; null when nothing did. */
async function attempt(work: () => Promise<Stop | null>): Promise<Stop | null> {
  try {
    return await work();
  } catch (error) {
    if (isCancellation(error)) throw error;
    return stoppedBy(error);
  }
}

async function readOn(state: PollingState): Promise<null> {
  const { readNotBefore } = state.progress;
  if (readNotBefore !== null && Date.parse(readNotBefore) > Date.now()) return null;
  state.update({ phase: 'reading', added: 0, readNotBefore: null });
  const { added, waitUntil } = await readerOf(state.okta).readOktaEvents({ okta: state.okta });
  state.update({ added, readNotBefore: waitUntil });
  if (waitUntil === null) state.update({ lastReadAt: new Date().toISOString() });
  return null;
}

async function handOver(state: PollingState): Promise<Stop | null> {
  state.update({ phase: 'handingOver', opened: 0 });
  const { intervalMs, reason, ...counts } = await handOverOktaEvents({ okta: state.okta });
  state.intervalMs = intervalMs;
  state.update(counts);
  return reason === null ? null : { phase: 'halted', reason };
}
