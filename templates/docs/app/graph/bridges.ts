// Lines over what is not shown. Who selects `tag:daily` sees nodes that have no edge in common and still depend on
// each other, by way of nodes that the selection left out: parts that would stand alone are joined by such lines.

import { componentsOf } from "../../../../src/docs/layout/components.ts";
import type { GraphEdge } from "../../../../src/docs/site-data.ts";
import { type GraphModel, neighboursOf } from "./graph-model.ts";

/**
 * @param members nodes that are shown
 * @param edges between them, as indexes into `members`
 * @returns pairs of members, in different parts of what is shown, of which the second can be reached from the first by
 *   way of hidden nodes only
 */
export function bridgesBetween(
  model: GraphModel,
  members: readonly number[],
  edges: readonly GraphEdge[],
): GraphEdge[] {
  const parts = componentsOf(members.length, edges);
  if (parts.length < 2) return [];
  const index = new Map(members.map((node, i) => [node, i]));
  const part = new Int32Array(members.length);
  parts.forEach((list, number) => {
    for (const member of list) part[member] = number;
  });
  return members.flatMap((node, from) =>
    firstShownBelow(model, node, index).flatMap((to): GraphEdge[] =>
      part[from] === part[to] ? [] : [[from, to]],
    ),
  );
}

/** The shown nodes that one meets first on the ways down from a node, as indexes into the members. */
function firstShownBelow(model: GraphModel, node: number, index: ReadonlyMap<number, number>): number[] {
  const met = new Set([node]);
  const found: number[] = [];
  const rim = [node];
  for (let at = rim.pop(); at !== undefined; at = rim.pop()) {
    for (const child of neighboursOf(model.children, at)) {
      if (met.has(child)) continue;
      met.add(child);
      const shown = index.get(child);
      if (shown === undefined) rim.push(child);
      else found.push(shown);
    }
  }
  return found;
}
