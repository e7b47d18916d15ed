// Orders, paths and parts of graphs.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findCycle, longestPathBelow, reachable, reverse, topologicalOrder } from "../../src/base/dag.ts";

const RUNS = process.env.ETL_TEST_LONG ? 2000 : 100;

const anyGraph = fc
  .array(fc.array(fc.nat(19), { maxLength: 4 }), { minLength: 1, maxLength: 20 })
  .map(
    (lists) =>
      new Map(
        lists.map((list, i) => [`n${i}`, [...new Set(list.map((parent) => `n${parent % lists.length}`))]]),
      ),
  );

describe("dag", () => {
  test("parents come first, others in the order of the input", () => {
    const parents = new Map([
      ["c", ["a"]],
      ["b", []],
      ["a", []],
    ]);
    expect(topologicalOrder(parents)).toEqual({ order: ["b", "a", "c"], unordered: [] });
  });

  test("a cycle is told as a path of parents", () => {
    const parents = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["a"]],
      ["d", ["a"]],
    ]);
    expect(findCycle(parents)).toEqual(["a", "b", "c"]);
    expect(findCycle(new Map([["a", ["a"]]]))).toEqual(["a"]);
    expect(findCycle(new Map([["a", ["gone"]]]))).toBeUndefined();
  });

  test("reachable counts steps", () => {
    const children = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["d"]],
    ]);
    expect([...reachable(["a"], children)]).toEqual(["b", "c", "d"]);
    expect([...reachable(["a"], children, 2)]).toEqual(["b", "c"]);
    expect([...reachable(["a"], children, 0)]).toEqual([]);
  });

  test("the longest path counts weights", () => {
    const parents = new Map([
      ["a", []],
      ["b", ["a"]],
      ["c", ["a"]],
    ]);
    const { order } = topologicalOrder(parents);
    const heavy = longestPathBelow(order, reverse(parents), (id) => (id === "c" ? 5 : 1));
    expect([...heavy]).toEqual([
      ["c", 5],
      ["b", 1],
      ["a", 6],
    ]);
  });

  test("a chain of 100,000 is no trouble", () => {
    const parents = new Map(
      Array.from({ length: 100_000 }, (_, i) => [`n${i}`, i === 0 ? [] : [`n${i - 1}`]] as const),
    );
    const { order } = topologicalOrder(parents);
    expect(longestPathBelow(order, reverse(parents)).get("n0")).toBe(100_000);
    expect(reachable(["n99999"], parents).size).toBe(99_999);
  });

  test("what cannot be ordered holds a real cycle, and the rest is ordered", () => {
    fc.assert(
      fc.property(anyGraph, (parents) => {
        const { order, unordered } = topologicalOrder(parents);
        expect([...order, ...unordered].sort()).toEqual([...parents.keys()].sort());
        for (const [i, id] of order.entries()) {
          for (const parent of parents.get(id) ?? []) expect(order.indexOf(parent)).toBeLessThan(i);
        }
        const cycle = findCycle(parents);
        expect(cycle === undefined).toBe(unordered.length === 0);
        cycle?.forEach((id, i) => {
          expect(parents.get(id)).toContain(cycle[(i + 1) % cycle.length]);
        });
      }),
      { numRuns: RUNS, seed: 20261121 },
    );
  });
});
