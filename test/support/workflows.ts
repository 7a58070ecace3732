/** The workflows of the engine, and those that customers add. */
export {
  activateUserInActiveDirectory,
  adoptAccounts,
  appSync,
  createUserInActiveDirectory,
  deactivateUserInActiveDirectory,
  iamConfiguration,
  keeper,
  newHire,
  oktaEventCycle,
  rehireUser,
  sendFailedInstancesNotification,
  sendProvisioningNotificationEmail,
  syncUser,
  terminateUser,
  updateUser,
  testInstances,
  workdayReportCycle,
} from '../../workflows/index.js';
export { failingHook, goodHook, slowHook, suggestOwner, suggestStranger } from './hook-workflows.js';
