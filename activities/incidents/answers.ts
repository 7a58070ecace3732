import { log } from '@temporalio/activity';
import { incidentIdOfTask } from '../../domain/names.js';
import type { TaskAnswer } from '../../domain/incident.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { IncidentDocument } from '../store/incident-document.js';

/** An answer as a run hands it over. */
export interface AnswerRequest {
  readonly taskId: string;
  readonly option: string;
  readonly by: string;
  readonly comment?: string | null;
  readonly token?: string | null;
  /** ISO instant at which the run got it; part of the answer's identity, so that a repeat agrees with itself. */
  readonly at: string;
}

/** What became of an answer. `late`: another one came first, and this one is kept as ignored; `refused`: it never counts. */
export type AnswerResult = { readonly kind: 'recorded' | 'late' | 'refused'; readonly why?: string };

/**
 * Verifies who answers and records the first valid answer by a conditional write; valid ones after it are kept as
 * ignored. Only configured people count; when the task asks for a role, only people who have it. Safe to repeat.
 *
 * @returns one result per answer, in the order of the answers
 */
export async function recordAnswers(
  deps: ActivityDependencies,
  { answers }: { readonly answers: readonly AnswerRequest[] },
): Promise<AnswerResult[]> {
  const results: AnswerResult[] = [];
  for (const answer of answers) results.push(await recordAnswer(deps, answer));
  return results;
}

async function recordAnswer(deps: ActivityDependencies, request: AnswerRequest): Promise<AnswerResult> {
  const incident = await deps.store.incidents.get(incidentIdOfTask(request.taskId));
  const index = incident?.tasks.findIndex(({ id }) => id === request.taskId) ?? -1;
  if (incident === null || index < 0) return refuse(request, 'there is no such task');
  const answer = verifiedAnswer(deps, request, incident.tasks[index]?.role);
  if (typeof answer === 'string') return refuse(request, answer);
  if ((await deps.store.incidents.answerTask(incident, index, answer)) === 'over') {
    return { kind: 'late', why: 'the task has an answer already' };
  }
  await appendEvidence(deps, incident, request.taskId, answer);
  return { kind: 'recorded' };
}

/** The answer as it is recorded, or why it does not count. */
function verifiedAnswer(
  deps: ActivityDependencies,
  { by, option, at, comment, token }: AnswerRequest,
  role: string | undefined,
): TaskAnswer | string {
  if (typeof token === 'string') return 'answers by token are not accepted by this version';
  const { people } = deps.configuration.current().ilm;
  const person = people.find(({ email, id }) => by === id || email.toLowerCase() === by.toLowerCase());
  if (person === undefined) return 'the sender is not one of the people in ilm.yaml';
  if (role !== undefined && !person.roles.includes(role)) return `it takes the role ${role}`;
  return {
    option,
    by: person.id,
    at,
    verified: role === undefined ? 'claim' : 'role',
    ...(typeof comment === 'string' ? { comment } : {}),
  };
}

async function appendEvidence(
  deps: ActivityDependencies,
  incident: IncidentDocument,
  taskId: string,
  { by, at, option, comment }: TaskAnswer,
): Promise<void> {
  await deps.store.evidence.append([
    {
      _id: `${taskId}/answer`,
      at,
      kind: 'answer',
      incidentId: incident._id,
      personId: incident.personId,
      cause: by,
      action: incident.tasks.find(({ id }) => id === taskId)?.kind ?? '',
      outcome: { option, ...(comment === undefined ? {} : { comment }) },
    },
  ]);
}

function refuse({ taskId }: AnswerRequest, why: string): AnswerResult {
  log.warn('an answer was ignored', { taskId, why });
  return { kind: 'refused', why };
}
