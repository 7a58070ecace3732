import type { AppState } from '../app-state.js';

/** So many requests a minute, of which a burst may come at once. */
interface Limit {
  readonly perMinute: number;
  readonly burst: number;
}

interface Bucket {
  left: number;
  filledAt: number;
}

const WRITES: Limit = { perMinute: 600, burst: 180 };
const READS: Limit = { perMinute: 1_000, burst: 1_000 };
const USER_WRITES: Limit = { perMinute: 180, burst: 20 };
const USER_READS: Limit = { perMinute: 300, burst: 300 };
const MINUTE_MS = 60_000;

const buckets = new WeakMap<AppState, Map<string, Bucket>>();

/** Counts a request against Slack's limits. Gives the seconds to wait when one is used up, else null. */
export function secondsUntilSlackLimit(state: AppState, method: string, path: string, now: number): number | null {
  const own = buckets.get(state) ?? new Map<string, Bucket>();
  buckets.set(state, own);
  const taken = limitsOf(method, path).map(([name, limit]) => filled(own, name, limit, now));
  const waits = taken.map(({ bucket, limit }) => (bucket.left >= 1 ? 0 : (1 - bucket.left) * (60 / limit.perMinute)));
  const longest = Math.max(...waits);
  if (longest > 0) return Math.max(1, Math.ceil(longest));
  for (const { bucket } of taken) bucket.left -= 1;
  return null;
}

function limitsOf(method: string, path: string): readonly (readonly [string, Limit])[] {
  const isUser = path.startsWith('/Users');
  if (method !== 'GET') return [['writes', WRITES], ...(isUser ? ([[`${method} users`, USER_WRITES]] as const) : [])];
  return [['reads', READS], ...(/^\/Users\/[^/?]+/.test(path) ? ([['one user', USER_READS]] as const) : [])];
}

function filled(own: Map<string, Bucket>, name: string, limit: Limit, now: number): { bucket: Bucket; limit: Limit } {
  const bucket = own.get(name) ?? { left: limit.burst, filledAt: now };
  const gained = ((now - bucket.filledAt) / MINUTE_MS) * limit.perMinute;
  bucket.left = Math.min(limit.burst, bucket.left + gained);
  bucket.filledAt = now;
  own.set(name, bucket);
  return { bucket, limit };
}
