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
  const own = soleEmployeeIdIn(profile, source);
  return own === undefined ? [] : [own];
}

/** The only id of a profile without source keys. */
function soleEmployeeIdIn(profile: UserProfile, source: string): string | undefined {
  const { employeeId, sourceOfTruth } = profile;
  if (typeof employeeId !== 'string' || employeeId === '' || sourceKeysOf(profile) !== undefined) return undefined;
  return sourceOfTruth === source || sourceOfTruth === undefined || sourceOfTruth === '' ? employeeId : undefined;
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
 * pass, and another one at the first question for a display name. Where two permanent profiles share a key the last one
 * wins.
 */
export function indexProfiles(profiles: readonly UserProfile[], source: string): ProfileLookup {
  const emails = new Map<string, UserProfile>();
  const ids = new Map<string, UserProfile>();
  const addId = (employeeId: string, profile: UserProfile): void => {
    if (!isTemporary(profile) || !ids.has(employeeId)) ids.set(employeeId, profile);
  };
  for (const profile of profiles) {
    const { email } = profile;
    if (typeof email === 'string' && email !== '') emails.set(email.toLowerCase(), profile);
    const own = soleEmployeeIdIn(profile, source);
    if (own !== undefined) addId(own, profile);
    else for (const employeeId of employeeIdsIn(profile, source)) addId(employeeId, profile);
  }
  let names: ReadonlyMap<string, readonly UserProfile[]> | undefined;
  return {
    byEmail: (email) => emails.get(email),
    byEmployeeId: (wanted, employeeId) => (wanted === source ? ids.get(employeeId) : undefined),
    byDisplayName: (displayName) => (names ??= indexNames(profiles)).get(displayName) ?? [],
  };
}

function indexNames(profiles: readonly UserProfile[]): Map<string, UserProfile[]> {
  const names = new Map<string, UserProfile[]>();
  for (const profile of profiles) {
    const { displayName } = profile;
    if (typeof displayName !== 'string' || displayName === '') continue;
    const holders = names.get(displayName);
    if (holders === undefined) names.set(displayName, [profile]);
    else holders.push(profile);
  }
  return names;
}
