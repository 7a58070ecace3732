import { IncidentRun } from './incident-run.js';
import type { IncidentRunInput } from './run-position.js';
import { incidentActivities } from './proxies.js';

/**
 * IAM - Deactivate User In Active Directory. This version records the incident and waits in a halt that says so; nothing
 * is lost. Answers the same messages as Sync User.
 */
export async function deactivateUserInActiveDirectory(input: IncidentRunInput): Promise<void> {
  const open = incidentActivities.openUnbuilt;
  await new IncidentRun({ open, provision: async () => Promise.resolve([]) }, input).run();
}
