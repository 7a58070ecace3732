/** The workflows of the engine, and those that customers and tests add. */
export {
  activateUserInActiveDirectory,
  createUserInActiveDirectory,
  deactivateUserInActiveDirectory,
  keeper,
  newHire,
  sendFailedInstancesNotification,
  sendProvisioningNotificationEmail,
  syncUser,
} from '../../workflows/index.js';
