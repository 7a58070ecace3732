import type { DetectionSettings } from './config.js';
import type { ReportEntry } from './evaluation.js';
import type { FieldChange } from './incident.js';
import { DEFAULT_SOURCE, sourcePriorityOf } from './lookup.js';
import type { FieldValue, UserProfile } from './profile.js';

/** The changed fields of one person, never empty. */
export type ChangedFields = Readonly<Record<string, FieldChange>>;

/** Tells what the report would change in a profile; `undefined` when nothing (spec workday-cycle 7.2). */
export type ChangeFinder = (entry: ReportEntry, profile: UserProfile) => ChangedFields | undefined;

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

const storedValue = (value: UserProfile[string]): FieldValue =>
  value === undefined || typeof value === 'object' ? null : value;

/**
 * Compiles the comparison of an entry with a profile.
 *
 * Every field that the report carries takes part, as exact text; empty, null and absent are one. Fields that only the
 * profile has are ignored, except the chosen deactivation date: without it in the report it counts as emptied. The case
 * of the e-mail does not count. Source priority and source of truth take part, unset ones reading as 1 and `Workday`.
 */
export function compileChangeFinder(settings: DetectionSettings, fields: readonly string[]): ChangeFinder {
  const { deactivationDateField: dateField, sourcePriority, sourceOfTruth } = settings;
  const count = fields.length;

  // No closures in here: this runs for every entry of every report.
  return ({ values, deactivationDay }, profile) => {
    let changed: Record<string, FieldChange> | undefined;
    for (let index = 0; index < count; index += 1) {
      const value = values[index];
      if (value === undefined) continue;
      const field = fields[index] ?? '';
      const stored = profile[field];
      if (stored !== value && differs(field, value, stored)) changed = noted(changed, profile, field, value);
    }
    // D4: a date that HR removed from the entry is a change, and the stored one has to be cleared.
    if (deactivationDay === undefined && !isEmpty(profile[dateField])) changed = noted(changed, profile, dateField, '');
    if (sourcePriorityOf(profile) !== sourcePriority) {
      changed = noted(changed, profile, 'sourcePriority', sourcePriority);
    }
    if ((profile.sourceOfTruth || DEFAULT_SOURCE) !== sourceOfTruth) {
      changed = noted(changed, profile, 'sourceOfTruth', sourceOfTruth);
    }
    return changed;
  };
}

function noted(
  changed: Record<string, FieldChange> | undefined,
  profile: UserProfile,
  field: string,
  value: FieldValue,
): Record<string, FieldChange> {
  const changes = changed ?? {};
  changes[field] = { old: storedValue(profile[field]), new: value };
  return changes;
}

function differs(field: string, value: string, stored: UserProfile[string]): boolean {
  if (value === '') return !isEmpty(stored);
  if (typeof stored === 'object') return true;
  if (typeof stored !== 'string') return stored === undefined || String(stored) !== value;
  return stored !== value && !(field === 'email' && stored.toLowerCase() === value);
}
