// Reads the config `watermark` of a model: {column, lookback, nulls, time_zone}.

import { nearest } from "../base/nearest.ts";
import type { Value } from "../jinja/value.ts";

export type NullPolicy = "fail" | "include" | "exclude";

export interface WatermarkSettings {
  readonly column: string;
  readonly lookback: Lookback | null;
  /** What rows without a value mean for a run. */
  readonly nulls: NullPolicy;
  /** Zone in which times without a zone are meant. */
  readonly timeZone: string;
}

/** How far before the watermark rows are read again. */
export type Lookback =
  | { readonly kind: "time"; readonly months: number; readonly seconds: number }
  | { readonly kind: "number"; readonly amount: bigint };

const KEYS = ["column", "lookback", "nulls", "time_zone"];
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
      message: `time_zone of watermark is no time zone: ${String(timeZone)}`,
      help: "write time_zone: Europe/Berlin",
    };
  const lookback = readLookback(value.get("lookback"));
  if (lookback === undefined)
    return {
      message: "lookback of watermark must be a span or a number",
      help: "write lookback: 3 hours, or lookback: 100 for a number",
    };
  return { column, lookback, nulls: policy, timeZone };
}

/** Whether `readWatermark` gave settings. */
export function isSettings(read: WatermarkSettings | WatermarkMistake | null): read is WatermarkSettings {
  return read !== null && "column" in read;
}

function readLookback(value: Value | undefined): Lookback | null | undefined {
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
