// A layout that grows: what is on screen stays where it is, new boxes find free places beside their neighbours. A box
// moves only where it must: to the right, when a new one has to stand between it and its parent, or down, when a box
// above it opens. All boxes are given one width by the caller, so that a column never has to become wider.

import { type Adjacency, adjacencyOf, type Layout, type LayoutGraph, type LayoutNode } from "./graph.ts";
import { keepApart } from "./keep-apart.ts";
import { routePlaced } from "./placed.ts";

/** Where a box stood before: its column, which may be negative, and its upper border. */
export interface Stand {
  readonly column: number;
  readonly y: number;
}

export interface GrownLayout extends Layout {
  /** Columns as they are counted from one growth to the next; `rank` has no holes, this may. */
  readonly column: Int32Array;
}

export interface GrowOptions {
  /** From the left border of one column to that of the next. */
  readonly pitch: number;
  /** Least distance of two boxes in a column. */
  readonly gap: number;
  /** The box that must not move at all: the one that was clicked. */
  readonly anchor?: number;
}

/**
 * @param graph what is shown now, without cycles
 * @param before where nodes stood, by index; undefined for those that are new
 */
export function growLayout(
  graph: LayoutGraph,
  before: readonly (Stand | undefined)[],
  { pitch, gap, anchor }: GrowOptions,
): GrownLayout {
  const { nodes, edges } = graph;
  const from = edges.map(([source]) => source);
  const to = edges.map(([, target]) => target);
  const children = adjacencyOf(nodes.length, from, to);
  const parents = adjacencyOf(nodes.length, to, from);
  const column = growColumns(nodes.length, children, parents, before);
  const y = new Float64Array(nodes.length).fill(Number.NaN);
  before.forEach((stand, v) => {
    if (stand !== undefined && stand.column === column[v]) y[v] = stand.y;
  });
  const columns = membersOf(column);
  for (const members of nearestFirst(columns, y)) placeNew(members, nodes, y, children, parents, gap);
  for (const members of columns.values()) settle(members, nodes, y, gap, anchor);
  const x = Float64Array.from(column, (at) => at * pitch);
  return { ...routePlaced(graph, x, y, column), column };
}

/**
 * Old columns are kept as far as edges allow; new ones follow their parents, or else stand before their children.
 */
function growColumns(
  count: number,
  children: Adjacency,
  parents: Adjacency,
  before: readonly (Stand | undefined)[],
): Int32Array {
  const low = Float64Array.from({ length: count }, (_, v) => before[v]?.column ?? Number.NEGATIVE_INFINITY);
  const order = parentsFirst(count, children, parents);
  for (const v of order) {
    for (let i = parents.start[v]!; i < parents.start[v + 1]!; i++) {
      low[v] = Math.max(low[v]!, low[parents.list[i]!]! + 1);
    }
  }
  for (const v of order.toReversed()) {
    if (low[v] !== Number.NEGATIVE_INFINITY) continue;
    let nearest = Number.POSITIVE_INFINITY;
    for (let i = children.start[v]!; i < children.start[v + 1]!; i++) {
      nearest = Math.min(nearest, low[children.list[i]!]!);
    }
    low[v] = nearest === Number.POSITIVE_INFINITY ? 0 : nearest - 1;
  }
  return Int32Array.from(low);
}

function parentsFirst(count: number, children: Adjacency, parents: Adjacency): number[] {
  const waiting = Int32Array.from({ length: count }, (_, v) => parents.start[v + 1]! - parents.start[v]!);
  const order: number[] = [];
  for (let v = 0; v < count; v++) if (waiting[v] === 0) order.push(v);
  for (let at = 0; at < order.length; at++) {
    const v = order[at]!;
    for (let i = children.start[v]!; i < children.start[v + 1]!; i++) {
      if (--waiting[children.list[i]!]! === 0) order.push(children.list[i]!);
    }
  }
  return order;
}

function membersOf(column: Int32Array): Map<number, number[]> {
  const members = new Map<number, number[]>();
  column.forEach((at, v) => {
    const list = members.get(at);
    if (list) list.push(v);
    else members.set(at, [v]);
  });
  return members;
}

/** Columns that hold old boxes first, then outwards, so that each new box has placed neighbours to look at. */
function nearestFirst(columns: ReadonlyMap<number, number[]>, y: Float64Array): number[][] {
  const settled = [...columns].filter(([, list]) => list.some((v) => !Number.isNaN(y[v]!))).map(([at]) => at);
  const distance = (at: number) => Math.min(...settled.map((other) => Math.abs(other - at)));
  return [...columns].sort(([a], [b]) => distance(a) - distance(b) || a - b).map(([, list]) => list);
}

/**
 * Gives each new box of a column a free place near the mean of its neighbours; equal wishes keep the order of the
 * nodes.
 */
function placeNew(
  members: readonly number[],
  nodes: readonly LayoutNode[],
  y: Float64Array,
  children: Adjacency,
  parents: Adjacency,
  gap: number,
): void {
  const taken = members
    .filter((v) => !Number.isNaN(y[v]!))
    .map((v) => ({ top: y[v]!, bottom: y[v]! + nodes[v]!.h }));
  const wanting = members
    .filter((v) => Number.isNaN(y[v]!))
    .map((v) => ({ v, goal: meanOfNeighbours(v, nodes, y, [children, parents]) }))
    .sort((a, b) => a.goal - b.goal || a.v - b.v);
  const tops: number[] = [];
  for (const { v, goal } of wanting) {
    const { h } = nodes[v]!;
    const top = freePlace(taken, goal - h / 2, h, gap);
    taken.push({ top, bottom: top + h });
    tops.push(top);
  }
  tops.sort((a, b) => a - b);
  wanting.forEach(({ v }, i) => {
    y[v] = tops[i]!;
  });
}

function meanOfNeighbours(
  v: number,
  nodes: readonly LayoutNode[],
  y: Float64Array,
  sides: readonly Adjacency[],
): number {
  let sum = 0;
  let count = 0;
  for (const { start, list } of sides) {
    for (let i = start[v]!; i < start[v + 1]!; i++) {
      const other = list[i]!;
      if (Number.isNaN(y[other]!)) continue;
      sum += y[other]! + nodes[other]!.h / 2;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** The free upper border nearest to the wanted one. */
function freePlace(
  taken: readonly { readonly top: number; readonly bottom: number }[],
  wanted: number,
  height: number,
  gap: number,
): number {
  const isFree = (top: number) =>
    taken.every((box) => top + height + gap <= box.top || top >= box.bottom + gap);
  const candidates = [wanted, ...taken.flatMap((box) => [box.top - gap - height, box.bottom + gap])];
  const free = candidates.filter(isFree);
  return free.reduce((best, top) => (Math.abs(top - wanted) < Math.abs(best - wanted) ? top : best));
}

/** Moves boxes apart where one has grown; without overlap nothing moves. */
function settle(
  members: readonly number[],
  nodes: readonly LayoutNode[],
  y: Float64Array,
  gap: number,
  anchor: number | undefined,
): void {
  const sorted = members.toSorted((a, b) => y[a]! - y[b]! || a - b);
  const top = keepApart(
    sorted.map((v) => y[v]!),
    sorted.map((v) => nodes[v]!.h),
    sorted.map((v) => (v === anchor ? 1e9 : 1)),
    gap,
  );
  sorted.forEach((v, i) => {
    y[v] = top[i]!;
  });
}
