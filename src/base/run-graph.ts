// The one place that runs things in parallel: a graph of ids, a number of workers, and the rules of what happens to
// those that wait for something that failed. It knows nothing of what is run.

import { setMaxListeners } from "node:events";
import { longestPathBelow, reverse, topologicalOrder } from "./dag.ts";

/** What a node waits for. The failure of a gate skips the node; that of any other is only waited for. */
export interface Edge {
  readonly id: string;
  readonly gate: boolean;
}

export interface GraphNode {
  readonly id: string;
  /** Ids that are not in the graph are ignored. */
  readonly waitsFor: readonly Edge[];
  /** Of nodes that are ready, those of a lower stage start first. 0 when left out. */
  readonly stage?: number;
}

/** Why a node was not run; `id` is the node whose failure was the first cause. */
export type SkipReason =
  | { readonly kind: "failed"; readonly id: string }
  | { readonly kind: "fail-fast"; readonly id: string }
  | { readonly kind: "halted" }
  | { readonly kind: "aborted" };

export interface RunGraphOptions {
  readonly nodes: readonly GraphNode[];
  /** How many run at the same time, at least 1. */
  readonly width: number;
  /** Aborted: nothing starts any more, and the signal given to `run` is aborted. */
  readonly signal: AbortSignal;
  /** The first failure has the same effect as an abort. */
  readonly failFast: boolean;
  /** Asked before each node: once true, nothing starts any more, and what runs comes to its end. */
  readonly halts?: () => boolean;
  /**
   * Runs one node. @param worker 0-based number of the worker that runs it; never used by two at once.
   * @returns "tolerated": a failure that skips nothing behind it, though fail-fast ends the run because of it
   * @param signal aborted by the caller or by fail-fast. A rejection is a bug: it ends the run and is thrown on.
   */
  run(id: string, worker: number, signal: AbortSignal): Promise<"passed" | "failed" | "tolerated">;
  /** Called once for each node that does not run, after what it waits for has ended. */
  skip(id: string, reason: SkipReason): void;
}

/**
 * Runs the nodes in an order that respects `waitsFor`: of those that are ready, the one of the lowest stage first, then the
 * one with the longest chain below it, then by id. Returns when every node was run or skipped and nothing runs any more.
 * @throws Error when the graph has a cycle, or what `run` threw, after all that were running have ended
 */
export async function runGraph(options: RunGraphOptions): Promise<void> {
  if (options.nodes.length === 0) return;
  await new GraphRun(options).finished;
}

class GraphRun {
  readonly finished: Promise<void>;
  readonly #options: RunGraphOptions;
  readonly #children: ReadonlyMap<string, readonly Edge[]>;
  readonly #waiting = new Map<string, number>();
  /** Why a node that is not ready yet will be skipped. */
  readonly #doomed = new Map<string, SkipReason>();
  readonly #ready: Heap;
  readonly #idle: number[] = [];
  readonly #stop = new AbortController();
  #running = 0;
  #left: number;
  #stopped: SkipReason | undefined;
  #thrown: { readonly error: unknown } | undefined;
  #settle: () => void = () => {};

  constructor(options: RunGraphOptions) {
    this.#options = options;
    // As many as there are workers.
    setMaxListeners(0, this.#stop.signal);
    this.#left = options.nodes.length;
    const { parents, children } = connect(options.nodes);
    this.#children = children;
    const { order, unordered } = topologicalOrder(parents);
    if (unordered.length > 0) throw new Error(`the graph to run has a cycle through ${unordered[0]}`);
    const below = longestPathBelow(order, reverse(parents));
    const stages = new Map(options.nodes.map(({ id, stage = 0 }) => [id, stage]));
    const difference = (ranks: ReadonlyMap<string, number>, a: string, b: string) =>
      (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0);
    this.#ready = new Heap((a, b) => difference(stages, a, b) || difference(below, b, a) || (a < b ? -1 : 1));
    for (let worker = Math.max(1, options.width) - 1; worker >= 0; worker--) this.#idle.push(worker);
    for (const [id, list] of parents) {
      this.#waiting.set(id, list.length);
      if (list.length === 0) this.#ready.push(id);
    }
    this.finished = this.#start();
  }

  async #start(): Promise<void> {
    const { signal } = this.#options;
    const abort = () => this.#halt({ kind: "aborted" });
    signal.addEventListener("abort", abort, { once: true });
    try {
      await new Promise<void>((resolve) => {
        this.#settle = resolve;
        if (signal.aborted) abort();
        else this.#advance();
      });
    } finally {
      signal.removeEventListener("abort", abort);
    }
    if (this.#thrown) throw this.#thrown.error;
  }

  #halt(reason: SkipReason): void {
    this.#stopped ??= reason;
    this.#stop.abort();
    this.#advance();
  }

