// `clone`: makes a node of another environment appear in this one, by the `clone` materialization.

import { deferRelationValue } from "../compile/defer.ts";
import { nodeRelation } from "../compile/node-relation.ts";
import { findMaterialization, responseOf, runMaterialization, runningNames } from "./materialize.ts";
import { type NodeProgress, type Outcome, outcome } from "./outcome.ts";
import type { RunContext, Work } from "./run-context.ts";
import type { BuiltNode } from "./run-model.ts";

/** A node that the other environment does not have is left alone, with dbt's message "No-op". */
export async function cloneNode(
  context: RunContext,
  node: BuiltNode,
  work: Work,
  progress: NodeProgress,
): Promise<Outcome> {
  const { deps, compiler } = context;
  const other = deps.deferred?.get(node.id);
  if (!other) return outcome("success", "No-op");
  return progress.measure("execute", async () => {
    const { shared } = deps;
    const source = deferRelationValue(other, nodeRelation(node, shared), shared.adapter);
    const scope = compiler.scope(node, {
      extra: runningNames(context, node, `select * from ${source.render()}`),
    });
    const { response } = await runMaterialization(
      context,
      work,
      scope,
      findMaterialization(context, "clone", node),
      "optional",
    );
    return outcome("success", String(response._message ?? "No-op"), { response: responseOf(response) });
  });
}
