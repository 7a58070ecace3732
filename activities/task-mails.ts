import { log } from '@temporalio/activity';

import type { Task } from '../domain/incident.js';
import { attentionAt } from '../domain/reminders.js';
import { rulesOf } from '../domain/config/tasks.js';
import type { ActivityDependencies } from './dependencies.js';
import { latestEscalationOf } from './incidents/due.js';
import { respondentAt, respondentsOf } from './incidents/respondents.js';
import type { Respondent } from './incidents/respondents.js';
import { taskMail, taskMailKey } from './mails/tasks.js';
import type { TaskMailReason } from './mails/tasks.js';
import type { IncidentDocument } from './store/incident-document.js';
import { isOpenTask } from './store/incidents.js';

type MailDependencies = Pick<ActivityDependencies, 'store' | 'configuration' | 'mailer' | 'clock'>;

/** Roles, addresses and hire dates can change, so that even a question with nothing due is looked at once a day. */
const LONGEST_PAUSE_MS = 24 * 60 * 60_000;
const PAUSE_AFTER_FAILURE_MS = 10 * 60_000;
const MOST_AT_ONCE = 200;

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();

/**
 * Sends the mails about a question, one per receiver, each with a link of its own. Those that were sent before are
 * passed over; a crash between sending and recording sends one twice, with the same message id.
 *
 * @returns how many were sent now
 */
export async function sendTaskMails(
  deps: MailDependencies,
  incident: IncidentDocument,
  task: Task,
  reason: TaskMailReason,
  receivers: readonly Respondent[],
): Promise<number> {
  let sent = 0;
  for (const to of receivers) {
    const key = taskMailKey(task, reason, to);
    if (await deps.store.evidence.has(key)) continue;
    const now = deps.clock.now();
    const mail = taskMail(deps.configuration.current(), incident, task, to, reason, now);
    await deps.mailer.send(mail);
    await deps.store.evidence.append([
      {
        _id: key,
        at: now.toISOString(),
        kind: 'mail',
        incidentId: incident._id,
        personId: incident.personId,
        cause: 'notification',
        outcome: { messageId: mail.messageId, recipients: 1 },
      },
    ]);
    sent += 1;
  }
  return sent;
}

/**
 * Reminds of open questions and tells the second address of overdue ones. Which mails are due follows from the record
 * and the clock alone, and each is sent once, so that a look that was missed or repeated does no harm. It answers nothing.
 *
 * @param onProgress called before each incident, e.g. with a heartbeat
 * @returns how many mails were sent
 */
export async function remindOfTasks(deps: MailDependencies, onProgress: () => void): Promise<number> {
  let sent = 0;
  const due = await deps.store.incidents.attention.due(deps.clock.now().toISOString(), MOST_AT_ONCE);
  for (const incident of due) {
    onProgress();
    try {
      sent += await lookAt(deps, incident);
    } catch {
      // A mail server that is down only puts reminders off; an address that it refuses must not keep others waiting.
      log.warn('a reminder could not be sent yet', { incidentId: incident._id });
      await deps.store.incidents.attention.putOff(
        incident,
        instant(deps.clock.now().getTime() + PAUSE_AFTER_FAILURE_MS),
      );
      return sent;
    }
  }
  return sent;
}

async function lookAt(deps: MailDependencies, incident: IncidentDocument): Promise<number> {
  const { ilm } = deps.configuration.current();
  const now = deps.clock.now().getTime();
  let sent = 0;
  let nextAt = now + LONGEST_PAUSE_MS;
  for (const task of incident.tasks.filter(isOpenTask)) {
    const rules = rulesOf(ilm.tasks, task.kind);
    const asked = respondentsOf(ilm, incident, task);
    const second = rules.escalateTo ?? ilm.playbooks.itNotificationEmail;
    // Whoever was asked in the first place is told of the deadline, and of nothing before it.
    const isAskedAlready = asked.some(({ email }) => email === second);
    const latest = isAskedAlready ? null : latestEscalationOf(ilm, incident);
    const attention = attentionAt(now, Date.parse(task.openedAt), rules, latest);
    nextAt = Math.min(nextAt, attention.nextAt ?? nextAt);
    const newOwner = incident.assignedAt === undefined ? [] : asked.filter(({ id }) => id === incident.owner);
    sent += await sendTaskMails(deps, incident, task, { kind: 'asked' }, newOwner);
    if (attention.reminder !== null) {
      sent += await sendTaskMails(deps, incident, task, { kind: 'reminder', number: attention.reminder }, asked);
    }
    if (attention.isOverdue && second !== undefined) {
      const receiver = respondentAt(ilm, incident, task.kind, second);
      sent += await sendTaskMails(deps, incident, task, { kind: 'escalation' }, [receiver]);
    }
  }
  await deps.store.incidents.attention.putOff(incident, instant(nextAt));
  return sent;
}
