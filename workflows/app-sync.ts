import type { CommandOutcome, ProvisioningPlan } from '../domain/playbook.js';
import { outcomeOf, runCommand } from './commands.js';
import { IncidentRun } from './incident-run.js';
import { appFlowActivities, oktaCheckActivities } from './proxies.js';
import type { IncidentRunInput } from './run-position.js';

const PLAYBOOK = 'App Sync';

/**
 * IAM - App Sync: gives a person the account of an application that Okta has assigned to them, or disables it when Okta
 * has taken the application away (spec okta-flows 6). Okta is asked under the person's turn whether the event still
 * agrees with it; if not, nothing is done.
 *
 * Started by signal-with-start with `newerEvent`; one per event. Answers the same messages as Sync User.
 */
export async function appSync(input: IncidentRunInput): Promise<void> {
  const { openAppSync: open, finishAppFlow: finish, releaseAppTurn: release } = appFlowActivities;
  await new IncidentRun({ open, provision, finish, release }, input).run();
}

async function provision(plan: ProvisioningPlan): Promise<CommandOutcome[]> {
  const { okta, incidentId, personId, ticket, priority } = plan;
  if (okta === undefined) return [];
  const { instance, assigned } = okta;
  const check = await outcomeOf(okta, 'get-assignment', 'get', () =>
    oktaCheckActivities(instance, priority, PLAYBOOK).checkAssignment({ incidentId, personId, ticket, okta }),
  );
  if (!check.success || check.found !== assigned) return [check];
  return [check, ...(await Promise.all(plan.applications.map((step) => runCommand(plan, step, PLAYBOOK))))];
}
