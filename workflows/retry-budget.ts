/** What continue-as-new carries of a retry budget. */
export interface RetryState {
  /** ISO instant of the first failure. */
  readonly since: string;
  readonly passes: number;
}

const MINUTE_MS = 60_000;
/** Two hours from the first failure, at most ten passes (spec connectors 1.9). */
const WINDOW_MS = 120 * MINUTE_MS;
const MOST_PASSES = 10;
const PAUSES_MS = [5 * MINUTE_MS, 10 * MINUTE_MS, 20 * MINUTE_MS, 30 * MINUTE_MS];

/** How long an incident goes on trying what failed for a passing reason, outside the person's turn, before it halts. */
export class RetryBudget {
  #state: RetryState | undefined;

  constructor(state: RetryState | undefined) {
    this.#state = state;
  }

  /** The pause before the next pass, milliseconds; null when the budget is used up. Time is the workflow's own. */
  next(): number | null {
    const now = Date.now();
    const { since, passes } = this.#state ?? { since: new Date(now).toISOString(), passes: 0 };
    const pause = PAUSES_MS[Math.min(passes, PAUSES_MS.length - 1)] ?? MINUTE_MS;
    if (passes >= MOST_PASSES || now + pause - Date.parse(since) > WINDOW_MS) return null;
    this.#state = { since, passes: passes + 1 };
    return pause;
  }

  /** Starts anew: another incident, or a person asked for a retry. */
  reset(): void {
    this.#state = undefined;
  }

  /** The part of a run's input that carries the budget over. */
  carried(): { retry?: RetryState } {
    return this.#state === undefined ? {} : { retry: this.#state };
  }
}
