// The words of the layout: what it is given, what it gives, and edges packed into arrays of integers. Nodes are known
// by their index, never by name: the layout runs over ten thousand nodes at `docs generate` and over a few hundred in
// the browser between two frames, and there a map from text to objects would cost more than the work itself.

/**
 * A box to place; sizes are in pixels at scale 1. Without height it is a port: a point where lines enter or leave
 * the whole.
 */
export interface LayoutNode {
  readonly w: number;
  readonly h: number;
  /**
   * The column the node must stand in, if somebody else decided that; given for all nodes of a graph or for none.
   */
  readonly rank?: number;
}

/** An edge from one node to another, both as indexes into the nodes; data flows from the first to the second. */
export type LayoutEdge = readonly [from: number, to: number];

/** What is laid out. Loops and edges given twice are allowed; so are cycles, though a project has none. */
export interface LayoutGraph {
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly LayoutEdge[];
}

/** Distances, in pixels. */
export interface Spacing {
  /** Between two boxes of a column. */
  readonly node: number;
  /** Between a line that passes a column and its neighbours there. */
  readonly edge: number;
  /** Between two columns. */
  readonly rank: number;
}

/**
 * A line as x, y, x, y ...; between two points it runs straight where their heights are equal and else as an S whose ends
 * are level. An edge within one column has two points at the same side of it: it is drawn as a bow to the right.
 */
export type Route = readonly number[];

/**
 * A drawing: the left upper corners of all nodes, a line for each edge (both by index), and the size of all of it.
 */
export interface Layout {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The column of each node, from 0; an edge goes from a lower one to a higher one unless the graph has cycles. */
  readonly rank: Int32Array;
  readonly routes: readonly Route[];
  readonly width: number;
  readonly height: number;
}

export const defaultSpacing: Spacing = { node: 14, edge: 10, rank: 60 };

/**
 * Neighbours of each node in one array: those of `v` are `list[start[v]]` up to, not with, `list[start[v + 1]]`.
 */
export interface Adjacency {
  readonly start: Int32Array;
  readonly list: Int32Array;
  /** The index of the edge behind each entry of `list`. */
  readonly via: Int32Array;
}

/**
 * @param count number of nodes
 * @param from,to ends of the edges, by index of the edge
 * @returns for each node the nodes at the `to` end of its edges, in the order of the edges
 */
export function adjacencyOf(count: number, from: ArrayLike<number>, to: ArrayLike<number>): Adjacency {
  const start = new Int32Array(count + 1);
  for (let e = 0; e < from.length; e++) start[from[e]! + 1]!++;
  for (let v = 0; v < count; v++) start[v + 1]! += start[v]!;
  const next = start.slice();
  const list = new Int32Array(from.length);
  const via = new Int32Array(from.length);
  for (let e = 0; e < from.length; e++) {
    const slot = next[from[e]!]!++;
    list[slot] = to[e]!;
    via[slot] = e;
  }
  return { start, list, via };
}
