import { patched } from '@temporalio/workflow';

import type { CommandOutcome, DirectoryStep, ProvisioningPlan } from '../domain/playbook.js';
import { lookUpAccount, runCommand, storeAdAccountStatus } from './commands.js';
import { createInOne } from './create-user-in-active-directory.js';
import { IncidentRun } from './incident-run.js';
import type { OutgoingMail } from './mail-delivery.js';
import { incidentActivities } from './proxies.js';
import type { IncidentRunInput } from './run-position.js';

const PLAYBOOK = 'Activate User In Active Directory';

/**
 * IAM - Activate User In Active Directory: enables a pending account near the hire date, welcomes the person and leaves
 * AD Account Status at Enabled (spec active-directory 3). An account that is missing or was never initialised passes
 * through Create User In Active Directory first; one that is enabled already only gets its status; a hire date that is
 * past is decided by a person. The welcome mail waits beside the incident, so nobody's turn waits for a mailbox.
 *
 * Started by signal-with-start with `newerEvent`; one at a time per person. Answers the same messages as Sync User.
 */
export async function activateUserInActiveDirectory(input: IncidentRunInput): Promise<void> {
  // Runs that began before this playbook was built know its opening by the old name.
  const open = patched('activation-is-built') ? incidentActivities.openActivation : incidentActivities.openUnbuilt;
  await new IncidentRun({ open, provision: activate, mails: welcomeMails }, input).run();
}

async function activate(plan: ProvisioningPlan): Promise<CommandOutcome[]> {
  const outcomes = (await Promise.all(plan.directories.map((directory) => activateInOne(plan, directory)))).flat();
  const [directory] = plan.directories;
  if (directory === undefined || !outcomes.every(isDone)) return outcomes;
  const failed = await storeAdAccountStatus(plan, directory, 'Enabled', PLAYBOOK);
  return failed === null ? outcomes : [...outcomes, failed];
}

const isDone = ({ success, asks }: CommandOutcome): boolean => success && asks !== true;

async function activateInOne(plan: ProvisioningPlan, directory: DirectoryStep): Promise<CommandOutcome[]> {
  const { createFirst = false, begun = false, askFirst = false } = directory.activation ?? {};
  if (begun) return [await enable(plan, directory)];
  const found = await lookUpAccount(plan, directory, PLAYBOOK);
  if (!found.success || found.active === true) return [found];
  const created = createFirst || found.found !== true ? await createInOne(plan, directory) : [];
  const before = [found, ...created];
  if (!created.every(isDone) || created.some(({ active }) => active === true)) return before;
  return [...before, askFirst ? question(directory) : await enable(plan, directory)];
}

const enable = (plan: ProvisioningPlan, { instance, brand }: DirectoryStep): Promise<CommandOutcome> =>
  runCommand(
    plan,
    { instance, brand, command: 'update-user', allowEnable: true, mayCreate: false, mustLeave: 'enabled' },
    PLAYBOOK,
  );

const question = ({ instance, brand }: DirectoryStep): CommandOutcome => ({
  instance,
  brand,
  command: 'update-user',
  action: 'update',
  success: true,
  skipped: true,
  asks: true,
});

/** One welcome, once every directory is done and at least one account was really enabled. */
function welcomeMails(plan: ProvisioningPlan, outcomes: readonly CommandOutcome[]): OutgoingMail[] {
  const { welcome, incidentId, personId } = plan;
  const enabled = outcomes.find(({ command, skipped }) => command === 'update-user' && !skipped);
  if (welcome === undefined || enabled === undefined || !outcomes.every(isDone)) return [];
  const { instance } = enabled;
  return [
    {
      kind: 'welcome',
      key: `${incidentId}/welcome`,
      request: { incidentId, personId, instance },
      notBefore: Date.now() + welcome.delaySeconds * 1000,
    },
  ];
}
