import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import { turnSignal, yieldSignal } from '../../workflows/messages.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { PersonChange } from '../store/people.js';
import type { PersonDocument, Turn } from '../store/person-document.js';

const DEADLINE_MS = 5_000;

/**
 * Tells a run that a person's turn is its own now. A run that is gone is left to the keeper, which evicts it; so is a
 * server that does not answer, because the keeper repeats the signal.
 */
export const signalTurn = (client: Client, turn: Turn): Promise<void> => signal(client, turn, turnSignal);

/** Asks the holder of a turn to finish what is begun and to give back. */
export const signalYield = (client: Client, turn: Turn): Promise<void> => signal(client, turn, yieldSignal);

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

/** Takes every place of an incident out of a person's queue, but the one named. */
export async function giveTurnsBack(
  deps: Pick<ActivityDependencies, 'store' | 'client'>,
  person: PersonDocument,
  incidentId: string,
  except?: string,
): Promise<number> {
  const tickets = person.queue.filter((turn) => turn.incidentId === incidentId && turn.ticket !== except);
  for (const { ticket } of tickets) await giveTurnBack(deps, person.personId, ticket);
  return tickets.length;
}

async function signal(client: Client, turn: Turn, definition: SignalDefinition): Promise<void> {
  try {
    await client.connection.withDeadline(Date.now() + DEADLINE_MS, () =>
      client.workflow
        .getHandle(turn.workflowId, undefined, { firstExecutionRunId: turn.firstRunId })
        .signal(definition),
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
    const description = await client.connection.withDeadline(Date.now() + DEADLINE_MS, () =>
      client.workflow.getHandle(run.workflowId).describe(),
    );
    const first = description.raw.workflowExecutionInfo?.firstRunId;
    return description.status.name === 'RUNNING' && (first === undefined || first === null || first === run.firstRunId);
  } catch (error) {
    return !(error instanceof WorkflowNotFoundError);
  }
}
