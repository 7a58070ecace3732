import { IncidentType } from '../../domain/incident.js';
import { priorityOf } from '../../domain/names.js';
import type {
  DirectoryStep,
  EntryPoint,
  HookCall,
  HookPoint,
  Opened,
  ProvisioningPlan,
} from '../../domain/playbook.js';
import type { Entry } from './entry.js';
import { isDueToday } from './due.js';
import { planApplications, planDirectories, succeededWith } from './plan.js';
import { reportData } from './report-data.js';
import { haltUnlessClosed, settleProfile } from './settle-profile.js';

/** Types whose playbook this version has. */
const BUILT: ReadonlySet<IncidentType> = new Set([IncidentType.NewHire]);

/**
 * The part of Sync User between drawing the turn and the first command (steps 4 to 15), one entry of it. What it
 * returns tells the run what to wait for or what to do.
 */
export async function continueSyncUser(entry: Entry, at: EntryPoint): Promise<Opened> {
  if (at === 'bookkeeping') return { kind: 'bookkeeping', plan: planOf(entry, { directories: [], applications: [] }) };
  const settled = await settleProfile(entry);
  if (settled !== null) return settled;
  if (at === 'start') {
    const hook = hookAt(entry, 'customPreProvisioning');
    if (hook !== null) {
      await entry.giveBack();
      return { kind: 'hook', type: entry.incident.type, personId: entry.person.personId, hook };
    }
  }
  if (!BUILT.has(entry.incident.type)) return await playbookNotBuilt(entry);
  return await prepareNewHire(entry);
}

/** A type without a playbook waits as a halt that says so; nothing is lost. */
export async function playbookNotBuilt(entry: Entry): Promise<Opened> {
  return await haltUnlessClosed(
    entry,
    'NotBuilt',
    `The playbook of ${entry.incident.type} is not part of this version. The incident waits and keeps the event; ` +
      'retry it after an upgrade, or carry it out by hand and close it.',
  );
}

/** Step 1 of New Hire, and what the entry is to do. */
async function prepareNewHire(entry: Entry): Promise<Opened> {
  const succeeded = entry.number > 1 ? await succeededWith(entry, 'create-user') : new Set<string>();
  const applications = await planApplications(entry, { flow: 'newHire', command: 'create-user', succeeded });
  const directories = planDirectories(entry, succeeded);
  await startNewHire(entry, directories);
  entry.deps.store.personCache.remember(entry.person);
  return { kind: 'provision', plan: planOf(entry, { directories, applications }) };
}

/**
 * AD Account Status is emptied while the directory has work left, so that the connector neither activates nor
 * deactivates meanwhile; the report data is written unless it was booked before, because a retry must not bring an
 * older copy back.
 */
async function startNewHire(entry: Entry, directories: readonly DirectoryStep[]): Promise<void> {
  const { profile } = entry.person;
  const mustEmpty = directories.some(({ initialised }) => !initialised) && (profile?.adAccountStatus ?? '') !== '';
  const mustWrite = entry.permanentProfile !== undefined && entry.incident.bookedAt === undefined;
  if (!mustEmpty && !mustWrite) return;
  const { set, unset } = mustWrite ? reportData(entry) : { set: {}, unset: [] };
  await entry.write(
    { set: { ...set, ...(mustEmpty ? { adAccountStatus: '' as const } : {}), active: true }, unset },
    'New Hire: started',
  );
}

function planOf(entry: Entry, steps: Pick<ProvisioningPlan, 'directories' | 'applications'>): ProvisioningPlan {
  const { incident } = entry;
  return {
    incidentId: incident._id,
    type: incident.type,
    personId: entry.person.personId,
    ticket: entry.turn.ticket,
    entry: entry.number,
    personVersion: entry.person.version,
    priority: priorityOf(incident.type, isDueToday(entry)),
    ...steps,
    hooks: (['customUserSync', 'customPostProvisioning'] as const).flatMap((point) => hookAt(entry, point) ?? []),
  };
}

function hookAt(entry: Entry, point: HookPoint): HookCall | null {
  const hook = entry.deps.configuration.current().ilm.hooks[point];
  return hook === undefined ? null : { point, ...hook };
}
