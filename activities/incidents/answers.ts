import { log } from '@temporalio/activity';
import { incidentIdOfTask } from '../../domain/names.js';
import type { ActivityDependencies } from '../dependencies.js';
import { notFound } from '../failures.js';
import { closeAsDuplicate } from './open.js';

/** An answer as a run hands it over. */
export interface AnswerRequest {
  readonly taskId: string;
  readonly option: string;
  readonly by: string;
  readonly comment?: string;
  readonly token?: string;
  /** ISO instant at which the run got it; part of the answer's identity, so that a repeat agrees with itself. */
  readonly at: string;
}

/** What became of an answer. `refused` and `late` never change anything. */
export type AnswerResult = { readonly kind: 'recorded' | 'late' | 'refused'; readonly why?: string };

/**
 * Verifies who answers and records the first valid answer by a conditional write. Only configured people count; when
 * the task asks for a role, only people who have it. Anything else is logged and ignored.
 */
export async function recordAnswer(deps: ActivityDependencies, request: AnswerRequest): Promise<AnswerResult> {
  const incident = await deps.store.incidents.get(incidentIdOfTask(request.taskId));
  const task = incident?.tasks.find(({ id }) => id === request.taskId);
  if (incident === null || task === undefined) return refuse(request, 'there is no such task');
  if (!task.options.includes(request.option)) return refuse(request, 'the option is not one of the task');
  if (request.token !== undefined) return refuse(request, 'answers by token are not accepted by this version');
  const person = deps.configuration
    .current()
    .ilm.people.find(({ email, id }) => request.by === id || equal(email, request.by));
  if (person === undefined) return refuse(request, 'the sender is not one of the people in ilm.yaml');
  if (task.role !== undefined && !person.roles.includes(task.role))
    return refuse(request, `it takes the role ${task.role}`);
  const answer = {
    option: request.option,
    by: person.id,
    at: request.at,
    verified: task.role === undefined ? ('claim' as const) : ('role' as const),
    ...(request.comment === undefined ? {} : { comment: request.comment }),
  };
  const outcome = await deps.store.incidents.answerTask(request.taskId, answer);
  if (outcome !== 'recorded') return { kind: 'late', why: 'the task has an answer already' };
  await deps.store.evidence.append([
    {
      _id: `${request.taskId}/answer`,
      at: request.at,
      kind: 'answer',
      incidentId: incident._id,
      personId: incident.personId,
      cause: person.id,
      action: task.kind,
      outcome: { option: request.option, ...(request.comment === undefined ? {} : { comment: request.comment }) },
    },
  ]);
  return { kind: 'recorded' };
}

function refuse(request: AnswerRequest, why: string): AnswerResult {
  log.warn('an answer was ignored', { taskId: request.taskId, why });
  return { kind: 'refused', why };
}

const equal = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/**
 * Chooses the newest of the incidents that reached one run and closes the others, and the one it was waiting with, as
 * duplicates. Safe to repeat.
 *
 * @returns the incident to go on with
 */
export async function settleInbox(
  deps: ActivityDependencies,
  request: { readonly incidentIds: readonly string[] },
): Promise<string> {
  const found = await Promise.all(request.incidentIds.map((id) => deps.store.incidents.get(id)));
  const incidents = found.filter((incident) => incident !== null).sort((a, b) => b.seq - a.seq);
  const [newest, ...older] = incidents;
  if (newest === undefined) throw notFound(`incident ${request.incidentIds.join(', ')}`);
  for (const incident of older) await closeAsDuplicate(deps, incident, newest._id);
  return newest._id;
}
