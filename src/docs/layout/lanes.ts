// Lines through a drawing whose boxes stand already: out of the own column, level through each column on the way in
// the gap nearest to where the line is going, and in. No box is crossed, and lines of one direction share their lanes.
// It needs no more than the places of the boxes, so it serves wrapped columns, layouts that grew, and layouts read
// from a file.

import type { LayoutEdge, LayoutNode, Route } from "./graph.ts";

/** A column as a table of boxes: rows from above, each with one or several boxes side by side. */
export interface Block {
  readonly across: number;
  /** Upper border and height of each row, in order. */
  readonly top: Float64Array;
  readonly tall: Float64Array;
  /** Left border of each place in a row, and the right border of the last one. */
  readonly edges: readonly number[];
}

/** Where a node stands in its block. */
export interface Seat {
  readonly row: number;
  readonly place: number;
}

/** All that a line needs to find its way. */
export interface Scene {
  readonly nodes: readonly LayoutNode[];
  readonly blocks: readonly Block[];
  readonly seats: readonly Seat[];
  /** The block of each node. */
  readonly block: Int32Array;
  /** Left upper corners of the nodes. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Least distance of a line from a box it passes, where there is room. */
const MARGIN = 6;
/** How far before and after a box a line has reached its lane. */
const TURN = 20;

/** The line of an edge, as `Route` says. */
export function routeByLanes([from, to]: LayoutEdge, scene: Scene): Route {
  const { nodes, blocks, seats, block, x, y } = scene;
  const start = x[from]! + nodes[from]!.w;
  const startHeight = y[from]! + nodes[from]!.h / 2;
  const goal = y[to]! + nodes[to]!.h / 2;
  if (block[from] === block[to]) return [start, startHeight, x[to]! + nodes[to]!.w, goal];
  const points = [start, startHeight];
  leaveBlock(points, blocks[block[from]!]!, seats[from]!, goal);
  const step = block[from]! < block[to]! ? 1 : -1;
  for (let at = block[from]! + step; at !== block[to]; at += step) {
    const passed = blocks[at]!;
    const lane = nearestLane(passed, goal);
    const [left, right] = [passed.edges[0]!, passed.edges.at(-1)!];
    if (step > 0) runLevel(points, left, right, lane);
    else runLevel(points, right, left, lane);
  }
  const target = blocks[block[to]!]!;
  if (seats[to]!.place > 0) {
    const lane = laneBeside(target, seats[to]!.row, points.at(-1)!);
    points.push(target.edges[0]!, lane, x[to]! - TURN, lane);
  }
  points.push(x[to]!, goal);
  return points;
}

/** Runs level from one place to another; a stretch at the same height as the one before lengthens it. */
function runLevel(points: number[], begin: number, end: number, height: number): void {
  const isLonger = points.at(-1) === height && points.at(-3) === height;
  if (isLonger) points[points.length - 2] = end;
  else points.push(begin, height, end, height);
}

/** From the right side of a box to the right side of its block. */
function leaveBlock(points: number[], block: Block, { row, place }: Seat, goal: number): void {
  const right = block.edges.at(-1)!;
  if (place < block.across - 1) {
    const lane = laneBeside(block, row, goal);
    points.push(block.edges[place + 1]! - MARGIN, lane, right, lane);
  } else if (points[0]! < right) points.push(right, points[1]!);
}

/** The lane above or below a row, whichever lies towards `goal`. */
function laneBeside(block: Block, row: number, goal: number): number {
  const middle = block.top[row]! + block.tall[row]! / 2;
  return laneAbove(block, goal < middle ? row : row + 1, goal);
}

/** The height nearest to `goal` that is free of boxes all through the block. */
function nearestLane(block: Block, goal: number): number {
  let low = 0;
  let high = block.top.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (block.top[mid]! + block.tall[mid]! / 2 < goal) low = mid + 1;
    else high = mid;
  }
  return laneAbove(block, low, goal);
}

/** A height between a row and the one above it, as near to `goal` as the boxes let it. */
function laneAbove({ top, tall }: Block, row: number, goal: number): number {
  const above = row === 0 ? Number.NEGATIVE_INFINITY : top[row - 1]! + tall[row - 1]!;
  const below = row === top.length ? Number.POSITIVE_INFINITY : top[row]!;
  if (below - above <= 2 * MARGIN) return (above + below) / 2;
  return Math.min(Math.max(goal, above + MARGIN), below - MARGIN);
}
