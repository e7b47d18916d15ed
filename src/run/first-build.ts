// The order of a run that makes relations for the first time: level by level, as dbt goes. Macros of packages may read relations
// that no ref names, which are there in time only in that order; once all are there, the critical path decides alone, which
// ends sooner.

import type { RelationCache } from "../adapter/relation-cache.ts";
import { longestPathBelow, topologicalOrder } from "../base/dag.ts";
import type { GraphNode } from "../base/run-graph.ts";
import { isRefable } from "../manifest/node.ts";
import type { Step } from "./plan.ts";

/** @returns the steps; with their levels as stages, where one of them makes a relation that is not there */
export function inStages(steps: readonly Step[], relations: RelationCache): readonly GraphNode[] {
  if (!steps.some((step) => isNew(step, relations))) return steps;
  const known = new Set(steps.map(({ id }) => id));
  const parents = new Map(
    steps.map(({ id, waitsFor }) => [id, waitsFor.flatMap((edge) => (known.has(edge.id) ? edge.id : []))]),
  );
  const childrenFirst = [...topologicalOrder(parents).order].reverse();
  const above = longestPathBelow(childrenFirst, parents);
  return steps.map(({ id, waitsFor }) => ({ id, waitsFor, stage: above.get(id) ?? 0 }));
}

function isNew({ action, resource }: Step, relations: RelationCache): boolean {
  if (action !== "run" || !isRefable(resource)) return false;
  return relations.get(resource.database, resource.schema, resource.alias) === undefined;
}
