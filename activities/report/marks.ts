import { hash } from 'node:crypto';
import type { DayNumber } from '../../domain/dates.js';
import type { EmploymentState, ReportEntry } from '../../domain/evaluation.js';
import type { UserProfile } from '../../domain/profile.js';

/**
 * What a comparison needs of an entry: a fingerprint of its fields, and the facts that matter although nothing has
 * changed. About 150 bytes, whatever the width of the report.
 */
export interface RowMark {
  readonly fingerprint: string;
  /** Positions of the fields that the entry carries; only these are compared. */
  readonly carried: readonly number[];
  readonly hireDay: DayNumber;
  readonly deactivationDay: DayNumber | undefined;
  readonly state: EmploymentState;
  readonly isPrehire: boolean;
  readonly isRehired: boolean;
}

type MarkLine = readonly [
  fingerprint: string,
  absent: readonly number[],
  hireDay: DayNumber,
  deactivationDay: DayNumber | null,
  state: EmploymentState,
  isPrehire: boolean,
  isRehired: boolean,
];

/** 132 bits: two different people's data never look the same. */
const FINGERPRINT_LENGTH = 22;

/** Lengths go before the texts, so that two different lists never join to one text. */
const joined = (text: string, value: string): string => `${text}${value.length}:${value}`;

/**
 * Fingerprints of entries and of profiles. The two are equal exactly when the report would change nothing in the
 * profile's fields (spec workday-cycle 7.2): of the fields that the entry carries, and the deactivation date always,
 * where empty, null and absent are one and the case of the e-mail does not count.
 */
export class Fingerprints {
  readonly #emailAt: number;
  readonly #dateAt: number;
  /** Lists of carried fields by the text of the absent ones; most entries share a few of them. */
  readonly #carried = new Map<string, readonly number[]>();

  constructor(
    readonly fields: readonly string[],
    readonly dateField: string,
  ) {
    this.#emailAt = fields.indexOf('email');
    this.#dateAt = fields.indexOf(dateField);
  }

  /** The line that a snapshot keeps of an entry. */
  lineOf(entry: ReportEntry): string {
    const { values, hireDay, deactivationDay, state, isPrehire, isRehired } = entry;
    const absent: number[] = [];
    let text = '';
    for (let at = 0; at < this.fields.length; at += 1) {
      const value = values[at];
      if (value === undefined) absent.push(at);
      else text = joined(text, value);
    }
    text = joined(text, deactivationDay === undefined ? '' : (values[this.#dateAt] ?? ''));
    const day = deactivationDay ?? null;
    return JSON.stringify([digest(text), absent, hireDay, day, state, isPrehire, isRehired] satisfies MarkLine);
  }

  /** The mark in a snapshot's line; null for a rejected row. */
  read(line: string): RowMark | null {
    const mark = JSON.parse(line) as MarkLine | null;
    if (mark === null) return null;
    const [fingerprint, absent, hireDay, deactivationDay, state, isPrehire, isRehired] = mark;
    const carried = this.#carriedBut(absent);
    return {
      fingerprint,
      carried,
      hireDay,
      deactivationDay: deactivationDay ?? undefined,
      state,
      isPrehire,
      isRehired,
    };
  }

  /** Whether the report would change nothing in the profile's fields. */
  isSame({ fingerprint, carried }: RowMark, profile: UserProfile): boolean {
    let text = '';
    for (const at of carried) {
      const value = storedText(profile[this.fields[at] ?? '']);
      text = joined(text, at === this.#emailAt ? value.toLowerCase() : value);
    }
    return digest(joined(text, storedText(profile[this.dateField]))) === fingerprint;
  }

  #carriedBut(absent: readonly number[]): readonly number[] {
    const key = absent.join();
    const known = this.#carried.get(key);
    if (known !== undefined) return known;
    const carried = this.fields.map((_, at) => at).filter((at) => !absent.includes(at));
    this.#carried.set(key, carried);
    return carried;
  }
}

function storedText(value: UserProfile[string]): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}

const digest = (text: string): string => hash('sha256', text, 'base64url').slice(0, FINGERPRINT_LENGTH);

/**
 * An entry that stands for a row whose fields equal the profile's: detection asks a mark for its facts and finds no
 * changed field.
 */
export function unchangedEntry(mark: RowMark, position: number, email: string, employeeId: string): ReportEntry {
  const { hireDay, deactivationDay, state, isPrehire, isRehired } = mark;
  return {
    kind: 'entry',
    position,
    email,
    employeeId,
    values: [],
    hireDay,
    deactivationDay,
    state,
    isPrehire,
    isRehired,
  };
}
