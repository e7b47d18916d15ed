// The graph cut at its columns, so that every segment of a line joins neighbouring columns. A line that passes columns
// gets a vertex in each of them, and all long lines of one node share these: they leave as one trunk and branch off
// late. That bundles what belongs together, and keeps a project of 10,000 models at some 20,000 vertices where one
// chain an edge would make 60,000.

import { type Adjacency, adjacencyOf, type LayoutEdge } from "./graph.ts";

/** Nodes are the vertices 0 up to `nodeCount`; those after them are points of trunks. */
export interface Layers {
  readonly nodeCount: number;
  /** The column of each vertex. */
  readonly rank: Int32Array;
  /** The vertices of each column in their present order; `order.ts` permutes them. */
  readonly layers: Int32Array[];
  /** Segments to the column at the right and at the left. */
  readonly right: Adjacency;
  readonly left: Adjacency;
  readonly segments: { readonly from: Int32Array; readonly to: Int32Array };
  /** First trunk point of each node, or -1; the others follow it, one for each further column. */
  readonly trunk: Int32Array;
}

/**
 * More points than this are not worth their time: they come of chains of thousands of nodes that all lead to one, where
 * their number grows with the square of the length.
 */
const MOST_TRUNK_POINTS = 200_000;

/** Whether trunks would have too many points; then lines are to be found by lanes, and long ones left out here. */
export function hasTooLongTrunks(rank: Int32Array, edges: readonly LayoutEdge[]): boolean {
  const farthest = rank.slice();
  for (const [from, to] of edges) farthest[from] = Math.max(farthest[from]!, rank[to]!);
  const points = farthest.reduce((sum, far, v) => sum + Math.max(0, far - rank[v]! - 1), 0);
  return points > MOST_TRUNK_POINTS;
}

/** Edges between neighbouring columns. */
export function shortEdges(rank: Int32Array, edges: readonly LayoutEdge[]): LayoutEdge[] {
  return edges.filter(([from, to]) => Math.abs(rank[from]! - rank[to]!) === 1);
}

/**
 * @param rank the column of each node
 * @param edges those within one column are left out; those that lead back are taken as if they led forward
 */
export function cutIntoLayers(rank: Int32Array, edges: readonly LayoutEdge[]): Layers {
  const nodeCount = rank.length;
  const forward = edges.map(
    ([from, to]) => (rank[from]! <= rank[to]! ? [from, to] : [to, from]) as LayoutEdge,
  );
  const farthest = rank.slice();
  for (const [from, to] of forward) farthest[from] = Math.max(farthest[from]!, rank[to]!);
  const trunk = new Int32Array(nodeCount).fill(-1);
  const ranks = Array.from(rank);
  const from: number[] = [];
  const to: number[] = [];
  for (let v = 0; v < nodeCount; v++) {
    if (farthest[v]! - rank[v]! < 2) continue;
    trunk[v] = ranks.length;
    for (let column = rank[v]! + 1; column < farthest[v]!; column++) {
      from.push(column === rank[v]! + 1 ? v : ranks.length - 1);
      to.push(ranks.length);
      ranks.push(column);
    }
  }
  for (const [source, target] of forward) {
    const span = rank[target]! - rank[source]!;
    if (span === 0) continue;
    from.push(span === 1 ? source : trunk[source]! + span - 2);
    to.push(target);
  }
  const segments = { from: Int32Array.from(from), to: Int32Array.from(to) };
  return {
    nodeCount,
    rank: Int32Array.from(ranks),
    layers: membersByRank(ranks),
    right: adjacencyOf(ranks.length, segments.from, segments.to),
    left: adjacencyOf(ranks.length, segments.to, segments.from),
    segments,
    trunk,
  };
}

function membersByRank(ranks: readonly number[]): Int32Array[] {
  const members: number[][] = [];
  ranks.forEach((rank, vertex) => {
    while (members.length <= rank) members.push([]);
    members[rank]!.push(vertex);
  });
  return members.map((list) => Int32Array.from(list));
}
