import { DateTime, IANAZone } from 'luxon';

/** Whole days since 1970-01-01, without any time zone: the number in which dates are compared. */
export type DayNumber = number;

/** A calendar date that was read: its day and the one text form in which it is kept, `MM/DD/YYYY`. */
export interface CalendarDate {
  readonly day: DayNumber;
  readonly text: string;
}

/** Reads a date by a fixed pattern; `undefined` when the text does not fit it or names a day that does not exist. */
export type DateReader = (text: string) => CalendarDate | undefined;

/** The text form of every stored date (spec workday-cycle 4.2). */
export const STORED_DATE_PATTERN = '%m/%d/%Y';

/** The day and the minute of an instant in one zone. */
export interface LocalTime {
  readonly day: DayNumber;
  /** Minutes of the wall clock since midnight, 0 to 1439. */
  readonly minute: number;
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const abbreviated = (names: readonly string[]): string[] => names.map((name) => name.slice(0, 3));

/** What the directives of one pattern collect. */
interface Parts {
  year: number;
  month: number;
  day: number;
}

type Token = { readonly source: string; readonly keep?: (parts: Parts, text: string) => void };

const indexOfName = (text: string): number => {
  const wanted = text.toLowerCase();
  return MONTHS.findIndex((month) => month === wanted || month.slice(0, 3) === wanted) + 1;
};

// POSIX: 69 to 99 are the last century, 00 to 68 this one.
const twoDigitYear = (text: string): number => Number(text) + (Number(text) < 69 ? 2000 : 1900);

const DIRECTIVES: Readonly<Record<string, Token>> = {
  Y: { source: '\\d{4}', keep: (parts, text) => void (parts.year = Number(text)) },
  y: { source: '\\d{2}', keep: (parts, text) => void (parts.year = twoDigitYear(text)) },
  m: { source: '1[0-2]|0?[1-9]', keep: (parts, text) => void (parts.month = Number(text)) },
  d: { source: '3[01]|[12]\\d|0?[1-9]', keep: (parts, text) => void (parts.day = Number(text)) },
  e: { source: '3[01]|[12]\\d| ?[1-9]', keep: (parts, text) => void (parts.day = Number(text)) },
  b: { source: abbreviated(MONTHS).join('|'), keep: (parts, text) => void (parts.month = indexOfName(text)) },
  B: { source: MONTHS.join('|'), keep: (parts, text) => void (parts.month = indexOfName(text)) },
  a: { source: abbreviated(WEEKDAYS).join('|') },
  A: { source: WEEKDAYS.join('|') },
  H: { source: '2[0-3]|[01]?\\d' },
  I: { source: '1[0-2]|0?[1-9]' },
  M: { source: '[0-5]?\\d' },
  S: { source: '6[01]|[0-5]?\\d' },
  f: { source: '\\d{1,6}' },
  p: { source: 'am|pm' },
  z: { source: 'Z|[+-]\\d{2}:?\\d{2}' },
  Z: { source: 'UTC|GMT|[A-Z]{3,5}' },
  '%': { source: '%' },
};

const SHORTHANDS: Readonly<Record<string, string>> = {
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  R: '%H:%M',
  h: '%b',
};

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

interface CompiledPattern {
  readonly regex: RegExp;
  readonly keep: ReadonlyArray<Token['keep']>;
}

/** Turns a strptime pattern into one anchored expression with a group per directive; a text says what is wrong. */
function compilePattern(pattern: string): CompiledPattern | string {
  const expanded = pattern.replace(/%([DFTRh])/g, (whole, letter: string) => SHORTHANDS[letter] ?? whole);
  const keep: Array<Token['keep']> = [];
  const seen = new Set<string>();
  let source = '';
  for (let index = 0; index < expanded.length; index += 1) {
    const char = expanded.charAt(index);
    if (/\s/.test(char)) {
      if (!source.endsWith('\\s+')) source += '\\s+';
    } else if (char !== '%') {
      source += literal(char);
    } else {
      index += 1;
      const letter = expanded.charAt(index);
      const token = DIRECTIVES[letter];
      if (token === undefined) return `'%${letter}' is not a known directive`;
      if (letter !== '%' && seen.has(letter)) return `'%${letter}' occurs twice`;
      seen.add(letter);
      source += `(${token.source})`;
      keep.push(token.keep);
    }
  }
  const has = (...letters: string[]): boolean => letters.some((letter) => seen.has(letter));
  if (!has('Y', 'y')) return 'it has no year (%Y or %y)';
  if (!has('m', 'b', 'B')) return 'it has no month (%m, %b or %B)';
  if (!has('d', 'e')) return 'it has no day (%d)';
  return { regex: new RegExp(`^${source}$`, 'i'), keep };
}

/**
 * Why a strptime pattern cannot be used, or `null` when it can. A pattern needs a year, a month and a day; time of day
 * is read over.
 */
export function datePatternFault(pattern: string): string | null {
  const compiled = compilePattern(pattern);
  return typeof compiled === 'string' ? compiled : null;
}

const daysInMonth = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

function calendarDate({ year, month, day }: Parts): CalendarDate | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const instant = new Date(0);
  // setUTCFullYear, because Date.UTC reads the years 0 to 99 as 1900 to 1999.
  instant.setUTCFullYear(year, month - 1, day);
  return { day: instant.getTime() / 86_400_000, text: `${pad(month, 2)}/${pad(day, 2)}/${pad(year, 4)}` };
}

