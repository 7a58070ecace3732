import { randomUUID } from 'node:crypto';

import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';

import type { IncidentDocument } from '../activities/store/incident-document.js';
import type { TaskAnswer } from '../domain/incident.js';
import { incidentIdOfTask } from '../domain/names.js';
import { decideUpdate } from '../workflows/messages.js';
import type { Decision, DecisionReceipt } from '../workflows/messages.js';
import type { Store } from '../activities/store/index.js';
import type { Reviewer } from '../domain/config.js';
import { CALL_DEADLINE_MS } from './context.js';
import type { CommandContext } from './context.js';
import { CommandFailed } from './faults.js';
import { isWorkerMissing } from './temporal-faults.js';

/** What an answer is sent with. */
export interface DecisionParts {
  readonly store: Store;
  readonly client: Client;
  readonly people: readonly Reviewer[];
}

/** Sends an answer for a command: as {@link sendDecision}, saying what it waits for. */
export async function decide(
  context: CommandContext,
  incident: IncidentDocument,
  decision: Decision,
): Promise<DecisionReceipt> {
  const [store, client, { ilm }] = await Promise.all([context.store(), context.client(), context.configuration()]);
  return await context.during('waiting for a worker to record the answer', () =>
    sendDecision({ store, client, people: ilm.people }, incident, decision),
  );
}

/**
 * Sends an answer to a task as an update, so that it is known whether it counts. Safe to repeat: the same answer of the
 * same person counts once.
 *
 * @throws CommandFailed saying who answered first, or why the answer does not count
 */
export async function sendDecision(
  parts: DecisionParts,
  incident: IncidentDocument,
  decision: Decision,
): Promise<DecisionReceipt> {
  if (incident.run === undefined) throw new CommandFailed(`${incident._id} has no run yet. Try again in a minute.`);
  const handle = parts.client.workflow.getHandle(incident.run.workflowId);
  // An id per call, since the server would answer a second try, after roles were put right, with the first refusal.
  const updateId = `${decision.taskId}/${randomUUID()}`;
  try {
    return await parts.client.connection.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
      handle.executeUpdate(decideUpdate, { args: [decision], updateId }),
    );
  } catch (error) {
    await explainRefusal(parts, decision, error);
    return { taskId: decision.taskId, option: decision.option };
  }
}

/** Says in words why an answer did not count; returns when it did in spite of the error, e.g. a lost connection. */
async function explainRefusal(
  { store, people }: DecisionParts,
  { taskId, option, by }: Decision,
  error: unknown,
): Promise<void> {
  const now = await store.incidents.get(incidentIdOfTask(taskId));
  const task = now?.tasks.find(({ id }) => id === taskId);
  if (task?.answer !== undefined) {
    const { answer } = task;
    const name = nameOf(people, answer);
    if (answer.option === option && [name, answer.by].includes(by)) return;
    throw new CommandFailed(
      `${taskId} was answered before: '${answer.option}', by ${name} at ${answer.at}. The first answer counts.`,
    );
  }
  if (task?.withdrawnAt !== undefined) {
    throw new CommandFailed(`${taskId} was withdrawn at ${task.withdrawnAt}: its incident ended without an answer.`);
  }
  if (error instanceof WorkflowUpdateFailedError) {
    throw new CommandFailed(error.cause instanceof Error ? error.cause.message : error.message, { cause: error });
  }
  if (error instanceof WorkflowNotFoundError) {
    throw new CommandFailed(
      `The run of ${taskId} is gone. Start it again with: ilm incident retry ${incidentIdOfTask(taskId)}`,
    );
  }
  if (!isWorkerMissing(error)) throw error;
  throw new CommandFailed(
    'No worker answered in time. Check that a worker runs, then give the answer again: it counts once.',
  );
}

/** The address of who answered; the id where ilm.yaml no longer names the person. */
const nameOf = (people: readonly Reviewer[], { by }: TaskAnswer): string =>
  people.find(({ id }) => id === by)?.email ?? by;
