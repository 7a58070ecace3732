import type { RejectReason, SkipReason } from '../../domain/evaluation.js';
import type { Preview, PreviewInput } from '../../domain/preview.js';
import { GUIDE_FIELDS } from '../../domain/report-guard.js';
import { reportRows } from '../../domain/report-reader.js';

/** What the explanations of a preview look at beside its result. */
export interface PreviewBackground {
  readonly input: PreviewInput;
  /** The mapper as it is written. */
  readonly mapper: unknown;
  /** The next run only makes profiles. */
  readonly isFirstSync: boolean;
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  hireDateTooFar: 'their hire date is further ahead than daysBeforeHireToSync',
  otherSource: 'a source with a smaller sourcePriority owns them',
  inProcess: 'an incident works on their profile, and nothing is opened until it ends',
  temporaryUnchanged: 'their temporary profile waits for a decision',
  tufe: 'they were terminated through Okta (TUFE), and only a rehire or termination counts',
  goneUnknown: 'they have left and never had a profile',
};

const REJECTED: Readonly<Record<RejectReason, string>> = {
  missingValue: 'lack a value that the report must hold for everybody',
  badDate: 'hold a date that workdayDateFormat does not read',
  badShape: 'have a value that is a list or an object, or are no object at all',
  unknownStatus: 'have an employment status that employmentStatuses does not name',
  duplicateEmail: 'repeat the e-mail of an earlier entry',
  duplicateEmployeeId: 'repeat the employee id of an earlier entry',
  conflict: 'carry the e-mail of one person and the employee id of another',
};

/** Why the result is what it is, where it is likely to surprise (guide, *Troubleshooting*). */
export function explanationsOf(result: Preview, background: PreviewBackground): string[] {
  return [
    ...quiet(result, background),
    ...missingColumns(background),
    ...counted(result.rejected, REJECTED).map(
      ({ reason, count, text }) => `${count} rejected (${reason}): they ${text}${fieldsOf(result, reason)}.`,
    ),
    ...counted(result.skipped, SKIPPED).map(({ reason, count, text }) => `${count} skipped (${reason}): ${text}.`),
  ];
}

/** Why incidents are not created, or why everybody looks new. */
function quiet({ events, orphans, summary }: Preview, { input, isFirstSync }: PreviewBackground): string[] {
  if (isFirstSync) {
    return [
      'The next run is the first sync: it makes a profile for every entry and opens no incident. What is listed here ' +
        'would happen with syncUserProfilesOnFirstRun: false.',
    ];
  }
  if (summary.entries === 0) return [];
  if (input.profiles.length === 0) {
    return [
      'There is no profile, so every entry looks like a new hire. Normally the first sync makes the profiles and opens ' +
        'no incident.',
    ];
  }
  if (events.length > 0 || orphans.length > 0 || summary.unchanged < summary.entries) return [];
  return ['Nothing has changed in the report since the profiles were written, so there is nothing to provision.'];
}

/** Columns that the guide demands and that no entry has. */
function missingColumns({ input, mapper }: PreviewBackground): string[] {
  const rows = reportRows(input.report);
  if (rows.length === 0) return [];
  return GUIDE_FIELDS.flatMap((field) => {
    const column = columnOf(mapper, field);
    if (column === undefined || rows.some((row) => (row as Record<string, unknown> | null)?.[column] !== undefined))
      return [];
    return [
      `No entry has a column '${column}' (${field}). Add it to the report, or correct its spelling in the mapper; only ` +
        'where nobody has a value may a report leave it out.',
    ];
  });
}

/** The column that a mapper reads for a field, when its rule names one. */
export function columnOf(mapper: unknown, field: string): string | undefined {
  const rule = (mapper as Readonly<Record<string, unknown>> | undefined)?.[field];
  if (typeof rule === 'string') return rule;
  if (typeof rule !== 'object' || rule === null || !('field' in rule)) return undefined;
  return typeof rule.field === 'string' ? rule.field : undefined;
}

function counted<R extends string>(
  entries: readonly { readonly reason: R }[],
  texts: Readonly<Record<R, string>>,
): { readonly reason: R; readonly count: number; readonly text: string }[] {
  const counts = new Map<R, number>();
  for (const { reason } of entries) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count, text: texts[reason] }));
}

function fieldsOf({ rejected }: Preview, reason: RejectReason): string {
  if (reason !== 'missingValue') return '';
  const fields = new Set(rejected.flatMap((entry) => (entry.reason === reason ? (entry.field ?? []) : [])));
  return ` (${[...fields].join(', ')})`;
}
