// How far behind the watermark the late rows of a run came: what a lookback is measured by when no column tells when rows
// arrived.

import type { Relation } from "../../adapter/relation.ts";
import type { Family, ResultColumn } from "../../adapter/result.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import { nodeRelation } from "../../compile/node-relation.ts";
import type { MarkSpan } from "../../config/watermark-config.ts";
import { RelationValue } from "../../context/relation-value.ts";
import { distance, type Watermark } from "../../state/watermark.ts";
import { keysOf, markLiteral, type WatermarkOptions } from "./watermark-work.ts";

export interface LateRows {
  /** Seconds, or the unit of a number; a little more than true, never less. */
  readonly lag: number | null;
  readonly rows: number;
}

/**
 * @param relation the rows that a run is about to add; those not after `mark` are late when the target lacks their keys
 * @throws DatabaseError
 */
export async function lateRowsOf(
  options: WatermarkOptions,
  {
    column,
    relation,
    mark,
  }: { readonly column: ResultColumn; readonly relation: Relation; readonly mark: Watermark },
  run: RunStatement,
): Promise<readonly LateRows[]> {
  const { sessions, shared, node, settings } = options;
  const { adapter } = shared;
  const sql = await sessions.macro("watermark_late", [
    new RelationValue(relation, adapter),
    column.name,
    column.family,
    stepOf(settings.lookback, column.family),
    markLiteral(adapter, mark),
    new RelationValue(nodeRelation(node, shared), adapter),
    keysOf(node),
  ]);
  const { rows } = await run(sql, true);
  return rows.map(([start, count]) => ({
    lag: start === null || start === undefined ? null : lagOf(String(start), mark),
    rows: Number(count),
  }));
}

function lagOf(start: string, { value, family }: Watermark): number | null {
  const from = family === "timestamptz" ? `${start}+00:00` : start;
  return distance(from, value, family) ?? null;
}

/** What lags are rounded to: a minute, an hour where the lookback is of days; a thousandth of a number. */
function stepOf(lookback: MarkSpan | null, family: Family): string {
  if (lookback?.kind === "number") return String(lookback.amount > 1000n ? lookback.amount / 1000n : 1n);
  const isLong = lookback !== null && (lookback.months > 0 || lookback.seconds > 86_400);
  return family === "date" ? "day" : isLong ? "hour" : "minute";
}
