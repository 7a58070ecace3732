import { STORED_DATE_PATTERN, compileDateReader, isThresholdReached, localTimes } from './dates.js';
import type { DayNumber } from './dates.js';

const readDate = compileDateReader(STORED_DATE_PATTERN);

/** Where and when a hire date is judged. */
export interface HireDateMoment {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The person's own zone; absent or unknown = `fallbackZone`. */
  readonly timeZone?: string | undefined;
  readonly fallbackZone: string;
}

/** Whole days from the person's local day to the hire date; negative once it is past, undefined for no date. */
function daysUntil(hireDate: string | undefined, { now, timeZone, fallbackZone }: HireDateMoment): number | undefined {
  const hireDay: DayNumber | undefined = readDate(hireDate ?? '')?.day;
  return hireDay === undefined ? undefined : hireDay - localTimes(now, fallbackZone)(timeZone).day;
}

/**
 * Whether the hire date lies more than the grace days before the person's local day (design decision 16). An unreadable
 * date is not past.
 */
export function isHireDatePast(hireDate: string | undefined, graceDays: number, moment: HireDateMoment): boolean {
  const days = daysUntil(hireDate, moment);
  return days !== undefined && days < -graceDays;
}

/**
 * Whether the hire date is near enough for the directory account to be enabled, as detection judges it (threshold Y).
 * An unreadable date counts as near: only a known date can put an account off.
 *
 * @param threshold whole days before the hire date; absent = at any time
 */
export function isHireDateNear(
  hireDate: string | undefined,
  threshold: number | null | undefined,
  moment: HireDateMoment,
): boolean {
  const days = daysUntil(hireDate, moment);
  return days === undefined || isThresholdReached(days, 0, threshold);
}
