import { CancellationScope, condition, log, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';

import { Answers, asDecision, receiptOf } from './answers.js';
import type { PendingAnswer } from './answers.js';
import {
  decideSignal,
  decideUpdate,
  incidentQuery,
  newerEventSignal,
  ownerSignal,
  refreshSignal,
  resolveHaltSignal,
  resolveHaltUpdate,
  turnSignal,
  yieldSignal,
} from './messages.js';
import { isOpaqueId } from './opaque-id.js';
import type { Decision, DecisionReceipt, HaltResolution, IncidentView } from './messages.js';

/**
 * The messages that reach an incident's run, as plain state that its main code reads. Handlers are total: what is
 * malformed is logged and ignored, and nothing a sender does can break the run.
 */
export class IncidentMessages {
  readonly answers = new Answers();
  /** Incidents of this type and person that wait for this run. */
  readonly inbox: string[];
  /** The person's turn may be this run's now. */
  turn = false;
  /** Continue as new at the next wait. */
  refresh = false;
  /** Somebody more urgent waits for the person, since the present entry began. */
  isAskedToYield = false;
  #onYield: () => void = () => undefined;

  constructor(inbox: readonly string[]) {
    this.inbox = [...inbox];
  }

  get hasNewer(): boolean {
    return this.inbox.length > 0;
  }

  /** Registers every handler; called before the first await. */
  register(current: () => string, view: () => IncidentView, onOwner: (ownerId: string) => void): void {
    setHandler(newerEventSignal, (incidentId: unknown) => {
      if (typeof incidentId !== 'string') log.warn('a newerEvent without an incident id was ignored');
      else if (incidentId !== current() && !this.inbox.includes(incidentId)) this.inbox.push(incidentId);
    });
    setHandler(turnSignal, () => {
      this.turn = true;
    });
    setHandler(yieldSignal, () => {
      this.isAskedToYield = true;
      this.#onYield();
    });
    setHandler(refreshSignal, () => {
      this.refresh = true;
    });
    setHandler(ownerSignal, (ownerId: unknown) => {
      // Search attributes are not access controlled, so nothing but an opaque id gets there.
      if (isOpaqueId(ownerId)) onOwner(ownerId);
      else log.warn('an owner without an opaque id was ignored');
    });
    setHandler(decideSignal, (decision: Decision) => void this.#accept(decision));
    setHandler(resolveHaltSignal, (resolution: HaltResolution) => void this.#accept(asDecision(resolution)));
    setHandler(decideUpdate, (decision: Decision) => this.#answer(decision), {
      validator: (decision: Decision) => this.answers.check(decision),
    });
    setHandler(resolveHaltUpdate, (resolution: HaltResolution) => this.#answer(asDecision(resolution)), {
      validator: (resolution: HaltResolution) => this.answers.check(asDecision(resolution)),
    });
    setHandler(incidentQuery, view);
    setDefaultSignalHandler((name) => log.warn('an unknown signal was ignored', { name }));
  }

  /** Begins an entry: what was said about earlier turns says nothing about the next. */
  beginEntry(incidentId: string): void {
    this.turn = false;
    this.isAskedToYield = false;
    this.answers.expect(incidentId);
  }

  /**
   * Runs commands so that a yield cancels what has not begun.
   *
   * @returns their outcomes, null when a yield came before any was begun
   */
  async untilYield<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.isAskedToYield) return null;
    const scope = new CancellationScope();
    this.#onYield = () => scope.cancel();
    try {
      return await scope.run(work);
    } finally {
      this.#onYield = () => undefined;
    }
  }

  #accept(input: unknown): PendingAnswer | null {
    return this.answers.accept(input, new Date().toISOString());
  }

  async #answer(input: unknown): Promise<DecisionReceipt> {
    const pending = this.#accept(input);
    // The validator has run before in the same task, so it can be taken.
    await condition(() => pending === null || pending.result !== undefined);
    return receiptOf(pending ?? { decision: input as Decision, at: '' });
  }
}
