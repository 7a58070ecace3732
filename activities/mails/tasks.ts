import type { ConsoleSettings } from '../../domain/config/tasks.js';
import { consequenceOf } from '../../domain/task-consequences.js';
import { milliseconds } from '../../domain/duration.js';
import type { Task, TaskKind } from '../../domain/incident.js';
import { renderText } from '../../domain/templates.js';
import { signLink } from '../answer-token.js';
import type { LoadedConfiguration } from '../configuration/types.js';
import type { Mail } from '../dependencies.js';
import type { Respondent } from '../incidents/respondents.js';
import type { IncidentDocument } from '../store/incident-document.js';
import { SIGNATURE, body, factsTable, link, paragraph } from './layout.js';
import { runLink } from './run-link.js';

/** Why a mail about a question is sent. `reminder` carries its number. */
export type TaskMailReason =
  { readonly kind: 'asked' } | { readonly kind: 'reminder'; readonly number: number } | { readonly kind: 'escalation' };

/** Names one mail about a question, as its evidence does. */
export const taskMailKey = (task: Task, reason: TaskMailReason, to: Respondent): string =>
  `${task.id}/${nameOf(reason, to).replace('.', '/')}`;

const nameOf = (reason: TaskMailReason, to: Respondent): string =>
  `${reason.kind}${reason.kind === 'reminder' ? `-${reason.number}` : ''}.${to.id === 'told' ? to.email : to.id}`;

/**
 * The mail about an open question to one receiver: the question, what each option does, and how to answer: by the link
 * of the decision page, which is this receiver's alone, or by the command where there is no page.
 */
export function taskMail(
  configuration: LoadedConfiguration,
  incident: IncidentDocument,
  task: Task,
  to: Respondent,
  reason: TaskMailReason,
  now: Date,
): Mail {
  return {
    to: [to.email],
    subject: `${SUBJECTS[reason.kind]}${topicOf(incident, task)}`,
    html: body(
      ...(reason.kind === 'escalation'
        ? [paragraph(`This question waits since ${task.openedAt} and nobody has answered it.`)]
        : []),
      paragraph(task.question),
      factsTable([
        ['Incident', `${incident.type} ${incident._id}`],
        ['Person', incident.email],
        ...task.options.map((option) => [option, consequenceOf(task.kind, option)] as const),
      ]),
      ...howToAnswer(configuration.ilm.console, task, to, now),
      runLink(configuration, incident),
      SIGNATURE,
    ),
    messageId: `${task.id}.${nameOf(reason, to)}`,
  };
}

const SUBJECTS: Readonly<Record<TaskMailReason['kind'], string>> = {
  asked: '',
  reminder: 'Reminder: ',
  escalation: 'Overdue: ',
};

/** Questions whose subject says what they are about; the others name their incident. */
const TOPICS: Readonly<Partial<Record<TaskKind, string>>> = {
  D6: 'Deactivate ${person}, who may be active in Okta?',
  D7: 'The limit of deactivations is reached: deactivate ${person}?',
};

function topicOf({ _id, email, userProfile }: IncidentDocument, { kind }: Task): string {
  const topic = TOPICS[kind];
  if (topic === undefined) return `${_id} waits for an answer (${kind})`;
  const { displayName = '', username = '' } = userProfile.fields;
  const person = [displayName, username, email].find((name) => name !== '') ?? '';
  return `${renderText(topic, { person })} (${_id}, ${kind})`;
}

function howToAnswer(settings: ConsoleSettings, task: Task, to: Respondent, now: Date): string[] {
  const address = to.canDecide ? answerAddress(settings, task.id, to.id, now) : null;
  if (address !== null) {
    return [
      link(address, 'See the question and answer it'),
      paragraph('The link is yours alone. Opening it decides nothing.'),
    ];
  }
  return [
    paragraph('Answer with one of these commands:'),
    ...task.options.map((option) => paragraph(`ilm task decide ${task.id} "${option}"`)),
  ];
}

/** Address of the decision page for one receiver; null where no page or no secret is configured. */
function answerAddress(
  { publicUrl, tokenKey, linkValidFor }: ConsoleSettings,
  taskId: string,
  to: string,
  now: Date,
): string | null {
  if (publicUrl === undefined || tokenKey === undefined) return null;
  const token = signLink(tokenKey, { taskId, to, until: now.getTime() + milliseconds(linkValidFor) });
  return `${publicUrl.replace(/\/$/, '')}/tasks/${taskId}?token=${token}`;
}
