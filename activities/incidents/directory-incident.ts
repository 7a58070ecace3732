import type { WorkdayInstance } from '../../domain/config.js';
import { isHireDateNear, isHireDatePast } from '../../domain/hire-date.js';
import type { HireDateMoment } from '../../domain/hire-date.js';
import { IncidentType, CloseReason } from '../../domain/incident.js';
import { priorityOf } from '../../domain/names.js';
import type { DirectoryStep, Opened, ProvisioningPlan } from '../../domain/playbook.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import { closeKeeping } from './closing.js';
import type { Entry } from './entry.js';

/** Puts the profile in process for this incident, so that the report cycle opens no other one meanwhile. */
export async function takeProfile(entry: Entry): Promise<void> {
  if (entry.isOwner) return;
  const set = { isProcessed: true, processedBy: entry.incident._id };
  await entry.write({ set }, `${entry.incident.type}: in process`);
}

/** Every enabled Active Directory; the settings list says nothing about them. */
export const directoriesOf = ({ deps }: Entry): { readonly instance: string; readonly brand: string }[] =>
  deps.configuration
    .current()
    .ilm.instances.filter(({ enabled, brand }) => enabled && brand === ACTIVE_DIRECTORY_BRAND)
    .map(({ name, brand }) => ({ instance: name, brand }));

/** Halts before anything is done; answered `close`, the incident ends and the profile stays as it is. */
export async function haltOrKeep(entry: Entry, question: string): Promise<Opened> {
  return entry.answer('H1')?.option === 'close'
    ? await closeKeeping(entry, CloseReason.ClosedByPerson)
    : await entry.ask('H1', question);
}

/** What an entry of one of the two directory incidents is to do. They know neither applications nor hooks. */
export function directoryPlan(entry: Entry, directories: readonly DirectoryStep[]): ProvisioningPlan {
  const { incident, person, turn } = entry;
  entry.deps.store.personCache.remember(entry.person);
  return {
    incidentId: incident._id,
    type: incident.type,
    seq: incident.seq,
    personId: person.personId,
    ticket: turn.ticket,
    isRepeat: entry.isRepeat,
    personVersion: person.version,
    isOwner: entry.isOwner,
    priority: priorityOf(incident.type, false),
    directories,
    applications: [],
    hooks: [],
  };
}

/**
 * A report field as it is known now. Detection may have read a newer value than the profile has, which an Update stores
 * later; a profile that has changed since then knows more than detection did.
 */
function fieldNow({ incident, person }: Entry, field: 'hireDate' | 'timeZone'): string | undefined {
  const reported = incident.userProfile.fields[field];
  const before = incident.changedFields[field]?.old ?? reported;
  const stored = person.profile?.[field];
  const known = stored === undefined || stored === '' || stored === before ? reported : stored;
  return typeof known === 'string' && known !== '' ? known : undefined;
}

function momentOf(entry: Entry): HireDateMoment {
  const { ilm } = entry.deps.configuration.current();
  return {
    now: entry.deps.clock.now().getTime(),
    timeZone: fieldNow(entry, 'timeZone'),
    fallbackZone: reportOf(entry)?.timeZone ?? ilm.timeZone,
  };
}

/** The report that found the event; undefined when it is not configured (any more). */
const reportOf = ({ deps, incident }: Entry): WorkdayInstance | undefined =>
  deps.configuration.current().ilm.workday.find(({ name }) => name === incident.source.instance);

/**
 * Whether the hire date is near enough for an enabled account, by the report that found the event; undefined when that
 * report is not configured any more and nobody can tell.
 */
export function isHireNear(entry: Entry): boolean | undefined {
  const report = reportOf(entry);
  if (report === undefined) return undefined;
  return isHireDateNear(fieldNow(entry, 'hireDate'), report.daysBeforeHireToEnableAd, momentOf(entry));
}

/**
 * Whether an administrator has to agree before the account is enabled, because the hire date is past (design decision
 * 16): never after a Rehire, whose hire date is often the first one.
 */
export function needsApproval(entry: Entry): boolean {
  const { manuallyApprovePastHireDates, pastHireDateGraceDays } = entry.deps.configuration.current().ilm.playbooks;
  if (!manuallyApprovePastHireDates || isRehired(entry)) return false;
  return isHireDatePast(fieldNow(entry, 'hireDate'), pastHireDateGraceDays, momentOf(entry));
}

function isRehired({ person }: Entry): boolean {
  const { applied = {} } = person;
  const rehired = applied[IncidentType.RehireUser];
  return rehired !== undefined && rehired > (applied[IncidentType.NewHire] ?? 0);
}