// A report of 100,000 people names a few thousand different days; the bound only guards against a report of nonsense.
const MAX_REMEMBERED_DATES = 50_000;

/**
 * Compiles a strptime pattern once. Whitespace in the pattern stands for any whitespace, names of months and days are
 * English and ignore case, as in the C locale. The reader remembers what it has read.
 *
 * @throws Error when the pattern is unusable; {@link datePatternFault} tells beforehand
 */
export function compileDateReader(pattern: string): DateReader {
  const compiled = compilePattern(pattern);
  if (typeof compiled === 'string') {
    throw new Error(`The date pattern '${pattern}' cannot be used: ${compiled}. Correct workdayDateFormat.`);
  }
  const remembered = new Map<string, CalendarDate | undefined>();
  const read: DateReader = (text) => {
    const match = compiled.regex.exec(text.trim());
    if (match === null) return undefined;
    const parts: Parts = { year: 0, month: 0, day: 0 };
    compiled.keep.forEach((keep, index) => keep?.(parts, match[index + 1] ?? ''));
    return calendarDate(parts);
  };
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined || remembered.has(text)) return known;
    if (remembered.size >= MAX_REMEMBERED_DATES) remembered.clear();
    const date = read(text);
    remembered.set(text, date);
    return date;
  };
}

/** Whether a name is a time zone of the IANA database that this machine knows. */
export const isTimeZone = (name: string): boolean => IANAZone.isValidZone(name);

/**
 * A clock that stands still at one instant and tells day and minute in any zone, each zone worked out once. An unknown
 * zone reads as `fallback`, so that one person's faulty time zone does not stop a report.
 *
 * @param now milliseconds since the epoch
 */
export function localTimes(now: number, fallback: string): (zone?: string) => LocalTime {
  const inZone = (zone: string): LocalTime => {
    const local = DateTime.fromMillis(now, { zone });
    const midnight = Date.UTC(local.year, local.month - 1, local.day);
    return { day: midnight / 86_400_000, minute: local.hour * 60 + local.minute };
  };
  const standard = inZone(isTimeZone(fallback) ? fallback : 'UTC');
  const known = new Map<string, LocalTime>();
  return (zone) => {
    if (zone === undefined || zone === '') return standard;
    let local = known.get(zone);
    if (local === undefined) {
      local = isTimeZone(zone) ? inZone(zone) : standard;
      known.set(zone, local);
    }
    return local;
  };
}

/**
 * Hire-date threshold (X and Y): reached when the hire date is at most `days` whole days away. Without a number it is
 * always reached; past hire dates always are.
 */
export const isThresholdReached = (hireDay: DayNumber, today: DayNumber, days: number | null | undefined): boolean =>
  days === null || days === undefined || hireDay - today <= days;

/** Minute of the local day at which a deactivation date takes effect; 1440 stands for the end of the day. */
export function deactivationMinute(deactivateAt: string): number {
  if (deactivateAt === 'startOfDay') return 0;
  if (deactivateAt === 'endOfDay') return 1440;
  const [hours, minutes] = deactivateAt.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Whether a deactivation date has taken effect: an earlier day, or the day itself from `minute` on. */
export const isDateReached = (day: DayNumber, local: LocalTime, minute: number): boolean =>
  day < local.day || (day === local.day && local.minute >= minute);
