import type { LongCycle } from './long-cycle.js';
import type { OktaEventProgress } from './messages.js';

/** What the polling of an Okta instance carries from poll to poll and through continue-as-new. */
export interface CarriedPolling {
  readonly progress: Omit<OktaEventProgress, 'instance'>;
  readonly isPaused: boolean;
  readonly isRunRequested: boolean;
  readonly intervalMs: number;
}

/** Input of `oktaEventCycle`. */
export interface OktaEventCycleInput {
  readonly v: 1;
  readonly okta: string;
  /** Absent at the start. */
  readonly carried?: CarriedPolling;
  /** Events of history after which a run continues as new. Default 2,000. */
  readonly maxHistoryLength?: number;
}

/** Until the configuration was read for the first time. */
const USUAL_INTERVAL_MS = 60_000;

const NOTHING: Omit<OktaEventProgress, 'instance'> = {
  phase: 'starting',
  added: 0,
  opened: 0,
  queued: 0,
  held: 0,
  handed: 0,
  dropped: {},
  reason: null,
  readNotBefore: null,
  nextRunAt: null,
  lastReadAt: null,
};

/** The state of a polling workflow: where it is, and what it was told. Holds nothing that the store does not know. */
export class PollingState implements LongCycle {
  isPaused: boolean;
  isRunRequested: boolean;
  isRefreshRequested = false;
  /** Milliseconds from the begin of one poll to the next. */
  intervalMs: number;
  #progress: Omit<OktaEventProgress, 'instance'>;

  constructor(
    readonly okta: string,
    carried: CarriedPolling | undefined,
  ) {
    this.isPaused = carried?.isPaused ?? false;
    // What was just started polls at once.
    this.isRunRequested = carried?.isRunRequested ?? true;
    this.intervalMs = carried?.intervalMs ?? USUAL_INTERVAL_MS;
    this.#progress = carried?.progress ?? NOTHING;
  }

  /** Answer of the query `progress`. A pause shows as soon as nothing is going on any more. */
  get progress(): OktaEventProgress {
    const isIdle = !['reading', 'handingOver'].includes(this.#progress.phase);
    return { instance: this.okta, ...this.#progress, ...(this.isPaused && isIdle ? { phase: 'paused' } : {}) };
  }

  get carried(): CarriedPolling {
    const { isPaused, isRunRequested, intervalMs } = this;
    return { progress: this.#progress, isPaused, isRunRequested, intervalMs };
  }

  update(progress: Partial<OktaEventProgress>): void {
    this.#progress = { ...this.#progress, ...progress };
  }
}
