// Time windows that `ref` and `source` are filtered by: the batch of a microbatch model, and --sample.
// Rules of dbt's resolve_event_time_filter (context/providers.py) and event_time/sample_window.py.

import type { Adapter } from "../adapter/adapter.ts";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Flags } from "../config/flags.ts";
import { readYaml } from "../config/yaml.ts";
import type { Value } from "../jinja/value.ts";
import type { Resource } from "../manifest/node.ts";

/** From `start` on and before `end`, in UTC. */
export interface TimeWindow {
  readonly start: Date;
  readonly end: Date;
}

/** The narrower of two windows. */
export function intersect(a: TimeWindow, b: TimeWindow): TimeWindow {
  return {
    start: new Date(Math.max(a.start.getTime(), b.start.getTime())),
    end: new Date(Math.min(a.end.getTime(), b.end.getTime())),
  };
}

/** The condition on a relation whose config names an `event_time` column; undefined when it names none. */
export function eventTimeCondition(
  target: Resource,
  window: TimeWindow,
  adapter: Pick<Adapter, "quote" | "capabilities" | "moment">,
): string | undefined {
  if (!("config" in target)) return undefined;
  const column = target.config.get("event_time");
  if (typeof column !== "string" || column === "") return undefined;
  const described = "columns" in target ? target.columns.get(column) : undefined;
  const field = described?.quote === true ? adapter.quote(column) : column;
  const { typedTimes } = adapter.capabilities;
  const plain = (text: string): string => `${typedTimes ? "timestamp " : ""}'${text}'`;
  const moment = adapter.moment ?? plain;
  const time = typedTimes === "cast" ? `cast(${field} as timestamp)` : field;
  const [start, end] = [window.start, window.end].map((bound) => moment(pythonTime(bound)));
  return `${time} >= ${start} and ${time} < ${end}`;
}

/** A time in UTC as Python prints it: 2024-01-01 00:00:00+00:00. */
export function pythonTime(time: Date): string {
  const [day = "", clock = ""] = time.toISOString().split("T");
  const milliseconds = time.getUTCMilliseconds();
  const fraction = milliseconds === 0 ? "" : `.${String(milliseconds * 1000).padStart(6, "0")}`;
  return `${day} ${clock.slice(0, 8)}${fraction}+00:00`;
}

const UNITS = ["hour", "day", "month", "year"] as const;

/**
 * @param flag the value of --sample: "3 days", or a dict of start and end
 * @param now end of a relative window
 * @throws EtlError(sample-window) for anything else
 */
export function sampleWindow(flag: Value, now: Date): TimeWindow | undefined {
  if (flag === null || flag === undefined || flag === "") return undefined;
  const given =
    typeof flag === "string" && flag.includes("{") ? readYaml(flag, "--sample").value?.value : flag;
  if (given instanceof Map) {
    const start = parseTime(given.get("start"));
    const end = parseTime(given.get("end"));
    if (start && end) return { start, end };
  }
  const [, count, unit] =
    typeof flag === "string" ? (/^(\d+) (hour|day|month|year)s?$/i.exec(flag.trim()) ?? []) : [];
  if (count !== undefined && unit !== undefined) {
    return { start: back(now, Number(count), unit.toLowerCase() as (typeof UNITS)[number]), end: now };
  }
  throw new EtlError([
    errorAt(
      "sample-window",
      `--sample does not understand ${typeof flag === "string" ? `"${flag}"` : "its value"}`,
      undefined,
      {
        help: `write --sample "3 days" (${UNITS.join(", ")}) or --sample "{start: 2024-01-01, end: 2024-01-08}"`,
      },
    ),
  ]);
}

/** A time as the user wrote it in YAML or on the command line, in UTC unless it says otherwise. */
export function parseTime(value: Value | undefined): Date | undefined {
  if (value === null || value === undefined) return undefined;
  const text =
    typeof value === "string"
      ? value
      : typeof value === "object" && "toText" in value
        ? value.toText()
        : undefined;
  const match =
    text === undefined
      ? null
      : /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?\s*(Z|[+-]\d{2}:?\d{2})?$/.exec(
          text.trim(),
        );
  if (!match) return undefined;
  const [, day, clock = "00:00:00", zone = "Z"] = match;
  const time = new Date(`${day}T${clock}${zone}`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/**
 * Checks --event-time-start and --event-time-end against each other before anything runs. dbt wants both; a start alone
 * means until now where models with a watermark are built.
 * @param batched name of a microbatch model that is to be built, if there is one
 * @throws EtlError(option-value) for an end without a start, a start that is not before the end, and a start alone for
 *   batches
 */
export function checkTimeRange(flags: Pick<Flags, "get">, batched?: string): void {
  const start = parseTime(flags.get("event_time_start"));
  const end = parseTime(flags.get("event_time_end"));
  const isOpen = start !== undefined && end === undefined && batched !== undefined;
  if (!isOpen && (!end || (start && start < end))) return;
  const message = isOpen
    ? `--event-time-start needs --event-time-end for the batches of model "${batched}"`
    : start
      ? "--event-time-start must lie before --event-time-end"
      : "--event-time-end needs --event-time-start";
  const help = isOpen
    ? "give the end of the range as well"
    : start
      ? "swap the two, or correct one of them"
      : "give the start of the range as well";
  throw new EtlError([errorAt("option-value", message, undefined, { help })]);
}

/** Calendar steps; the day is kept where the month has it (dbt uses relativedelta here, not the steps of batches). */
function back(time: Date, count: number, unit: (typeof UNITS)[number]): Date {
  const result = new Date(time);
  if (unit === "hour") result.setUTCHours(result.getUTCHours() - count);
  else if (unit === "day") result.setUTCDate(result.getUTCDate() - count);
  else {
    const months = unit === "month" ? count : 12 * count;
    const day = result.getUTCDate();
    result.setUTCDate(1);
    result.setUTCMonth(result.getUTCMonth() - months);
    const lastDay = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0)).getUTCDate();
    result.setUTCDate(Math.min(day, lastDay));
  }
  return result;
}
