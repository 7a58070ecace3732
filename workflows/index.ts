export { activateUserInActiveDirectory } from './activate-user-in-active-directory.js';
export { createUserInActiveDirectory } from './create-user-in-active-directory.js';
export { deactivateUserInActiveDirectory } from './deactivate-user-in-active-directory.js';
export { keeper } from './keeper.js';
export { newHire } from './new-hire.js';
export { sendFailedInstancesNotification } from './send-failed-instances-notification.js';
export { sendProvisioningNotificationEmail } from './send-provisioning-notification-email.js';
export { syncUser } from './sync-user.js';
