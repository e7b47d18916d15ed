// The whole graph from its nodes. Sources often declare no columns, and models that select all of them have columns that
// nobody listed; but a query that reads such a column by name shows that it is there. Those columns are added, with the
// copies that bring them, so that a column can be followed through a `select *` to its source.

import { addTo } from "../base/groups.ts";
import type { NodeId } from "../manifest/node.ts";
import type { ColumnEdge, ColumnRef, LineageGraph } from "./lineage-graph.ts";
import type { NodeLineage } from "./node-lineage.ts";

export function graphOf(lineages: Iterable<NodeLineage>): LineageGraph {
  const sorted = [...lineages].sort((a, b) => (a.node.id < b.node.id ? -1 : 1));
  const observed = new Observed(sorted);
  for (const { edges, indirect } of sorted) {
    for (const { from } of edges) observed.note(from);
    for (const { from } of indirect) observed.note(from);
  }
  const nodes = sorted.map(({ node }) => {
    const added = observed.columns.get(node.id);
    return added === undefined ? node : { ...node, columns: [...node.columns, ...added] };
  });
  return {
    nodes,
    edges: sorted.flatMap(({ node, edges }) => [...edges, ...(observed.edges.get(node.id) ?? [])]),
    indirect: sorted.flatMap(({ indirect }) => indirect),
    tables: sorted.flatMap(({ tables }) => tables),
  };
}

class Observed {
  readonly columns = new Map<NodeId, { readonly name: string; readonly type: null }[]>();
  readonly edges = new Map<NodeId, ColumnEdge[]>();
  private readonly lineages: ReadonlyMap<NodeId, NodeLineage>;
  /** Names of columns in lower case, of the nodes that may have more. */
  private readonly known = new Map<NodeId, Set<string>>();

  constructor(lineages: readonly NodeLineage[]) {
    this.lineages = new Map(lineages.map((lineage) => [lineage.node.id, lineage]));
    for (const { node } of lineages)
      if (node.status.kind !== "traced")
        this.known.set(node.id, new Set(node.columns.map(({ name }) => name.toLowerCase())));
  }

  /** Adds a column that a query reads, where its node does not list it, and where it comes from. */
  note(ref: ColumnRef): void {
    for (let at: ColumnRef | undefined = ref; at !== undefined; at = this.add(at));
  }

  /** @returns the column that the added one is a copy of; undefined when it was known or comes from nowhere certain */
  private add({ node, column }: ColumnRef): ColumnRef | undefined {
    const known = this.known.get(node);
    if (known === undefined) return undefined;
    const key = column.toLowerCase();
    if (known.has(key)) return undefined;
    known.add(key);
    addTo(this.columns, node, { name: column, type: null });
    const [only, ...others] = this.lineages.get(node)?.unknown ?? [];
    if (only === undefined || others.length > 0) return undefined;
    const from = { node: only, column };
    addTo(this.edges, node, { from, to: { node, column }, kind: "copy" });
    return from;
  }
}
