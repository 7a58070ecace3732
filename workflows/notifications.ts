import type { CommandOutcome, ProvisioningPlan } from '../domain/playbook.js';
import type { NotificationRequest, TaskNotificationRequest } from '../activities/notifications.js';
import type { OutgoingMail } from './mail-delivery.js';
import { sendFailedInstancesNotification } from './send-failed-instances-notification.js';
import { sendProvisioningNotificationEmail } from './send-provisioning-notification-email.js';
import { notificationActivities } from './proxies.js';

/** Sends one mail; throws when it is given up. */
export async function deliver(mail: OutgoingMail): Promise<void> {
  switch (mail.kind) {
    case 'provisioning':
      return await sendProvisioningNotificationEmail(mail.request as NotificationRequest);
    case 'failed':
      return await sendFailedInstancesNotification(mail.request as NotificationRequest);
    case 'task':
      return await notificationActivities.sendTaskNotification(mail.request as TaskNotificationRequest);
  }
}

/**
 * Mails about the successes of the present entry: instances whose settings row names somebody, where the command was
 * not skipped and the action is the planned one. An account that existed already is no creation, so nobody is told.
 */
export function successMails(plan: ProvisioningPlan, outcomes: readonly CommandOutcome[]): OutgoingMail[] {
  const told = new Set(
    [...plan.directories, ...plan.applications].filter(({ notify }) => notify).map((s) => s.instance),
  );
  return outcomes
    .filter(
      ({ instance, success, skipped, action }) => told.has(instance) && success && !skipped && action === 'create',
    )
    .map((outcome) => mailAbout('provisioning', plan, outcome.instance, outcome.action));
}

/** The mail to IT about one failed instance. */
export const failedMail = (plan: ProvisioningPlan, instance: string): OutgoingMail =>
  mailAbout('failed', plan, instance, 'create');

function mailAbout(
  kind: 'provisioning' | 'failed',
  plan: ProvisioningPlan,
  instance: string,
  action: NotificationRequest['action'],
): OutgoingMail {
  const request: NotificationRequest = {
    incidentId: plan.incidentId,
    incidentType: plan.type,
    personId: plan.personId,
    personVersion: plan.personVersion,
    entry: plan.entry,
    instance,
    action,
  };
  return { kind, incidentId: plan.incidentId, key: `${plan.incidentId}/${kind}/${instance}/${plan.entry}`, request };
}

/** The mail to whoever may answer a question. */
export const taskMail = (incidentId: string, taskId: string): OutgoingMail => {
  const request: TaskNotificationRequest = { incidentId, taskId };
  return { kind: 'task', incidentId, key: taskId, request };
};
