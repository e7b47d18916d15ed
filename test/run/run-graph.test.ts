// Running a graph in parallel: the order, what failures skip, what an abort leaves.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GraphNode, runGraph, type SkipReason } from "../../src/base/run-graph.ts";

const RUNS = process.env.ETL_TEST_LONG ? 1000 : 60;

interface Trace {
  readonly started: string[];
  readonly ended: string[];
  readonly skipped: Map<string, SkipReason>;
  widest: number;
}

interface Options {
  readonly width?: number;
  readonly failFast?: boolean;
  readonly failing?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  readonly onStart?: (id: string) => void;
}

async function run(nodes: readonly GraphNode[], options: Options = {}): Promise<Trace> {
  const trace: Trace = { started: [], ended: [], skipped: new Map(), widest: 0 };
  const busy = new Set<number>();
  await runGraph({
    nodes,
    width: options.width ?? 1,
    signal: options.signal ?? new AbortController().signal,
    failFast: options.failFast ?? false,
    skip: (id, reason) => void trace.skipped.set(id, reason),
    run: async (id, worker) => {
      expect(busy.has(worker)).toBe(false);
      busy.add(worker);
      trace.widest = Math.max(trace.widest, busy.size);
      trace.started.push(id);
      options.onStart?.(id);
      await new Promise((resolve) => setImmediate(resolve));
      busy.delete(worker);
      trace.ended.push(id);
      return options.failing?.has(id) ? "failed" : "passed";
    },
  });
  return trace;
}

function node(id: string, ...parents: string[]): GraphNode {
  return { id, waitsFor: parents.map((parent) => ({ id: parent, gate: true })) };
}

describe("runGraph", () => {
  test("the longest chain goes first, then the id", async () => {
    const { started } = await run([
      node("z"),
      node("short"),
      node("long"),
      node("long2", "long"),
      node("long3", "long2"),
      node("a"),
    ]);
    expect(started).toEqual(["long", "long2", "a", "long3", "short", "z"]);
  });

  test("a failure skips all that depends on it and names the first cause", async () => {
    const nodes = [node("a"), node("b", "a"), node("c", "b"), node("d", "c", "x"), node("x"), node("y", "x")];
    const { started, skipped } = await run(nodes, { failing: new Set(["a"]) });
    expect(started.sort()).toEqual(["a", "x", "y"]);
    expect([...skipped]).toEqual(["b", "c", "d"].map((id) => [id, { kind: "failed", id: "a" }]));
  });

  test("a failure that is no gate is only waited for", async () => {
    const nodes: GraphNode[] = [node("a"), { id: "b", waitsFor: [{ id: "a", gate: false }] }, node("c", "b")];
    const { started, skipped } = await run(nodes, { failing: new Set(["a"]) });
    expect(started).toEqual(["a", "b", "c"]);
    expect(skipped.size).toBe(0);
  });

  test("fail-fast starts nothing more and aborts what runs", async () => {
    const signals: AbortSignal[] = [];
    const skipped: string[] = [];
    await runGraph({
      nodes: [node("a"), node("b"), node("c"), node("d")],
      width: 2,
      signal: new AbortController().signal,
      failFast: true,
      skip: (id, reason) => void skipped.push(`${id} ${reason.kind}`),
      run: async (id, _worker, signal) => {
        signals.push(signal);
        if (id === "a") return "failed";
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        return "failed";
      },
    });
    expect(signals).toHaveLength(2);
    expect(signals.every((signal) => signal.aborted)).toBe(true);
    expect(skipped).toEqual(["c fail-fast", "d fail-fast"]);
  });

  test("an abort skips what has not started and waits for what runs", async () => {
    const controller = new AbortController();
    const { started, ended, skipped } = await run([node("a"), node("b", "a"), node("c", "b")], {
      signal: controller.signal,
      onStart: () => controller.abort(),
    });
    expect([started, ended]).toEqual([["a"], ["a"]]);
    expect([...skipped.values()].map(({ kind }) => kind)).toEqual(["aborted", "aborted"]);
  });

  test("a graph that is aborted before it starts runs nothing", async () => {
    const { started, skipped } = await run([node("a"), node("b", "a")], { signal: AbortSignal.abort() });
    expect(started).toEqual([]);
    expect([...skipped.keys()]).toEqual(["a", "b"]);
  });

  test("a bug in a runner ends the run and is thrown on", async () => {
    const bug = new TypeError("bug");
    const skipped: string[] = [];
    const running = runGraph({
      nodes: [node("a"), node("b", "a")],
      width: 1,
      signal: new AbortController().signal,
      failFast: false,
      skip: (id) => void skipped.push(id),
      run: () => Promise.reject(bug),
    });
    await expect(running).rejects.toBe(bug);
    expect(skipped).toEqual(["b"]);
  });

  test("a cycle is refused", async () => {
    await expect(run([node("a", "b"), node("b", "a")])).rejects.toThrow("cycle");
  });

  test("edges out of the graph and double edges are no trouble", async () => {
    const { started } = await run([node("a", "gone", "gone"), node("b", "a", "a")]);
    expect(started).toEqual(["a", "b"]);
  });

  test("a chain of 20,000 does not overflow the stack", async () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => node(`n${i}`, ...(i === 0 ? [] : [`n${i - 1}`])));
    let count = 0;
    await runGraph({
      nodes,
      width: 4,
      signal: new AbortController().signal,
      failFast: false,
      skip: () => {},
      run: () => {
        count++;
        return Promise.resolve("passed");
      },
    });
    expect(count).toBe(20_000);
  });

  test("every node of any graph runs once, after its parents, or is skipped for a failed ancestor", async () => {
    const graphs = fc
      .array(fc.tuple(fc.array(fc.nat(), { maxLength: 4 }), fc.boolean()), { minLength: 1, maxLength: 30 })
      .map((rows) =>
        rows.map(([parents, fails], i) => ({
          node: node(`n${i}`, ...(i === 0 ? [] : parents.map((p) => `n${p % i}`))),
          fails,
        })),
      );
    await fc.assert(
      fc.asyncProperty(graphs, fc.integer({ min: 1, max: 5 }), async (rows, width) => {
        const failing = new Set(rows.filter(({ fails }) => fails).map((row) => row.node.id));
        const nodes = rows.map((row) => row.node);
        const trace = await run(nodes, { width, failing });
        expect(trace.widest).toBeLessThanOrEqual(width);
        expect([...trace.started, ...trace.skipped.keys()].sort()).toEqual(nodes.map(({ id }) => id).sort());
        const bad = new Set<string>();
        for (const { id, waitsFor } of nodes) {
          const doomed = waitsFor.some((edge) => bad.has(edge.id));
          expect(trace.skipped.has(id)).toBe(doomed);
          if (doomed || failing.has(id)) bad.add(id);
          if (doomed) continue;
          for (const edge of waitsFor)
            expect(trace.started.indexOf(edge.id)).toBeLessThan(trace.started.indexOf(id));
        }
      }),
      { numRuns: RUNS, seed: 20261121 },
    );
  });
});
