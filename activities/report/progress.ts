import { Context } from '@temporalio/activity';

/** How long work on a report tells that it is alive, and learns that it should stop. */
export interface Progress {
  /** Fires when the cycle is paused or the worker goes down. */
  readonly signal: AbortSignal;
  /** To be called between two portions: throws when the work should stop. */
  check(): void;
}

const BEAT_EVERY_MS = 2_000;

/**
 * Runs the work of an activity with a heartbeat from a timer, so that waiting for a slow server beats, too. A process
 * that hangs does not beat.
 */
export async function withHeartbeat<T>(work: (progress: Progress) => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), BEAT_EVERY_MS);
  context.heartbeat();
  try {
    return await work({
      signal: context.cancellationSignal,
      check: () => context.cancellationSignal.throwIfAborted(),
    });
  } finally {
    clearInterval(timer);
  }
}
