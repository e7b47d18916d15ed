// Directed graphs as maps from an id to its neighbours' ids: order, cycles, reachability. Everything is iterative and
// linear in nodes and edges, since projects have chains of thousands of models and recursion would end on them.

import { addTo } from "./groups.ts";

/** Neighbours by id: parents or children, as the caller says. Ids that are no keys have none. */
export type Neighbours = ReadonlyMap<string, readonly string[]>;

/** Turns parents into children (or back); every id that occurs is a key, lists follow the order of the input. */
export function reverse(neighbours: Neighbours): Map<string, string[]> {
  const reversed = new Map<string, string[]>();
  for (const id of neighbours.keys()) reversed.set(id, []);
  for (const [id, list] of neighbours) {
    for (const other of list) addTo(reversed, other, id);
  }
  return reversed;
}

/**
 * @param parents parents by id; parents that are no keys are ignored
 * @returns the ids so that parents come first, otherwise in the order of the map, and the ids that no order exists
 *   for: members of cycles and what depends on them
 */
export function topologicalOrder(parents: Neighbours): {
  readonly order: string[];
  readonly unordered: string[];
} {
  const waiting = new Map<string, number>();
  const order: string[] = [];
  for (const [id, list] of parents) {
    let count = 0;
    for (const parent of list) if (parents.has(parent)) count++;
    waiting.set(id, count);
    if (count === 0) order.push(id);
  }
  const children = reverse(parents);
  // `order` grows while it is read: it is the queue of those whose parents are all placed.
  for (let next = 0; next < order.length; next++) {
    for (const child of children.get(order[next] as string) ?? []) {
      const left = (waiting.get(child) ?? 0) - 1;
      waiting.set(child, left);
      if (left === 0) order.push(child);
    }
  }
  if (order.length === parents.size) return { order, unordered: [] };
  const placed = new Set(order);
  return { order, unordered: [...parents.keys()].filter((id) => !placed.has(id)) };
}

/**
 * @returns one cycle as ids, each a parent of the one before it and the first a parent of the last; undefined when
 *   there is none. A node that is its own parent is a cycle of one.
 */
export function findCycle(parents: Neighbours): string[] | undefined {
  const { unordered } = topologicalOrder(parents);
  const first = unordered[0];
  if (first === undefined) return undefined;
  const left = new Set(unordered);
  const position = new Map<string, number>();
  const path: string[] = [];
  // Every node that could not be placed has a parent that could not be placed either, so this walk meets itself.
  let id = first;
  while (!position.has(id)) {
    position.set(id, path.length);
    path.push(id);
    id = (parents.get(id) ?? []).find((parent) => left.has(parent)) as string;
  }
  return path.slice(position.get(id));
}

/**
 * @param starts where to begin; not part of the answer unless they are reached
 * @param neighbours parents for ancestors, children for descendants
 * @param depth how many steps at most
 */
export function reachable(
  starts: Iterable<string>,
  neighbours: Neighbours,
  depth = Number.POSITIVE_INFINITY,
): Set<string> {
  const found = new Set<string>();
  let frontier: Iterable<string> = starts;
  for (let step = 0; step < depth; step++) {
    const next: string[] = [];
    for (const id of frontier) {
      for (const other of neighbours.get(id) ?? []) {
        if (found.has(other)) continue;
        found.add(other);
        next.push(other);
      }
    }
    if (next.length === 0) break;
    frontier = next;
  }
  return found;
}

/**
 * How long the longest chain below each node is, the node itself included.
 * @param order parents first, as `topologicalOrder` gives it
 * @param weight what one node counts; 1 when absent
 */
export function longestPathBelow(
  order: readonly string[],
  children: Neighbours,
  weight?: (id: string) => number,
): Map<string, number> {
  const length = new Map<string, number>();
  for (let i = order.length - 1; i >= 0; i--) {
    const id = order[i] as string;
    let below = 0;
    for (const child of children.get(id) ?? []) below = Math.max(below, length.get(child) ?? 0);
    length.set(id, below + (weight?.(id) ?? 1));
  }
  return length;
}
