// Heights of the vertices within their columns, after Brandes and Köpf: vertices in line with a median neighbour form
// level blocks, blocks are pushed together, and this is done from all four corners; the mean of the middle two answers
// is taken. Lines that pass several columns come out straight, and no two vertices overlap, since each of the four
// answers keeps them apart. The blocks are compacted along longest paths, there and back, as the published compaction
// by classes can overlap.

import type { Spacing } from "./graph.ts";
import type { Layers } from "./layers.ts";
import { positionsOf } from "./order.ts";

/** One corner to start from: whether columns are read from the right, and vertices from below. */
interface Corner {
  readonly fromRight: boolean;
  readonly fromBelow: boolean;
}

const corners: readonly Corner[] = [
  { fromRight: false, fromBelow: false },
  { fromRight: false, fromBelow: true },
  { fromRight: true, fromBelow: false },
  { fromRight: true, fromBelow: true },
];

/**
 * @param graph with its columns in order
 * @param size height of each vertex; 0 for points of trunks and ports
 * @returns the middle of each vertex; the least upper border is 0
 */
export function assignHeights(graph: Layers, size: ArrayLike<number>, spacing: Spacing): Float64Array {
  const position = positionsOf(graph);
  const conflicting = crossedTrunks(graph, position);
  const answers = corners.map((corner) => {
    const next = alignBlocks(graph, position, conflicting, corner);
    return compactBlocks(graph, next, size, spacing, corner);
  });
  alignToNarrowest(answers, size);
  const count = graph.rank.length;
  const middle = new Float64Array(count);
  const four = new Float64Array(answers.length);
  let top = Number.POSITIVE_INFINITY;
  for (let v = 0; v < count; v++) {
    for (let i = 0; i < four.length; i++) four[i] = answers[i]![v]!;
    four.sort();
    middle[v] = (four[1]! + four[2]!) / 2;
    top = Math.min(top, middle[v]! - size[v]! / 2);
  }
  for (let v = 0; v < count; v++) middle[v]! -= top;
  return middle;
}

/** Marks the segments that cross a trunk: the trunk is the one to be straight. */
function crossedTrunks(graph: Layers, position: Int32Array): Uint8Array {
  const { left, layers, nodeCount } = graph;
  const marks = new Uint8Array(graph.segments.from.length);
  for (let column = 1; column < layers.length; column++) {
    const layer = layers[column]!;
    let low = 0;
    let done = 0;
    for (let at = 0; at < layer.length; at++) {
      const inner = trunkBefore(graph, layer[at]!);
      if (inner < 0 && at + 1 < layer.length) continue;
      const high = inner < 0 ? layers[column - 1]!.length : position[inner]!;
      for (; done <= at; done++) {
        const vertex = layer[done]!;
        for (let i = left.start[vertex]!; i < left.start[vertex + 1]!; i++) {
          const place = position[left.list[i]!]!;
          const isTrunk = vertex >= nodeCount && left.list[i]! >= nodeCount;
          if ((place < low || place > high) && !isTrunk) marks[left.via[i]!] = 1;
        }
      }
      low = high;
    }
  }
  return marks;
}

/** The point of the same trunk one column before, or -1. */
function trunkBefore({ left, nodeCount }: Layers, vertex: number): number {
  if (vertex < nodeCount) return -1;
  const before = left.list[left.start[vertex]!]!;
  return before >= nodeCount ? before : -1;
}

/**
 * Puts each vertex in line with a median neighbour in the column read before.
 *
 * @returns rings: the next vertex of the same block for each vertex, the last one leading back to the first
 */
function alignBlocks(
  graph: Layers,
  position: Int32Array,
  conflicting: Uint8Array,
  { fromRight, fromBelow }: Corner,
): Int32Array {
  const side = fromRight ? graph.right : graph.left;
  const next = Int32Array.from(graph.rank, (_, v) => v);
  const first = next.slice();
  const sign = fromBelow ? -1 : 1;
  const slots: number[] = [];
  for (const layer of inOrder(graph.layers, fromRight)) {
    let reached = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < layer.length; at++) {
      const vertex = layer[fromBelow ? layer.length - 1 - at : at]!;
      slots.length = 0;
      for (let i = side.start[vertex]!; i < side.start[vertex + 1]!; i++) slots.push(i);
      if (slots.length === 0) continue;
      const place = (slot: number) => sign * position[side.list[slot]!]!;
      slots.sort((a, b) => place(a) - place(b));
      const middle = (slots.length - 1) / 2;
      for (const slot of new Set([slots[Math.floor(middle)]!, slots[Math.ceil(middle)]!])) {
        if (next[vertex] !== vertex || conflicting[side.via[slot]!] === 1 || reached >= place(slot)) continue;
        const neighbour = side.list[slot]!;
        next[neighbour] = vertex;
        first[vertex] = first[neighbour]!;
        next[vertex] = first[vertex]!;
        reached = place(slot);
      }
    }
  }
  return next;
}

