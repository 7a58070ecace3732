import type { DetectedEvent } from './incident.js';
import type { UserProfile } from './profile.js';
import type { DayNumber } from './dates.js';

/** Why an entry gives no event although there was something to look at (design 5). */
export type SkipReason = 'hireDateTooFar' | 'otherSource' | 'inProcess' | 'temporaryUnchanged' | 'tufe' | 'goneUnknown';

/** Why an entry cannot be used; HR has to correct it (design 5). Its person still counts as present. */
export type RejectReason =
  'missingValue' | 'badDate' | 'badShape' | 'unknownStatus' | 'duplicateEmail' | 'duplicateEmployeeId' | 'conflict';

/** A report entry that cannot be used. Holds personal data: for records, never for logs. */
export interface RejectedEntry {
  readonly kind: 'rejected';
  /** Position in the report, from 0. */
  readonly entry: number;
  readonly email: string | null;
  readonly employeeId: string | null;
  readonly reason: RejectReason;
  /** Profile field at fault. */
  readonly field?: string;
  /** The value at fault, as the report carries it. */
  readonly value?: string;
}

/** Meaning of a report's employment status (setting `employmentStatuses`; empty = `prehire`). */
export type EmploymentState = 'active' | 'leave' | 'terminated' | 'prehire';

/** A usable report entry: mapped, dates normalised to `MM/DD/YYYY`, e-mail lower-case. */
export interface ReportEntry {
  readonly kind: 'entry';
  /** Position in the report, from 0. */
  readonly position: number;
  readonly email: string;
  readonly employeeId: string;
  /** Text of every field, in the order of the detector's `fields`; `undefined` where the report has none. */
  readonly values: ReadonlyArray<string | undefined>;
  readonly hireDay: DayNumber;
  /** Day of the chosen deactivation date; `undefined` when the entry has none. */
  readonly deactivationDay: DayNumber | undefined;
  readonly state: EmploymentState;
  readonly isPrehire: boolean;
  readonly isRehired: boolean;
}

/** What detection says about one entry. */
export type Evaluation =
  | { readonly kind: 'event'; readonly event: DetectedEvent; readonly profile: UserProfile | undefined }
  | { readonly kind: 'skipped'; readonly reason: SkipReason; readonly email: string; readonly employeeId: string }
  | { readonly kind: 'unchanged' }
  | RejectedEntry;
