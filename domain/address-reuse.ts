import type { ReportEntry } from './evaluation.js';
import { employeeIdsIn } from './lookup.js';
import type { ReportPresence } from './lookup.js';
import type { UserProfile } from './profile.js';

/**
 * Whether an entry comes with an address that is stored under another employee id, while neither a source key nor the
 * correlation id says that it is the same human (design decision 14).
 *
 * @param correlationId the entry's, when the report has such a field
 */
export function isAddressOfAnotherId(
  entry: ReportEntry,
  profile: UserProfile,
  source: string,
  correlationId: string | undefined,
): boolean {
  const { employeeId } = profile;
  if (employeeId === entry.employeeId || employeeId === undefined || employeeId === '') return false;
  if (employeeIdsIn(profile, source).includes(entry.employeeId)) return false;
  if (correlationId === undefined || correlationId === '') return true;
  if (profile.correlationId === correlationId) return false;
  return profile.sourceKeys?.some((key) => key.correlationId === correlationId) !== true;
}

/**
 * Whether the report lists the profile's owner in an entry of their own. Then an entry with their address and another id
 * is a conflict in the report, and no question for a person (spec workday-cycle 7.1). Proposals never conflict.
 */
export const isOwnerListed = (profile: UserProfile, presence: ReportPresence, source: string): boolean =>
  profile.isTemporaryUser !== true &&
  employeeIdsIn(profile, source).some((employeeId) => presence.hasEmployeeId(employeeId));