function inOrder<T>(list: readonly T[], reversed: boolean): readonly T[] {
  return reversed ? list.toReversed() : list;
}

/** Pushes the blocks together towards the side that is read first, then closes gaps by pulling them back. */
function compactBlocks(
  graph: Layers,
  next: Int32Array,
  size: ArrayLike<number>,
  spacing: Spacing,
  { fromBelow }: Corner,
): Float64Array {
  const count = next.length;
  const block = blockNumbers(next);
  const apart = (a: number, b: number) =>
    (size[a]! + size[b]!) / 2 + (size[a]! > 0 && size[b]! > 0 ? spacing.node : spacing.edge);
  // Constraints between neighbours of a column: upper block, lower block, distance.
  const pairs: { upper: number; lower: number; distance: number }[] = [];
  for (const layer of graph.layers) {
    for (let i = 0; i + 1 < layer.length; i++) {
      const a = layer[i]!;
      const b = layer[i + 1]!;
      const [upper, lower] = fromBelow ? [b, a] : [a, b];
      pairs.push({ upper: block[upper]!, lower: block[lower]!, distance: apart(a, b) });
    }
  }
  const place = placeBlocks(count, pairs);
  const sign = fromBelow ? -1 : 1;
  return Float64Array.from(block, (number) => sign * place[number]!);
}

/** The block of each vertex, named by its least vertex. */
function blockNumbers(next: Int32Array): Int32Array {
  const block = new Int32Array(next.length).fill(-1);
  for (let v = 0; v < next.length; v++) {
    if (block[v] !== -1) continue;
    let at = v;
    do {
      block[at] = v;
      at = next[at]!;
    } while (at !== v);
  }
  return block;
}

/** Least places that keep all distances, then as far back as what follows allows. */
function placeBlocks(
  count: number,
  pairs: readonly { readonly upper: number; readonly lower: number; readonly distance: number }[],
): Float64Array {
  const start = new Int32Array(count + 1);
  const waiting = new Int32Array(count);
  for (const { upper, lower } of pairs) {
    start[upper + 1]!++;
    waiting[lower]!++;
  }
  for (let b = 0; b < count; b++) start[b + 1]! += start[b]!;
  const fill = start.slice();
  const below = new Int32Array(pairs.length);
  const distance = new Float64Array(pairs.length);
  for (const pair of pairs) {
    const slot = fill[pair.upper]!++;
    below[slot] = pair.lower;
    distance[slot] = pair.distance;
  }
  const place = new Float64Array(count);
  const order: number[] = [];
  for (let b = 0; b < count; b++) if (waiting[b] === 0) order.push(b);
  for (let at = 0; at < order.length; at++) {
    const b = order[at]!;
    for (let i = start[b]!; i < start[b + 1]!; i++) {
      place[below[i]!] = Math.max(place[below[i]!]!, place[b]! + distance[i]!);
      if (--waiting[below[i]!]! === 0) order.push(below[i]!);
    }
  }
  for (let at = order.length - 1; at >= 0; at--) {
    const b = order[at]!;
    let room = Number.POSITIVE_INFINITY;
    for (let i = start[b]!; i < start[b + 1]!; i++) room = Math.min(room, place[below[i]!]! - distance[i]!);
    if (room !== Number.POSITIVE_INFINITY) place[b] = Math.max(place[b]!, room);
  }
  return place;
}

/** Shifts the answers so that those read from above share the top of the narrowest, those from below its bottom. */
function alignToNarrowest(answers: readonly Float64Array[], size: ArrayLike<number>): void {
  const extents = answers.map((answer) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    answer.forEach((y, v) => {
      low = Math.min(low, y - size[v]! / 2);
      high = Math.max(high, y + size[v]! / 2);
    });
    return { low, high };
  });
  const narrowest = extents.reduce((a, b) => (b.high - b.low < a.high - a.low ? b : a));
  answers.forEach((answer, i) => {
    const shift = corners[i]!.fromBelow ? narrowest.high - extents[i]!.high : narrowest.low - extents[i]!.low;
    for (let v = 0; v < answer.length; v++) answer[v]! += shift;
  });
}
