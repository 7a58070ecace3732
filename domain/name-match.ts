import { isSamePerson } from './lookup.js';
import type { ProfileLookup } from './lookup.js';
import type { UserProfile } from './profile.js';

/**
 * The profile that already uses a display name, or `undefined` (spec workday-cycle 7.6). The name is compared exactly;
 * an empty one never matches, and neither does a profile of the same person. A permanent profile goes before a
 * temporary one.
 *
 * @param self the person's own profile, when there is one
 */
export function findNameHolder(
  displayName: string | undefined,
  person: { readonly self: UserProfile | undefined; readonly source: string; readonly employeeId: string },
  lookup: ProfileLookup,
): UserProfile | undefined {
  if (displayName === undefined || displayName === '') return undefined;
  const others = lookup
    .byDisplayName(displayName)
    .filter((profile) => !isSamePerson(profile, person.self, person.source, person.employeeId));
  return others.find((profile) => profile.isTemporaryUser !== true) ?? others[0];
}

/**
 * What an overwriting hire would provision (D10): the holder's fields, overlaid by the report's, under the holder's
 * e-mail and user name.
 */
export function mergeProfiles(holder: UserProfile, reported: UserProfile): UserProfile {
  const merged: Record<string, UserProfile[string]> = { ...holder, ...reported };
  for (const key of ['email', 'username'] as const) {
    const value = holder[key];
    if (value === undefined) delete merged[key];
    else merged[key] = value;
  }
  return merged;
}
