import type { DetectionSettings, ReportGuardLimits } from './config.js';
import type { DeactivationDateField } from './profile.js';

/**
 * The profile fields behind the columns that the guide demands of a report. Of these only the whole report is judged: a
 * row may leave out what is empty.
 */
export const GUIDE_FIELDS = [
  'email',
  'employeeId',
  'employmentStatus',
  'prehireFlag',
  'rehiredEmployee',
  'hireDate',
  'terminationDate',
  'lastDayOfWork',
] as const;

/** What is remembered of a report to judge the next one. */
export interface ReportFacts {
  readonly rows: number;
  /** Profile fields that at least one row carried, empty ones included. */
  readonly fields: readonly string[];
}

/** Collects {@link ReportFacts} row by row. */
export class ReportFactsCollector {
  #unseen: readonly number[];
  #rows = 0;

  /** @param fields the mapper's targets, in the order of the values to come */
  constructor(readonly fields: readonly string[]) {
    this.#unseen = fields.map((_, index) => index);
  }

  /** Adds a row; `undefined` for one that could not be mapped. */
  add(values: ReadonlyArray<string | undefined> | undefined): void {
    this.#rows += 1;
    if (values === undefined) return;
    for (const index of this.#unseen) {
      if (values[index] === undefined) continue;
      this.#unseen = this.#unseen.filter((unseen) => values[unseen] === undefined);
      return;
    }
  }

  facts(): ReportFacts {
    return { rows: this.#rows, fields: this.fields.filter((_, index) => !this.#unseen.includes(index)) };
  }
}

/** One reason why a report is not acted on. */
export interface GuardTrip {
  readonly guard: 'emptyReport' | 'missingColumn' | 'deactivationColumn' | 'missingRows' | 'rejectedRows';
  /** Profile field of a missing column. */
  readonly field?: string;
  readonly count?: number;
  readonly limit?: number;
  readonly message: string;
}

/** What the report guard judges. */
export interface ReportGuardInput {
  readonly limits: ReportGuardLimits;
  readonly settings: Pick<DetectionSettings, 'reportScope' | 'deactivationDateField'>;
  readonly report: ReportFacts;
  /** Facts of the last report that passed; absent for the first one. */
  readonly lastGood?: ReportFacts | undefined;
  /** Rows that were rejected, for whatever reason. */
  readonly rejected: number;
  /** Whether some profile that this instance owns has a value in the deactivation date field. */
  readonly isDeactivationDateStored: boolean;
  /** Rows of the last good report that are gone, when they were counted one by one; otherwise numbers are compared. */
  readonly missingRows?: number;
}

const largerOf = (count: number, percent: number, of: number): number =>
  Math.max(count, Math.floor((of * percent) / 100));

function columnTrips({ settings, report, lastGood, isDeactivationDateStored }: ReportGuardInput): GuardTrip[] {
  const present = new Set(report.fields);
  const dateField: DeactivationDateField = settings.deactivationDateField;
  const isDateColumnLost = isDeactivationDateStored && !present.has(dateField);
  const lost = GUIDE_FIELDS.filter((field) => lastGood?.fields.includes(field) === true && !present.has(field));
  return [
    ...lost
      .filter((field) => !(isDateColumnLost && field === dateField))
      .map((field): GuardTrip => ({
        guard: 'missingColumn',
        field,
        message: `No row has a value for '${field}', which the last good report had. Restore the report's column.`,
      })),
    ...(isDateColumnLost
      ? [
          {
            guard: 'deactivationColumn',
            field: dateField,
            message: `No row has a value for '${dateField}' although stored profiles do. Restore the report's column.`,
          } as const,
        ]
      : []),
  ];
}

/**
 * Judges a whole report before anything is planned (design 7). An empty result lets it pass; any trip refuses it.
 * The empty report trips alone, since nothing else can be said about it.
 */
export function evaluateReportGuard(input: ReportGuardInput): readonly GuardTrip[] {
  const { limits, settings, report, lastGood, rejected } = input;
  if (report.rows === 0) {
    return [{ guard: 'emptyReport', message: 'The report has no entries. Nothing is done until it has some.' }];
  }
  const trips = columnTrips(input);
  const missing = input.missingRows ?? Math.max(0, (lastGood?.rows ?? 0) - report.rows);
  const missingLimit = largerOf(limits.missingRows, limits.missingRowsPercent, lastGood?.rows ?? 0);
  if (settings.reportScope === 'full' && lastGood !== undefined && missing > missingLimit) {
    trips.push({
      guard: 'missingRows',
      count: missing,
      limit: missingLimit,
      message: `${missing} rows of the last good report are missing, more than the limit of ${missingLimit}.`,
    });
  }
  const rejectedLimit = largerOf(limits.rejectedRows, limits.rejectedRowsPercent, report.rows);
  if (rejected > rejectedLimit) {
    trips.push({
      guard: 'rejectedRows',
      count: rejected,
      limit: rejectedLimit,
      message: `${rejected} rows were rejected, more than the limit of ${rejectedLimit}. Correct them in the HR system.`,
    });
  }
  return trips;
}
