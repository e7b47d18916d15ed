// The graph of the project as the browser holds it: neighbours of each node by index, made once when the graph is
// mounted.

import { type Adjacency, adjacencyOf } from "../../../../src/docs/layout/graph.ts";
import type { GraphData, GraphEdge, GraphNode } from "../../../../src/docs/site-data.ts";

export interface GraphModel {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly parents: Adjacency;
  readonly children: Adjacency;
  /** Index by dbt's unique id. */
  readonly byId: ReadonlyMap<string, number>;
}

export function buildModel({ nodes, edges }: GraphData): GraphModel {
  const from = edges.map(([source]) => source);
  const to = edges.map(([, target]) => target);
  return {
    nodes,
    edges,
    parents: adjacencyOf(nodes.length, to, from),
    children: adjacencyOf(nodes.length, from, to),
    byId: new Map(nodes.map((node, index) => [node.id, index])),
  };
}

/** Neighbours of a node at one side. */
export function neighboursOf({ start, list }: Adjacency, node: number): readonly number[] {
  return Array.from(list.subarray(start[node], start[node + 1]));
}

/**
 * @param hops how many edges to follow; Infinity for all
 * @returns the nodes that can be reached, the first ones included
 */
export function reach(side: Adjacency, from: Iterable<number>, hops: number): Set<number> {
  const reached = new Set(from);
  let rim = [...reached];
  for (let hop = 0; hop < hops && rim.length > 0; hop++) {
    const next: number[] = [];
    for (const node of rim) {
      for (let i = side.start[node]!; i < side.start[node + 1]!; i++) {
        const other = side.list[i]!;
        if (reached.has(other)) continue;
        reached.add(other);
        next.push(other);
      }
    }
    rim = next;
  }
  return reached;
}

/** Edges with both ends in a list of nodes in their order, as indexes into that list. */
export function edgesAmong(model: GraphModel, members: readonly number[]): readonly GraphEdge[] {
  if (members.length === model.nodes.length) return model.edges;
  const index = new Map(members.map((node, i) => [node, i]));
  return members.flatMap((node, from) =>
    neighboursOf(model.children, node).flatMap((child): GraphEdge[] => {
      const to = index.get(child);
      return to === undefined ? [] : [[from, to]];
    }),
  );
}
