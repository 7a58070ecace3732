import type { CommandOutcome, DirectoryStep, ProvisioningPlan } from '../domain/playbook.js';
import { initialiseAccount, runCommand } from './commands.js';
import { incidentActivities } from './proxies.js';

const PLAYBOOK = 'Create User In Active Directory';

/**
 * IAM - Create User In Active Directory: creates the account disabled when it is missing, gives it a first password,
 * and leaves AD Account Status at Pending, or at Enabled when the account turns out to be enabled already (spec
 * active-directory 2). Called by New Hire and Rehire; answers no messages. What an earlier run reached is not repeated.
 */
export async function createUserInActiveDirectory(plan: ProvisioningPlan): Promise<CommandOutcome[]> {
  const outcomes = await Promise.all(plan.directories.map((directory) => createInOne(plan, directory)));
  return outcomes.flat();
}

async function createInOne(plan: ProvisioningPlan, directory: DirectoryStep): Promise<CommandOutcome[]> {
  if (directory.created && directory.initialised) return await settled(plan, 'Pending', []);
  if (directory.created) return [await initialiseAccount(plan, directory, undefined, PLAYBOOK)];
  const created = await runCommand(plan, { ...directory, command: 'create-user', allowEnable: false }, PLAYBOOK);
  if (!created.success || created.skipped) return [created];
  if (created.active === true) return await settled(plan, 'Enabled', [created]);
  // A disabled account that we never gave a password to is useless to its owner, whoever made it.
  if (directory.initialised) return await settled(plan, 'Pending', [created]);
  return [created, await initialiseAccount(plan, directory, created.accountId, PLAYBOOK)];
}

/** Initialising writes Pending itself; every other end writes the status here. */
async function settled(
  plan: ProvisioningPlan,
  status: 'Enabled' | 'Pending',
  outcomes: readonly CommandOutcome[],
): Promise<CommandOutcome[]> {
  const { incidentId, personId, ticket } = plan;
  await incidentActivities.setAdAccountStatus({ incidentId, personId, ticket, status });
  return [...outcomes];
}
