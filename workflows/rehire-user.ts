import type { CommandOutcome, ProvisioningPlan } from '../domain/playbook.js';
import { runCommand } from './commands.js';
import { createUserInActiveDirectory } from './create-user-in-active-directory.js';

/**
 * IAM - Rehire User: prepares the account in Active Directory as for a new hire and, side by side, enables and updates
 * the accounts in every application that the settings list enables (spec playbooks-provisioning 4). The directory's
 * account stays disabled until its activation. One failing application never stops another. Answers no messages.
 */
export async function rehireUser(plan: ProvisioningPlan): Promise<CommandOutcome[]> {
  const [directories, ...applications] = await Promise.all([
    createUserInActiveDirectory(plan),
    ...plan.applications.map((application) => runCommand(plan, application, 'Rehire User')),
  ]);
  return [...directories, ...applications];
}
