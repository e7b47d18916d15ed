// Reads the config `watermark` of models and sources: {column, lookback, nulls, time_zone, chunk, arrival}. A model takes
// the keys that it does not write from the source that it reads.

import { nearest } from "../base/nearest.ts";
import type { Value } from "../jinja/value.ts";

export type NullPolicy = "fail" | "include" | "exclude";

export interface WatermarkSettings {
  readonly column: string;
  readonly lookback: MarkSpan | null;
  /** What rows without a value mean for a run. */
  readonly nulls: NullPolicy;
  /** Zone in which times without a zone are meant. */
  readonly timeZone: string;
  /** How much of a range is built in one transaction, and counted as one interval; null: a whole range, a day. */
  readonly chunk: MarkSpan | null;
  /** The column that tells when a row came to the warehouse, by which its lateness is measured. */
  readonly arrival: string | null;
}

/** A distance between two values of a watermark's column. */
export type MarkSpan =
  | { readonly kind: "time"; readonly months: number; readonly seconds: number }
  | { readonly kind: "number"; readonly amount: bigint };

const KEYS = ["column", "lookback", "nulls", "time_zone", "chunk", "arrival"];
const NULLS: readonly NullPolicy[] = ["fail", "include", "exclude"];

const SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
};
const MONTHS: Readonly<Record<string, number>> = { month: 1, year: 12 };

export interface WatermarkMistake {
  readonly message: string;
  readonly help: string;
}

const EXAMPLE = "write watermark: {column: updated_at, lookback: 3 hours, nulls: fail}";

/**
 * @param value the config's value
 * @returns the settings, or what is wrong with them
 */
export function readWatermark(value: Value | undefined): WatermarkSettings | WatermarkMistake | null {
  // Anything but a mapping is a config of the project's own macros, which dbt would have kept as well.
  if (!(value instanceof Map)) return null;
  for (const key of value.keys()) {
    if (typeof key === "string" && KEYS.includes(key)) continue;
    const near = typeof key === "string" ? nearest(key, KEYS) : undefined;
    return {
      message: `watermark has no key "${String(key)}"`,
      help: near === undefined ? EXAMPLE : `did you mean "${near}"?`,
    };
  }
  const column = value.get("column");
  if (typeof column !== "string" || column === "")
    return { message: "watermark needs the name of a column", help: EXAMPLE };
  const nulls = value.get("nulls") ?? "fail";
  const policy = NULLS.find((one) => one === nulls);
  if (!policy) return { message: "nulls of watermark must be fail, include or exclude", help: EXAMPLE };
  const timeZone = value.get("time_zone") ?? "UTC";
  if (typeof timeZone !== "string" || !isTimeZone(timeZone))
    return {
      message: `time_zone of watermark is not a time zone: ${String(timeZone)}`,
      help: "write time_zone: Europe/Berlin",
    };
  const lookback = readMarkSpan(value.get("lookback"));
  if (lookback === undefined) return noSpan("lookback", "3 hours", "100");
  const chunk = readMarkSpan(value.get("chunk"));
  if (chunk === undefined || (chunk && isNothing(chunk))) return noSpan("chunk", "1 day", "10000");
  const arrival = value.get("arrival") ?? null;
  if (arrival !== null && (typeof arrival !== "string" || arrival === ""))
    return { message: "arrival of watermark must be the name of a column", help: "write arrival: loaded_at" };
  return { column, lookback, nulls: policy, timeZone, chunk, arrival };
}

function noSpan(key: string, time: string, number: string): WatermarkMistake {
  return {
    message: `${key} of watermark must be a span or a number`,
    help: `write ${key}: ${time}, or ${key}: ${number} for a number`,
  };
}

/**
 * The watermark of a model that reads sources with one.
 * @param own the model's config; undefined when it has none
 * @param sources the configs of the sources that it reads
 * @returns the model's config with what it leaves out, as the only source with a watermark says it; with several sources
 *   the model must name its column, and inherits nothing
 */
export function inheritWatermark(own: Value | undefined, sources: readonly Value[]): Value | undefined {
  if (own !== undefined && !(own instanceof Map)) return own;
  const given = sources.filter((value) => value instanceof Map);
  const [source] = given;
  if (!source || given.length > 1) return own;
  return new Map([...source, ...(own ?? [])]);
}

/** Whether `readWatermark` gave settings. */
export function isSettings(read: WatermarkSettings | WatermarkMistake | null): read is WatermarkSettings {
  return read !== null && "column" in read;
}

function isNothing(span: MarkSpan): boolean {
  return span.kind === "number" ? span.amount === 0n : span.months === 0 && span.seconds === 0;
}

function readMarkSpan(value: Value | undefined): MarkSpan | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "bigint")
    return value < 0 ? undefined : { kind: "number", amount: BigInt(value) };
  const match = typeof value === "string" ? /^(\d+) *([a-z]+?)s?$/i.exec(value.trim()) : null;
  if (!match) return undefined;
  const count = Number(match[1]);
  const unit = (match[2] ?? "").toLowerCase();
  const months = MONTHS[unit];
  if (months !== undefined) return { kind: "time", months: count * months, seconds: 0 };
  const seconds = SECONDS[unit];
  return seconds === undefined ? undefined : { kind: "time", months: 0, seconds: count * seconds };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
