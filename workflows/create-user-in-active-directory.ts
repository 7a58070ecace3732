import type { CommandOutcome, DirectoryStep, ProvisioningPlan } from '../domain/playbook.js';
import { initialiseAccount, runCommand, storeAdAccountStatus } from './commands.js';

/** Name of the playbook in summaries and evidence. */
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

/** The same for one directory. */
export async function createInOne(plan: ProvisioningPlan, directory: DirectoryStep): Promise<CommandOutcome[]> {
  switch (directory.reached) {
    case 'enabled':
      return await enabled(plan, directory);
    case 'account':
      return [await initialiseAccount(plan, directory, undefined, PLAYBOOK)];
    case 'nothing':
      return await create(plan, directory);
  }
}

async function create(plan: ProvisioningPlan, directory: DirectoryStep): Promise<CommandOutcome[]> {
  const { instance, brand } = directory;
  const call = { instance, brand, command: 'create-user', allowEnable: false } as const;
  const created = await runCommand(plan, call, PLAYBOOK);
  if (!created.success || created.skipped) return [created];
  if (created.active === true) return [created, ...(await enabled(plan, directory))];
  // A disabled account without a password of ours is useless to its owner, whoever made it.
  return [created, await initialiseAccount(plan, directory, created.accountId, PLAYBOOK)];
}

/** Initialising stores Pending itself; an account that is enabled already gets no new password. */
async function enabled(plan: ProvisioningPlan, directory: DirectoryStep): Promise<CommandOutcome[]> {
  const failed = await storeAdAccountStatus(plan, directory, 'Enabled', PLAYBOOK);
  return failed === null ? [] : [failed];
}
