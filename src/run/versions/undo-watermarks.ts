// The watermarks of relations that are taken back: each stands again where it stood before the run moved it.

import type { SharedScope } from "../../context/scope.ts";
import { textOf } from "../../state/row-values.ts";
import { username } from "../../state/state-settings.ts";
import type { StateRow, StateSession, StateStore } from "../../state/state-store.ts";
import { WATERMARKS } from "../../state/tables.ts";
import type { UndoChange } from "../../state/undo-plan.ts";
import type { RunContext } from "../run-context.ts";

/** A watermark that was moved back. */
export interface MovedMark {
  readonly identifier: string;
  readonly column: string;
  /** Null: it had none. */
  readonly value: string | null;
}

/** @returns the watermarks that had been moved since the run began with them. @throws DatabaseError */
export async function bringWatermarksBack(
  { deps }: RunContext,
  store: StateStore,
  session: StateSession,
  runId: string,
  changes: readonly UndoChange[],
): Promise<readonly MovedMark[]> {
  const moved: MovedMark[] = [];
  for (const { version } of changes) {
    const { schema, identifier } = version;
    const where = { schema_name: schema, identifier };
    const rows = await store.read(session, WATERMARKS, { where, newestBy: ["committed_at"] });
    for (const column of new Set(rows.map((row) => row.column_name))) {
      const ofColumn = rows.filter((row) => row.column_name === column);
      const first = ofColumn.findLastIndex((row) => row.run_id === runId);
      // Also one that the run has not moved is written down: what a backfill has built of it is gone.
      const before = first < 0 ? ofColumn[0] : ofColumn[first + 1];
      await store.append(session, WATERMARKS, [moveBack(ofColumn[0], before, deps.shared, version.nodeId)]);
      if (first >= 0) moved.push({ identifier, column: String(column), value: textOf(before?.value) });
    }
  }
  return moved;
}

function moveBack(
  now: StateRow | undefined,
  before: StateRow | undefined,
  { invocation, host }: SharedScope,
  nodeId: string,
) {
  return {
    node_id: nodeId,
    schema_name: textOf(now?.schema_name),
    identifier: textOf(now?.identifier),
    column_name: textOf(now?.column_name),
    value_type: textOf(before?.value_type),
    value: textOf(before?.value),
    previous: textOf(now?.value),
    action: "undo",
    run_id: invocation.id,
    username: username(host.env),
    committed_at: host.now(),
  };
}
