import type { FailureNotification } from '../activities/notifications.js';
import { notificationActivities } from './proxies.js';

/**
 * IAM - Send Failed Instances Notification: tells IT about one instance where provisioning failed, with a link to the
 * run (spec playbooks-provisioning 7). One mail per failed instance and halt.
 */
export async function sendFailedInstancesNotification(request: FailureNotification): Promise<void> {
  await notificationActivities.sendFailedInstanceNotification(request);
}
