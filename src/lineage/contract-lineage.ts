// The column lineage without some nodes: edges that lead into one of them are joined with those that lead out of it. For
// those who know of no ephemeral models.

import { addTo } from "../base/groups.ts";
import type { NodeId } from "../manifest/node.ts";
import type { ColumnEdge, ColumnRef, EdgeKind, IndirectEdge, LineageGraph } from "./lineage-graph.ts";

/** From least to most faithful. */
const FAITH: readonly EdgeKind[] = ["derive", "rename", "copy"];

/** @param isHidden nodes to be left out @returns the edges between those that stay */
export function contractLineage(
  graph: LineageGraph,
  isHidden: (id: NodeId) => boolean,
): Pick<LineageGraph, "edges" | "indirect"> {
  const hidden = new Hidden(graph, isHidden);
  const direct = graph.edges.flatMap((edge): ColumnEdge[] => {
    if (isHidden(edge.to.node)) return [];
    if (!isHidden(edge.from.node)) return [edge];
    const origins = hidden.origins(edge.from);
    return origins.map(({ ref, kind }) => ({ ...edge, from: ref, kind: lessFaithful(kind, edge.kind) }));
  });
  const visible = graph.nodes.filter(({ id }) => !isHidden(id));
  return { edges: unique(direct), indirect: visible.flatMap(({ id }) => hidden.indirectOf(id, id)) };
}

interface Origin {
  readonly ref: ColumnRef;
  readonly kind: EdgeKind;
}

/** What leads through nodes that are left out. */
class Hidden {
  private readonly edgesInto = new Map<string, ColumnEdge[]>();
  private readonly indirectInto = new Map<NodeId, IndirectEdge[]>();
  private readonly hiddenParents = new Map<NodeId, Set<NodeId>>();
  private readonly known = new Map<string, readonly Origin[]>();

  constructor(
    { edges, indirect, tables }: LineageGraph,
    private readonly isHidden: (id: NodeId) => boolean,
  ) {
    for (const edge of edges) {
      if (isHidden(edge.to.node)) addTo(this.edgesInto, keyOf(edge.to), edge);
      this.noteParent(edge.from.node, edge.to.node);
    }
    for (const edge of indirect) {
      addTo(this.indirectInto, edge.to, edge);
      this.noteParent(edge.from.node, edge.to);
    }
    for (const { from, to } of tables) this.noteParent(from, to);
  }

  /** The columns of visible nodes that a column has its values from. */
  origins(ref: ColumnRef): readonly Origin[] {
    if (!this.isHidden(ref.node)) return [{ ref, kind: "copy" }];
    const key = keyOf(ref);
    const before = this.known.get(key);
    if (before) return before;
    // A graph has no cycles; a wrong one must not hang.
    this.known.set(key, []);
    const found = (this.edgesInto.get(key) ?? []).flatMap((edge) =>
      this.origins(edge.from).map((one) => ({ ref: one.ref, kind: lessFaithful(one.kind, edge.kind) })),
    );
    this.known.set(key, found);
    return found;
  }

  /** What decides about the rows of a node, and about those of the hidden nodes that it reads, told of another. */
  indirectOf(node: NodeId, to: NodeId): IndirectEdge[] {
    const own = (this.indirectInto.get(node) ?? []).flatMap(({ from, use }) =>
      this.origins(from).map(({ ref }): IndirectEdge => ({ from: ref, to, use })),
    );
    const parents = [...(this.hiddenParents.get(node) ?? [])];
    return [...own, ...parents.flatMap((parent) => this.indirectOf(parent, to))];
  }

  private noteParent(from: NodeId, to: NodeId): void {
    if (!this.isHidden(from) || from === to) return;
    const parents = this.hiddenParents.get(to) ?? new Set();
    this.hiddenParents.set(to, parents.add(from));
  }
}

function lessFaithful(a: EdgeKind, b: EdgeKind): EdgeKind {
  return FAITH[Math.min(FAITH.indexOf(a), FAITH.indexOf(b))] ?? "derive";
}

function keyOf({ node, column }: ColumnRef): string {
  return `${node}\0${column}`;
}

/** One of each pair of columns: the least faithful. */
function unique(edges: readonly ColumnEdge[]): ColumnEdge[] {
  const kept = new Map<string, ColumnEdge>();
  for (const edge of edges) {
    const key = `${keyOf(edge.from)}\0${keyOf(edge.to)}`;
    const before = kept.get(key);
    if (before === undefined || FAITH.indexOf(edge.kind) < FAITH.indexOf(before.kind)) kept.set(key, edge);
  }
  return [...kept.values()];
}
