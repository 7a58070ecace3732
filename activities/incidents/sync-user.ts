import { IncidentType } from '../../domain/incident.js';
import type { EntryPoint, Opened } from '../../domain/playbook.js';
import type { Entry } from './entry.js';
import { applyHookChange } from './hook-change.js';
import { haltOrDrop } from './halts.js';
import { prepareNewHire } from './new-hire.js';
import { hookAt, planOf } from './plan.js';
import { prepareRehire } from './rehire-user.js';
import { settleProfile } from './settle-profile.js';
import { prepareTermination } from './terminate-user.js';
import { prepareUpdate } from './update-user.js';

/**
 * The part of Sync User between drawing the turn and the first command (steps 4 to 15), one entry of it. What it
 * returns tells the run what to wait for or what to do.
 */
export async function continueSyncUser(entry: Entry, at: EntryPoint): Promise<Opened> {
  if (at === 'bookkeeping') return { kind: 'bookkeeping', plan: planOf(entry, { directories: [], applications: [] }) };
  const settled = await settleProfile(entry);
  if (settled !== null) return settled;
  if (at !== 'provision') {
    const hook = hookAt(entry, 'customPreProvisioning');
    if (hook !== null) {
      await entry.giveBack();
      return { kind: 'hook', type: entry.incident.type, personId: entry.person.personId, hook };
    }
  }
  const fault = await applyHookChange(entry);
  return fault === null ? await route(entry) : await haltOrDrop(entry, fault);
}

/** Step 15. */
async function route(entry: Entry): Promise<Opened> {
  switch (entry.incident.type) {
    case IncidentType.NewHire:
      return await prepareNewHire(entry);
    case IncidentType.UpdateUser:
      return await prepareUpdate(entry);
    case IncidentType.RehireUser:
      return await prepareRehire(entry);
    case IncidentType.TerminateUser:
      return await prepareTermination(entry);
    case IncidentType.SyncUser:
    case IncidentType.AdUserActivation:
    case IncidentType.AdUserDeactivation:
    case IncidentType.AppAdd:
    case IncidentType.AppRemove:
    case IncidentType.AppUpdate:
    case IncidentType.TestInstances:
      return await haltOrDrop(
        entry,
        `The type ${entry.incident.type} names no playbook. Close the incident; whoever opens one has to name New Hire, ` +
          'Update, Rehire or Terminate.',
      );
  }
}
