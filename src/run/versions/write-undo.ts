// Writes an undo into the history as a run of its own, in its transaction.

import type { Relation } from "../../adapter/relation.ts";
import type { StateSession, StateStore } from "../../state/state-store.ts";
import { NODE_RESULTS, PUBLICATIONS, RUN_ENDS, RUNS, VERSIONS } from "../../state/tables.ts";
import type { Version } from "../../state/versions.ts";
import { startRow } from "../memory/result-rows.ts";
import type { RunContext } from "../run-context.ts";

/** What an undo found in the place of a relation, and where it is now. */
export interface Replaced {
  /** What came back in its place. */
  readonly version: Version;
  readonly was: Version["was"];
  readonly kept: Relation | null;
  readonly script: string | null;
}

/** @param runId the run that was taken back. @throws DatabaseError */
export async function writeUndo(
  { deps }: RunContext,
  store: StateStore,
  session: StateSession,
  runId: string,
  replaced: readonly Replaced[],
): Promise<void> {
  const { invocation, host } = deps.shared;
  const run = { run_id: invocation.id };
  await store.append(session, RUNS, [startRow(deps.shared, JSON.stringify({ run: runId }), replaced.length)]);
  for (const { version, was, kept, script } of replaced) {
    const relation = {
      ...run,
      node_id: version.nodeId,
      schema_name: version.schema,
      identifier: version.identifier,
    };
    const at = host.now();
    await store.append(session, VERSIONS, [
      {
        ...relation,
        was,
        kept_schema: kept?.schema ?? null,
        kept_name: kept?.identifier ?? null,
        how: kept ? "moved" : null,
        script,
        undoes: runId,
        kept_at: at,
      },
    ]);
    await store.append(session, PUBLICATIONS, [{ ...relation, committed_at: at }]);
    const resource = deps.manifest.resources.get(version.nodeId);
    await store.append(session, NODE_RESULTS, [
      {
        ...relation,
        resource_type: resource?.resourceType ?? null,
        status: "success",
        started_at: at,
        message: `UNDO ${runId}`,
      },
    ]);
  }
  const ended = host.now();
  await store.append(session, RUN_ENDS, [
    {
      ...run,
      ended_at: ended,
      status: "success",
      seconds: (ended.getTime() - invocation.startedAt.getTime()) / 1000,
      nodes: replaced.length,
      failed: 0,
    },
  ]);
}
