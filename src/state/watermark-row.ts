// A move of a watermark as a row of the state.

import { relationCells } from "./row-values.ts";
import type { StateCell } from "./state-store.ts";
import type { Watermark } from "./watermark.ts";

/** Why a watermark moved (or not): a run added rows, built the whole table, a range or a gap; a person set or removed it. */
export type WatermarkAction = "advance" | "rebuild" | "backfill" | "fix" | "set" | "reset" | "undo";

export interface WatermarkMove {
  readonly previous: string | null;
  readonly newRows: number | null;
  readonly nullRows: number | null;
  readonly lateRows: number | null;
  readonly action: WatermarkAction;
  readonly runId: string;
  readonly username: string;
  readonly at: Date;
}

/** @param mark null: the watermark is removed */
export function watermarkRow(
  node: { readonly id: string; readonly schema: string; readonly alias: string },
  column: string,
  mark: Watermark | null,
  move: WatermarkMove,
): Readonly<Record<string, StateCell>> {
  return {
    node_id: node.id,
    ...relationCells(node),
    column_name: column,
    value_type: mark?.type ?? null,
    value: mark?.value ?? null,
    previous: move.previous,
    new_rows: move.newRows,
    null_rows: move.nullRows,
    late_rows: move.lateRows,
    action: move.action,
    run_id: move.runId,
    username: move.username,
    committed_at: move.at,
  };
}
