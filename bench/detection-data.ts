import { WORKDAY_MAPPER } from '../domain/mapping.js';
import type { UserProfile } from '../domain/profile.js';

/** A company of made-up people: a report and the profiles that an earlier report has left. */
export interface Company {
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>;
  readonly profiles: readonly UserProfile[];
  /** Entries that differ from their profile. */
  readonly changed: number;
}

/** Seed of every figure, so that two runs judge the same people. */
export const SEED = 20_211_001;

/** The 34 pairs of the shipped mapper, report column first. */
export const PAIRS: ReadonlyArray<readonly [column: string, field: string]> = Object.entries(WORKDAY_MAPPER).map(
  ([field, pair]) => [typeof pair === 'string' ? pair : 'field' in pair ? pair.field : '', field],
);

// Mulberry32: small, well spread, and the same on every machine.
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const UNMAPPED = ['Workday_ID', 'Mgr_ID', 'VP_Flag', 'Director_Flag', 'Org_Level_1'];
const OPTIONAL = new Set(['Leadership', 'State', 'Work_Phone', 'Acquisition_Hire', 'Email_-_Primary_Home']);

const pick = (random: () => number, count: number): number => Math.floor(random() * count);

function valueOf(column: string, person: number, random: () => number): string {
  switch (column) {
    case 'Email_Address':
    case 'User_Name':
      return `person.number${person}@example.com`;
    case 'Emp_ID':
      return String(100_000 + person);
    case 'Preferred_Name':
      return `Given${person} Surname${person}`;
    case 'Employment_Status':
      return 'Active';
    case 'Prehire_Flag':
      return 'False';
    case 'Rehired_Employee':
      return 'No';
    case 'Last_Hire_Date':
      return `${String(1 + pick(random, 12)).padStart(2, '0')}/${String(1 + pick(random, 28)).padStart(2, '0')}/${1995 + pick(random, 25)}`;
    case 'Termination_Date':
    case 'Last_Day_of_Work':
      return '';
    default:
      return `${column.replaceAll('_', ' ')} ${pick(random, 400)}`;
  }
}

/** Makes a company of `size` people of whom one in a hundred has another title in the report. */
export function makeCompany(size: number): Company {
  const random = randomNumbers(SEED);
  const rows: Array<Company['rows'][number]> = [];
  const profiles: UserProfile[] = [];
  let changed = 0;
  for (let person = 0; person < size; person += 1) {
    const row: Record<string, string> = {};
    const profile: Record<string, unknown> = {};
    for (const [column, field] of PAIRS) {
      if (OPTIONAL.has(column) && random() < 0.5) continue;
      const value = valueOf(column, person, random);
      row[column] = value;
      if (value !== '') profile[field] = value;
    }
    for (const column of UNMAPPED) row[column] = `${column} ${person}`;
    if (person % 100 === 99) {
      row.Title = `${row.Title ?? ''} II`;
      changed += 1;
    }
    // Through JSON, one by one, as both sides arrive in life.
    rows.push(parsed(row));
    profiles.push(parsed({ ...profile, sourcePriority: 1, sourceOfTruth: 'Workday', adAccountStatus: 'Enabled' }));
  }
  return { rows, profiles, changed };
}

const parsed = <T>(value: object): T => JSON.parse(JSON.stringify(value)) as T;
