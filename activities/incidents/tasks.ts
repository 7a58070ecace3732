import { IncidentState, TASK_OPTIONS, isHalt } from '../../domain/incident.js';
import type { TaskKind } from '../../domain/incident.js';
import { taskId } from '../../domain/names.js';
import type { Opened } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { IncidentDocument } from '../store/incident-document.js';

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
  const newest = tasks.at(-1);
  const isOpen = newest !== undefined && newest.answer === undefined && newest.withdrawnAt === undefined;
  const id = isOpen ? newest.id : taskId(incident._id, kind, tasks.length + 1);
  const options = TASK_OPTIONS[kind];
  const state = isHalt(kind) ? IncidentState.WaitingForFix : IncidentState.WaitingForDecision;
  if (isOpen) await deps.store.incidents.update(incident._id, { state });
  else {
    const openedAt = deps.clock.now().toISOString();
    await deps.store.incidents.openTask(incident._id, { id, kind, options, question, openedAt }, state);
  }
  return { kind: 'task', type: incident.type, state, task: { id, kind, options } };
}
