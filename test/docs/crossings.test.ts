// Graphs of public projects: no more lines cross than when dagre lays them out. dagre's counts are recorded, with the
// graphs, by fixtures/record-crossings.mjs.

import { describe, expect, test } from "vitest";
import { layoutGraph } from "../../src/docs/layout/layout-graph.ts";
import recorded from "./fixtures/crossings.json" with { type: "json" };

describe.each(recorded)("$name", ({ count, edges, dagre }) => {
  test("crosses no more lines than dagre", () => {
    const nodes = Array.from({ length: count }, () => ({ w: 180, h: 34 }));
    const { routes } = layoutGraph({ nodes, edges: edges.map(([from, to]) => [from!, to!] as const) });
    expect(crossings(routes)).toBeLessThanOrEqual(dagre);
  });
});

/** Pairs of lines that cross anywhere; the same count as when the fixture was recorded. */
function crossings(routes: readonly (readonly number[])[]): number {
  let count = 0;
  routes.forEach((a, index) => {
    for (const b of routes.slice(index + 1)) if (cross(a, b)) count++;
  });
  return count;
}

function cross(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 2; i < a.length; i += 2) {
    for (let k = 2; k < b.length; k += 2) {
      if (segmentsCross(a.slice(i - 2, i + 2), b.slice(k - 2, k + 2))) return true;
    }
  }
  return false;
}

function segmentsCross(first: readonly number[], second: readonly number[]): boolean {
  const [ax, ay, bx, by] = first as [number, number, number, number];
  const [cx, cy, dx, dy] = second as [number, number, number, number];
  const side = (px: number, py: number, qx: number, qy: number, rx: number, ry: number) =>
    Math.sign(Math.round(((qx - px) * (ry - py) - (qy - py) * (rx - px)) * 1e3));
  const [c, d] = [side(ax, ay, bx, by, cx, cy), side(ax, ay, bx, by, dx, dy)];
  const [a, b] = [side(cx, cy, dx, dy, ax, ay), side(cx, cy, dx, dy, bx, by)];
  return c * d < 0 && a * b < 0;
}
