// Following columns through the graph: where a column comes from, and what it reaches.

import { addTo } from "../base/groups.ts";
import type { NodeId } from "../manifest/node.ts";
import type { ColumnEdge, ColumnRef, IndirectEdge, LineageGraph, TableEdge } from "./lineage-graph.ts";

/** Edges that were followed, each in the order in which it was reached, the near ones first. */
export interface Way {
  readonly edges: readonly ColumnEdge[];
  readonly indirect: readonly IndirectEdge[];
  readonly tables: readonly TableEdge[];
}

export class LineageWalker {
  private readonly into = new Map<string, ColumnEdge[]>();
  private readonly from = new Map<string, ColumnEdge[]>();
  private readonly uses = new Map<string, IndirectEdge[]>();
  private readonly deciders = new Map<NodeId, IndirectEdge[]>();
  private readonly parents = new Map<NodeId, TableEdge[]>();
  private readonly children = new Map<NodeId, TableEdge[]>();
  private readonly columns = new Map<NodeId, readonly string[]>();

  constructor(graph: LineageGraph) {
    for (const { id, columns } of graph.nodes)
      this.columns.set(
        id,
        columns.map(({ name }) => name),
      );
    for (const edge of graph.edges) {
      addTo(this.into, keyOf(edge.to), edge);
      addTo(this.from, keyOf(edge.from), edge);
    }
    for (const edge of graph.indirect) {
      addTo(this.uses, keyOf(edge.from), edge);
      addTo(this.deciders, edge.to, edge);
    }
    for (const edge of graph.tables) {
      addTo(this.parents, edge.to, edge);
      addTo(this.children, edge.from, edge);
    }
  }

  /** Where the values of columns come from. @param depth how many nodes far */
  upstream(starts: readonly ColumnRef[], depth = Number.POSITIVE_INFINITY): Way {
    return walk(starts, depth, (ref) => {
      const edges = this.into.get(keyOf(ref)) ?? [];
      const unknown = edges.length > 0 ? [] : (this.parents.get(ref.node) ?? []);
      return { edges, tables: unknown, next: edges.map(({ from }) => from) };
    });
  }

  /**
   * What the values of columns end in, and whose rows they decide about.
   * @param depth how many nodes far
   */
  downstream(starts: readonly ColumnRef[], depth = Number.POSITIVE_INFINITY): Way {
    return walk(starts, depth, (ref) => {
      const edges = this.from.get(keyOf(ref)) ?? [];
      const indirect = this.uses.get(keyOf(ref)) ?? [];
      return { edges, indirect, tables: this.children.get(ref.node) ?? [], next: edges.map(({ to }) => to) };
    });
  }

  /**
   * Nodes whose rows or values can change with a column: those that its values reach, and from a node whose rows it
   * decides about, all that read that node.
   */
  affected(start: ColumnRef, depth = Number.POSITIVE_INFINITY): Set<NodeId> {
    return this.nodesReached(start, depth, (ref) => [
      ...(this.from.get(keyOf(ref)) ?? []).map(({ to }) => to),
      ...(this.uses.get(keyOf(ref)) ?? []).flatMap(({ to }) => this.allOf(to)),
      ...(this.children.get(ref.node) ?? []).flatMap(({ to }) => this.allOf(to)),
    ]);
  }

  /** Nodes that a column's values or the rows that it stands in depend on. */
  sources(start: ColumnRef, depth = Number.POSITIVE_INFINITY): Set<NodeId> {
    return this.nodesReached(start, depth, (ref) => [
      ...(this.into.get(keyOf(ref)) ?? []).map(({ from }) => from),
      ...(this.deciders.get(ref.node) ?? []).map(({ from }) => from),
      ...(this.parents.get(ref.node) ?? []).flatMap(({ from }) => this.allOf(from)),
    ]);
  }

  /** All columns of a node; a node without any is kept as one that has no name. */
  private allOf(node: NodeId): ColumnRef[] {
    const columns = this.columns.get(node) ?? [];
    return columns.length === 0 ? [{ node, column: "" }] : columns.map((column) => ({ node, column }));
  }

  private nodesReached(
    start: ColumnRef,
    depth: number,
    neighbours: (ref: ColumnRef) => readonly ColumnRef[],
  ): Set<NodeId> {
    const nodes = new Set<NodeId>();
    const seen = new Set([keyOf(start)]);
    let frontier: readonly ColumnRef[] = [start];
    for (let step = 0; step < depth && frontier.length > 0; step += 1) {
      const next: ColumnRef[] = [];
      for (const ref of frontier.flatMap(neighbours)) {
        nodes.add(ref.node);
        if (seen.has(keyOf(ref))) continue;
        seen.add(keyOf(ref));
        next.push(ref);
      }
      frontier = next;
    }
    return nodes;
  }
}

interface Step {
  readonly edges: readonly ColumnEdge[];
  readonly indirect?: readonly IndirectEdge[];
  readonly tables: readonly TableEdge[];
  readonly next: readonly ColumnRef[];
}

function walk(starts: readonly ColumnRef[], depth: number, stepFrom: (ref: ColumnRef) => Step): Way {
  const edges = new Set<ColumnEdge>();
  const indirect = new Set<IndirectEdge>();
  const tables = new Set<TableEdge>();
  const seen = new Set(starts.map(keyOf));
  let frontier = starts;
  for (let step = 0; step < depth && frontier.length > 0; step += 1) {
    const next: ColumnRef[] = [];
    for (const ref of frontier) {
      const found = stepFrom(ref);
      for (const edge of found.edges) edges.add(edge);
      for (const edge of found.indirect ?? []) indirect.add(edge);
      for (const edge of found.tables) tables.add(edge);
      for (const other of found.next) {
        if (seen.has(keyOf(other))) continue;
        seen.add(keyOf(other));
        next.push(other);
      }
    }
    frontier = next;
  }
  return { edges: [...edges], indirect: [...indirect], tables: [...tables] };
}

/** Names differ in nothing but their case where an engine or a file spells them otherwise. */
function keyOf({ node, column }: ColumnRef): string {
  return `${node}\0${column.toLowerCase()}`;
}
