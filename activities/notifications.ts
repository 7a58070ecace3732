import { activityInfo } from '@temporalio/activity';
import type { IncidentType, ProvisioningAction } from '../domain/incident.js';
import { incidentIdOfTask } from '../domain/names.js';
import { AdAccountStatus } from '../domain/profile.js';
import type { ActivityDependencies, Mail } from './dependencies.js';
import { notFound } from './failures.js';
import { respondentsOf } from './incidents/respondents.js';
import { resultOf } from './incidents/results.js';
import { deactivationMail, welcomeMail } from './mails/directory.js';
import { failedInstanceMail, provisioningMail } from './mails/provisioning.js';
import { sendTaskMails } from './task-mails.js';
import type { IncidentDocument } from './store/incident-document.js';
import { isOpenTask } from './store/incidents.js';

/**
 * Mails of an incident: one activity per mail. Each is sent once; a crash between sending and recording sends it twice,
 * with the same message id.
 */
export interface NotificationActivities {
  /** Tells the stakeholders of one instance about a success (Send Provisioning Notification Email). */
  sendProvisioningNotification(request: ProvisioningNotification): Promise<void>;
  /** Tells IT about one failed instance (Send Failed Instances Notification). */
  sendFailedInstanceNotification(request: FailureNotification): Promise<void>;
  /** Tells whoever may answer about a question that waits. */
  sendTaskNotification(request: TaskNotification): Promise<void>;
  /**
   * Welcomes somebody whose directory account was enabled, unless it was disabled again meanwhile (Activate User In
   * Active Directory, step 15).
   */
  sendWelcomeMail(request: WelcomeNotification): Promise<void>;
  /** Tells IT about an account that was disabled for a postponed hire date. */
  sendDeactivationNotification(request: DeactivationNotification): Promise<void>;
}

/** Which success to tell about. */
export interface ProvisioningNotification {
  readonly incidentId: string;
  readonly incidentType: IncidentType;
  readonly personId: string;
  readonly personVersion: number;
  readonly instance: string;
  readonly action: ProvisioningAction;
  /** Another attempt may have sent it. */
  readonly isRepeat: boolean;
}

/** Which failure to tell about. */
export interface FailureNotification {
  /** The halt that the failure led to. */
  readonly taskId: string;
  readonly instance: string;
}

/** Which question to tell about. */
export interface TaskNotification {
  readonly taskId: string;
}

/** Who is to be welcomed, and in which directory the account was enabled. */
export interface WelcomeNotification {
  readonly incidentId: string;
  readonly personId: string;
  readonly instance: string;
}

/** Which disabled account to tell about. */
export interface DeactivationNotification {
  readonly incidentId: string;
  readonly instance: string;
}

/** Makes the activities of notifications. */
export const createNotificationActivities = (deps: ActivityDependencies): NotificationActivities => ({
  async sendProvisioningNotification(request) {
    const { incidentId, personId, personVersion, instance, action, isRepeat } = request;
    const person = await deps.store.personCache.at(personId, personVersion);
    const mail = provisioningMail(deps.configuration.current(), person?.profile ?? {}, request);
    await sendOnce(deps, { incidentId, personId, key: `${incidentId}/mail/${instance}/${action}`, isRepeat }, mail);
  },
  async sendFailedInstanceNotification({ taskId, instance }) {
    const incident = await incidentOf(deps, taskId);
    const result = incident.failedProvisioning.find(({ instanceName }) => instanceName === instance);
    const mail =
      result === undefined ? null : failedInstanceMail(deps.configuration.current(), incident, result, taskId);
    await sendOnce(deps, aboutTask(incident, `${taskId}/mail/${instance}`), mail);
  },
  async sendTaskNotification({ taskId }) {
    const incident = await incidentOf(deps, taskId);
    const task = incident.tasks.find(({ id }) => id === taskId);
    if (task === undefined || !isOpenTask(task)) return;
    await sendTaskMails(
      deps,
      incident,
      task,
      { kind: 'asked' },
      respondentsOf(deps.configuration.current().ilm, incident, task),
    );
  },
  async sendWelcomeMail({ incidentId, personId, instance }) {
    const profile = (await deps.store.people.get(personId))?.profile;
    if (profile?.adAccountStatus !== AdAccountStatus.Enabled || profile.active === false) return;
    const outcomes = await deps.store.evidence.outcomes(incidentId);
    const accountMail = outcomes
      .filter((document) => document.instance === instance)
      .map((document) => resultOf(document).accountMail)
      .findLast((address) => address !== undefined);
    const mail = welcomeMail(deps.configuration.current(), { incidentId, profile, accountMail });
    await sendOnce(deps, { incidentId, personId, key: `${incidentId}/mail/welcome`, isRepeat: true }, mail);
  },
  async sendDeactivationNotification({ incidentId, instance }) {
    const incident = await incidentOf(deps, `${incidentId}/`);
    const mail = deactivationMail(deps.configuration.current(), incident, instance);
    await sendOnce(deps, aboutTask(incident, `${incidentId}/mail/${instance}/deactivated`), mail);
  },
});

async function incidentOf(deps: ActivityDependencies, taskId: string): Promise<IncidentDocument> {
  const incidentId = incidentIdOfTask(taskId);
  const incident = await deps.store.incidents.get(incidentId);
  if (incident === null) throw notFound(`incident ${incidentId}`);
  return incident;
}

interface MailRecord {
  readonly incidentId: string;
  readonly personId: string | null;
  readonly key: string;
  readonly isRepeat: boolean;
}

/** Halts are rare, so their mails always look first. */
const aboutTask = ({ _id, personId }: IncidentDocument, key: string): MailRecord => ({
  incidentId: _id,
  personId,
  key,
  isRepeat: true,
});

/** Sends a mail unless its evidence exists. The look is saved where nothing can have sent it before. */
async function sendOnce(deps: ActivityDependencies, record: MailRecord, mail: Mail | null): Promise<void> {
  const { evidence } = deps.store;
  const mayBeSent = record.isRepeat || activityInfo().attempt > 1;
  if (mail === null || (mayBeSent && (await evidence.has(record.key)))) return;
  await deps.mailer.send(mail);
  await evidence.append([
    {
      _id: record.key,
      at: deps.clock.now().toISOString(),
      kind: 'mail',
      incidentId: record.incidentId,
      personId: record.personId,
      cause: 'notification',
      outcome: { messageId: mail.messageId, recipients: mail.to.length },
    },
  ]);
}
