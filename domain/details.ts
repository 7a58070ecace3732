import { IncidentType } from './incident.js';
import type { DetectedEvent, FieldChange } from './incident.js';
import { TerminationTrigger } from './profile.js';

/** Report fields whose values never appear in event texts (spec user-profile 2.4); their names do. */
export const PERSONAL_FIELDS: ReadonlySet<string> = new Set(['personalEmail', 'mobilePhone', 'streetAddress']);

/** What the text of an incident is made of. */
export interface DetailsSubject extends Pick<DetectedEvent, 'type' | 'changedFields' | 'conversionHire' | 'forced'> {
  /** The display name is taken by another profile. */
  readonly isNameTaken?: boolean;
  readonly addressReuse?: boolean;
  readonly terminationTrigger?: DetectedEvent['terminationTrigger'];
  /** The account is disabled for the time of a leave (`leavePolicy: disable`). */
  readonly isOnLeave?: boolean;
  /** A rehire whose deactivation date has been reached all the same. */
  readonly isDateReached?: boolean;
}

/** A field's name as people read it: `jobCode` becomes `Job Code`, `employeeId` becomes `Employee ID`. */
export function fieldLabel(field: string): string {
  const words = field.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/\bId\b/g, 'ID');
}

function changeLine(field: string, { old, new: value }: FieldChange, personal: ReadonlySet<string>): string {
  const label = fieldLabel(field);
  if (PERSONAL_FIELDS.has(field) || personal.has(field)) return `${label}: changed`;
  const before = old === null || old === '' ? '' : ` from '${String(old)}'`;
  const after = value === null || value === '' ? ' (removed)' : ` to '${String(value)}'`;
  return `${label}: changed${before}${after}`;
}

function headline(subject: DetailsSubject): string {
  if (subject.isNameTaken === true) {
    return 'A hire was detected, but the display name is already used by another profile. Please review.';
  }
  switch (subject.type) {
    case IncidentType.NewHire:
      return 'The person was hired.';
    case IncidentType.RehireUser:
      return 'The person was rehired.';
    case IncidentType.TerminateUser:
      return subject.terminationTrigger === TerminationTrigger.Orphan
        ? 'The person was not found in the report. Please review, and terminate if needed.'
        : 'The person was terminated.';
    case IncidentType.AdUserActivation:
      return 'The Active Directory account is to be enabled: the hire date is near.';
    case IncidentType.AdUserDeactivation:
      return subject.isOnLeave === true
        ? 'The Active Directory account is to be disabled: the person is on leave.'
        : 'The Active Directory account is to be disabled: the hire date was postponed.';
    case IncidentType.UpdateUser:
    case IncidentType.SyncUser:
    case IncidentType.AppAdd:
    case IncidentType.AppRemove:
    case IncidentType.AppUpdate:
    case IncidentType.TestInstances:
      return subject.forced ? 'A full update was forced (Force Sync).' : 'The person was updated.';
  }
}

/**
 * The text of an incident in plain words (spec workday-cycle 9): what happened, one line per changed field of an update,
 * and what a reviewer has to know. Values of personal fields are left out.
 *
 * @param personalFields custom fields that are personal, too
 */
export function incidentDetails(subject: DetailsSubject, personalFields: ReadonlySet<string> = new Set()): string {
  const listsChanges = subject.type === IncidentType.UpdateUser || subject.isNameTaken === true;
  const changes = listsChanges ? Object.entries(subject.changedFields) : [];
  return [
    headline(subject),
    ...changes.map(([field, change]) => changeLine(field, change, personalFields)),
    ...(subject.conversionHire ? ['Conversion hire: another source owned the profile before.'] : []),
    ...(subject.addressReuse === true
      ? ['The e-mail address is known under another employee id. Please say whether this is the same person.']
      : []),
    ...(subject.isDateReached === true
      ? ['The deactivation date has already been reached: unless HR changes it, a termination follows.']
      : []),
  ].join('\n');
}
