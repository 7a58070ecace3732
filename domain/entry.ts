import type { DetectionSettings } from './config.js';
import { compileDateReader } from './dates.js';
import type { DayNumber } from './dates.js';
import type { EmploymentState, RejectedEntry, RejectReason, ReportEntry } from './evaluation.js';
import type { MappedValues } from './mapping.js';
import { DATE_FIELDS } from './profile.js';

/** Turns the mapped values of a row into an entry, normalising them in place, or says why the row cannot be used. */
export type EntryReader = (values: MappedValues, position: number) => ReportEntry | RejectedEntry;

const REQUIRED_FIELDS = ['email', 'employeeId', 'hireDate'] as const;

const isBlank = (value: string | undefined): boolean => value === undefined || value === '' || value.trim() === '';

const isText = (value: string | undefined, wanted: string): boolean =>
  value !== undefined && (value === wanted || value.toLowerCase() === wanted);

/** Where the fields that detection reads stand in the mapper's order; -1 for one that is not mapped. */
function positionsIn(fields: readonly string[], deactivationDateField: string) {
  const at = (field: string): number => fields.indexOf(field);
  for (const field of REQUIRED_FIELDS) {
    if (at(field) < 0)
      throw new Error(`The mapper of the report has no attribute '${field}'. Map it to a report column.`);
  }
  return {
    email: at('email'),
    employeeId: at('employeeId'),
    hireDate: at('hireDate'),
    deactivationDate: at(deactivationDateField),
    status: at('employmentStatus'),
    prehire: at('prehireFlag'),
    rehired: at('rehiredEmployee'),
    dates: DATE_FIELDS.map(at).filter((index) => index >= 0),
  };
}

type Positions = ReturnType<typeof positionsIn>;

/** Looks a status up, ignoring case; an empty one is a pre-hire, an unknown one `undefined`. */
function compileStatuses(statuses: DetectionSettings['employmentStatuses']) {
  const meanings = new Map(Object.entries(statuses).map(([text, state]) => [text.toLowerCase(), state]));
  const exact = new Map(Object.entries(statuses));
  return (text: string | undefined): EmploymentState | undefined => {
    if (text === undefined || text === '') return meanings.get('') ?? 'prehire';
    return exact.get(text) ?? meanings.get(text.toLowerCase()) ?? (isBlank(text) ? 'prehire' : undefined);
  };
}

/**
 * Compiles the reading of entries.
 *
 * @param fields the mapper's targets
 * @throws Error when the mapper lacks a required field or the date pattern cannot be used
 */
export function compileEntryReader(settings: DetectionSettings, fields: readonly string[]): EntryReader {
  const positions = positionsIn(fields, settings.deactivationDateField);
  const stateOf = compileStatuses(settings.employmentStatuses);
  const readDate = compileDateReader(settings.workdayDateFormat);

  const refuse = (reason: RejectReason, at: number, values: MappedValues, position: number): RejectedEntry => {
    const value = values[at];
    return {
      kind: 'rejected',
      entry: position,
      email: values[positions.email] ?? null,
      employeeId: values[positions.employeeId] ?? null,
      reason,
      field: fields[at] ?? '',
      ...(value === undefined || value === '' ? {} : { value }),
    };
  };
  // No closures in here: this runs for every row of every report.
  return (values, position) => {
    const missing = missingAt(values, positions);
    if (missing !== undefined) return refuse('missingValue', missing, values, position);
    const email = (values[positions.email] ?? '').toLowerCase();
    values[positions.email] = email;

    let hireDay: DayNumber = 0;
    let deactivationDay: DayNumber | undefined;
    for (const at of positions.dates) {
      const text = values[at];
      if (text === undefined || text === '') continue;
      const date = readDate(text);
      if (date === undefined) return refuse('badDate', at, values, position);
      values[at] = date.text;
      if (at === positions.hireDate) hireDay = date.day;
      if (at === positions.deactivationDate) deactivationDay = date.day;
    }
    const state = stateOf(values[positions.status]);
    if (state === undefined) return refuse('unknownStatus', positions.status, values, position);
    return {
      kind: 'entry',
      position,
      email,
      employeeId: values[positions.employeeId] ?? '',
      values,
      hireDay,
      deactivationDay,
      state,
      isPrehire: isText(values[positions.prehire], 'true'),
      isRehired: isText(values[positions.rehired], 'yes'),
    };
  };
}

/** G1: the first required field without a value. */
function missingAt(values: MappedValues, positions: Positions): number | undefined {
  if (isBlank(values[positions.email])) return positions.email;
  if (isBlank(values[positions.employeeId])) return positions.employeeId;
  return isBlank(values[positions.hireDate]) ? positions.hireDate : undefined;
}
