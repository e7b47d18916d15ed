// The intervals by which gaps are counted: days unless the chunk of the watermark says otherwise, and 10,000 numbers. An
// interval is a unit of the calendar, so that it is the same in every run.

import type { Family } from "../adapter/result.ts";
import type { MarkSpan } from "../config/watermark-config.ts";
import type { MarkRange } from "./mark-range.ts";
import { compareValues, shifted } from "./watermark.ts";

/** An interval in which a table is not what its model's query gives. */
export interface IntervalGap {
  readonly range: MarkRange;
  /** Rows that the table lacks. */
  readonly missing: number;
  /** Those of them that the next run reads anyway. */
  readonly due: number;
  /** Rows that it has and should not. */
  readonly surplus: number;
}

/** How intervals are cut. */
export interface IntervalStep {
  /** A unit of date_trunc, or how many numbers, as text for SQL. */
  readonly text: string;
  readonly span: MarkSpan;
}

const NUMBERS = 10_000n;
const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** The step for a chunk: its own unit, e.g. "hour" for 6 hours. */
export function intervalStep(chunk: MarkSpan | null, family: Family): IntervalStep {
  if (family === "integer" || family === "decimal") {
    const amount = chunk?.kind === "number" ? chunk.amount : NUMBERS;
    return { text: String(amount), span: { kind: "number", amount } };
  }
  if (chunk?.kind === "time" && chunk.months > 0) {
    const months = chunk.months % 12 === 0 ? 12 : 1;
    return { text: months === 12 ? "year" : "month", span: { kind: "time", months, seconds: 0 } };
  }
  const length = chunk?.kind === "time" ? chunk.seconds : 86_400;
  const fitting = UNITS.find(([, seconds]) => length % seconds === 0) ?? (["second", 1] as const);
  const [text, seconds] = family === "date" && fitting[1] < 86_400 ? (["day", 86_400] as const) : fitting;
  return { text, span: { kind: "time", months: 0, seconds } };
}

/**
 * @param start what SQL gives for the start of an interval; null: rows without a value
 * @param last what was compared up to
 */
export function intervalRange(
  start: string | null,
  { span }: IntervalStep,
  family: Family,
  last: { readonly value: string; readonly inclusive: boolean },
): MarkRange {
  if (start === null) return { kind: "nulls" };
  // One interval for all: texts have no distances.
  if (family === "text") return { kind: "values", from: null, to: last.value, closed: last.inclusive };
  const from = family === "timestamptz" ? `${start}+00:00` : start;
  const to = shifted(from, family, span, 1);
  return compareValues(to, last.value, family) > 0
    ? { kind: "values", from, to: last.value, closed: last.inclusive }
    : { kind: "values", from, to, closed: false };
}
