// Dates, times and decimals as text, from the integers that DuckDB keeps. Written for speed: a result may hold
// millions of them, and the driver's own printing goes through bigint divisions for each part.

const MICROS_PER_DAY = 86_400_000_000n;
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
  const offsetSeconds = zoneOffset(zone);
  return (micros) => {
    if (micros === INFINITE || micros === -INFINITE) return timestampText(micros);
    const seconds = offsetSeconds(micros);
    const minutes = Math.floor(Math.abs(seconds) / 60);
    const offset = `${seconds < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    return timestampText(micros + BigInt(seconds) * 1_000_000n) + offset;
  };
}

const MICROS_PER_QUARTER = 900_000_000n;
/** The moments that JavaScript's calendar reaches; the offsets beyond are those of its ends. */
const LAST_MILLISECOND = 8_640_000_000_000_000;

/**
 * How far local time in a zone is ahead of UTC, in seconds, whole minutes (offsets before about 1900 had seconds).
 * Offsets change at whole quarters of an hour only, so one answer of Intl serves a whole quarter.
 */
function zoneOffset(zone: string): (micros: bigint) => number {
  if (zone === "UTC" || zone === "Etc/UTC" || zone === "GMT") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const known = new Map<bigint, number>();
  return (micros) => {
    const quarter = floorDivide(micros, MICROS_PER_QUARTER);
    let seconds = known.get(quarter);
    if (seconds === undefined) {
      const milliseconds = Math.max(-LAST_MILLISECOND, Math.min(LAST_MILLISECOND, Number(quarter) * 900_000));
      const name = format.formatToParts(milliseconds).find((part) => part.type === "timeZoneName")?.value;
      const match = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? "");
      const size = match ? (Number(match[2]) * 60 + Number(match[3])) * 60 : 0;
      seconds = match?.[1] === "-" ? -size : size;
      known.set(quarter, seconds);
    }
    return seconds;
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
