// The layout of a graph in one call: columns, then a drawing that suits them. The same code runs at `docs generate`
// over the whole project and in the browser over what is shown; so nothing outside of this folder is imported.

import { componentsOf } from "./components.ts";
import {
  defaultSpacing,
  type Layout,
  type LayoutEdge,
  type LayoutGraph,
  type LayoutNode,
  type Spacing,
} from "./graph.ts";
import { hasTooLongTrunks } from "./layers.ts";
import { packBoxes } from "./pack.ts";
import { assignRanks, withoutEmptyRanks } from "./ranks.ts";
import { drawStraight } from "./straight.ts";
import { drawWrapped } from "./wrapped.ts";

export interface LayoutOptions {
  readonly spacing?: Spacing;
  /** Width over height to aim at by wrapping long columns; without it, columns stay as long as they are. */
  readonly aspect?: number;
}

/** Columns of up to so many nodes are never wrapped: they can be read, and lines are straighter. */
const UNWRAPPED_ROWS = 16;

/**
 * Lays out a graph from left to right. Nodes with given ranks share their columns; otherwise parts that hang together
 * are drawn each for itself and packed.
 *
 * @returns the drawing; the same for the same input
 */
export function layoutGraph(graph: LayoutGraph, options: LayoutOptions = {}): Layout {
  const { nodes, edges } = graph;
  const spacing = options.spacing ?? defaultSpacing;
  const given = nodes.some((node) => node.rank !== undefined);
  const rank = given
    ? withoutEmptyRanks(nodes.map((node) => node.rank ?? 0))
    : assignRanks(nodes.length, edges);
  const rows = rowsFor(rank, nodes, spacing, options.aspect);
  const isWrapped = rows < longestColumn(rank, nodes) || hasTooLongTrunks(rank, edges);
  if (isWrapped) return drawWrapped(nodes, edges, rank, rows, spacing);
  if (given) return drawStraight(nodes, edges, rank, spacing);
  return drawParts(graph, rank, spacing, options.aspect ?? 1.6);
}

function longestColumn(rank: Int32Array, nodes: readonly LayoutNode[]): number {
  return Math.max(0, ...countsOf(rank, nodes));
}

/** Nodes of each column, without ports. */
function countsOf(rank: Int32Array, nodes: readonly LayoutNode[]): Int32Array {
  const counts = new Int32Array(rank.reduce((most, r) => Math.max(most, r + 1), 0));
  rank.forEach((r, v) => {
    if (nodes[v]!.h > 0) counts[r]!++;
  });
  return counts;
}

/**
 * The number of rows that gives about the wanted shape. It depends on numbers of nodes and their median size only, so that
 * opening one box in place does not reorder all the others.
 */
function rowsFor(
  rank: Int32Array,
  nodes: readonly LayoutNode[],
  spacing: Spacing,
  aspect: number | undefined,
): number {
  const counts = countsOf(rank, nodes);
  const longest = longestColumn(rank, nodes);
  if (aspect === undefined || longest <= UNWRAPPED_ROWS) return longest;
  const cellWidth = median(nodes.map(({ w }) => w)) + 2 * spacing.node;
  const cellHeight = median(nodes.map(({ h }) => h)) + spacing.node;
  const fits = (rows: number) => {
    let width = 0;
    for (const count of counts) width += Math.ceil(count / rows) * cellWidth + 2 * spacing.rank;
    return width <= aspect * rows * cellHeight;
  };
  let low = UNWRAPPED_ROWS;
  let high = longest;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (fits(mid)) high = mid;
    else low = mid + 1;
  }
  return low;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Draws what hangs together each for itself, and packs the drawings. */
function drawParts(graph: LayoutGraph, rank: Int32Array, spacing: Spacing, aspect: number): Layout {
  const { nodes, edges } = graph;
  const parts = componentsOf(nodes.length, edges);
  if (parts.length < 2) return drawStraight(nodes, edges, rank, spacing);
  const indexInPart = new Int32Array(nodes.length);
  const partOf = new Int32Array(nodes.length);
  parts.forEach((members, part) => {
    members.forEach((v, i) => {
      indexInPart[v] = i;
      partOf[v] = part;
    });
  });
  const edgesOf = parts.map((): LayoutEdge[] => []);
  for (const [from, to] of edges) edgesOf[partOf[from]!]!.push([indexInPart[from]!, indexInPart[to]!]);
  const drawings = parts.map((members, part) =>
    drawStraight(
      members.map((v) => nodes[v]!),
      edgesOf[part]!,
      withoutEmptyRanks(members.map((v) => rank[v]!)),
      spacing,
    ),
  );
  const packed = packBoxes(
    drawings.map(({ width, height }) => ({ w: width, h: height })),
    2 * spacing.node,
    aspect,
  );
  return joinParts(graph, parts, partOf, drawings, packed);
}

function joinParts(
  { nodes, edges }: LayoutGraph,
  parts: readonly (readonly number[])[],
  partOf: Int32Array,
  drawings: readonly Layout[],
  packed: ReturnType<typeof packBoxes>,
): Layout {
  const x = new Float64Array(nodes.length);
  const y = new Float64Array(nodes.length);
  const rank = new Int32Array(nodes.length);
  parts.forEach((members, part) => {
    const drawing = drawings[part]!;
    members.forEach((v, i) => {
      x[v] = drawing.x[i]! + packed.x[part]!;
      y[v] = drawing.y[i]! + packed.y[part]!;
      rank[v] = drawing.rank[i]!;
    });
  });
  const next = new Int32Array(parts.length);
  const routes = edges.map(([from]) => {
    const part = partOf[from]!;
    const route = drawings[part]!.routes[next[part]!++]!;
    return route.map((value, i) => value + (i % 2 === 0 ? packed.x[part]! : packed.y[part]!));
  });
  return { x, y, rank, routes, width: packed.width, height: packed.height };
}
