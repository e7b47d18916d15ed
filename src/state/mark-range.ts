// Ranges of a watermark's values: what one chunk of a backfill builds, what one gap covers. Bounds are values as cells
// print them, so that times need no zone here and numbers no limit.

import type { Family } from "../adapter/result.ts";
import type { MarkSpan } from "../config/watermark-config.ts";
import { compareValues, shifted } from "./watermark.ts";

export type MarkRange =
  | {
      readonly kind: "values";
      /** Belongs to the range; null: open. */
      readonly from: string | null;
      readonly to: string;
      /** Whether `to` belongs to the range. */
      readonly closed: boolean;
    }
  /** The rows without a value. */
  | { readonly kind: "nulls" };

export type ValueRange = Extract<MarkRange, { kind: "values" }>;

/** More chunks than anybody means to wait for. */
export const MOST_CHUNKS = 10_000;

/**
 * A range in pieces that lie next to each other, counted from its start, so that every call gives the same ones.
 * @param chunk null: one piece
 * @returns undefined when there would be more than MOST_CHUNKS
 */
export function splitRange(
  range: ValueRange,
  chunk: MarkSpan | null,
  family: Family,
): readonly ValueRange[] | undefined {
  const { from, to, closed } = range;
  if (from === null || !chunk || shifted(from, family, chunk, 1) === from) return [range];
  const pieces: ValueRange[] = [];
  for (let start = from; isBefore(start, range, family); ) {
    if (pieces.length === MOST_CHUNKS) return undefined;
    const end = shifted(from, family, chunk, pieces.length + 1);
    const isLast = !isBefore(end, range, family);
    pieces.push({ kind: "values", from: start, to: isLast ? to : end, closed: isLast && closed });
    start = end;
  }
  return pieces;
}

/** Whether a value that lies in the range or after it still belongs to it. */
function isBefore(value: string, { to, closed }: ValueRange, family: Family): boolean {
  const order = compareValues(value, to, family);
  return order < 0 || (closed && order === 0);
}

/** "2026-01-01 to 2026-01-05", for messages. */
export function rangeText(range: MarkRange): string {
  if (range.kind === "nulls") return "rows without a value";
  return range.from === null ? `all up to ${range.to}` : `${range.from} to ${range.to}`;
}
