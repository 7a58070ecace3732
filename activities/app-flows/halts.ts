import { CloseReason, IncidentState } from '../../domain/incident.js';
import type { Opened } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import { newestTask } from '../incidents/entry.js';
import { haltIncident } from '../incidents/tasks.js';
import type { IncidentDocument } from '../store/incident-document.js';

/** Halts an incident whose turn is not held: it gets an owner first, then waits. Answered `close`, it ends as it is. */
export async function haltOrClose(
  deps: ActivityDependencies,
  incident: IncidentDocument,
  question: string,
): Promise<Opened> {
  const { _id: incidentId, type } = incident;
  if (newestTask(incident, 'H1')?.answer?.option === 'close') {
    return await closeIncident(deps, incident, CloseReason.ClosedByPerson);
  }
  const halted = await haltIncident(deps, { incidentId, kind: 'H1', question, failed: [] });
  if (halted.kind !== 'halted') return { kind: 'refused' };
  const { task, ownerId } = halted;
  return { kind: 'task', type, state: IncidentState.WaitingForFix, task, ownerId };
}

/** Ends an incident whose turn is not held. */
export async function closeIncident(
  { store, clock }: ActivityDependencies,
  { _id, type }: IncidentDocument,
  reason: CloseReason,
  details?: string,
): Promise<Opened> {
  await store.incidents.close(_id, reason, clock.now().toISOString(), details === undefined ? {} : { details });
  return { kind: 'closed', type, reason };
}
