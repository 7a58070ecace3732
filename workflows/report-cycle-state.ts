import type { CycleProgress, RunNowRequest } from './messages.js';

/** What a report cycle carries from run to run and through continue-as-new. */
export interface CarriedCycle {
  readonly progress: Omit<CycleProgress, 'instance'>;
  readonly isPaused: boolean;
  readonly isRunRequested: boolean;
  readonly acceptReport: boolean;
}

/** Input of `workdayReportCycle`. */
export interface ReportCycleInput {
  readonly v: 1;
  readonly instance: string;
  /** Absent at the start. */
  readonly carried?: CarriedCycle;
  /** Events of history after which a run continues as new. Default 2,000. */
  readonly maxHistoryLength?: number;
}

const NOTHING: Omit<CycleProgress, 'instance'> = {
  phase: 'starting',
  cycle: 0,
  entries: 0,
  evaluated: 0,
  planned: {},
  opened: 0,
  held: 0,
  rejected: 0,
  reason: null,
  nextRunAt: null,
  lastFinishedAt: null,
};

/** The state of a cycle's workflow: where it is, and what it was told. Holds nothing that the store does not know. */
export class CycleState {
  isPaused: boolean;
  isRunRequested: boolean;
  acceptReport: boolean;
  /** New code is to take over at the next wait; a run that continues as new has done so. */
  isRefreshRequested = false;
  #progress: Omit<CycleProgress, 'instance'>;

  constructor(
    readonly instance: string,
    carried: CarriedCycle | undefined,
  ) {
    this.isPaused = carried?.isPaused ?? false;
    // A cycle that was just started has its first run at once.
    this.isRunRequested = carried?.isRunRequested ?? true;
    this.acceptReport = carried?.acceptReport ?? false;
    this.#progress = carried?.progress ?? NOTHING;
  }

  /** Answer of the query `progress`. A pause shows as soon as nothing is going on any more. */
  get progress(): CycleProgress {
    const isIdle = ['waiting', 'halted', 'starting', 'paused'].includes(this.#progress.phase);
    const phase = this.isPaused && isIdle ? 'paused' : this.#progress.phase;
    return { instance: this.instance, ...this.#progress, phase };
  }

  get carried(): CarriedCycle {
    const { isPaused, isRunRequested, acceptReport } = this;
    return { progress: this.#progress, isPaused, isRunRequested, acceptReport };
  }

  update(progress: Partial<CycleProgress>): void {
    this.#progress = { ...this.#progress, ...progress };
  }

  /** Notes a `runNow`; anything but the one known flag is ignored. */
  requestRun(request: RunNowRequest | undefined): void {
    this.isRunRequested = true;
    if (request?.acceptReport === true) this.acceptReport = true;
  }
}
