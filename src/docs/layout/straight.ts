// The drawing of a graph whose columns are short: columns side by side, heights after Brandes and Köpf, and lines along
// the trunks, for which room is kept in the columns they pass.

import type { Layout, LayoutEdge, LayoutNode, Route, Spacing } from "./graph.ts";
import { assignHeights } from "./heights.ts";
import { cutIntoLayers, type Layers } from "./layers.ts";
import { orderLayers } from "./order.ts";

/** Left and right border of each column. */
interface Columns {
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/**
 * @param rank the column of each node, without empty columns
 * @returns the drawing, with its left upper corner at 0, 0
 */
export function drawStraight(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  rank: Int32Array,
  spacing: Spacing,
): Layout {
  const layers = cutIntoLayers(rank, edges);
  orderLayers(layers);
  const size = new Float64Array(layers.rank.length);
  for (let v = 0; v < nodes.length; v++) size[v] = nodes[v]!.h;
  const middle = assignHeights(layers, size, spacing);
  const columns = columnBorders(nodes, layers, spacing);
  const x = Float64Array.from(nodes, (_, v) => columns.left[rank[v]!]!);
  const y = Float64Array.from(nodes, ({ h }, v) => middle[v]! - h / 2);
  const height = middle.reduce((most, at, v) => Math.max(most, at + size[v]! / 2), 0);
  return {
    x,
    y,
    rank,
    routes: edges.map((edge) => routeOf(edge, nodes, layers, middle, columns)),
    width: columns.right.at(-1) ?? 0,
    height,
  };
}

/** Columns are as wide as their widest node; the space between two grows a little with the lines in it. */
function columnBorders(nodes: readonly LayoutNode[], layers: Layers, spacing: Spacing): Columns {
  const count = layers.layers.length;
  const widest = new Float64Array(count);
  nodes.forEach(({ w }, v) => {
    const column = layers.rank[v]!;
    widest[column] = Math.max(widest[column]!, w);
  });
  const lines = new Int32Array(count);
  for (const from of layers.segments.from) lines[layers.rank[from]!]!++;
  const left = new Float64Array(count);
  const right = new Float64Array(count);
  for (let c = 0, at = 0; c < count; c++) {
    left[c] = at;
    right[c] = at + widest[c]!;
    at = right[c]! + spacing.rank + Math.min(lines[c]!, spacing.rank);
  }
  return { left, right };
}

/** From the right side of one node, level through each column on the way, to the left side of the other. */
function routeOf(
  [from, to]: LayoutEdge,
  nodes: readonly LayoutNode[],
  layers: Layers,
  middle: Float64Array,
  { left, right }: Columns,
): Route {
  const { rank, trunk } = layers;
  const rightOf = (v: number) => left[rank[v]!]! + nodes[v]!.w;
  if (rank[from] === rank[to]) return [rightOf(from), middle[from]!, rightOf(to), middle[to]!];
  const [first, last] = rank[from]! < rank[to]! ? [from, to] : [to, from];
  const points = [rightOf(first), middle[first]!];
  if (rightOf(first) < right[rank[first]!]!) points.push(right[rank[first]!]!, middle[first]!);
  for (let column = rank[first]! + 1; column < rank[last]!; column++) {
    const height = middle[trunk[first]! + column - rank[first]! - 1]!;
    points.push(left[column]!, height, right[column]!, height);
  }
  points.push(left[rank[last]!]!, middle[last]!);
  return first === from ? points : reversedRoute(points);
}

function reversedRoute(points: readonly number[]): Route {
  const back: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) back.push(points[i]!, points[i + 1]!);
  return back;
}
