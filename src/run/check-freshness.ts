// `source freshness`: how old the newest row of each source is, against its thresholds.
// Behaviour of dbt (task/freshness.py; contracts: FreshnessThreshold.status).

import { type Diagnostic, errorAt, warningAt } from "../base/diagnostic.ts";
import { runGraph, type SkipReason } from "../base/run-graph.ts";
import { Compiler } from "../compile/compile-node.ts";
import type { RunDeps } from "../compile/deps.ts";
import type { FreshnessThreshold, NodeId, Source } from "../manifest/node.ts";
import { Suspects } from "./abrupt-losses.ts";
import { Breaker, UNREACHABLE } from "./breaker.ts";
import { type MeasuredFreshness, measureSource } from "./measure-source.ts";
import { describeNodeError } from "./node-error.ts";
import { nodeFacts } from "./node-facts.ts";
import { NodeProgress } from "./outcome.ts";
import { type Timing, threadName } from "./report.ts";
import { type RunContext, withWork } from "./run-context.ts";

export interface FreshnessReport {
  readonly generatedAt: Date;
  readonly seconds: number;
  readonly results: readonly FreshnessResult[];
  readonly interrupted: boolean;
  /** No source is stale beyond error_after and every check ran: exit 0. */
  readonly success: boolean;
}

export interface FreshnessResult {
  readonly source: Source;
  readonly status: "pass" | "warn" | "error" | "runtime error";
  /** Absent when the check itself failed. */
  readonly measured?: MeasuredFreshness;
  readonly message: string | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly timing: readonly Timing[];
  readonly thread: string;
  readonly seconds: number;
}

/**
 * Checks the selected sources that have thresholds; emits run-started, node-started and node-finished as a run does.
 * @returns a result a source, in the order in which they ended; empty when no source has thresholds
 */
export async function checkFreshness(
  selection: ReadonlySet<NodeId>,
  deps: RunDeps,
): Promise<FreshnessReport> {
  const { host, config, adapter } = deps.shared;
  const started = host.elapsedMs();
  const breaker = new Breaker();
  const context: RunContext = { deps, compiler: new Compiler(deps), breaker, suspects: new Suspects() };
  const sources = sourcesToCheck(selection, deps);
  const total = sources.size;
  const width = Math.min(config.threads, adapter.capabilities.maxParallel);
  host.emit({
    kind: "run-started",
    total,
    threads: width,
    adapter: adapter.type,
    target: config.profile.target,
  });
  const results: FreshnessResult[] = [];
  let index = 0;
  await runGraph({
    nodes: [...sources.keys()].map((id) => ({ id, waitsFor: [] })),
    width,
    signal: host.signal,
    failFast: false,
    halts: () => breaker.isOpen,
    skip: (id, reason) => void results.push(unchecked(sources.get(id) as Source, reason)),
    run: async (id, worker, signal) => {
      const source = sources.get(id) as Source;
      const node = nodeFacts(source);
      const at = ++index;
      host.emit({ kind: "node-started", node, index: at, total });
      const result = await checkSource(context, source, threadName(worker), signal);
      results.push(result);
      const { status, seconds, message, diagnostics } = result;
      host.emit({
        kind: "node-finished",
        node,
        index: at,
        total,
        status,
        seconds,
        message: message ?? "",
        diagnostics,
      });
      return "passed";
    },
  });
  const interrupted = host.signal.aborted;
  const success = !interrupted && results.every(({ status }) => status === "pass" || status === "warn");
  return {
    generatedAt: host.now(),
    seconds: (host.elapsedMs() - started) / 1000,
    results,
    interrupted,
    success,
  };
}

/** Those of the selection that have thresholds. */
function sourcesToCheck(selection: ReadonlySet<NodeId>, { manifest }: RunDeps): ReadonlyMap<NodeId, Source> {
  const sources = new Map<NodeId, Source>();
  for (const id of selection) {
    const source = manifest.resources.get(id);
    if (source?.resourceType === "source" && hasThresholds(source)) sources.set(id, source);
  }
  return sources;
}

function unchecked(source: Source, { kind }: SkipReason): FreshnessResult {
  const message = kind === "halted" ? UNREACHABLE : "interrupted";
  const result = { source, status: "runtime error" as const, message };
  return { ...result, diagnostics: [], timing: [], thread: "", seconds: 0 };
}

function hasThresholds({ freshness }: Source): boolean {
  return freshness !== null && [freshness.warnAfter, freshness.errorAfter].some(isSet);
}

function isSet({ count, period }: FreshnessThreshold): boolean {
  return count !== null && period !== null;
}

async function checkSource(
  context: RunContext,
  source: Source,
  thread: string,
  signal: AbortSignal,
): Promise<FreshnessResult> {
  const { shared } = context.deps;
  const started = shared.host.elapsedMs();
  const progress = new NodeProgress(shared.host);
  const result = (
    rest: Pick<FreshnessResult, "status" | "message" | "diagnostics" | "measured">,
  ): FreshnessResult => ({
    source,
    thread,
    timing: progress.timing,
    seconds: (shared.host.elapsedMs() - started) / 1000,
    ...rest,
  });
  try {
    const measured = await progress.measure("execute", () =>
      withWork(context, { id: source.id, signal }, (work) => measureSource(context, source, work)),
    );
    const age = measured.snapshottedAt.getTime() - measured.maxLoadedAt.getTime();
    const status = statusOf(source, age);
    return result({
      status,
      message: null,
      measured,
      diagnostics: status === "pass" ? [] : [staleness(source, status, age)],
    });
  } catch (error) {
    const { message, diagnostics } = describeNodeError(error, source, shared);
    return result({ status: "runtime error", message, diagnostics });
  }
}

function statusOf({ freshness }: Source, age: number): "pass" | "warn" | "error" {
  if (freshness && exceeded(freshness.errorAfter, age)) return "error";
  return freshness && exceeded(freshness.warnAfter, age) ? "warn" : "pass";
}

const PERIOD_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function exceeded({ count, period }: FreshnessThreshold, age: number): boolean {
  return count !== null && period !== null && age > count * PERIOD_MS[period];
}

function staleness(source: Source, status: "warn" | "error", age: number): Diagnostic {
  const { count, period } = (status === "error"
    ? source.freshness?.errorAfter
    : source.freshness?.warnAfter) ?? { count: 0, period: null };
  const make = status === "error" ? errorAt : warningAt;
  return make(
    "freshness-stale",
    `source "${source.sourceName}.${source.name}" is stale: ${ageText(age)}, ${status}_after is ${count} ${period}${count === 1 ? "" : "s"}`,
    source.place,
  );
}

function ageText(age: number): string {
  const hours = age / PERIOD_MS.hour;
  if (hours > 1e6) return "it has no rows";
  if (hours < 48) return `its newest row is ${hours.toFixed(1)} hours old`;
  return `its newest row is ${(hours / 24).toFixed(1)} days old`;
}
