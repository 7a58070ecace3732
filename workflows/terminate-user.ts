import type { CommandOutcome, ProvisioningPlan } from '../domain/playbook.js';
import { recordDisabling, runCommand } from './commands.js';
import { keepAccess } from './look-ups.js';

const PLAYBOOK = 'Terminate User';

/**
 * IAM - Terminate User, from its first disabling on: keeps what the person could reach, then disables them in Active
 * Directory and, side by side, in every application that the settings list names (spec playbooks-provisioning 5.3). One
 * failing application never stops another. What was decided before lies in the opening activity. Answers no messages.
 */
export async function terminateUser(plan: ProvisioningPlan): Promise<CommandOutcome[]> {
  await keepAccess(plan);
  const [directories, ...applications] = await Promise.all([
    disableInDirectories(plan),
    ...plan.applications.map((application) => runCommand(plan, { ...application, isLeaver: true }, PLAYBOOK)),
  ]);
  return [...directories, ...applications];
}

async function disableInDirectories(plan: ProvisioningPlan): Promise<CommandOutcome[]> {
  const call = { command: 'disable-user', allowEnable: false, isLeaver: true } as const;
  const outcomes = await Promise.all(
    plan.directories.map(({ instance, brand }) => runCommand(plan, { instance, brand, ...call }, PLAYBOOK)),
  );
  const [first] = plan.directories;
  const isOver = outcomes.some(({ superseded, turnLost }) => superseded === true || turnLost === true);
  if (first === undefined || isOver) return outcomes;
  const failed = await recordDisabling(plan, first, outcomes);
  return failed === null ? outcomes : [...outcomes, failed];
}
