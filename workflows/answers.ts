import { ApplicationFailure, log } from '@temporalio/workflow';

import { FailureType } from '../domain/failures.js';
import { incidentIdOfTask } from '../domain/names.js';
import type { OpenTask } from '../domain/playbook.js';
import type { AnswerResult } from '../activities/incidents/answers.js';
import type { Decision, DecisionReceipt, HaltResolution } from './messages.js';

/** An answer that waits to be verified. */
export interface PendingAnswer {
  readonly decision: Decision;
  /** ISO instant of its arrival. */
  readonly at: string;
  result?: AnswerResult;
}

/** Why an answer cannot be taken. */
interface Fault {
  readonly type: typeof FailureType.AlreadyDecided | typeof FailureType.DecisionRefused;
  readonly why: string;
}

/**
 * The open question of a run and the answers that came for it. Handlers only check shape and "open"; the run verifies
 * and records. Plain state without Temporal commands, so every method may be called from a handler.
 *
 * A question is in the record before the run knows of it, and people read the record: while an activity that may open
 * one is on its way ({@link Answers.expect}), answers are kept until it is clear what they belong to.
 */
export class Answers {
  #task: OpenTask | null = null;
  /** The incident for which a question may be open in the record. */
  #expected: string | null = null;
  readonly #decided = new Set<string>();
  #pending: PendingAnswer[] = [];

  get task(): OpenTask | null {
    return this.#task;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  /** A question of this incident may be opened by what the run does now. */
  expect(incidentId: string): void {
    this.#task = null;
    this.#expected = incidentId;
  }

  /** Opens a question. Answers that came early and belong to another one are refused. */
  open(task: OpenTask): void {
    this.#expected = null;
    this.#task = task;
    this.#pending = this.#pending.filter((pending) => {
      const fault = this.faultOf(pending.decision);
      if (fault !== null) pending.result = { kind: 'refused', why: fault.why };
      return fault === null;
    });
  }

  /** Closes the question; what was not verified until now came too late. */
  close({ isDecided = false } = {}): void {
    if (isDecided && this.#task !== null) this.#decided.add(this.#task.id);
    this.#task = null;
    this.#expected = null;
    for (const pending of this.takeAll()) pending.result = { kind: 'late', why: 'the question is closed' };
  }

  /** The answers to verify, in the order of their arrival. */
  takeAll(): PendingAnswer[] {
    return this.#pending.splice(0);
  }

  /** Queues an answer; null when it cannot be taken, which is logged and nothing else. */
  accept(input: unknown, at: string): PendingAnswer | null {
    const fault = this.faultOf(input);
    if (fault !== null) {
      log.warn('an answer was ignored', { why: fault.why });
      return null;
    }
    const pending: PendingAnswer = { decision: input as Decision, at };
    this.#pending.push(pending);
    return pending;
  }

  /** Refuses what cannot be taken now, for validators of updates. */
  check(input: unknown): void {
    const fault = this.faultOf(input);
    if (fault !== null) throw failure(fault.type, `The answer was refused: ${fault.why}.`);
  }

  private faultOf(input: unknown): Fault | null {
    if (!isDecision(input)) return refusal('it is not a decision: taskId, option and by are texts');
    const { taskId, option } = input;
    if (this.#decided.has(taskId)) return { type: FailureType.AlreadyDecided, why: 'the task has an answer already' };
    if (this.#expected !== null && incidentIdOfTask(taskId) === this.#expected) return null;
    if (this.#task === null) return refusal('no question is open');
    if (this.#task.id !== taskId) return refusal(`the open question is ${this.#task.id}`);
    return this.#task.options.includes(option) ? null : refusal(`the options are ${this.#task.options.join(', ')}`);
  }
}

const refusal = (why: string): Fault => ({ type: FailureType.DecisionRefused, why });

function isDecision(input: unknown): input is Decision {
  if (typeof input !== 'object' || input === null) return false;
  const { taskId, option, by, comment, token } = input as Record<string, unknown>;
  const isTextOrAbsent = (value: unknown): boolean =>
    value === undefined || value === null || typeof value === 'string';
  return (
    typeof taskId === 'string' &&
    typeof option === 'string' &&
    typeof by === 'string' &&
    isTextOrAbsent(comment) &&
    isTextOrAbsent(token)
  );
}

/** A halt's answer in the form of a decision; what is malformed stays malformed. */
export function asDecision(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  const { resolution, ...rest } = input as HaltResolution;
  return { ...rest, option: resolution };
}

/** What a synchronous answer gets back, or the failure that says why it did not count. */
export function receiptOf({ decision, result }: PendingAnswer): DecisionReceipt {
  const receipt = { taskId: decision.taskId, option: decision.option };
  if (result?.kind === 'recorded') return receipt;
  if (result?.kind === 'noted') return { ...receipt, needsSecond: true };
  throw failure(
    result?.kind === 'late' ? FailureType.AlreadyDecided : FailureType.DecisionRefused,
    `The answer to ${decision.taskId} did not count: ${result?.why ?? 'the question is closed'}.`,
  );
}

const failure = (type: string, message: string): ApplicationFailure =>
  ApplicationFailure.create({ type, message, nonRetryable: true });
