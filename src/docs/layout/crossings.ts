// Counts the crossings of segments between neighbouring columns: pairs whose ends stand in opposite orders. A Fenwick
// tree makes it E log V, so the sweeps can ask after each pass whether it was for the better.

import type { Layers } from "./layers.ts";

/**
 * @param position place of each vertex in its column
 * @returns the number of crossings of the whole drawing
 */
export function countCrossings(graph: Layers, position: Int32Array): number {
  let crossings = 0;
  for (let column = 0; column + 1 < graph.layers.length; column++) {
    crossings += crossingsBetween(graph, column, position);
  }
  return crossings;
}

/** Crossings between a column and the one at its right. */
function crossingsBetween(graph: Layers, column: number, position: Int32Array): number {
  const { right, layers } = graph;
  const size = layers[column + 1]!.length;
  const tree = new Int32Array(size + 1);
  let seen = 0;
  let crossings = 0;
  for (const vertex of layers[column]!) {
    const targets = right.list.subarray(right.start[vertex], right.start[vertex + 1]);
    for (const target of targets) {
      let notAbove = 0;
      for (let i = position[target]! + 1; i > 0; i -= i & -i) notAbove += tree[i]!;
      crossings += seen - notAbove;
    }
    // Segments of one vertex do not cross each other, so they are entered when all of them were counted.
    for (const target of targets) {
      for (let i = position[target]! + 1; i <= size; i += i & -i) tree[i]!++;
    }
    seen += targets.length;
  }
  return crossings;
}
