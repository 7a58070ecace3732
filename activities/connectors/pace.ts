import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';

import { createMinuteQuota } from './minute-quota.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';

/**
 * When an instance's requests may be sent: shared by everything in this process that calls the instance, and kept over
 * changes of its settings.
 */
export interface Pace {
  /**
   * Sends when it is the request's turn; the turn ends with the promise of `send`.
   *
   * @param what names the request in errors
   * @param closing ends the waiting with a `Transient` error; a request that is under way is left alone
   * @throws ConnectorError of kind `RateLimited`, with the delay, while the application has asked to wait, or when more
   *   requests wait than their commands have time for
   */
  run<T>(what: string, closing: AbortSignal, send: () => Promise<T>): Promise<T>;
  /** Sends nothing for a while, because the application asked for that by `code`; who waits for a turn is sent away. */
  pause(delayMs: number, code: string): void;
  /** Another quota; `undefined` for none. */
  limitTo(requestsPerMinute: number | undefined): void;
}

/** The time that a pace goes by; tests bring their own. */
export interface PaceClock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Calls back once after so many whole milliseconds, unless what it returns is called before. */
  after(delayMs: number, call: () => void): () => void;
}

/** A command has a minute for all of its requests, so that a longer wait for one is left to the next attempt. */
const LONGEST_WAIT_MS = 15_000;

const SYSTEM_CLOCK: PaceClock = {
  now: () => performance.now(),
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
};

interface Waiting {
  readonly what: string;
  start(): void;
  fail(error: ConnectorError): void;
}

/** Makes the pace of one instance; without a number it only heeds what the application itself asks for. */
export function createPace(requestsPerMinute?: number, clock: PaceClock = SYSTEM_CLOCK): Pace {
  let quota = requestsPerMinute === undefined ? undefined : createMinuteQuota(requestsPerMinute, clock.now());
  let pause = { until: 0, code: '' };
  let stopTimer: (() => void) | undefined;
  const waiting: Waiting[] = [];

  const failWhilePaused = (what: string): void => {
    const delay = pause.until - clock.now();
    if (delay > 0) throw limited(`${what} was not sent: the application has asked to wait`, pause.code, delay);
  };

  const failWhenCrowded = (what: string): void => {
    const delay = quota?.expectedDelay(clock.now(), waiting.length) ?? 0;
    if (delay > LONGEST_WAIT_MS) throw limited(`${what} was not sent: requestsPerMinute is used up`, '429', delay);
  };

  const serve = (): void => {
    stopTimer?.();
    stopTimer = undefined;
    while (waiting.length > 0) {
      const delay = quota?.delay(clock.now()) ?? 0;
      if (delay > 0) {
        // Without a known instant, the end of a request that is under way serves again.
        if (Number.isFinite(delay)) stopTimer = clock.after(Math.ceil(delay), serve);
        return;
      }
      quota?.take();
      waiting.shift()?.start();
    }
  };

  const turn = (what: string, closing: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(closed(what));
      };
      const done = (): void => closing.removeEventListener('abort', leave);
      const entry: Waiting = {
        what,
        start: () => {
          done();
          resolve();
        },
        fail: (error) => {
          done();
          reject(error);
        },
      };
      // As many wait as commands run at once, which is no leak.
      setMaxListeners(0, closing);
      closing.addEventListener('abort', leave, { once: true });
      waiting.push(entry);
      serve();
    });

  return {
    run: async (what, closing, send) => {
      if (closing.aborted) throw closed(what);
      failWhilePaused(what);
      failWhenCrowded(what);
      await turn(what, closing);
      try {
        return await send();
      } finally {
        quota?.giveBack(clock.now());
        serve();
      }
    },
    pause: (delayMs, code) => {
      const until = clock.now() + delayMs;
      if (until > pause.until) pause = { until, code };
      for (const { what, fail } of waiting.splice(0)) {
        fail(limited(`${what} was not sent: the application has asked to wait`, pause.code, pause.until - clock.now()));
      }
    },
    limitTo: (next) => {
      if (next === undefined) quota = undefined;
      else if (quota === undefined) quota = createMinuteQuota(next, clock.now());
      else quota.limitTo(next);
      serve();
    },
  };
}

function limited(message: string, code: string, delayMs: number): ConnectorError {
  const retryAfterMs = Math.ceil(delayMs);
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return new ConnectorError(ConnectorErrorKind.RateLimited, `${message}; again in ${seconds} s.`, {
    code,
    retryAfterMs,
  });
}

const closed = (what: string): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.Transient, `${what} was not sent: the connection was closed.`);
