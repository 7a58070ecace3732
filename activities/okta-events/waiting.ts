import type { RequestQuota } from '../connectors/types.js';

/** Whatever Okta says. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** Not all that wait are to come back in the same instant. */
const JITTER_MS = 1_000;

/** ISO instant before which an exhausted quota should not be asked again; null while requests are left, and where nobody says until when. */
export function untilReset(quota: RequestQuota | undefined, now: Date): string | null {
  if (quota?.resetsAt === undefined || quota.remaining > 0) return null;
  const wait = Date.parse(quota.resetsAt) - now.getTime();
  if (wait < 0) return null;
  return new Date(now.getTime() + Math.min(wait, LONGEST_WAIT_MS) + Math.random() * JITTER_MS).toISOString();
}
