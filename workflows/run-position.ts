import type { CommandOutcome, EntryPoint } from '../domain/playbook.js';
import type { OutgoingMail } from './mail-delivery.js';
import { RetryBudget } from './retry-budget.js';
import type { RetryState } from './retry-budget.js';

/** Argument of every incident's run. Only the incident id is needed; the rest is carried by continue-as-new. */
export interface IncidentRunInput {
  readonly v: 1;
  readonly incidentId: string;
  readonly at?: EntryPoint;
  readonly entry?: number;
  readonly inbox?: readonly string[];
  readonly mails?: readonly OutgoingMail[];
  readonly retry?: RetryState;
  /** What was provisioned, when only the bookkeeping is left. */
  readonly outcomes?: readonly CommandOutcome[];
}

/** Where a run is in its incident's record: what it carries over when it continues as new. */
export class RunPosition {
  incidentId: string;
  /** Counts the entries of the run, each of which draws a ticket of its own. */
  entry: number;
  at: EntryPoint;
  /** What the newest entry provisioned. */
  outcomes: readonly CommandOutcome[];
  budget: RetryBudget;

  constructor({ incidentId, entry = 1, at = 'start', outcomes = [], retry }: IncidentRunInput) {
    this.incidentId = incidentId;
    this.entry = entry;
    this.at = at;
    this.outcomes = outcomes;
    this.budget = new RetryBudget(retry);
  }

  /** The next entry enters here, with a new ticket. */
  moveTo(at: EntryPoint): void {
    this.entry += 1;
    this.at = at;
  }

  /** Takes up another incident. */
  startAfresh(incidentId: string): void {
    Object.assign(this, new RunPosition({ v: 1, incidentId }));
  }

  /** The argument of the run that goes on from here. */
  carried(inbox: readonly string[], mails: readonly OutgoingMail[]): IncidentRunInput {
    const { incidentId, at, entry, outcomes, budget } = this;
    return {
      v: 1,
      incidentId,
      at,
      entry,
      inbox: [...inbox],
      mails,
      ...budget.carried(),
      ...(at === 'bookkeeping' ? { outcomes } : {}),
    };
  }
}
