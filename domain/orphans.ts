import type { DetectionSettings } from './config.js';
import { incidentDetails } from './details.js';
import { isKeptByLimit } from './event.js';
import { IncidentType } from './incident.js';
import type { DetectedEvent } from './incident.js';
import { isOwnedBy } from './instance-scope.js';
import type { InstanceScope } from './instance-scope.js';
import { employeeIdsIn } from './lookup.js';
import type { ReportPresence } from './lookup.js';
import { AdAccountStatus, TerminationTrigger } from './profile.js';
import type { UserProfile } from './profile.js';

/** What the orphan check of one report knows. */
export interface OrphanContext extends InstanceScope {
  readonly settings: DetectionSettings;
  /** The whole report, unusable rows included. */
  readonly presence: ReportPresence;
  /** Milliseconds since the epoch; ends what a reviewer kept for a time. */
  readonly now: number;
}

const isPresent = (profile: UserProfile, presence: ReportPresence, source: string): boolean =>
  (typeof profile.email === 'string' && presence.hasEmail(profile.email.toLowerCase())) ||
  employeeIdsIn(profile, source).some((employeeId) => presence.hasEmployeeId(employeeId));

/**
 * Whether a profile has no entry in the report any more and has to be terminated (spec workday-cycle 8, design
 * decisions 10 and 13). An empty report and a partial one make nobody an orphan, and neither does a reviewer's "keep".
 */
export function isOrphan(profile: UserProfile, context: OrphanContext): boolean {
  if (context.presence.isEmpty || context.settings.reportScope !== 'full') return false;
  if (profile.adAccountStatus === AdAccountStatus.Disabled) return false;
  if (profile.isProcessed === true || profile.isTemporaryUser === true) return false;
  if (profile.keptAs === 'orphan' || isKeptByLimit(profile, context.now)) return false;
  return isOwnedBy(profile, context) && !isPresent(profile, context.presence, context.settings.sourceOfTruth);
}

/** Every orphan among freshly read profiles, in their order. */
export function findOrphans(profiles: Iterable<UserProfile>, context: OrphanContext): UserProfile[] {
  const orphans: UserProfile[] = [];
  for (const profile of profiles) if (isOrphan(profile, context)) orphans.push(profile);
  return orphans;
}

/** The Terminate event of an orphan: the stored profile with status `Terminated`, and the trigger `Orphan`. */
export function orphanEvent(profile: UserProfile): DetectedEvent {
  const subject = {
    type: IncidentType.TerminateUser,
    changedFields: {},
    conversionHire: false,
    forced: false,
    terminationTrigger: TerminationTrigger.Orphan,
  };
  return {
    ...subject,
    email: profile.email ?? '',
    employeeId: profile.employeeId ?? '',
    oldUserData: false,
    mergedWith: null,
    details: incidentDetails(subject),
    userProfile: { fields: { ...profile, employmentStatus: 'Terminated' } },
  };
}
