import type { EventProfile, IncidentType } from '../../domain/incident.js';
import type { Opened } from '../../domain/playbook.js';
import type { SourceKey } from '../../domain/profile.js';
import type { IncidentDocument } from '../store/incident-document.js';
import { isDuplicateKey } from '../store/database.js';
import { sourceKey } from '../store/person-document.js';
import type { PersonDocument } from '../store/person-document.js';
import type { Entry } from './entry.js';

/** The permanent record under an e-mail; of a proposal, the person it belongs to. */
export async function accountOwner(entry: Entry, email: string): Promise<PersonDocument | null> {
  const { people } = entry.deps.store;
  const found = email === '' ? null : await people.byEmail(email);
  return found?.proposal === true ? await people.get(found.personId) : found;
}

/** The key by which the report knows the person of an incident. */
export const hrKeyOf = ({ source, employeeId, correlationId }: IncidentDocument): SourceKey => ({
  source: source.sourceOfTruth,
  employeeId,
  ...(correlationId === undefined ? {} : { correlationId }),
});

/**
 * Makes the incident's employee id the person's own and current one; a record that detection had reserved for it is
 * joined into theirs.
 *
 * @returns false when another profile has it
 */
export async function takeEmployeeId(entry: Entry): Promise<boolean> {
  const { incident, person, deps } = entry;
  const { people } = deps.store;
  const hrKey = hrKeyOf(incident);
  const key = sourceKey(hrKey.source, hrKey.employeeId);
  if (person.employeeKey === key) return true;
  if (person.keys?.includes(key) === true) {
    await entry.write({ employeeKey: key }, 'Sync User: employee id changed');
    return true;
  }
  const reserved = (await people.reserve(hrKey.source, [hrKey.employeeId])).get(hrKey.employeeId) ?? '';
  try {
    await people.adopt(reserved, person.personId, hrKey);
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
  entry.person = (await people.get(person.personId)) ?? person;
  return true;
}

/** What an incident becomes when a decision says that it is about somebody we know already. */
export interface NewTarget {
  readonly type: IncidentType;
  readonly details: string;
  readonly email: string;
  readonly userProfile: EventProfile;
}

/**
 * Points the incident at another person: the record that detection had reserved is joined into that person, then the
 * incident is rewritten. Interrupted between the two, the person is found again by their HR key and the answer, which
 * the incident keeps, leads here once more.
 */
export async function adoptInto(entry: Entry, target: PersonDocument, change: NewTarget): Promise<Opened> {
  const { incident, person, deps } = entry;
  await entry.giveBack();
  await deps.store.people.adopt(person.personId, target.personId, hrKeyOf(incident));
  await entry.change(
    {
      ...change,
      personId: target.personId,
      // The decision makes it the newest that is known about that person.
      seq: await deps.store.incidents.nextSeq(),
      detectedType: incident.detectedType ?? incident.type,
      addressReuse: false,
    },
    'about an existing person',
    change.type,
  );
  return { kind: 'redraw' };
}
