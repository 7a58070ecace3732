/** The workflows of the engine, and those that customers and tests add. */
import { incidentActivities } from '../../workflows/proxies.js';
import { IncidentRun } from '../../workflows/incident-run.js';
import { newHire } from '../../workflows/new-hire.js';
import { rehireUser } from '../../workflows/rehire-user.js';
import { updateUser } from '../../workflows/update-user.js';
import { runCommand } from '../../workflows/commands.js';
import type { IncidentRunInput } from '../../workflows/run-position.js';
import type { CommandOutcome, ProvisioningPlan } from '../../domain/playbook.js';

export {
  adoptAccounts,
  testInstances,
  activateUserInActiveDirectory,
  createUserInActiveDirectory,
  deactivateUserInActiveDirectory,
  keeper,
  newHire,
  sendFailedInstancesNotification,
  sendProvisioningNotificationEmail,
} from '../../workflows/index.js';
export { failingHook, goodHook, slowHook, suggestOwner, suggestStranger } from './hook-workflows.js';

/** Sync User, with a Terminate that disables what its plan names; an engine needs {@link openTerminate} for it. */
export async function syncUser(input: IncidentRunInput): Promise<void> {
  await new IncidentRun({ open: (request) => incidentActivities.openSyncUser(request), provision }, input).run();
}

async function provision(plan: ProvisioningPlan): Promise<CommandOutcome[]> {
  if (plan.type === 'IAM - New Hire') return await newHire(plan);
  if (plan.type === 'IAM - Update User') return await updateUser(plan);
  if (plan.type === 'IAM - Rehire User') return await rehireUser(plan);
  return await Promise.all(plan.applications.map((step) => runCommand(plan, step, 'Terminate')));
}
