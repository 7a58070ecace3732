import type { SourceKey, UserProfile } from './profile.js';

/** How detection finds stored profiles. A store or an in-memory index implements it; every answer is fresh. */
export interface ProfileLookup {
  /** The profile with this lower-case e-mail, temporary ones included. */
  byEmail(email: string): UserProfile | undefined;
  /** The profile whose HR key in this source is the id; a permanent one goes before a temporary one. */
  byEmployeeId(source: string, employeeId: string): UserProfile | undefined;
  /** Every profile with exactly this display name, temporary ones included. */
  byDisplayName(displayName: string): readonly UserProfile[];
}

/** Which people the whole report contains, whatever became of their entries. */
export interface ReportPresence {
  /** No row carried an e-mail or an employee id. */
  readonly isEmpty: boolean;
  hasEmail(email: string): boolean;
  hasEmployeeId(employeeId: string): boolean;
}

/** Source of profiles that name none (guide: Source of Truth defaults to Workday). */
export const DEFAULT_SOURCE = 'Workday';

/** The profile's source priority as a number; 1 when it has none. */
export const sourcePriorityOf = (profile: UserProfile): number => {
  const priority = profile.sourcePriority;
  if (typeof priority === 'number') return priority;
  const parsed = Number(priority ?? Number.NaN);
  return Number.isNaN(parsed) ? 1 : parsed;
};

const sourceKeysOf = (profile: UserProfile): readonly SourceKey[] | undefined =>
  Array.isArray(profile.sourceKeys) && profile.sourceKeys.length > 0 ? profile.sourceKeys : undefined;

/**
 * The ids by which a source knows this person. Without source keys the profile's employee id counts as that of its
 * source of truth, or of any source when it names none.
 */
export function employeeIdsIn(profile: UserProfile, source: string): readonly string[] {
  const keys = sourceKeysOf(profile);
  if (keys !== undefined) return keys.filter((key) => key.source === source).map((key) => key.employeeId);
  const { employeeId, sourceOfTruth } = profile;
  if (typeof employeeId !== 'string' || employeeId === '') return [];
  return sourceOfTruth === undefined || sourceOfTruth === '' || sourceOfTruth === source ? [employeeId] : [];
}

/** Whether two profiles, or a profile and an HR key, belong to one person (design decision 19). */
export function isSamePerson(
  profile: UserProfile,
  other: UserProfile | undefined,
  source: string,
  employeeId: string,
): boolean {
  if (profile === other) return true;
  if (profile.personId !== undefined && profile.personId !== '' && profile.personId === other?.personId) return true;
  return employeeIdsIn(profile, source).includes(employeeId);
}

const isTemporary = (profile: UserProfile): boolean => profile.isTemporaryUser === true;

/**
 * An index of profiles held in memory, for preview and tests. Looking up costs one map access; building it costs one
 * pass. Where two permanent profiles share a key the last one wins.
 */
export function indexProfiles(profiles: Iterable<UserProfile>, source: string): ProfileLookup {
  const emails = new Map<string, UserProfile>();
  const ids = new Map<string, UserProfile>();
  const names = new Map<string, UserProfile | UserProfile[]>();
  for (const profile of profiles) {
    if (typeof profile.email === 'string' && profile.email !== '') emails.set(profile.email.toLowerCase(), profile);
    for (const id of employeeIdsIn(profile, source)) {
      if (!isTemporary(profile) || !ids.has(id)) ids.set(id, profile);
    }
    const name = profile.displayName;
    if (typeof name === 'string' && name !== '') {
      const known = names.get(name);
      if (known === undefined) names.set(name, profile);
      else if (Array.isArray(known)) known.push(profile);
      else names.set(name, [known, profile]);
    }
  }
  return {
    byEmail: (email) => emails.get(email),
    byEmployeeId: (wanted, employeeId) => (wanted === source ? ids.get(employeeId) : undefined),
    byDisplayName: (name) => {
      const found = names.get(name);
      if (found === undefined) return [];
      return Array.isArray(found) ? found : [found as UserProfile];
    },
  };
}
