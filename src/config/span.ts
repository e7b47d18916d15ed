// Spans of time as people write them in configs: "300ms", "10m", "1h 30m", "2 hours", or a number of seconds.

import type { Value } from "../jinja/value.ts";
import { PyFloat } from "../jinja/value.ts";

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
};

/** @returns seconds, or undefined for what is no span greater than zero */
export function readSpan(value: Value | undefined): number | undefined {
  if (typeof value === "number") return value > 0 ? value : undefined;
  if (value instanceof PyFloat) return value.value > 0 ? value.value : undefined;
  if (typeof value !== "string" || !/^\s*(\d+(\.\d+)?\s*[a-z]+\s*)+$/i.test(value)) return undefined;
  let seconds = 0;
  for (const [, count, unit = ""] of value.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const name = unit.toLowerCase();
    const size = UNITS[name] ?? UNITS[name.replace(/s$/, "")];
    if (size === undefined) return undefined;
    seconds += Number(count) * size;
  }
  return seconds > 0 ? seconds : undefined;
}
