import type { Client } from '@temporalio/client';

import { linkIdOf, readLink, signProof } from '../../activities/answer-token.js';
import type { LinkClaims } from '../../activities/answer-token.js';
import type { Configuration } from '../../activities/configuration/types.js';
import { refusalOf } from '../../activities/incidents/respondents.js';
import type { IncidentDocument } from '../../activities/store/incident-document.js';
import type { Store } from '../../activities/store/index.js';
import { isOpenTask } from '../../activities/store/incidents.js';
import type { Task } from '../../domain/incident.js';
import { incidentIdOfTask } from '../../domain/names.js';
import { rulesOf } from '../../domain/config/tasks.js';
import { sendDecision } from '../decision.js';
import { CommandFailed } from '../faults.js';
import { LONGEST_COMMENT, messagePage, questionPage } from './pages.js';

/** What the page works with. */
export interface ConsoleParts {
  readonly configuration: Configuration;
  readonly store: Store;
  readonly client: Client;
}

/** One answer of the server. */
export interface Page {
  readonly status: number;
  readonly text: string;
}

/** What a form sends. */
export interface AnswerForm {
  readonly token: string;
  readonly option: string;
  readonly comment: string;
}

/** Long enough for a worker under load, too short to be of use to anybody who reads a history. */
const PROOF_VALID_MS = 2 * 60_000;

/** An open question, and the link by which it was reached. */
interface Asked {
  readonly incident: IncidentDocument;
  readonly task: Task;
  readonly claims: LinkClaims;
}

/** Shows a question to whoever has its link. Changes nothing, however often it is opened. */
export async function showQuestion(parts: ConsoleParts, taskId: string, token: string): Promise<Page> {
  const asked = await askedBy(parts, taskId, token);
  if ('status' in asked) return asked;
  const { incident, task } = asked;
  const isForTwo = rulesOf(parts.configuration.current().ilm.tasks, task.kind).secondApprover;
  return { status: 200, text: questionPage(incident, task, token, isForTwo) };
}

/**
 * Answers a question for whoever has its link. The token stays here; the run gets a proof bound to the chosen option,
 * which its own activity verifies before the answer counts.
 */
export async function answerQuestion(parts: ConsoleParts, taskId: string, form: AnswerForm): Promise<Page> {
  const { token, option, comment } = form;
  const asked = await askedBy(parts, taskId, token);
  if ('status' in asked) return asked;
  const { incident, task, claims } = asked;
  if (!task.options.includes(option) || comment.length > LONGEST_COMMENT) {
    return messageAs(
      400,
      'This answer cannot be taken',
      'Go back, choose one of the options and keep the comment short.',
    );
  }
  const { ilm } = parts.configuration.current();
  const proof = signProof(ilm.console.tokenKey ?? '', {
    taskId,
    to: claims.to,
    until: Date.now() + PROOF_VALID_MS,
    option,
    linkId: linkIdOf(token),
  });
  try {
    const said = comment.trim() === '' ? {} : { comment: comment.trim() };
    const decision = { taskId, option, by: claims.to, token: proof, ...said };
    const { needsSecond } = await sendDecision({ ...parts, people: ilm.people }, incident, decision);
    return needsSecond === true
      ? messageAs(200, 'Your choice is recorded', `You chose: ${option}.`, 'A second person has to choose the same.')
      : messageAs(200, 'Your answer is recorded', `You chose: ${option}.`, 'You can close this page.');
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    const now = await askedBy(parts, taskId, token);
    return 'status' in now ? now : messageAs(503, 'Your answer is not recorded', error.message);
  }
}

const messageAs = (status: number, title: string, ...paragraphs: readonly string[]): Page => ({
  status,
  text: messagePage(title, ...paragraphs),
});

/** The open question that a link leads to, or the page that says why it leads nowhere. */
async function askedBy({ configuration, store }: ConsoleParts, taskId: string, token: string): Promise<Asked | Page> {
  const { ilm } = configuration.current();
  const claims = ilm.console.tokenKey === undefined ? null : readLink(ilm.console.tokenKey, token);
  if (claims === null) {
    return messageAs(
      403,
      'This link is not valid',
      'It was not made by this service, or not copied as a whole. Open it from the mail.',
    );
  }
  if (claims.taskId !== taskId) {
    return messageAs(403, 'This link belongs to another question', 'Open the link of the mail about this question.');
  }
  const incident = await store.incidents.get(incidentIdOfTask(taskId));
  const task = incident?.tasks.find(({ id }) => id === taskId);
  if (incident === null || task === undefined) {
    return messageAs(404, 'This question is gone', 'The service has no record of it.');
  }
  const over = overPage(task, linkIdOf(token));
  if (over !== null) return over;
  if (Date.now() > claims.until) {
    return messageAs(
      410,
      'This link has expired',
      'The question is still open. The next reminder brings a new link; until then, answer with:',
      `ilm task decide ${taskId} "<option>"`,
    );
  }
  const refusal = refusalOf(ilm, incident, task.kind, claims.to);
  if (refusal !== null)
    return messageAs(403, 'This link is for somebody who may not answer', `The answer would not count: ${refusal}.`);
  return { incident, task, claims };
}

/** Why a question takes no answer by this link any more; null while it does. */
function overPage(task: Task, linkId: string): Page | null {
  const { answer, withdrawnAt, approvals = [] } = task;
  const own = [answer, ...approvals].find((one) => one?.linkId === linkId);
  if (own !== undefined) {
    return messageAs(
      409,
      'This link has been used',
      `The answer by it was: ${own.option}, at ${own.at}. It counts once.`,
    );
  }
  if (answer !== undefined) {
    return messageAs(
      409,
      'This question is answered',
      `The answer was: ${answer.option}, at ${answer.at}. The first answer counts.`,
    );
  }
  if (!isOpenTask(task)) {
    return messageAs(
      410,
      'This question is withdrawn',
      `Its incident ended at ${withdrawnAt} without an answer, so nothing is left to decide.`,
    );
  }
  return null;
}
