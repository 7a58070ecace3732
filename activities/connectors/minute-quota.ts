// The margin covers two clocks that do not run equally fast.
const COUNTED_MS = 60_100;
const MINUTE_MS = 60_000;
/** Part of a minute's requests that may be sent at once. */
const AT_ONCE = 0.05;
// What is left of a whole request after sums of fractions.
const ROUNDING = 1e-6;

/**
 * A quota of requests per minute that is never exceeded, however the application cuts its minutes: a request counts from
 * when it is sent until a minute after its answer, and it arrived in between. So at least 95 % of a quota can be used as
 * long as answers come within three seconds.
 *
 * Requests are spread over the minute besides, with an allowance for those that come at once, so that a process that was
 * restarted does not send a whole minute's requests again. Libraries count by when a request is sent, which lets two
 * bursts meet in one minute of the application when the first is slow to arrive.
 */
export interface MinuteQuota {
  /** Milliseconds until the next request may be sent; 0 for now, `Infinity` when it depends on answers to come. */
  delay(now: number): number;
  /** About how long the next request would wait behind so many others, milliseconds. */
  expectedDelay(now: number, others: number): number;
  /** Counts a request that is sent now. */
  take(): void;
  /** Says that a request was answered, or failed. */
  giveBack(now: number): void;
  /** Another number of requests; what was sent keeps counting. */
  limitTo(requestsPerMinute: number): void;
}

/**
 * @param requestsPerMinute whole number above 0
 * @param start milliseconds of a clock that only ever grows, like every `now`
 */
export function createMinuteQuota(requestsPerMinute: number, start: number): MinuteQuota {
  let limit = requestsPerMinute;
  let filledAt = start;
  let underWay = 0;
  /** When requests that were answered stop to count, in order. */
  const counted: number[] = [];

  const atOnce = (): number => Math.max(1, Math.floor(limit * AT_ONCE));
  let allowance = atOnce();

  const refill = (now: number): void => {
    allowance = Math.min(atOnce(), allowance + ((now - filledAt) * limit) / MINUTE_MS);
    filledAt = now;
    while ((counted[0] ?? Infinity) <= now) counted.shift();
  };

  const spreadDelay = (others: number): number => {
    const missing = others + 1 - allowance;
    return missing > ROUNDING ? (missing * MINUTE_MS) / limit : 0;
  };

  return {
    delay: (now) => {
      refill(now);
      const tooMany = underWay + counted.length - limit;
      const free = tooMany < 0 ? now : (counted[tooMany] ?? Infinity);
      return Math.max(spreadDelay(0), free - now);
    },
    expectedDelay: (now, others) => {
      refill(now);
      return spreadDelay(others);
    },
    take: () => {
      allowance -= 1;
      underWay += 1;
    },
    giveBack: (now) => {
      underWay = Math.max(0, underWay - 1);
      counted.push(now + COUNTED_MS);
    },
    limitTo: (next) => {
      limit = next;
      allowance = Math.min(allowance, atOnce());
    },
  };
}
