// Tables of columns read off boxes that stand already, for their lines: of the layout of everything the site keeps
// only the corners of the boxes, which is a tenth of what its lines would take.

import { componentsOf } from "./components.ts";
import type { Layout, LayoutGraph, LayoutNode } from "./graph.ts";
import { type Block, routeByLanes, type Seat } from "./lanes.ts";
import { assignRanks, withoutEmptyRanks } from "./ranks.ts";

/**
 * Draws lines between boxes that have places.
 *
 * @param x,y left upper corners, as `layoutGraph` or `growLayout` gave them for the same graph
 * @param rank columns; worked out from the edges if not given
 */
export function routePlaced(
  { nodes, edges }: LayoutGraph,
  x: Float64Array,
  y: Float64Array,
  rank: Int32Array = assignRanks(nodes.length, edges),
): Layout {
  let block = withoutEmptyRanks(rank);
  let members = membersOf(block);
  if (!areSideBySide(members, nodes, x)) {
    // Parts that were packed have columns of their own.
    const part = new Int32Array(nodes.length);
    componentsOf(nodes.length, edges).forEach((list, index) => {
      for (const v of list) part[v] = index * members.length;
    });
    block = withoutEmptyRanks(block.map((column, v) => part[v]! + column));
    members = membersOf(block);
  }
  const seats = new Array<Seat>(nodes.length);
  const blocks = members.map((list) => tableOf(list, nodes, x, y, seats));
  const scene = { nodes, blocks, seats, block, x, y };
  let width = 0;
  let height = 0;
  nodes.forEach(({ w, h }, v) => {
    width = Math.max(width, x[v]! + w);
    height = Math.max(height, y[v]! + h);
  });
  return { x, y, rank, routes: edges.map((edge) => routeByLanes(edge, scene)), width, height };
}

function membersOf(block: Int32Array): number[][] {
  const members: number[][] = [];
  block.forEach((column, v) => {
    while (members.length <= column) members.push([]);
    members[column]!.push(v);
  });
  return members;
}

/** Whether each column, and each place within its rows, ends before the next one begins. */
function areSideBySide(members: readonly number[][], nodes: readonly LayoutNode[], x: Float64Array): boolean {
  let left = Number.NEGATIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  for (const list of members) {
    if (list.some((v) => x[v]! < right)) return false;
    for (const v of list.toSorted((a, b) => x[a]! - x[b]!)) {
      if (x[v]! > left && x[v]! < right) return false;
      left = x[v]!;
      right = Math.max(right, left + nodes[v]!.w);
    }
  }
  return true;
}

/** Boxes that overlap in height make a row; the left borders of a column's boxes are its places. */
function tableOf(
  members: readonly number[],
  nodes: readonly LayoutNode[],
  x: Float64Array,
  y: Float64Array,
  seats: Seat[],
): Block {
  const lefts = [...new Set(members.map((v) => x[v]!))].sort((a, b) => a - b);
  const place = new Map(lefts.map((left, index) => [left, index]));
  const top: number[] = [];
  const bottom: number[] = [];
  for (const v of members.toSorted((a, b) => y[a]! - y[b]! || x[a]! - x[b]!)) {
    const end = y[v]! + nodes[v]!.h;
    const last = top.length - 1;
    if (last >= 0 && y[v]! < bottom[last]!) bottom[last] = Math.max(bottom[last]!, end);
    else {
      top.push(y[v]!);
      bottom.push(end);
    }
    seats[v] = { row: top.length - 1, place: place.get(x[v]!)! };
  }
  const right = members.reduce((most, v) => Math.max(most, x[v]! + nodes[v]!.w), Number.NEGATIVE_INFINITY);
  return {
    across: lefts.length,
    top: Float64Array.from(top),
    tall: Float64Array.from(bottom, (end, row) => end - top[row]!),
    edges: [...lefts, right],
  };
}
