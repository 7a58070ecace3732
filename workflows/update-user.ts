import type { CommandOutcome, DirectoryStep, ProvisioningPlan } from '../domain/playbook.js';
import { initialiseAccount, runCommand } from './commands.js';

const PLAYBOOK = 'Update User';

/**
 * IAM - Update User: brings Active Directory and, side by side, every application that the settings list updates in line
 * with the profile (spec playbooks-provisioning 3). An account in Active Directory is never enabled here, and none of an
 * application's unless its instance says so. One failing application never stops another. Answers no messages.
 */
export async function updateUser(plan: ProvisioningPlan): Promise<CommandOutcome[]> {
  const [directories, ...applications] = await Promise.all([
    Promise.all(plan.directories.map((directory) => updateInOne(plan, directory))),
    ...plan.applications.map((application) => runCommand(plan, application, PLAYBOOK)),
  ]);
  return [...directories.flat(), ...applications];
}

async function updateInOne(plan: ProvisioningPlan, directory: DirectoryStep): Promise<CommandOutcome[]> {
  if (directory.reached !== 'nothing') return [await initialiseAccount(plan, directory, undefined, PLAYBOOK)];
  const updated = await runCommand(plan, { ...directory, command: 'update-user', allowEnable: false }, PLAYBOOK);
  const isNew = updated.success && !updated.skipped && updated.action === 'create';
  // An account that was missing is of no use without a first password; it stays disabled until its activation.
  return isNew ? [updated, await initialiseAccount(plan, directory, updated.accountId, PLAYBOOK)] : [updated];
}
