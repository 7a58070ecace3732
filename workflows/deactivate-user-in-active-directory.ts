import { patched } from '@temporalio/workflow';

import type { CommandOutcome, DirectoryStep, ProvisioningPlan } from '../domain/playbook.js';
import { runCommand, storeAdAccountStatus } from './commands.js';
import { IncidentRun } from './incident-run.js';
import type { OutgoingMail } from './mail-delivery.js';
import { incidentActivities } from './proxies.js';
import type { IncidentRunInput } from './run-position.js';

const PLAYBOOK = 'Deactivate User In Active Directory';

/**
 * IAM - Deactivate User In Active Directory: disables an account whose owner's hire date was postponed, tells IT, and
 * leaves AD Account Status at Pending, so that an activation follows later (spec active-directory 4). An account that is
 * missing or disabled already is left alone, and nobody is told.
 *
 * Started by signal-with-start with `newerEvent`; one at a time per person. Answers the same messages as Sync User.
 */
export async function deactivateUserInActiveDirectory(input: IncidentRunInput): Promise<void> {
  // Runs that began before this playbook was built know its opening by the old name.
  const open = patched('deactivation-is-built') ? incidentActivities.openDeactivation : incidentActivities.openUnbuilt;
  await new IncidentRun({ open, provision: deactivate, mails: confirmations }, input).run();
}

async function deactivate(plan: ProvisioningPlan): Promise<CommandOutcome[]> {
  const outcomes = await Promise.all(plan.directories.map((directory) => disable(plan, directory)));
  const [directory] = plan.directories;
  if (directory === undefined || !outcomes.every(({ success }) => success)) return outcomes;
  const failed = await storeAdAccountStatus(plan, directory, 'Pending', PLAYBOOK);
  return failed === null ? outcomes : [...outcomes, failed];
}

const disable = (plan: ProvisioningPlan, { instance, brand }: DirectoryStep): Promise<CommandOutcome> =>
  runCommand(plan, { instance, brand, command: 'disable-user', allowEnable: false, mustLeave: 'disabled' }, PLAYBOOK);

const confirmations = ({ incidentId }: ProvisioningPlan, outcomes: readonly CommandOutcome[]): OutgoingMail[] =>
  outcomes
    .filter(({ command, success, skipped }) => command === 'disable-user' && success && !skipped)
    .map(({ instance }) => ({
      kind: 'deactivated',
      key: `${incidentId}/deactivated/${instance}`,
      request: { incidentId, instance },
    }));
