// The batches of a microbatch model: whole hours, days, months or years in UTC.
// Arithmetic of dbt's MicrobatchBuilder (materializations/incremental/microbatch.py).

import type { TimeWindow } from "../compile/event-time.ts";

export const batchSizes = ["hour", "day", "month", "year"] as const;
export type BatchSize = (typeof batchSizes)[number];

/** The beginning of the batch that a time lies in. */
export function truncate(time: Date, size: BatchSize): Date {
  const [year, month, day, hour] = [
    time.getUTCFullYear(),
    time.getUTCMonth(),
    time.getUTCDate(),
    time.getUTCHours(),
  ];
  if (size === "year") return new Date(Date.UTC(year, 0, 1));
  if (size === "month") return new Date(Date.UTC(year, month, 1));
  if (size === "day") return new Date(Date.UTC(year, month, day));
  return new Date(Date.UTC(year, month, day, hour));
}

/** The beginning of the batch `count` batches later than that of a time; negative counts go back. */
export function offset(time: Date, size: BatchSize, count: number): Date {
  const start = truncate(time, size);
  if (size === "year") start.setUTCFullYear(start.getUTCFullYear() + count);
  else if (size === "month") start.setUTCMonth(start.getUTCMonth() + count);
  else if (size === "day") start.setUTCDate(start.getUTCDate() + count);
  else start.setUTCHours(start.getUTCHours() + count);
  return start;
}

/** The time itself where a batch begins, else the beginning of the next one. */
export function ceiling(time: Date, size: BatchSize): Date {
  const start = truncate(time, size);
  return start.getTime() === time.getTime() ? start : offset(start, size, 1);
}

export interface BatchRange {
  readonly size: BatchSize;
  /** --event-time-start and --event-time-end, or the sample. */
  readonly start: Date | undefined;
  readonly end: Date | undefined;
  /** Config `begin`: where the first run starts. */
  readonly begin: Date | undefined;
  readonly lookback: number;
  /** The model's table exists and is added to. */
  readonly incremental: boolean;
  readonly now: Date;
}

/** @returns the batches in order; the last one ends exactly where the range ends. Undefined: `begin` is needed. */
export function batchesOf(range: BatchRange): TimeWindow[] | undefined {
  const { size, lookback } = range;
  const end = ceiling(range.end ?? range.now, size);
  const start = startOf(range, end, lookback);
  if (!start) return undefined;
  const batches: TimeWindow[] = [];
  let from = start;
  do {
    const to = offset(from, size, 1);
    batches.push({ start: from, end: new Date(Math.min(to.getTime(), end.getTime())) });
    from = to;
  } while (from < end);
  return batches;
}

function startOf(
  { size, start, begin, incremental }: BatchRange,
  end: Date,
  lookback: number,
): Date | undefined {
  if (start) return truncate(start, size);
  if (!incremental) return begin && truncate(begin, size);
  // `end` is always the beginning of a batch, so the batch that is running now lies one before it.
  return offset(end, size, -(lookback + 1));
}

/** How a batch is named in files and messages: as much of its start as its size needs. */
export function batchName(start: Date, size: BatchSize): string {
  const length = { year: 4, month: 7, day: 10, hour: 13 }[size];
  return start.toISOString().slice(0, length);
}

/** `batch.id` of templates. */
export function batchId(start: Date, size: BatchSize): string {
  return batchName(start, size).replaceAll("-", "");
}

/** A time in run_results.json. */
export function isoTime(time: Date): string {
  return time.toISOString().replace(/(?:\.000)?Z$/, "+00:00");
}
