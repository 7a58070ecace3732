import { log } from '@temporalio/activity';
import type { Reviewer } from '../../domain/config.js';
import { incidentIdOfTask } from '../../domain/names.js';
import type { Task, TaskAnswer } from '../../domain/incident.js';
import { rulesOf } from '../../domain/config/tasks.js';
import { readProof } from '../answer-token.js';
import type { ProofClaims } from '../answer-token.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { IncidentDocument } from '../store/incident-document.js';
import { IT_MAILBOX, personNamed, refusalOf } from './respondents.js';

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

/**
 * What became of an answer. `late`: another one came first, and this one is kept as ignored; `noted`: it counts, and a
 * second person has to agree; `refused`: it never counts.
 */
export type AnswerResult = { readonly kind: 'recorded' | 'noted' | 'late' | 'refused'; readonly why?: string };

/**
 * Verifies who answers and records the first valid answer by a conditional write; valid ones after it are kept as
 * ignored. Only configured people who may answer count, or the receiver of a mail's link. Safe to repeat.
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
  const task = incident?.tasks[index];
  if (incident === null || task === undefined) return refuse(request, 'there is no such task');
  const answer = verifiedAnswer(deps, request, incident, task);
  if (typeof answer === 'string') return refuse(request, answer);
  const isForTwo = rulesOf(deps.configuration.current().ilm.tasks, task.kind).secondApprover;
  if (isForTwo && answer.verified !== 'token') {
    return refuse(request, 'two people have to agree, each by the link of their own mail');
  }
  const { incidents } = deps.store;
  const outcome = await (isForTwo
    ? incidents.approvals.add(incident, index, answer)
    : incidents.answerTask(incident, index, answer));
  if (outcome === 'over') return { kind: 'late', why: 'the task has an answer already' };
  await appendEvidence(deps, incident, task, answer, outcome);
  return { kind: outcome };
}

/** Who answers, and how that is known. */
interface Sender {
  readonly id: string;
  readonly linkId?: string;
}

/** The answer as it is recorded, or why it does not count. */
function verifiedAnswer(
  deps: ActivityDependencies,
  request: AnswerRequest,
  incident: IncidentDocument,
  task: Task,
): TaskAnswer | string {
  const { ilm } = deps.configuration.current();
  const sender = senderOf(request, ilm.console.tokenKey, personNamed(ilm, request.by));
  if (typeof sender === 'string') return sender;
  const refusal = refusalOf(ilm, incident, task.kind, sender.id);
  if (refusal !== null) return refusal;
  const { option, at, comment } = request;
  const hasRole = rulesOf(ilm.tasks, task.kind).roles.length > 0;
  return {
    option,
    by: sender.id,
    at,
    verified: sender.linkId !== undefined ? 'token' : hasRole ? 'role' : 'claim',
    ...(sender.linkId === undefined ? {} : { linkId: sender.linkId }),
    ...(typeof comment === 'string' ? { comment } : {}),
  };
}

function senderOf(
  { taskId, option, at, by, token }: AnswerRequest,
  keys: string | undefined,
  claimed: Reviewer | undefined,
): Sender | string {
  if (typeof token !== 'string') {
    // The mailbox has no name of its own: only its link speaks for it.
    return by === IT_MAILBOX || claimed === undefined
      ? 'the sender is not one of the people in ilm.yaml'
      : { id: claimed.id };
  }
  const proof: ProofClaims | null = keys === undefined ? null : readProof(keys, token);
  if (proof === null) return 'its token is not one of ours';
  if (proof.taskId !== taskId || proof.option !== option) return 'its token belongs to another answer';
  return Date.parse(at) > proof.until ? 'its token has expired' : { id: proof.to, linkId: proof.linkId };
}

async function appendEvidence(
  deps: ActivityDependencies,
  incident: IncidentDocument,
  { id, kind }: Task,
  { by, at, option, comment, verified }: TaskAnswer,
  outcome: 'recorded' | 'noted',
): Promise<void> {
  await deps.store.evidence.append([
    {
      _id: outcome === 'recorded' ? `${id}/answer` : `${id}/approval/${by}/${at}`,
      at,
      kind: 'answer',
      incidentId: incident._id,
      personId: incident.personId,
      cause: by,
      action: kind,
      outcome: { option, verified, ...(comment === undefined ? {} : { comment }) },
    },
  ]);
}

function refuse({ taskId }: AnswerRequest, why: string): AnswerResult {
  log.warn('an answer was ignored', { taskId, why });
  return { kind: 'refused', why };
}
