import type { ProvisioningNotification } from '../activities/notifications.js';
import { notificationActivities } from './proxies.js';

/**
 * IAM - Send Provisioning Notification Email: tells the stakeholders of one instance, named by the address field of
 * the action that happened, that provisioning succeeded (spec playbooks-provisioning 6). One mail per incident,
 * instance and action.
 */
export async function sendProvisioningNotificationEmail(request: ProvisioningNotification): Promise<void> {
  await notificationActivities.sendProvisioningNotification(request);
}
