// Dates, times and decimals as text, from the integers that DuckDB keeps. Written for speed: a result may hold
// millions of them, and the driver's own printing goes through bigint divisions for each part.

import { offsetText, zoneOffset } from "../../src/adapter/cell-texts.ts";

const MICROS_PER_DAY = 86_400_000_000n;
const MICROS_PER_MINUTE = 60_000_000n;
const INFINITE = 9_223_372_036_854_775_807n;
const INFINITE_DAYS = 2_147_483_647;

/** @returns "1.50" for 150 with scale 2. */
export function decimalText(value: bigint, scale: number): string {
  if (scale === 0) return value.toString();
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${negative ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** @param days since 1970-01-01 · @returns "2024-01-31", "infinity", "0044-03-15 (BC)" as DuckDB prints it. */
export function dateText(days: number): string {
  if (days === INFINITE_DAYS) return "infinity";
  if (days === -INFINITE_DAYS) return "-infinity";
  // Civil date from days: Howard Hinnant's algorithm for the proleptic Gregorian calendar, in eras of 400 years.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const shown = year > 0 ? year : 1 - year;
  return `${String(shown).padStart(4, "0")}-${two(month)}-${two(day)}${year > 0 ? "" : " (BC)"}`;
}

/** @param micros since midnight · @returns "13:05:07" or "13:05:07.25" */
export function timeText(micros: bigint): string {
  return clock(Number(micros));
}

/**
 * @param value since 1970-01-01 in units of `times`/`over` microseconds
 * @returns "2024-01-31 13:05:07.25"; nanoseconds are cut to microseconds, as DuckDB's Python client does
 */
export function timestampText(value: bigint, times = 1n, over = 1n): string {
  if (value === INFINITE) return "infinity";
  if (value === -INFINITE) return "-infinity";
  const micros = over === 1n ? value * times : floorDivide(value, over);
  const days = floorDivide(micros, MICROS_PER_DAY);
  return `${dateText(Number(days))} ${clock(Number(micros - days * MICROS_PER_DAY))}`;
}

/**
 * @param zone an IANA name, as the setting TimeZone holds it
 * @returns a function that prints a moment in that zone with its offset: "2024-01-31 13:05:07+01:00"
 */
export function zonedText(zone: string): (micros: bigint) => string {
  const offsetAt = zoneOffset(zone);
  return (micros) => {
    if (micros === INFINITE || micros === -INFINITE) return timestampText(micros);
    const minutes = offsetAt(Number(floorDivide(micros, 1000n)));
    return timestampText(micros + BigInt(minutes) * MICROS_PER_MINUTE) + offsetText(minutes);
  };
}

function clock(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = micros - seconds * 1_000_000;
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
