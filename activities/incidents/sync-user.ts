import { IncidentType } from '../../domain/incident.js';
import { priorityOf } from '../../domain/names.js';
import type { EntryPoint, HookCall, HookPoint, Opened, ProvisioningPlan } from '../../domain/playbook.js';
import { AdAccountStatus } from '../../domain/profile.js';
import type { UserProfile } from '../../domain/profile.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import type { EvidenceDocument } from '../store/evidence.js';
import type { Entry } from './entry.js';
import { isDueToday } from './due.js';
import { haltOrDrop, playbookNotBuilt } from './halts.js';
import { earlierOutcomes, planSteps } from './plan.js';
import { reportData } from './report-data.js';
import { settleProfile } from './settle-profile.js';

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
  return await route(entry);
}

/** Step 15. */
async function route(entry: Entry): Promise<Opened> {
  switch (entry.incident.type) {
    case IncidentType.NewHire:
      return await prepareNewHire(entry);
    case IncidentType.SyncUser:
      return await haltOrDrop(
        entry,
        `The type ${entry.incident.type} names no playbook. Close the incident; whoever opens one has to name New Hire, ` +
          'Update, Rehire or Terminate.',
      );
    case IncidentType.UpdateUser:
    case IncidentType.RehireUser:
    case IncidentType.TerminateUser:
    case IncidentType.AdUserActivation:
    case IncidentType.AdUserDeactivation:
      return await playbookNotBuilt(entry);
  }
}

/** Step 1 of New Hire, and what the entry is to do. */
async function prepareNewHire(entry: Entry): Promise<Opened> {
  const { permanentProfile } = entry;
  if (permanentProfile?.active === false || permanentProfile?.adAccountStatus === AdAccountStatus.Disabled) {
    return await haltOrDrop(
      entry,
      'The person was terminated, and only a Rehire may create or enable accounts of theirs. Close the incident, or ' +
        'correct the profile and retry.',
    );
  }
  const earlier = await earlierOutcomes(entry);
  await startNewHire(entry, earlier);
  const planned = await planSteps(entry, { flow: 'newHire', command: 'create-user', earlier });
  if ('fault' in planned) return await haltOrDrop(entry, `The configuration is faulty: ${planned.fault} Then retry.`);
  entry.deps.store.personCache.remember(entry.person);
  return { kind: 'provision', plan: planOf(entry, planned) };
}

/**
 * Stores the report's data as far as the profile differs (a hook may have changed it), unless it was booked before: a
 * retry must not bring an older copy back. AD Account Status is emptied until the directory is reached, so that the
 * connector neither activates nor deactivates meanwhile.
 */
async function startNewHire(entry: Entry, earlier: readonly EvidenceDocument[]): Promise<void> {
  const { profile = {} } = entry.person;
  const wanted: UserProfile = {
    ...(entry.incident.bookedAt === undefined ? reportData(entry).set : {}),
    ...(earlier.some(reachedDirectory) ? {} : { adAccountStatus: AdAccountStatus.Undetermined }),
    active: true,
  };
  const set = Object.fromEntries(Object.entries(wanted).filter(([field, value]) => profile[field] !== value));
  const unset =
    entry.incident.bookedAt === undefined ? reportData(entry).unset.filter((field) => field in profile) : [];
  if (Object.keys(set).length === 0 && unset.length === 0) return;
  await entry.write({ set, unset }, 'New Hire: started');
}

const reachedDirectory = ({ brand, outcome }: EvidenceDocument): boolean =>
  brand === ACTIVE_DIRECTORY_BRAND && outcome?.['success'] === true;

function planOf(entry: Entry, steps: Pick<ProvisioningPlan, 'directories' | 'applications'>): ProvisioningPlan {
  const { incident, person, turn } = entry;
  return {
    incidentId: incident._id,
    type: incident.type,
    seq: incident.seq,
    personId: person.personId,
    ticket: turn.ticket,
    isRepeat: entry.isRepeat,
    personVersion: person.version,
    isOwner: entry.isOwner,
    priority: priorityOf(incident.type, isDueToday(entry)),
    ...steps,
    hooks: (['customUserSync', 'customPostProvisioning'] as const).flatMap((point) => hookAt(entry, point) ?? []),
  };
}

function hookAt(entry: Entry, point: HookPoint): HookCall | null {
  const hook = entry.deps.configuration.current().ilm.hooks[point];
  return hook === undefined ? null : { point, ...hook };
}
