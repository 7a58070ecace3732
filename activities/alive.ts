import { Context } from '@temporalio/activity';

/** Well below the heartbeat timeout; work that is done sooner sends none. */
const HEARTBEAT_MS = 5_000;

/** Says that a slow application is waited for, so that a killed worker is noticed long before the attempt's time is up. */
export async function alive<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
