import { AdAccountStatus } from '../../domain/profile.js';
import { IncidentType } from '../../domain/incident.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { IncidentDocument } from '../store/incident-document.js';
import type { PersonDocument } from '../store/person-document.js';

/** What is said when nobody has the user name of an event (spec okta-flows 6.4, F2). */
export const noProfile = ({ okta, source }: IncidentDocument): string =>
  `Nobody has the profile of the user ${okta?.username ?? '(not named)'} of ${source.instance}. Let the report cycle create ` +
  'it, or correct the login in Okta, then retry; or close the incident.';

/**
 * The incident with the person whom it is about: the one who was found when the event was read, or whoever has the user
 * name as e-mail; case does not count. Null when there is nobody, or only somebody who is not decided about yet.
 */
export async function withPerson(
  { store }: ActivityDependencies,
  incident: IncidentDocument,
): Promise<IncidentDocument | null> {
  const { _id, personId, okta } = incident;
  const known = personId === null ? null : await store.people.get(personId);
  const person = isSettled(known) ? known : await personNamed({ store }, okta?.username ?? '');
  if (!isSettled(person)) return null;
  if (person.personId === personId) return incident;
  const { email = incident.email, employeeId = '' } = person.profile ?? {};
  return await store.incidents.update(_id, { personId: person.personId, email, employeeId });
}

async function personNamed(
  { store: { people } }: Pick<ActivityDependencies, 'store'>,
  username: string,
): Promise<PersonDocument | null> {
  const found = username === '' ? null : await people.byEmail(username);
  // A new e-mail that waits for an approval belongs to its person already.
  return found?.proposal === true ? await people.get(found.personId) : found;
}

const isSettled = (person: PersonDocument | null): person is PersonDocument =>
  person?.profile !== undefined && person.profile.isTemporaryUser !== true;

/** Whether nothing may be created or enabled for a person: they have left, or a termination of theirs waits. */
export async function hasLeft(
  { store }: ActivityDependencies,
  { personId, profile }: PersonDocument,
): Promise<boolean> {
  if (profile?.active === false || profile?.adAccountStatus === AdAccountStatus.Disabled) return true;
  return (await store.incidents.openOf(personId, IncidentType.TerminateUser)).length > 0;
}
