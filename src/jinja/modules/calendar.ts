// The proleptic Gregorian calendar: days since 0001-01-01 (day 1, as Python's ordinals) and back.

export const MICROS_PER_DAY = 86_400_000_000;
/** Ordinal of 9999-12-31. */
export const MAX_ORDINAL = 3_652_059;

const CUMULATIVE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (LENGTHS[month - 1] ?? 0);
}

/** Day of the year, from 1. */
export function dayOfYear(year: number, month: number, day: number): number {
  return (CUMULATIVE[month - 1] ?? 0) + (month > 2 && isLeapYear(year) ? 1 : 0) + day;
}

export function toOrdinal(year: number, month: number, day: number): number {
  const before = year - 1;
  return (
    before * 365 +
    Math.floor(before / 4) -
    Math.floor(before / 100) +
    Math.floor(before / 400) +
    dayOfYear(year, month, day)
  );
}

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function fromOrdinal(ordinal: number): CivilDate {
  let year = Math.max(1, Math.floor(ordinal / 365.2425));
  while (toOrdinal(year + 1, 1, 1) <= ordinal) year++;
  while (toOrdinal(year, 1, 1) > ordinal) year--;
  let rest = ordinal - toOrdinal(year, 1, 1) + 1;
  let month = 1;
  while (rest > daysInMonth(year, month)) {
    rest -= daysInMonth(year, month);
    month++;
  }
  return { year, month, day: rest };
}

/** Monday is 0. */
export function weekdayOf(ordinal: number): number {
  return (ordinal + 6) % 7;
}

/** ISO 8601 year, week and weekday (Monday is 1). */
export function isoCalendar(ordinal: number): {
  readonly year: number;
  readonly week: number;
  readonly weekday: number;
} {
  const weekday = weekdayOf(ordinal);
  const thursday = ordinal - weekday + 3;
  const { year } = fromOrdinal(thursday);
  return { year, week: Math.floor((thursday - toOrdinal(year, 1, 1)) / 7) + 1, weekday: weekday + 1 };
}

/** `7` as "07". */
export function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}
