import type { CommandOutcome, ProvisioningPlan } from '../domain/playbook.js';
import { runCommand } from './commands.js';
import { createUserInActiveDirectory } from './create-user-in-active-directory.js';

/**
 * IAM - New Hire: creates the person in Active Directory and, side by side, in every application that the settings
 * list gives to everybody (spec playbooks-provisioning 2). One failing application never stops another. Notifications
 * are sent by the incident's run, once per creation of the present entry.
 */
export async function newHire(plan: ProvisioningPlan): Promise<CommandOutcome[]> {
  const [directories, ...applications] = await Promise.all([
    createUserInActiveDirectory(plan),
    ...plan.applications.map((application) => runCommand(plan, application, 'New Hire')),
  ]);
  return [...directories, ...applications];
}
