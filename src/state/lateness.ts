// How late rows come, and the lookback that would take almost all of them: measured by a column that tells when rows
// arrived, else by what runs have seen.

import type { MarkSpan } from "../config/watermark-config.ts";
import type { StateRow } from "./state-store.ts";

/** The share of rows that a lookback should take. */
export const USUAL_SHARE = 0.99;

export interface Lateness {
  /** Seconds, or the unit of a number, within which USUAL_SHARE of the rows came; null: later than any run looked back. */
  readonly within: number | null;
  /** Late rows that the lookback took in runs so far, and those that had to be mended. */
  readonly taken: number;
  readonly missed: number;
  readonly measuredBy: "arrival" | "runs";
}

/**
 * What the runs so far say.
 * @param late rows of `late_rows` of one model
 * @param missing rows that it lacks now
 * @param all how many rows it has
 */
export function latenessOfRuns(late: readonly StateRow[], missing: number, all: number): Lateness {
  let taken = 0;
  let missed = 0;
  const lags: { readonly lag: number; readonly rows: number }[] = [];
  for (const row of late) {
    const rows = Number(row.late_rows);
    if (row.outcome === "taken") taken += rows;
    else missed += rows;
    if (typeof row.lag === "number") lags.push({ lag: row.lag, rows });
  }
  // Nobody knows how late the others came: later than a run looked back.
  let beyond = missing + missed;
  const spared = (1 - USUAL_SHARE) * (all + missing);
  if (beyond > spared) return { within: null, taken, missed, measuredBy: "runs" };
  for (const { lag, rows } of lags.sort((a, b) => b.lag - a.lag)) {
    beyond += rows;
    if (beyond > spared) return { within: lag, taken, missed, measuredBy: "runs" };
  }
  return { within: 0, taken, missed, measuredBy: "runs" };
}

/** One sentence: what was measured, and what the lookback should be where it is too short. */
export function latenessText(
  { within, measuredBy }: Lateness,
  lookback: MarkSpan | null,
  isNumber: boolean,
): string {
  const now = lookback ? `the lookback is ${spanText(lookback)}` : "there is no lookback";
  const share = `${USUAL_SHARE * 100} %`;
  if (within === null)
    return `less than ${share} of the rows come within reach of a run (${now}): name the column that tells when they arrived as arrival in the watermark to measure how late they are`;
  if (within <= 0)
    return measuredBy === "runs"
      ? `${share} of the rows come in time`
      : `${share} of the rows arrive at once`;
  const reach = isNumber ? `${within} behind the watermark` : `within ${durationText(within)}`;
  const wide = lookback !== null && reachOf(lookback) >= within;
  const advice = wide ? "" : `: write lookback: ${suggestion(within, isNumber)}`;
  return `${share} of the rows arrive ${reach}, and ${now}${advice}`;
}

/** In seconds, or the unit of a number; months as the shortest ones. */
function reachOf(span: MarkSpan): number {
  return span.kind === "number" ? Number(span.amount) : span.months * 28 * 86_400 + span.seconds;
}

const UNITS: readonly (readonly [name: string, short: string, seconds: number])[] = [
  ["day", "d", 86_400],
  ["hour", "h", 3600],
  ["minute", "min", 60],
  ["second", "s", 1],
];

/** "2 h 10 min": the two greatest units, rounded up. */
export function durationText(seconds: number): string {
  const index = UNITS.findIndex(([, , size]) => seconds >= size);
  const [, short, size] = UNITS[index] ?? ["second", "s", 1];
  const next = UNITS[index + 1];
  if (!next) return `${Math.ceil(seconds)} ${short}`;
  const rounded = Math.ceil(seconds / next[2]) * next[2];
  const [whole, rest] = [Math.floor(rounded / size), (rounded % size) / next[2]];
  return rest === 0 ? `${whole} ${short}` : `${whole} ${short} ${rest} ${next[1]}`;
}

/** A lookback as it is written: whole units, up to twice as long as needed at most. */
function suggestion(within: number, isNumber: boolean): string {
  if (isNumber) return String(Math.ceil(within));
  const [name, , size] = UNITS.find(([, , size]) => within >= size) ?? ["second", "s", 1];
  return count(Math.ceil(within / size), name);
}

/** As it is written in the config: "3 hours". */
function spanText(span: MarkSpan): string {
  if (span.kind === "number") return String(span.amount);
  if (span.months > 0)
    return span.months % 12 === 0 ? count(span.months / 12, "year") : count(span.months, "month");
  const [name, , size] = UNITS.find(([, , one]) => span.seconds % one === 0) ?? ["second", "s", 1];
  return count(span.seconds / size, name);
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}
