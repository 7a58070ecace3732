import type { ChangedFields } from './changed-fields.js';
import type { DetectionSettings } from './config.js';
import { incidentDetails } from './details.js';
import type { DetailsSubject } from './details.js';
import type { ReportEntry } from './evaluation.js';
import { IncidentType } from './incident.js';
import type { DetectedEvent, EventProfile } from './incident.js';
import { sourcePriorityOf } from './lookup.js';
import { mergeProfiles } from './name-match.js';
import { AdAccountStatus, TerminationTrigger } from './profile.js';
import type { FieldValue, ReportFields, UserProfile } from './profile.js';

/** What an event is made of, once its type is known. */
export interface EventDraft {
  readonly type: IncidentType;
  readonly entry: ReportEntry;
  /** The entry's fields as a record. */
  readonly fields: ReportFields;
  readonly profile: UserProfile | undefined;
  readonly changed?: ChangedFields | undefined;
  /** The profile that already uses the display name. */
  readonly nameHolder?: UserProfile | undefined;
  readonly addressReuse?: boolean;
  readonly isOnLeave?: boolean;
  readonly isDateReached?: boolean;
}

/** Trigger of an ordinary termination: the HR source's own. */
const triggerOf = (sourceOfTruth: string): TerminationTrigger =>
  sourceOfTruth === TerminationTrigger.Wand ? TerminationTrigger.Wand : TerminationTrigger.Workday;

function eventProfile(draft: EventDraft, settings: DetectionSettings, flags: Record<string, FieldValue>): EventProfile {
  const { profile, changed, nameHolder } = draft;
  const dateField = settings.deactivationDateField;
  const isCleared = changed?.[dateField]?.new === '' && draft.fields[dateField] === undefined;
  const source = { sourcePriority: settings.sourcePriority, sourceOfTruth: settings.sourceOfTruth };
  const reported: UserProfile = { ...draft.fields, ...(isCleared ? { [dateField]: '' } : {}), ...source };
  return {
    fields: { ...profile, ...reported, ...flags },
    ...(draft.type === IncidentType.UpdateUser && profile !== undefined ? { oldUserData: profile } : {}),
    ...(nameHolder === undefined ? {} : { mergedUserProfile: mergeProfiles(nameHolder, reported) }),
    ...(isCleared ? { clearedFields: [dateField] } : {}),
  };
}

/** Builds the event of one entry (spec workday-cycle 9): stored profile overlaid by the report, flags and transport keys. */
export function buildEvent(
  draft: EventDraft,
  settings: DetectionSettings,
  personalFields: ReadonlySet<string> | undefined,
): DetectedEvent {
  const { type, entry, profile, changed, nameHolder } = draft;
  const isUpdate = type === IncidentType.UpdateUser && profile !== undefined;
  const conversionHire = isUpdate && sourcePriorityOf(profile) !== settings.sourcePriority;
  const forced = isUpdate && changed === undefined;
  const flags = { ...(conversionHire ? { conversionHire } : {}), ...(forced ? { forceSync: false } : {}) };
  const terminationTrigger = type === IncidentType.TerminateUser ? triggerOf(settings.sourceOfTruth) : undefined;
  const subject: DetailsSubject = {
    type,
    changedFields: changed ?? {},
    conversionHire,
    forced,
    isNameTaken: nameHolder !== undefined,
    addressReuse: draft.addressReuse === true,
    terminationTrigger,
    isOnLeave: draft.isOnLeave === true,
    isDateReached: type === IncidentType.RehireUser && draft.isDateReached === true,
  };
  return {
    type,
    email: entry.email,
    employeeId: entry.employeeId,
    changedFields: subject.changedFields,
    oldUserData: isUpdate,
    mergedWith: typeof nameHolder?.email === 'string' ? nameHolder.email : null,
    conversionHire,
    forced,
    ...(draft.addressReuse === true ? { addressReuse: true } : {}),
    ...(terminationTrigger === undefined ? {} : { terminationTrigger }),
    details: incidentDetails(subject, personalFields),
    userProfile: eventProfile(draft, settings, flags),
  };
}

/** Whether a termination of this person has to be raised, given that they have gone (design decision 10). */
export function mustTerminate(profile: UserProfile, now: number, hasOpenTerminate: boolean): boolean {
  return profile.adAccountStatus !== AdAccountStatus.Disabled && !hasOpenTerminate && !isKeptByLimit(profile, now);
}

/**
 * Whether a reviewer's "do not disable" still holds: until `keptUntil`, or without end when no instant was stored.
 *
 * @param now milliseconds since the epoch
 */
export const isKeptByLimit = (profile: UserProfile, now: number): boolean =>
  profile.keptAs === 'limit' && isKeptStill(profile, now);

/** Whether the directory account of a protected person is left enabled for now, because somebody decided so. */
export const isKeptEnabled = (profile: UserProfile, now: number): boolean =>
  profile.keptAs === 'adDeactivation' && isKeptStill(profile, now);

const isKeptStill = ({ keptUntil: until }: UserProfile, now: number): boolean =>
  until === undefined || until === '' || !(Date.parse(until) <= now);
