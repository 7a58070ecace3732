import { detectionSchema } from '../../domain/config.js';
import type { DetectionSettings } from '../../domain/config.js';
import { createDetector } from '../../domain/detection.js';
import type { DetectorOptions } from '../../domain/detection.js';
import { evaluateReport } from '../../domain/evaluate-report.js';
import type { Evaluation } from '../../domain/evaluation.js';
import type { DetectedEvent } from '../../domain/incident.js';
import { indexProfiles } from '../../domain/lookup.js';
import { compileMapper, WORKDAY_MAPPER } from '../../domain/mapping.js';
import type { MapperDefinition } from '../../domain/mapping.js';
import type { UserProfile } from '../../domain/profile.js';
import { ReportReader } from '../../domain/report-reader.js';

/** Noon of the day on which every test takes place, 10 June 2021, UTC. */
export const NOW = Date.UTC(2021, 5, 10, 12);
export const TODAY = '06/10/2021';
export const YESTERDAY = '06/09/2021';
export const TOMORROW = '06/11/2021';
/** Thirty days from now. */
export const NEXT_MONTH = '07/10/2021';

/** A row of a RaaS report, by report columns. */
export type Row = Readonly<Record<string, unknown>>;

/** Profile fields in a test; `undefined` takes a default away. */
export type Fields = Readonly<Record<string, unknown>>;

/** The report entry of one made-up person; `undefined` leaves a column out. */
export function aRow(columns: Row = {}): Row {
  const row: Record<string, unknown> = {
    Emp_ID: '1001',
    Email_Address: 'ann.lee@example.com',
    User_Name: 'ann.lee@example.com',
    Preferred_Name: 'Ann Lee',
    'Preferred_Name_-_First_Name': 'Ann',
    'Preferred_Name_-_Last_Name': 'Lee',
    Employment_Status: 'Active',
    Prehire_Flag: 'False',
    Rehired_Employee: 'No',
    Last_Hire_Date: '01/15/2020',
    Title: 'Engineer',
    ...columns,
  };
  for (const [column, value] of Object.entries(row)) if (value === undefined) delete row[column];
  return row;
}

/** The stored profile of the same person, equal to {@link aRow}; `undefined` leaves a field out. */
export function aProfile(fields: Fields = {}): UserProfile {
  const profile: Record<string, unknown> = {
    email: 'ann.lee@example.com',
    username: 'ann.lee@example.com',
    employeeId: '1001',
    displayName: 'Ann Lee',
    givenName: 'Ann',
    surname: 'Lee',
    employmentStatus: 'Active',
    prehireFlag: 'False',
    rehiredEmployee: 'No',
    hireDate: '01/15/2020',
    title: 'Engineer',
    sourcePriority: 1,
    sourceOfTruth: 'Workday',
    adAccountStatus: 'Enabled',
    ...fields,
  };
  for (const [field, value] of Object.entries(profile)) if (value === undefined) delete profile[field];
  return profile as UserProfile;
}

/** Somebody else, so that a report or a store is not about one person only. */
export const anotherRow = (columns: Row = {}): Row =>
  aRow({
    Emp_ID: '2002',
    Email_Address: 'bo.kim@example.com',
    User_Name: 'bo.kim@example.com',
    Preferred_Name: 'Bo Kim',
    'Preferred_Name_-_First_Name': 'Bo',
    'Preferred_Name_-_Last_Name': 'Kim',
    ...columns,
  });

/** The stored profile of {@link anotherRow}. */
export const anotherProfile = (fields: Fields = {}): UserProfile =>
  aProfile({
    email: 'bo.kim@example.com',
    username: 'bo.kim@example.com',
    employeeId: '2002',
    displayName: 'Bo Kim',
    givenName: 'Bo',
    surname: 'Kim',
    ...fields,
  });

/** Detection settings with the product's defaults. */
export const settingsWith = (settings: Partial<DetectionSettings> = {}): DetectionSettings =>
  detectionSchema.parse(settings);

/** What a test sets beside rows and profiles. */
export interface DetectOptions extends Partial<Omit<DetectorOptions, 'fields'>> {
  readonly settings?: Partial<DetectionSettings>;
  readonly mapper?: MapperDefinition;
}

/** Evaluates a report against profiles; one outcome per row. */
export async function evaluateAll(
  rows: readonly unknown[],
  profiles: readonly UserProfile[],
  { settings, mapper: definition = WORKDAY_MAPPER, ...options }: DetectOptions = {},
): Promise<Evaluation[]> {
  const mapper = compileMapper(definition);
  const detector = createDetector(settingsWith(settings), { now: NOW, fields: mapper.targets, ...options });
  return await evaluateReport(
    rows,
    new ReportReader(mapper, detector),
    indexProfiles(profiles, detector.settings.sourceOfTruth),
  );
}

/** Evaluates the first row of a report. */
export async function evaluateOne(
  row: unknown,
  profiles: readonly UserProfile[],
  options: DetectOptions = {},
): Promise<Evaluation> {
  const [outcome] = await evaluateAll([row], profiles, options);
  return outcome!;
}

/** The outcome in one word: an event's type without its prefix (`forced Update User`), or a kind with its reason. */
export function inWord(outcome: Evaluation | undefined): string {
  switch (outcome?.kind) {
    case 'event':
      return `${outcome.event.forced ? 'forced ' : ''}${outcome.event.type.replace('IAM - ', '')}`;
    case 'skipped':
    case 'rejected':
      return `${outcome.kind}: ${outcome.reason}`;
    case 'unchanged':
      return 'unchanged';
    case undefined:
      return 'nothing';
  }
}

/** The event of an outcome; fails the test when there is none. */
export function eventOf(outcome: Evaluation | undefined): DetectedEvent {
  if (outcome?.kind !== 'event') throw new Error(`expected an event, got ${inWord(outcome)}`);
  return outcome.event;
}
