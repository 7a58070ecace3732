import { IncidentState, TASK_OPTIONS, isHalt } from '../../domain/incident.js';
import type { ProvisioningResult, TaskKind } from '../../domain/incident.js';
import { taskId } from '../../domain/names.js';
import type { Finished, Opened } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import { notFound } from '../failures.js';
import type { IncidentDocument } from '../store/incident-document.js';
import { isOpenTask } from '../store/incidents.js';
import { assignOwner } from './owner.js';

/**
 * Opens a task on an incident, or finds the open one of the same kind again, and puts the incident into the waiting
 * state that fits. The caller gives the turn back: nobody's turn waits for a person.
 */
export async function openTask(
  deps: ActivityDependencies,
  incident: IncidentDocument,
  kind: TaskKind,
  question: string,
): Promise<Opened & { readonly kind: 'task' }> {
  const tasks = incident.tasks.filter((task) => task.kind === kind);
  const open = tasks.find(isOpenTask);
  const id = open?.id ?? taskId(incident._id, kind, tasks.length + 1);
  const options = TASK_OPTIONS[kind];
  const state = isHalt(kind) ? IncidentState.WaitingForFix : IncidentState.WaitingForDecision;
  if (open !== undefined) await deps.store.incidents.update(incident._id, { state });
  else {
    const openedAt = deps.clock.now().toISOString();
    await deps.store.incidents.openTask(incident._id, { id, kind, options, question, openedAt }, state);
  }
  return { kind: 'task', type: incident.type, state, task: { id, kind, options }, ownerId: incident.owner ?? null };
}

/** A halt that needs somebody to look after it. */
export interface HaltRequest {
  readonly incidentId: string;
  readonly kind: TaskKind;
  readonly question: string;
  readonly failed: readonly ProvisioningResult[];
  readonly set?: Partial<IncidentDocument>;
}

/** Halts an incident and gives it an owner (step 21 of Sync User). Repeating it finds the same halt and owner. */
export async function haltIncident(deps: ActivityDependencies, request: HaltRequest): Promise<Finished> {
  const { incidentId, kind, question, failed, set = {} } = request;
  const before = await deps.store.incidents.get(incidentId);
  if (before === null) throw notFound(`incident ${incidentId}`);
  const isRepeat = before.tasks.some((task) => task.kind === kind && isOpenTask(task));
  const { ownerId, note } = isRepeat
    ? { ownerId: before.owner ?? null, note: before.ownerNote ?? '' }
    : await assignOwner(deps, before);
  const chosen = { at: deps.clock.now().toISOString(), step: ownerId === null ? 'no owner' : `owner ${ownerId}`, note };
  const incident = await deps.store.incidents.update(
    incidentId,
    { ...set, ownerNote: note, ...(ownerId === null ? {} : { owner: ownerId }) },
    ...(isRepeat ? [] : [chosen]),
  );
  if (incident === null) return { kind: 'closed' };
  const { task } = await openTask(deps, incident, kind, question);
  return { kind: 'halted', task, failed: failed.map(({ instanceName }) => instanceName), ownerId };
}
