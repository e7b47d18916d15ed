// Which column a node stands in: one more than the farthest of its parents, so that every edge goes to the right and
// models of one stage stand together. Nodes without parents (sources, seeds) then move right, up to their first child:
// most of the long lines of a project start at sources, and this makes them short.

import { adjacencyOf, type LayoutEdge } from "./graph.ts";

/**
 * @param count number of nodes
 * @param edges loops are ignored; of a cycle, the edge that closes it (in the order of the nodes) is
 * @returns the column of each node from 0 on, with no column empty
 */
export function assignRanks(count: number, edges: readonly LayoutEdge[]): Int32Array {
  const closing = closingEdges(count, edges);
  const kept = edges.filter((_, e) => closing[e] === 0);
  const children = adjacencyOf(
    count,
    kept.map(([from]) => from),
    kept.map(([, to]) => to),
  );
  const waiting = new Int32Array(count);
  for (const [, to] of kept) waiting[to]!++;
  const isRoot = waiting.map((parents) => (parents === 0 ? 1 : 0));
  const rank = new Int32Array(count);
  const queue: number[] = [];
  for (let v = 0; v < count; v++) if (isRoot[v] === 1) queue.push(v);
  for (let at = 0; at < queue.length; at++) {
    const v = queue[at]!;
    for (let i = children.start[v]!; i < children.start[v + 1]!; i++) {
      const child = children.list[i]!;
      if (rank[child]! <= rank[v]!) rank[child] = rank[v]! + 1;
      if (--waiting[child]! === 0) queue.push(child);
    }
  }
  for (let v = 0; v < count; v++) {
    if (isRoot[v] === 0 || children.start[v] === children.start[v + 1]) continue;
    let nearest = Number.POSITIVE_INFINITY;
    for (let i = children.start[v]!; i < children.start[v + 1]!; i++) {
      nearest = Math.min(nearest, rank[children.list[i]!]!);
    }
    rank[v] = nearest - 1;
  }
  return withoutEmptyRanks(rank);
}

/**
 * @param wanted any whole numbers, negative ones too
 * @returns the same order of columns, counted from 0 without holes
 */
export function withoutEmptyRanks(wanted: ArrayLike<number>): Int32Array {
  const used = [...new Set(Array.from(wanted))].sort((a, b) => a - b);
  const dense = new Map(used.map((rank, index) => [rank, index]));
  return Int32Array.from(wanted, (rank) => dense.get(rank)!);
}

/** Marks loops and the edges that lead back to a node whose descendants are just being looked at; no recursion. */
function closingEdges(count: number, edges: readonly LayoutEdge[]): Uint8Array {
  const children = adjacencyOf(
    count,
    edges.map(([from]) => from),
    edges.map(([, to]) => to),
  );
  const closing = new Uint8Array(edges.length);
  const next = children.start.slice(0, count);
  const state = new Uint8Array(count); // 0 not seen, 1 on the path, 2 done
  const path: number[] = [];
  for (let root = 0; root < count; root++) {
    if (state[root] !== 0) continue;
    path.push(root);
    state[root] = 1;
    while (path.length > 0) {
      const v = path[path.length - 1]!;
      if (next[v] === children.start[v + 1]) {
        state[v] = 2;
        path.pop();
        continue;
      }
      const slot = next[v]!++;
      const child = children.list[slot]!;
      if (state[child] === 1) closing[children.via[slot]!] = 1;
      else if (state[child] === 0) {
        state[child] = 1;
        path.push(child);
      }
    }
  }
  return closing;
}
