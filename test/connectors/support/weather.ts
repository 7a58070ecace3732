import { randomNumbers } from '../../../sandbox/peer/random.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

type Weather = NonNullable<Parameters<SimulatedApp['setWeather']>[0]>;
type Fault = NonNullable<ReturnType<Weather>>;

const HEADERS = ['retry-after', 'retry-after-date', 'x-ratelimit-reset', 'x-rate-limit-reset', 'none'] as const;

/** Everything an application can do to a request; what looks permanent is over with the next request as well. */
const FAULTS: readonly Fault[] = [
  { kind: 'down' },
  { kind: 'cut-after' },
  { kind: 'error', status: 500 },
  { kind: 'error', status: 503 },
  { kind: 'error', status: 403 },
  { kind: 'error-after', status: 500 },
  { kind: 'error-after', status: 504 },
  { kind: 'html', status: 502 },
  { kind: 'html', status: 200 },
  { kind: 'wrong-type' },
  { kind: 'redirect' },
  { kind: 'unauthorized' },
  { kind: 'slow', delayMs: 3 },
  { kind: 'duplicate-hits' },
  { kind: 'wrong-hit' },
  ...HEADERS.map((header): Fault => ({ kind: 'rate-limit', header, retryAfterSeconds: 0 })),
];

/** Weather in which every third request or so meets a fault; the same seed blows the same way. */
export function stormy(seed: number): Weather {
  const next = randomNumbers(seed);
  return () => (next() < 0.3 ? (FAULTS[Math.floor(next() * FAULTS.length)] ?? null) : null);
}
