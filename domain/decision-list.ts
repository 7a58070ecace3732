import type { ChangedFields } from './changed-fields.js';
import type { DetectionSettings } from './config.js';
import { isThresholdReached } from './dates.js';
import type { LocalTime } from './dates.js';
import type { ReportEntry } from './evaluation.js';
import { isKeptEnabled } from './event.js';
import { IncidentType } from './incident.js';
import { sourcePriorityOf } from './lookup.js';
import { AdAccountStatus, TerminationTrigger } from './profile.js';
import type { UserProfile } from './profile.js';

/** What is known about one person with a profile when the decision list is read. */
export interface Situation {
  readonly entry: ReportEntry;
  readonly profile: UserProfile;
  readonly changed: ChangedFields | undefined;
  readonly local: LocalTime;
  /** The deactivation date has taken effect. */
  readonly isDateReached: boolean;
  /** The e-mail is known under another employee id: a person decides first (D8). */
  readonly isAddressReuse: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Terminated in the report, and not about to return. */
export const isStatusTerminated = (entry: ReportEntry): boolean => entry.state === 'terminated' && !entry.isPrehire;

/** Gone: status-terminated, or deactivated by date (spec workday-cycle 4.3). */
export const isGoneAs = (entry: ReportEntry, isDateReached: boolean): boolean =>
  isDateReached || isStatusTerminated(entry);

/**
 * Whether the account has to be disabled for the time of a leave. Only under `leavePolicy: disable`, and only by the
 * source that owns the profile.
 *
 * A leave is a state of its own: while it lasts the account counts as "to be disabled", so the rule for hire dates
 * neither enables it (Pending) nor looks at it (Enabled). It goes `Enabled -> Pending` once, by an AD deactivation, and
 * back by the ordinary AD activation when the report says that the person has returned. Nothing is terminated, no
 * status is added, and no cycle repeats an event. A first-synced profile without AD status is disabled, too, unless a
 * flow is at work on it.
 */
export const isOnLeave = (settings: DetectionSettings, entry: ReportEntry): boolean =>
  settings.leavePolicy === 'disable' && entry.state === 'leave';

function adEventOf(settings: DetectionSettings, { entry, profile, local }: Situation): IncidentType | undefined {
  const status = profile.adAccountStatus;
  if (isOnLeave(settings, entry)) {
    if (sourcePriorityOf(profile) !== settings.sourcePriority) return undefined;
    const isUndetermined = status === undefined || status === '';
    if (status === AdAccountStatus.Enabled || (isUndetermined && profile.isProcessed !== true)) {
      return IncidentType.AdUserDeactivation;
    }
    return undefined;
  }
  if (status !== AdAccountStatus.Pending && status !== AdAccountStatus.Enabled) return undefined;
  const isNear = isThresholdReached(entry.hireDay, local.day, settings.daysBeforeHireToEnableAd);
  if (status === AdAccountStatus.Pending) return isNear ? IncidentType.AdUserActivation : undefined;
  const isOwned = sourcePriorityOf(profile) === settings.sourcePriority;
  return !isNear && isOwned && profile.conversionHire !== true ? IncidentType.AdUserDeactivation : undefined;
}

function isRehire({ entry, profile, changed, isDateReached }: Situation, dateField: string): boolean {
  if (profile.adAccountStatus !== AdAccountStatus.Disabled || changed === undefined) return false;
  if (entry.isPrehire && entry.isRehired) return true;
  return Object.hasOwn(changed, dateField) && !isDateReached && !isStatusTerminated(entry);
}

/**
 * Rows 3 to 8 of the decision list (spec workday-cycle 7.5) for a permanent profile whose termination (row 2) was
 * tested before; the first match wins, `undefined` is "no event".
 *
 * A leaver whose termination is held back (`keptAs: limit`, or an open Terminate) is never enabled. While address reuse
 * is undecided the AD rows do not apply, because their flows ask nobody.
 */
export function chooseEvent(settings: DetectionSettings, situation: Situation): IncidentType | undefined {
  const { entry, profile, changed, isDateReached, isAddressReuse, now } = situation;
  if (!isGoneAs(entry, isDateReached) && !isAddressReuse) {
    const adEvent = adEventOf(settings, situation);
    const isKept = adEvent === IncidentType.AdUserDeactivation && isKeptEnabled(profile, now);
    if (adEvent !== undefined && !isKept) return adEvent;
  }
  if (isRehire(situation, settings.deactivationDateField)) return IncidentType.RehireUser;
  if (changed !== undefined && entry.state !== 'terminated') return IncidentType.UpdateUser;
  return profile.forceSync === true ? IncidentType.UpdateUser : undefined;
}

/** Whether the TUFE rule drops an event: only a Rehire passes, and a Terminate, which is never missed (decision 10). */
export const isDroppedByTufe = (profile: UserProfile, type: IncidentType): boolean =>
  profile.terminationTrigger === TerminationTrigger.Tufe &&
  type !== IncidentType.RehireUser &&
  type !== IncidentType.TerminateUser;
