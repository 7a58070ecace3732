import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import { accountIn } from '../store/people.js';
import type { AccountFactsChange } from '../store/people.js';
import type { Entry } from './entry.js';

/**
 * Keeps the profile as it is before the first write of an incident whose event did not bring it along: applications
 * find accounts by their former keys, and a retry must be able to do so, too. Safe to repeat; the first one stays.
 */
export async function keepFormerProfile(entry: Entry): Promise<void> {
  const { incident, permanentProfile } = entry;
  if (incident.userProfile.oldUserData !== undefined || permanentProfile === undefined) return;
  await entry.change(
    { userProfile: { ...incident.userProfile, oldUserData: permanentProfile } },
    'kept the profile as it was before',
  );
}

/** Forgets the first passwords of an earlier employment, so that accounts in directories get new ones. */
export function withoutPasswords({ deps, person }: Entry): Record<string, AccountFactsChange> {
  const { instances } = deps.configuration.current().ilm;
  const initialised = instances.filter(
    ({ name, brand }) => brand === ACTIVE_DIRECTORY_BRAND && accountIn(person, name)?.initialisedAt !== undefined,
  );
  return Object.fromEntries(initialised.map(({ name }) => [name, { initialisedAt: null, deliveredAt: null }]));
}
