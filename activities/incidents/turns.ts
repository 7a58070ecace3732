import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { ActivityDependencies } from '../dependencies.js';
import type { PersonChange } from '../store/people.js';
import type { PersonDocument, Turn } from '../store/person-document.js';

/** Name of the signal `turn`. Activities may not import workflow definitions, so a test holds both together. */
export const TURN_SIGNAL = 'turn';
/** Name of the signal `yield`. */
export const YIELD_SIGNAL = 'yield';

const SIGNAL_DEADLINE_MS = 5_000;

/**
 * Tells a run that a person's turn is its own now. A run that is gone is left to the keeper, which evicts it; so is a
 * server that does not answer, because the keeper repeats the signal.
 */
export async function signalTurn(client: Client, turn: Turn): Promise<void> {
  await signal(client, turn, TURN_SIGNAL);
}

/** Gives a turn back, or evicts it, and wakes whoever is next. Answers the record before it, null = it was not held. */
export async function giveTurnBack(
  { store, client }: Pick<ActivityDependencies, 'store' | 'client'>,
  personId: string,
  ticket: string,
  change: PersonChange = {},
): Promise<PersonDocument | null> {
  const { before, next } = await store.people.giveBack(personId, ticket, change);
  if (next !== null) await signalTurn(client, next);
  return before;
}

/** Asks the holder of a turn to finish what is begun and to give back. */
export async function signalYield(client: Client, turn: Turn): Promise<void> {
  await signal(client, turn, YIELD_SIGNAL);
}

async function signal(client: Client, turn: Turn, name: string): Promise<void> {
  try {
    await client.connection.withDeadline(Date.now() + SIGNAL_DEADLINE_MS, () =>
      client.workflow.getHandle(turn.workflowId, undefined, { firstExecutionRunId: turn.firstRunId }).signal(name),
    );
  } catch {
    // Never worth failing the caller's own write for: the keeper evicts a dead run and repeats the signal to a living one.
  }
}

/**
 * Whether the run that drew a ticket still goes on: its workflow id runs with the same first run id. Any doubt counts
 * as alive, because evicting a living holder is worse than waiting for the next look.
 */
export async function isAlive(client: Client, run: Pick<Turn, 'workflowId' | 'firstRunId'>): Promise<boolean> {
  try {
    const description = await client.connection.withDeadline(Date.now() + SIGNAL_DEADLINE_MS, () =>
      client.workflow.getHandle(run.workflowId).describe(),
    );
    const first = description.raw.workflowExecutionInfo?.firstRunId;
    return description.status.name === 'RUNNING' && (first === undefined || first === null || first === run.firstRunId);
  } catch (error) {
    return !(error instanceof WorkflowNotFoundError);
  }
}
