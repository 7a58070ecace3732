import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';

import { addCounts, NO_COUNTS } from '../domain/adoption.js';
import type { Portion } from '../activities/adoption/adopt-portion.js';
import { adoptionProgressQuery, refreshSignal } from './messages.js';
import type { AdoptionProgress, ApplicationAdoption } from './messages.js';
import { adoptionActivities, portionActivities } from './proxies.js';

/** What one run of an adoption begins with. */
export interface AdoptionInput {
  readonly v: 1;
  /** Workday instance whose people are adopted. */
  readonly instance: string;
  /** Opaque id of the person who started it. */
  readonly by: string;
  /** What the run before has reached. */
  readonly carried?: readonly Reached[];
  /** Tests end a run sooner. */
  readonly maxHistoryLength?: number;
}

/** How far one application has come. */
type Reached = ApplicationAdoption & {
  /** The last person who was looked at; empty = none. */
  readonly after: string;
  /** How often busy people were looked at again. */
  readonly rounds: number;
};

const MAX_HISTORY_LENGTH = 2_000;
/** People whom an incident still has after this many looks are listed; adopting again finds them. */
const BUSY_ROUNDS = 3;
const BUSY_PAUSE = '1m';

/**
 * Adoption: after the first sync, finds the accounts that people already have in every application, reading only, and
 * stores ids and AD Account Status on their records. Applications go on side by side, each portion after portion, at
 * their own rate. What is doubtful is listed and never written. Everything is stored person by person, so a run may end
 * anywhere and be started again; one that does begins at the first person and finds the same.
 *
 * Answers the query `progress` and the signal `refresh`. Never fails for one application's sake: its progress says why
 * it was given up.
 */
export async function adoptAccounts(input: AdoptionInput): Promise<AdoptionProgress> {
  return await new Adoption(input).run();
}

class Adoption {
  readonly #reached = new Map<string, Reached>();
  #isRefreshRequested = false;

  constructor(private readonly input: AdoptionInput) {
    for (const one of input.carried ?? []) this.#reached.set(one.application, one);
    setHandler(adoptionProgressQuery, () => this.#progress());
    setHandler(refreshSignal, () => {
      this.#isRefreshRequested = true;
    });
  }

  async run(): Promise<AdoptionProgress> {
    if (this.input.carried === undefined) {
      const { applications } = await adoptionActivities.planAdoption({ source: this.input.instance });
      for (const application of applications) this.#reached.set(application, beginningIn(application));
    }
    await Promise.all([...this.#reached.keys()].map((application) => this.#adoptIn(application)));
    const all = [...this.#reached.values()];
    if (all.every(isOver)) return this.#progress();
    await condition(allHandlersFinished);
    return await continueAsNew<typeof adoptAccounts>({ ...this.input, carried: all });
  }

  async #adoptIn(application: string): Promise<void> {
    for (;;) {
      const reached = this.#reached.get(application) ?? beginningIn(application);
      if (isOver(reached) || this.#mustContinue()) return;
      this.#reached.set(application, await this.#step(reached));
    }
  }

  #mustContinue(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    const longest = this.input.maxHistoryLength ?? MAX_HISTORY_LENGTH;
    return this.#isRefreshRequested || continueAsNewSuggested || historyLength >= longest;
  }

  async #step(reached: Reached): Promise<Reached> {
    if (reached.phase === 'waitingForBusy') {
      await condition(() => this.#isRefreshRequested, BUSY_PAUSE);
      // Those who are busy still are counted again by the portions that follow.
      const counts = { ...reached.counts, busy: 0 };
      return { ...reached, phase: 'looking', rounds: reached.rounds + 1, after: '', counts };
    }
    try {
      return this.#afterPortion(reached, await this.#adoptPortion(reached));
    } catch (error) {
      if (isCancellation(error)) throw error;
      return { ...reached, phase: 'failed', reason: reasonOf(error) };
    }
  }

  async #adoptPortion({ application, after, rounds }: Reached): Promise<Portion> {
    const { workflowId, firstExecutionRunId } = workflowInfo();
    return await portionActivities(application, `Adoption: look in ${application}`).adoptPortion({
      adoptionId: `${workflowId}/${firstExecutionRunId.slice(0, 8)}`,
      source: this.input.instance,
      application,
      by: this.input.by,
      after,
      onlyBusy: rounds > 0,
    });
  }

  #afterPortion(reached: Reached, { after, isEnd, counts: found }: Portion): Reached {
    const counts = addCounts(reached.counts, found);
    if (!isEnd) return { ...reached, after, counts };
    const isAgain = counts.busy > 0 && reached.rounds < BUSY_ROUNDS;
    return { ...reached, after, counts, phase: isAgain ? 'waitingForBusy' : 'done' };
  }

  #progress(): AdoptionProgress {
    const applications = [...this.#reached.values()].map(({ application, phase, counts, reason }) => ({
      application,
      phase,
      counts,
      reason,
    }));
    return { instance: this.input.instance, applications };
  }
}

const beginningIn = (application: string): Reached => ({
  application,
  phase: 'looking',
  counts: NO_COUNTS,
  reason: null,
  after: '',
  rounds: 0,
});

const isOver = ({ phase }: Reached): boolean => phase === 'done' || phase === 'failed';

function reasonOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof Error ? cause.message : 'no answer';
}
