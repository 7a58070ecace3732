import { condition, log, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';

import { Answers, asDecision, receiptOf } from './answers.js';
import type { PendingAnswer } from './answers.js';
import {
  decideSignal,
  decideUpdate,
  incidentQuery,
  newerEventSignal,
  refreshSignal,
  resolveHaltSignal,
  resolveHaltUpdate,
  turnSignal,
  yieldSignal,
} from './messages.js';
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
  /** What to do when somebody more urgent waits for the person. */
  onYield: () => void = () => undefined;

  constructor(inbox: readonly string[]) {
    this.inbox = [...inbox];
  }

  /** Registers every handler; called before the first await. */
  register(current: () => string, view: () => IncidentView): void {
    setHandler(newerEventSignal, (incidentId: unknown) => {
      if (typeof incidentId !== 'string') log.warn('a newerEvent without an incident id was ignored');
      else if (incidentId !== current() && !this.inbox.includes(incidentId)) this.inbox.push(incidentId);
    });
    setHandler(turnSignal, () => {
      this.turn = true;
    });
    setHandler(yieldSignal, () => this.onYield());
    setHandler(refreshSignal, () => {
      this.refresh = true;
    });
    setHandler(decideSignal, (decision: Decision) => void this.#accept(decision));
    setHandler(resolveHaltSignal, (resolution: HaltResolution) => void this.#accept(asDecision(resolution)));
    setHandler(decideUpdate, (decision: Decision) => this.#answer(decision), {
      validator: (decision: Decision) => this.#refuse(decision),
    });
    setHandler(resolveHaltUpdate, (resolution: HaltResolution) => this.#answer(asDecision(resolution)), {
      validator: (resolution: HaltResolution) => this.#refuse(asDecision(resolution)),
    });
    setHandler(incidentQuery, view);
    setDefaultSignalHandler((name) => log.warn('an unknown signal was ignored', { name }));
  }

  #accept(input: unknown): PendingAnswer | null {
    return this.answers.accept(input, new Date().toISOString());
  }

  #refuse(input: unknown): void {
    const fault = this.answers.faultOf(input);
    if (fault !== null) throw new Error(`the answer was refused: ${fault}`);
  }

  async #answer(input: unknown): Promise<DecisionReceipt> {
    const pending = this.#accept(input);
    if (pending === null) throw new Error('the answer was refused');
    await condition(() => pending.result !== undefined);
    return receiptOf(pending);
  }
}
