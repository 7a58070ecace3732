import type { UserProfile } from '../../domain/profile.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import type { EvidenceDocument } from '../store/evidence.js';
import type { PersonChange } from '../store/people.js';
import type { Entry } from './entry.js';
import { reportData } from './report-data.js';

/**
 * The first write of a playbook: the report's data, what the playbook sets beside it, and the mark that the event has
 * begun. Only what differs is written (a hook may have changed the data), and nothing of the report when the profile
 * was booked or holds the data of a later event: neither a retry nor a late run brings an older copy back.
 *
 * @param own what the playbook sets whatever the event says
 * @throws TurnLost when somebody else holds the turn
 */
export async function beginPlaybook(
  entry: Entry,
  playbook: string,
  { set: own, accounts = {} }: Pick<PersonChange, 'accounts'> & { readonly set: UserProfile },
): Promise<void> {
  const { incident, person } = entry;
  const { profile = {} } = person;
  const data = incident.bookedAt === undefined && !entry.isOutdated ? ownedData(entry) : { set: {}, unset: [] };
  const set = Object.fromEntries(
    Object.entries({ ...data.set, ...own }).filter(([field, value]) => profile[field] !== value),
  );
  const unset = data.unset.filter((field) => field in profile);
  const hasBegun = (person.begun?.[incident.type] ?? 0) >= incident.seq;
  if (hasBegun && [set, accounts, unset].every((change) => Object.keys(change).length === 0)) return;
  await entry.write(
    {
      set,
      unset,
      accounts,
      ...(hasBegun ? {} : { begun: { type: incident.type, seq: incident.seq } }),
    },
    `${playbook}: started`,
  );
}

/** The report's data and whose report it is: the orphan check of that instance looks after the person from now on. */
function ownedData(entry: Entry): { readonly set: UserProfile; readonly unset: readonly string[] } {
  const { set, unset } = reportData(entry);
  const isReleased = entry.person.profile?.sourceReleased === true;
  return {
    set: {
      ...set,
      sourceInstance: entry.incident.source.instance,
      ...(isReleased ? { sourceReleased: false } : {}),
    },
    unset,
  };
}

/** Whether this incident has an account in a directory already, which decides about AD Account Status from then on. */
export const hasReachedDirectory = (earlier: readonly EvidenceDocument[]): boolean =>
  earlier.some(({ brand, outcome }) => brand === ACTIVE_DIRECTORY_BRAND && outcome?.['success'] === true);
