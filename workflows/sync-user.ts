import { ApplicationFailure } from '@temporalio/workflow';

import { FailureType } from '../domain/failures.js';
import { IncidentType } from '../domain/incident.js';
import type { CommandOutcome, ProvisioningPlan } from '../domain/playbook.js';
import { IncidentRun } from './incident-run.js';
import type { IncidentRunInput } from './run-position.js';
import { newHire } from './new-hire.js';
import { incidentActivities } from './proxies.js';
import { rehireUser } from './rehire-user.js';
import { terminateUser } from './terminate-user.js';
import { updateUser } from './update-user.js';

/**
 * IAM - Sync User: the run of every HR-driven incident. It finds or creates the User Profile, has doubtful cases
 * decided, runs the playbook of the incident's type, records results and closes, or halts until somebody has fixed
 * what failed (spec playbooks-provisioning 1).
 *
 * Started by signal-with-start with `newerEvent`; one at a time per person and type. Ends when its incident is closed
 * and no newer one waits. Answers `decide`, `resolveHalt`, `newerEvent`, `turn`, `yield`, `refresh` and `incident`.
 */
export async function syncUser(input: IncidentRunInput): Promise<void> {
  await new IncidentRun({ open: (request) => incidentActivities.openSyncUser(request), provision }, input).run();
}

async function provision(plan: ProvisioningPlan): Promise<CommandOutcome[]> {
  switch (plan.type) {
    case IncidentType.NewHire:
      return await newHire(plan);
    case IncidentType.UpdateUser:
      return await updateUser(plan);
    case IncidentType.RehireUser:
      return await rehireUser(plan);
    case IncidentType.TerminateUser:
      return await terminateUser(plan);
    case IncidentType.SyncUser:
    case IncidentType.AdUserActivation:
    case IncidentType.AdUserDeactivation:
    case IncidentType.AppAdd:
    case IncidentType.AppRemove:
    case IncidentType.AppUpdate:
    case IncidentType.TestInstances:
      throw ApplicationFailure.create({
        type: FailureType.Configuration,
        message: `An incident of type ${plan.type} has no playbook in Sync User.`,
        nonRetryable: true,
      });
  }
}
