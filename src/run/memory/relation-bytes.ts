// How large the relations are that a run has built, for its history: one question for all of them, where the engine can tell
// without reading them.

import { DatabaseError } from "../../adapter/database-error.ts";
import { nodeRelation } from "../../compile/node-relation.ts";
import { RelationValue } from "../../context/relation-value.ts";
import type { ManifestNode } from "../../manifest/node.ts";
import { relationKey } from "../../state/row-values.ts";
import { USUAL_LIMITS } from "../node-limits.ts";
import type { RunContext } from "../run-context.ts";
import type { StateSessions } from "./state-sessions.ts";
import { withStateWork } from "./state-work.ts";

/** By `relationKey`; without those of which the engine does not tell, for whatever reason. */
export async function relationBytes(
  context: RunContext,
  sessions: StateSessions,
  nodes: readonly ManifestNode[],
): Promise<ReadonlyMap<string, number>> {
  if (nodes.length === 0) return new Map();
  const { shared } = context.deps;
  const values = nodes.map((node) => new RelationValue(nodeRelation(node, shared), shared.adapter));
  const sql = await sessions.macro("relation_bytes", [values]);
  if (sql.trim() === "") return new Map();
  const options = { signal: shared.host.signal, limits: { ...USUAL_LIMITS, attempts: 1 } };
  try {
    const { rows } = await withStateWork(context, options, (run) => run(sql, true));
    return new Map(
      rows.flatMap(([schema, name, bytes]) =>
        bytes === null ? [] : [[relationKey(schema, name), Number(bytes)]],
      ),
    );
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const text = `the sizes of the relations are not known: ${error.facts.message}`;
    shared.host.emit({ kind: "message", level: "debug", text });
    return new Map();
  }
}