  /** Starts and skips what is ready, as long as something is. */
  #advance(): void {
    while (this.#ready.size > 0) {
      if (this.#options.halts?.()) this.#stopped ??= { kind: "halted" };
      const reason = this.#stopped ?? this.#doomed.get(this.#ready.peek() as string);
      if (reason === undefined && this.#idle.length === 0) break;
      const id = this.#ready.pop() as string;
      if (reason !== undefined) {
        this.#options.skip(id, reason);
        this.#done(id, reason);
      } else {
        void this.#run(id, this.#idle.pop() as number);
      }
    }
    if (this.#left === 0 && this.#running === 0) this.#settle();
  }

  async #run(id: string, worker: number): Promise<void> {
    this.#running++;
    let ended: "passed" | "failed" | "tolerated" = "passed";
    try {
      ended = await this.#options.run(id, worker, this.#stop.signal);
    } catch (error) {
      this.#thrown ??= { error };
      this.#stopped ??= { kind: "aborted" };
      this.#stop.abort();
    }
    this.#running--;
    this.#idle.push(worker);
    this.#done(id, ended === "failed" ? { kind: "failed", id } : undefined);
    if (ended !== "passed" && this.#options.failFast) this.#halt({ kind: "fail-fast", id });
    else this.#advance();
  }

  #done(id: string, failure: SkipReason | undefined): void {
    this.#left--;
    for (const { id: child, gate } of this.#children.get(id) ?? []) {
      if (failure && gate && !this.#doomed.has(child)) this.#doomed.set(child, failure);
      const waiting = (this.#waiting.get(child) ?? 0) - 1;
      this.#waiting.set(child, waiting);
      if (waiting === 0) this.#ready.push(child);
    }
  }
}

/** Edges in both directions, without those that lead out of the graph; of two edges between two nodes a gate wins. */
function connect(nodes: readonly GraphNode[]): {
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly children: ReadonlyMap<string, readonly Edge[]>;
} {
  const known = new Set(nodes.map((node) => node.id));
  const parents = new Map<string, string[]>();
  const children = new Map<string, Edge[]>();
  for (const { id, waitsFor } of nodes) {
    const gates = new Map<string, boolean>();
    for (const edge of waitsFor) {
      if (known.has(edge.id)) gates.set(edge.id, edge.gate || gates.get(edge.id) === true);
    }
    parents.set(id, [...gates.keys()]);
    for (const [parent, gate] of gates) {
      const list = children.get(parent);
      if (list) list.push({ id, gate });
      else children.set(parent, [{ id, gate }]);
    }
  }
  return { parents, children };
}

/** A binary heap of ids; `before` is negative when its first argument comes out first. */
class Heap {
  readonly #items: string[] = [];

  constructor(private readonly before: (a: string, b: string) => number) {}

  get size(): number {
    return this.#items.length;
  }

  peek(): string | undefined {
    return this.#items[0];
  }

  push(id: string): void {
    const items = this.#items;
    let hole = items.push(id) - 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (this.before(items[parent] as string, id) <= 0) break;
      items[hole] = items[parent] as string;
      hole = parent;
    }
    items[hole] = id;
  }

  pop(): string | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.before(items[child + 1] as string, items[child] as string) < 0)
        child++;
      if (this.before(last, items[child] as string) <= 0) break;
      items[hole] = items[child] as string;
      hole = child;
    }
    items[hole] = last;
    return top;
  }
}
