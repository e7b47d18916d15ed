// The parts of a graph that hang together.

import type { LayoutEdge } from "./graph.ts";

/** @returns the nodes of each part in their order, the largest part first, equal ones by their first node */
export function componentsOf(count: number, edges: readonly LayoutEdge[]): number[][] {
  const parent = Int32Array.from({ length: count }, (_, v) => v);
  const rootOf = (v: number): number => {
    let root = v;
    while (parent[root] !== root) root = parent[root]!;
    for (let at = v; at !== root; ) {
      const next = parent[at]!;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  for (const [from, to] of edges) parent[rootOf(to)] = rootOf(from);
  const members = new Map<number, number[]>();
  for (let v = 0; v < count; v++) {
    const root = rootOf(v);
    const list = members.get(root);
    if (list) list.push(v);
    else members.set(root, [v]);
  }
  return [...members.values()].sort((a, b) => b.length - a.length || a[0]! - b[0]!);
}
