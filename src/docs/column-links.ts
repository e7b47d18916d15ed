// Column lineage by node, as the site holds it: where the values of each column come from and go to, which columns
// decide about the rows, and why a node has none.

import { addTo, groupBy } from "../base/groups.ts";
import type { ColumnEdge, IndirectEdge, LineageColumn, LineageGraph } from "../lineage/lineage-graph.ts";
import type { NodeId } from "../manifest/node.ts";
import { type ColumnLink, edgeKinds, type IndirectLink } from "./node-details.ts";

export interface NodeLinks {
  readonly columns: readonly LineageColumn[];
  /** Why columns are not known, in one sentence; undefined when they are. */
  readonly note: string | undefined;
  /** By folded name of the column. */
  readonly up: ReadonlyMap<string, readonly ColumnLink[]>;
  readonly down: ReadonlyMap<string, readonly ColumnLink[]>;
  readonly indirect: readonly IndirectLink[];
}

const MOST_INDIRECT = 60;

/**
 * @param numbers of nodes in the site; links to others are left out
 * @param fold how the warehouse compares column names
 */
export function columnLinks(
  lineage: LineageGraph,
  numbers: ReadonlyMap<string, number>,
  fold: (name: string) => string,
): ReadonlyMap<NodeId, NodeLinks> {
  const up = groupBy(lineage.edges, ({ to }) => to.node);
  const down = groupBy(lineage.edges, ({ from }) => from.node);
  const indirect = groupBy(lineage.indirect, ({ to }) => to);
  return new Map(
    lineage.nodes.map(({ id, columns, status }) => [
      id,
      {
        columns,
        note: status.kind === "traced" ? undefined : status.reason,
        up: byColumn(up.get(id) ?? [], "to", "from", numbers, fold),
        down: byColumn(down.get(id) ?? [], "from", "to", numbers, fold),
        indirect: indirectLinks(indirect.get(id) ?? [], numbers),
      },
    ]),
  );
}

function byColumn(
  edges: readonly ColumnEdge[],
  own: "from" | "to",
  other: "from" | "to",
  numbers: ReadonlyMap<string, number>,
  fold: (name: string) => string,
): ReadonlyMap<string, readonly ColumnLink[]> {
  const links = new Map<string, ColumnLink[]>();
  for (const edge of edges) {
    const { node, column } = edge[other];
    const number = numbers.get(node);
    if (number === undefined) continue;
    const kind = edgeKinds.indexOf(edge.kind);
    // The expression stands once, at the column that it computes.
    const link: ColumnLink =
      own === "to" && edge.expression !== undefined
        ? [number, column, kind, edge.expression]
        : [number, column, kind];
    addTo(links, fold(edge[own].column), link);
  }
  return links;
}

function indirectLinks(
  edges: readonly IndirectEdge[],
  numbers: ReadonlyMap<string, number>,
): readonly IndirectLink[] {
  return edges.slice(0, MOST_INDIRECT).flatMap(({ from, use }) => {
    const number = numbers.get(from.node);
    return number === undefined ? [] : [[number, from.column, use] as const];
  });
}
