import { DateTime } from 'luxon';
import { CloseReason } from '../../domain/incident.js';
import type { TaskKind } from '../../domain/incident.js';
import { priorityOf } from '../../domain/names.js';
import type { Opened } from '../../domain/playbook.js';
import { TerminationTrigger } from '../../domain/profile.js';
import type { UserProfile } from '../../domain/profile.js';
import { ACTIVE_DIRECTORY_BRAND, OKTA_BRAND } from '../../domain/selection.js';
import type { ActivityDependencies } from '../dependencies.js';
import { pathSegment } from '../store/database.js';
import { closeDropping } from './closing.js';
import type { Entry } from './entry.js';
import { keptUntil, nameOf, protection } from './protection.js';

/** The answers that let a termination go on. */
const GOES_ON: Readonly<Partial<Record<TaskKind, string>>> = {
  D5: 'Terminate',
  D6: 'Deactivate',
  D7: 'Deactivate Account',
  Protected: 'Deactivate',
};

const isApproved = (entry: Entry, kind: TaskKind): boolean => entry.answer(kind)?.option === GOES_ON[kind];

/** Why the person is terminated, in the spelling of the profile; what is no known reason counts as none. */
export function triggerOf({ terminationTrigger = '' }: { readonly terminationTrigger?: string }): TerminationTrigger {
  const known = Object.values(TerminationTrigger);
  return known.find((one) => one.toLowerCase() === terminationTrigger.toLowerCase()) ?? TerminationTrigger.None;
}

/**
 * Whether the person is to be terminated (spec playbooks-provisioning 5.3, steps 1 to 4 and 6; design 7): orphans and
 * terminations made in Okta are doubtful, protected people need a decision, and so does whoever goes beyond the limit.
 * Nothing is written before the answers, which are remembered.
 *
 * @returns what the run has to wait for, or null when the termination goes on
 */
export async function decideTermination(entry: Entry): Promise<Opened | null> {
  return (await settleTrigger(entry)) ?? (await settleProtection(entry)) ?? (await settleLimit(entry));
}

async function settleTrigger(entry: Entry): Promise<Opened | null> {
  switch (triggerOf(entry.incident)) {
    case TerminationTrigger.Orphan:
      return await settleOrphan(entry);
    case TerminationTrigger.Tufe:
      return await settleOkta(entry);
    default:
      return null;
  }
}

/** D5. */
async function settleOrphan(entry: Entry): Promise<Opened | null> {
  if (isApproved(entry, 'D5')) return null;
  if (entry.answer('D5') !== undefined) return await keep(entry, { keptAs: 'orphan' });
  const question =
    `The report does not contain ${nameOf(entry)} any more. Terminate? Kept, they are left alone until they come back ` +
    `into the report.`;
  return await entry.ask('D5', question + (await protectionNote(entry)));
}

/** D6: the account may be active in Okta, whose look-up comes first. */
async function settleOkta(entry: Entry): Promise<Opened | null> {
  const { incident, person } = entry;
  if (isApproved(entry, 'D6')) return null;
  if (entry.answer('D6') !== undefined) return await closeDropping(entry, CloseReason.Declined);
  const instances = oktaInstancesOf(entry);
  const answers = instances.map((name) => incident.inquiry?.[pathSegment(name)]);
  if (answers.includes(undefined)) {
    await entry.giveBack();
    const { type } = incident;
    return { kind: 'inquiry', type, personId: person.personId, priority: priorityOf(type, false), instances };
  }
  if (answers.length > 0 && answers.every((answer) => answer === 'inactive')) return null;
  const found =
    instances.length === 0
      ? 'no Okta instance could be asked'
      : instances.map((name, index) => `${name}: ${answers[index]}`).join(', ');
  const question =
    `Okta reported that ${nameOf(entry)} was deactivated, but the account is not known to be inactive there (${found}). ` +
    'Deactivate the person everywhere?';
  return await entry.ask('D6', question + (await protectionNote(entry)));
}

/** The instance that the event came from; unknown, all of them. */
function oktaInstancesOf({ deps, incident }: Entry): string[] {
  const { instances } = deps.configuration.current().ilm;
  const okta = instances.filter(({ brand, enabled }) => enabled && brand === OKTA_BRAND).map(({ name }) => name);
  return okta.includes(incident.source.instance) ? [incident.source.instance] : okta;
}

/** Asked unless somebody has decided about this very person already, knowing that they are protected. */
async function settleProtection(entry: Entry): Promise<Opened | null> {
  if (isApproved(entry, 'D5') || isApproved(entry, 'D6') || isApproved(entry, 'Protected')) return null;
  const reason = await protection(entry);
  if (reason === null) return null;
  if (entry.answer('Protected') !== undefined) return await keep(entry, keptByLimit(entry));
  return await entry.ask('Protected', `${nameOf(entry)} is to be terminated, but is protected: ${reason} Deactivate?`);
}

/** D7. Whoever was approved one by one in Okta's name or as protected is not limited, but counts (design decision 10). */
async function settleLimit(entry: Entry): Promise<Opened | null> {
  const { deps, incident, person } = entry;
  const { ilm } = deps.configuration.current();
  const limit = ilm.playbooks.maxDeactivationLimit;
  const hasDirectory = ilm.instances.some(({ brand, enabled }) => enabled && brand === ACTIVE_DIRECTORY_BRAND);
  const isWaived = isApproved(entry, 'D6') || isApproved(entry, 'Protected') || isApproved(entry, 'D7');
  if (limit === undefined || !hasDirectory || isWaived) return null;
  if (entry.answer('D7') !== undefined) return await keep(entry, keptByLimit(entry));
  const { deactivations } = deps.store;
  const window = await countingWindow(deps);
  const place = { window, deactivationOf: incident._id, personId: person.personId, at: entry.now() };
  if (await deactivations.take(place, limit)) return null;
  const { disabled, underWay } = await deactivations.count(window);
  return await entry.ask(
    'D7',
    `The limit of deactivations is reached: ${disabled} disabled and ${underWay} under way, the limit is ${limit}. ` +
      `Disable ${nameOf(entry)} (${entry.person.profile?.username ?? ''}) all the same? Kept, the question comes again ` +
      'after 7 days, unless the cause is corrected in the HR system.',
  );
}

/** The window in which deactivations are counted now: since the day's start in the zone of the service, or a reset. */
export async function countingWindow({
  store,
  configuration,
  clock,
}: Pick<ActivityDependencies, 'store' | 'configuration' | 'clock'>): Promise<string> {
  const zone = configuration.current().ilm.timeZone;
  const dayStart = DateTime.fromJSDate(clock.now(), { zone }).startOf('day').toJSDate();
  return await store.deactivations.windowOf(dayStart.toISOString());
}

const keptByLimit = (entry: Entry): UserProfile => ({ keptAs: 'limit', keptUntil: keptUntil(entry) });

/** The person stays as they are and detection leaves them alone; nothing of the event is stored. */
async function keep(entry: Entry, set: UserProfile): Promise<Opened> {
  if (entry.permanentProfile !== undefined) await entry.write({ set }, 'Terminate User: kept');
  return await closeDropping(entry, CloseReason.Declined);
}

async function protectionNote(entry: Entry): Promise<string> {
  const reason = await protection(entry);
  return reason === null ? '' : ` They are protected: ${reason}`;
}
