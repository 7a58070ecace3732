import type { Detector } from './detection.js';
import type { ReportEntry } from './evaluation.js';
import { AdAccountStatus } from './profile.js';
import type { SourceKey, UserProfile } from './profile.js';
import type { RowStanding } from './report-index.js';

/** Why the first sync makes no profile of an entry (spec workday-cycle 5.4). */
export type FirstSyncSkip = 'hireDateTooFar' | 'duplicateEmail' | 'duplicateEmployeeId' | 'gone';

/** What the first sync makes of an entry. */
export type FirstSync =
  | { readonly kind: 'profile'; readonly profile: UserProfile }
  | { readonly kind: 'skipped'; readonly reason: FirstSyncSkip };

/**
 * The profile that the first sync stores for an entry, or why it stores none. It creates no event. The AD status is
 * `Pending` while the hire date is further away than Y; otherwise it stays empty, until a flow sets one.
 *
 * @param standing whether the row is the first with its keys
 * @param origin.seenAt ISO instant of the report
 */
export function firstSyncProfile(
  entry: ReportEntry,
  standing: RowStanding,
  detector: Detector,
  origin: { readonly instance: string; readonly seenAt: string },
): FirstSync {
  if (!detector.isHireNear(entry, 'sync')) return { kind: 'skipped', reason: 'hireDateTooFar' };
  if (standing !== 'first') return { kind: 'skipped', reason: standing };
  if (detector.isGone(entry)) return { kind: 'skipped', reason: 'gone' };
  const { sourcePriority, sourceOfTruth } = detector.settings;
  const fields = detector.fieldsOf(entry);
  const { correlationId } = fields;
  const key: SourceKey = {
    source: sourceOfTruth,
    employeeId: entry.employeeId,
    ...(typeof correlationId === 'string' && correlationId !== '' ? { correlationId } : {}),
  };
  const profile: UserProfile = {
    ...fields,
    sourcePriority,
    sourceOfTruth,
    sourceInstance: origin.instance,
    sourceKeys: [key],
    lastSeenAt: origin.seenAt,
    ...(detector.isHireNear(entry, 'enableAd') ? {} : { adAccountStatus: AdAccountStatus.Pending }),
  };
  return { kind: 'profile', profile };
}
