import { activityInfo } from '@temporalio/activity';
import type { IncidentType, ProvisioningAction } from '../domain/incident.js';
import type { ActivityDependencies, Mail } from './dependencies.js';
import { notFound } from './failures.js';
import { failedInstanceMail, provisioningMail, taskMail } from './mails/provisioning.js';
import type { IncidentDocument } from './store/incident-document.js';

/** Mails of an incident: one activity per mail. Each is sent once; a crash between sending and recording sends it twice. */
export interface NotificationActivities {
  /** Tells the stakeholders of one instance about a success (Send Provisioning Notification Email). */
  sendProvisioningNotification(request: NotificationRequest): Promise<void>;
  /** Tells IT about one failed instance (Send Failed Instances Notification). */
  sendFailedInstanceNotification(request: NotificationRequest): Promise<void>;
  /** Tells whoever may answer about a question that waits. */
  sendTaskNotification(request: TaskNotificationRequest): Promise<void>;
}

/** Which mail to send. */
export interface NotificationRequest {
  readonly incidentId: string;
  readonly personId: string;
  readonly personVersion: number;
  readonly entry: number;
  readonly instance: string;
  readonly action: ProvisioningAction;
  readonly incidentType: IncidentType;
}

/** Which question to tell about. */
export interface TaskNotificationRequest {
  readonly incidentId: string;
  readonly taskId: string;
}

/** Makes the activities of notifications. */
export const createNotificationActivities = (deps: ActivityDependencies): NotificationActivities => ({
  async sendProvisioningNotification(request) {
    const person = await deps.store.personCache.at(request.personId, request.personVersion);
    const mail = provisioningMail(deps.configuration.current(), person?.profile ?? {}, request);
    const key = `${request.instance}/${request.action}`;
    if (mail !== null) await sendOnce(deps, request, mail, key, request.entry > 1);
  },
  async sendFailedInstanceNotification(request) {
    const incident = await readIncident(deps, request.incidentId);
    const result = incident.failedProvisioning.find(({ instanceName }) => instanceName === request.instance);
    if (result === undefined) return;
    const mail = failedInstanceMail(deps.configuration.current(), incident, result, request.entry);
    if (mail !== null) await sendOnce(deps, request, mail, `${request.instance}/failed/${request.entry}`, false);
  },
  async sendTaskNotification({ incidentId, taskId }) {
    const incident = await readIncident(deps, incidentId);
    const mail = taskMail(deps.configuration.current(), incident, taskId);
    const about = { incidentId, personId: incident.personId };
    if (mail !== null) await sendOnce(deps, about, mail, taskId, true);
  },
});

async function readIncident(deps: ActivityDependencies, incidentId: string): Promise<IncidentDocument> {
  const incident = await deps.store.incidents.get(incidentId);
  if (incident === null) throw notFound(`incident ${incidentId}`);
  return incident;
}

/** Sends a mail unless its evidence exists. The look is saved where nothing can have sent it before. */
async function sendOnce(
  deps: ActivityDependencies,
  about: { readonly incidentId: string; readonly personId: string | null },
  mail: Mail,
  key: string,
  mayBeRepeat: boolean,
): Promise<void> {
  const id = `${about.incidentId}/mail/${key}`;
  const { evidence } = deps.store;
  if ((mayBeRepeat || activityInfo().attempt > 1) && (await evidence.has(id))) return;
  await deps.mailer.send(mail);
  await evidence.append([
    {
      _id: id,
      at: deps.clock.now().toISOString(),
      kind: 'mail',
      incidentId: about.incidentId,
      personId: about.personId,
      cause: 'notification',
      outcome: { messageId: mail.messageId, recipients: mail.to.length },
    },
  ]);
}
