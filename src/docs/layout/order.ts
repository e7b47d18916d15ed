// The order within the columns. It starts from a walk along the edges, which puts what hangs together side by side;
// sweeps to the right and to the left then move each vertex to the mean place of its neighbours, and the best order
// that was met is kept. Small drawings are polished: neighbours swap while that saves a crossing, which the eye sees
// at fifty nodes and not at 10,000.

import { countCrossings } from "./crossings.ts";
import type { Adjacency } from "./graph.ts";
import type { Layers } from "./layers.ts";

/** Sweeps there and back without getting better before it is given up. */
const PATIENCE = 3;
const MOST_SWEEPS = 12;
/** With more segments than this, swapping neighbours costs more than it shows. */
const POLISHED_SEGMENTS = 1_500;

/** Permutes `graph.layers` so that few segments cross. Gives the same for the same graph. */
export function orderLayers(graph: Layers): void {
  walkOrder(graph);
  const position = positionsOf(graph);
  let best = graph.layers.map((layer) => layer.slice());
  let fewest = countCrossings(graph, position);
  for (let sweep = 0, idle = 0; sweep < MOST_SWEEPS && idle < PATIENCE && fewest > 0; sweep++) {
    for (let c = 1; c < graph.layers.length; c++) sortLayer(graph.layers[c]!, graph.left, position);
    for (let c = graph.layers.length - 2; c >= 0; c--) sortLayer(graph.layers[c]!, graph.right, position);
    if (graph.segments.from.length <= POLISHED_SEGMENTS) swapNeighbours(graph, position);
    const crossings = countCrossings(graph, position);
    idle = crossings < fewest ? 0 : idle + 1;
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = graph.layers.map((layer) => layer.slice());
  }
  best.forEach((layer, column) => {
    graph.layers[column]!.set(layer);
  });
}

/** The place of each vertex in its column. */
export function positionsOf(graph: Layers): Int32Array {
  const position = new Int32Array(graph.rank.length);
  for (const layer of graph.layers) placeAll(layer, position);
  return position;
}

/** Orders the columns by a walk in depth, to both sides, from each vertex not yet met. */
function walkOrder(graph: Layers): void {
  const filled = new Int32Array(graph.layers.length);
  const met = new Uint8Array(graph.rank.length);
  const result = graph.layers.map((layer) => layer.slice());
  const starts = graph.layers.flatMap((layer) => Array.from(layer));
  for (const start of starts) {
    const stack = [start];
    while (stack.length > 0) {
      const vertex = stack.pop()!;
      if (met[vertex] === 1) continue;
      met[vertex] = 1;
      const column = graph.rank[vertex]!;
      result[column]![filled[column]!++] = vertex;
      for (const { start: at, list } of [graph.left, graph.right]) {
        for (let i = at[vertex + 1]! - 1; i >= at[vertex]!; i--)
          if (met[list[i]!] === 0) stack.push(list[i]!);
      }
    }
  }
  result.forEach((layer, column) => {
    graph.layers[column]!.set(layer);
  });
}

/**
 * Sorts a column by the mean place of the neighbours at one side; a vertex without any keeps its place in the row.
 */
function sortLayer(layer: Int32Array, side: Adjacency, position: Int32Array): void {
  const mean = new Float64Array(layer.length);
  const moving: number[] = [];
  layer.forEach((vertex, index) => {
    const begin = side.start[vertex]!;
    const end = side.start[vertex + 1]!;
    if (begin === end) return;
    let sum = 0;
    for (let i = begin; i < end; i++) sum += position[side.list[i]!]!;
    mean[index] = sum / (end - begin);
    moving.push(index);
  });
  const slots = moving.slice();
  moving.sort((a, b) => mean[a]! - mean[b]! || a - b);
  const before = layer.slice();
  slots.forEach((slot, i) => {
    layer[slot] = before[moving[i]!]!;
  });
  placeAll(layer, position);
}

function placeAll(layer: Int32Array, position: Int32Array): void {
  for (let i = 0; i < layer.length; i++) position[layer[i]!] = i;
}

/** Swaps neighbours of a column while that saves crossings. */
function swapNeighbours(graph: Layers, position: Int32Array): void {
  for (let round = 0, better = true; better && round < 10; round++) {
    better = false;
    for (const layer of graph.layers) {
      for (let i = 0; i + 1 < layer.length; i++) {
        const upper = layer[i]!;
        const lower = layer[i + 1]!;
        if (savedBySwap(graph, upper, lower, position) <= 0) continue;
        layer[i] = lower;
        layer[i + 1] = upper;
        position[lower] = i;
        position[upper] = i + 1;
        better = true;
      }
    }
  }
}

/** Crossings between the segments of two neighbours, less those after swapping them. */
function savedBySwap(graph: Layers, upper: number, lower: number, position: Int32Array): number {
  let saved = 0;
  for (const { start, list } of [graph.left, graph.right]) {
    for (let i = start[upper]!; i < start[upper + 1]!; i++) {
      for (let k = start[lower]!; k < start[lower + 1]!; k++) {
        saved += Math.sign(position[list[i]!]! - position[list[k]!]!);
      }
    }
  }
  return saved;
}
