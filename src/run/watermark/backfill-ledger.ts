// Which backfill a run goes on with: one that was begun for the same range by the same code and is not complete. Its
// chunks were written down with their rows, so what a kill left undone is known.

import type { Family } from "../../adapter/result.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import type { ValueRange } from "../../state/mark-range.ts";
import { relationCells } from "../../state/row-values.ts";
import type { StateRow, StateStore } from "../../state/state-store.ts";
import { BACKFILLS, INTERVALS, WATERMARKS } from "../../state/tables.ts";
import { compareValues } from "../../state/watermark.ts";
import type { WatermarkOptions } from "./watermark-work.ts";

/** What makes two backfills the same one. */
export interface BackfillRequest {
  /** --event-time-start and --event-time-end as given; "" for none. */
  readonly askedFrom: string;
  readonly askedTo: string;
  /** The config `chunk` as text; "" for one chunk. */
  readonly chunk: string;
  readonly codeHash: string;
}

export interface OpenBackfill {
  readonly id: string;
  readonly range: ValueRange;
  /** Where the chunks that are done begin. */
  readonly done: readonly string[];
}

/** @returns the backfill to go on with; undefined when there is none. @throws DatabaseError */
export async function findBackfill(
  options: WatermarkOptions,
  request: BackfillRequest,
  run: RunStatement,
): Promise<OpenBackfill | undefined> {
  const { store, sessions, settings, node } = options;
  if (!store) return undefined;
  const session = sessions.over(run);
  const own = { ...relationCells(node), column_name: settings.column };
  const [last] = await store.read(session, BACKFILLS, { where: own, newestBy: ["started_at"], limit: 1 });
  if (!last || !isSame(last, request)) return undefined;
  for (const action of ["rebuild", "undo"]) {
    const where = { ...own, action };
    const [since] = await store.read(session, WATERMARKS, { where, newestBy: ["committed_at"], limit: 1 });
    if (since && String(since.committed_at) > String(last.started_at)) return undefined;
  }
  const id = String(last.backfill_id);
  const chunks = await store.read(session, INTERVALS, { where: { backfill_id: id } });
  const done = chunks.map(({ range_from }) => String(range_from));
  if (done.length >= Number(last.chunks)) return undefined;
  return { id, range: rangeOf(last), done };
}

function isSame(row: StateRow, { askedFrom, askedTo, chunk, codeHash }: BackfillRequest): boolean {
  return (
    row.asked_from === askedFrom &&
    row.asked_to === askedTo &&
    row.chunk === chunk &&
    row.code_hash === codeHash
  );
}

/** A range that ended when its run began holds its last value. */
function rangeOf({ range_from, range_to, asked_to }: StateRow): ValueRange {
  return { kind: "values", from: String(range_from), to: String(range_to), closed: asked_to === "" };
}

/** Writes down that a backfill begins. @throws DatabaseError */
export async function beginBackfill(
  { sessions, settings, node, shared }: WatermarkOptions,
  store: StateStore,
  backfill: BackfillRequest & { readonly id: string; readonly range: ValueRange; readonly chunks: number },
  run: RunStatement,
): Promise<void> {
  const { id, askedFrom, askedTo, chunk, codeHash, range, chunks } = backfill;
  await store.append(sessions.over(run), BACKFILLS, [
    {
      backfill_id: id,
      node_id: node.id,
      ...relationCells(node),
      column_name: settings.column,
      asked_from: askedFrom,
      asked_to: askedTo,
      range_from: range.from,
      range_to: range.to,
      chunk,
      chunks,
      code_hash: codeHash,
      run_id: shared.invocation.id,
      started_at: shared.host.now(),
    },
  ]);
}

/** Whether a chunk is among those that are done. */
export function isDone({ done }: OpenBackfill, { from }: ValueRange, family: Family): boolean {
  return done.some((start) => from !== null && compareValues(start, from, family) === 0);
}
