import { ApplicationFailure, log } from '@temporalio/workflow';

import { FailureType } from '../domain/failures.js';
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

/**
 * The open question of a run and the answers that came for it. Handlers only check shape and "open"; the run verifies
 * and records. Plain state without Temporal commands, so every method may be called from a handler.
 */
export class Answers {
  #task: OpenTask | null = null;
  readonly #pending: PendingAnswer[] = [];

  get task(): OpenTask | null {
    return this.#task;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Opens a question. */
  open(task: OpenTask): void {
    this.#task = task;
  }

  /** Closes the question; answers that were not verified yet came too late. */
  close(): void {
    this.#task = null;
    for (const pending of this.#pending.splice(0)) pending.result ??= { kind: 'late', why: 'the question is closed' };
  }

  /** The next answer to verify. */
  next(): PendingAnswer | undefined {
    return this.#pending.shift();
  }

  /** Queues an answer; false when it is malformed or nothing like it was asked, which is logged and nothing else. */
  accept(input: unknown, at: string): PendingAnswer | null {
    const fault = this.faultOf(input);
    if (fault !== null) {
      log.warn('an answer was ignored', { why: fault });
      return null;
    }
    const pending: PendingAnswer = { decision: input as Decision, at };
    this.#pending.push(pending);
    return pending;
  }

  /** Why an answer cannot be taken now; null when it can. */
  faultOf(input: unknown): string | null {
    if (!isDecision(input)) return 'it is not a decision: taskId, option and by are texts';
    if (this.#task === null) return 'no question is open';
    if (this.#task.id !== input.taskId) return `the open question is ${this.#task.id}`;
    if (!this.#task.options.includes(input.option)) return `the options are ${this.#task.options.join(', ')}`;
    return null;
  }
}

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
export function receiptOf(pending: PendingAnswer): DecisionReceipt {
  const { decision, result } = pending;
  if (result?.kind === 'recorded') return { taskId: decision.taskId, option: decision.option };
  throw ApplicationFailure.create({
    type: result?.kind === 'late' ? FailureType.AlreadyDecided : FailureType.DecisionRefused,
    message: `The answer to ${decision.taskId} did not count: ${result?.why ?? 'the question is closed'}.`,
    nonRetryable: true,
  });
}
