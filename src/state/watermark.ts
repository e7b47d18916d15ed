// A watermark: the greatest value of a column that a model has taken in. It is kept as the engine's own text with the
// engine's own type, so nothing is lost on the way; what little arithmetic there is (a lookback, which of two is greater)
// is done here.

import type { Family } from "../adapter/result.ts";
import type { MarkSpan } from "../config/watermark-config.ts";

export interface Watermark {
  /** As a cell prints it; see adapter/result.ts. */
  readonly value: string;
  /** The engine's name of the type. */
  readonly type: string;
  readonly family: Family;
}

/** Whether a text that a person wrote is a value of the family, in the form in which cells print it. */
export function fitsFamily(value: string, family: Family): boolean {
  if (family === "integer") return /^-?\d+$/.test(value);
  if (family === "decimal") return /^-?\d+(\.\d+)?$/.test(value);
  if (family === "date") return /^\d{4,}-\d{2}-\d{2}$/.test(value) && CLOCK.test(value);
  if (hasClock(family)) return CLOCK.test(value);
  return true;
}

const KINDS: ReadonlySet<Family> = new Set([
  "integer",
  "decimal",
  "text",
  "date",
  "timestamp",
  "timestamptz",
]);

/** Types that have an order which a watermark can follow. */
export function canBeWatermark(family: Family): boolean {
  return KINDS.has(family);
}

/** Types whose window ends when the run begins. */
export function hasClock(family: Family): boolean {
  return family === "date" || family === "timestamp" || family === "timestamptz";
}

/**
 * What is less than all that a column can hold, for a table that is still empty.
 * @returns a value of the family as a cell prints it
 */
export function lowest(family: Family): string {
  if (family === "text") return "";
  if (family === "integer" || family === "decimal") return "-9223372036854775808";
  if (family === "date") return "0001-01-01";
  return family === "timestamptz" ? "0001-01-01 00:00:00+00:00" : "0001-01-01 00:00:00";
}

/** @returns the watermark less the lookback. A lookback that does not fit the type counts as none; parsing checks it. */
export function lowered(mark: Watermark, lookback: MarkSpan | null): Watermark {
  return lookback ? { ...mark, value: shifted(mark.value, mark.family, lookback, -1) } : mark;
}

/**
 * A value moved by a multiple of a span.
 * @param times how often; negative moves it back
 * @returns the value itself where the span does not fit the family
 */
export function shifted(value: string, family: Family, span: MarkSpan, times: number): string {
  if (span.kind === "number")
    return family === "integer" || family === "decimal"
      ? plusInteger(value, BigInt(times) * span.amount)
      : value;
  if (!hasClock(family)) return value;
  return moved(value, { months: times * span.months, seconds: times * span.seconds });
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. Both are of one family. */
export function compareMarks(a: Watermark, b: Watermark): number {
  return compareValues(a.value, b.value, a.family);
}

/** The same for values as cells print them. */
export function compareValues(a: string, b: string, family: Family): number {
  if (family === "integer") return sign(BigInt(a), BigInt(b));
  if (family === "decimal") return sign(Number(a), Number(b));
  if (hasClock(family)) return sign(clockKey(a), clockKey(b));
  return sign(a, b);
}

/** How far `b` lies after `a`: in seconds for times, in their own unit for numbers; undefined for texts. */
export function distance(a: string, b: string, family: Family): number | undefined {
  if (family === "integer" || family === "decimal") return Number(b) - Number(a);
  const [from, to] = [CLOCK.exec(a), CLOCK.exec(b)];
  return hasClock(family) && from && to ? (epochMs(to) - epochMs(from)) / 1000 : undefined;
}

function sign<T extends bigint | number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @returns the moment as a cell of the family would print it in a zone, to milliseconds */
export function momentText(moment: Date, family: Family, timeZone: string): string {
  if (family === "timestamptz") return `${moment.toISOString().slice(0, 23).replace("T", " ")}+00:00`;
  const shifted = timeZone === "UTC" ? moment : inZone(moment, timeZone);
  const text = shifted.toISOString().slice(0, 23).replace("T", " ");
  return family === "date" ? text.slice(0, 10) : text;
}

/** The wall clock of a zone, as if it were UTC. */
function inZone(moment: Date, timeZone: string): Date {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((one) => one.type === type)?.value ?? 0);
  return new Date(
    Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) +
      moment.getUTCMilliseconds(),
  );
}

const CLOCK =
  /^(\d{4,})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}):(\d{2})(\.\d+)?)?([+-]\d{2}(?::\d{2})?(?::\d{2})?)?$/;

/** A date or time moved by a span: calendar months first, the day clamped to the month; fraction and zone stay. */
function moved(
  text: string,
  { months, seconds }: { readonly months: number; readonly seconds: number },
): string {
  const match = CLOCK.exec(text);
  if (!match) return text;
  const [, year, month, day, hour, minute, second, fraction = "", zone = ""] = match;
  const time = new Date(Date.UTC(Number(year), Number(month) - 1 + months, 1));
  const lastDay = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 0)).getUTCDate();
  time.setUTCDate(Math.min(Number(day), lastDay));
  time.setUTCHours(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0) + seconds);
  const iso = time.toISOString();
  return hour === undefined ? iso.slice(0, 10) : `${iso.slice(0, 19).replace("T", " ")}${fraction}${zone}`;
}

/** A number as text plus an integer, with all of its digits: 0.50 and -1 give -0.50. */
function plusInteger(value: string, amount: bigint): string {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  const scaled = BigInt(`${sign}${whole}${fraction}`) + amount * 10n ** BigInt(fraction.length);
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(fraction.length + 1, "0");
  const end = digits.length - fraction.length;
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, end)}${fraction && `.${digits.slice(end)}`}`;
}

/** A text that sorts as the moment does, whatever its zone. */
function clockKey(text: string): string {
  const match = CLOCK.exec(text);
  if (!match) return text;
  const fraction = match[7] ?? ".";
  return `${String(epochMs(match) + 1e15).padStart(17, "0")}${fraction.padEnd(7, "0")}`;
}

/** Milliseconds since 1970 of a match of CLOCK, without its fraction of a second. */
function epochMs(match: RegExpExecArray): number {
  const [, year, month, day, hour = "00", minute = "00", second = "00", , zone = "+00"] = match;
  const [hours = "0", minutes = "0"] = zone.slice(1).split(":");
  const offset = (zone.startsWith("-") ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute) - offset,
    Number(second),
  );
}
