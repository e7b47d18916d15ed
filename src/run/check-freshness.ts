// `source freshness`: how old the newest row of each source is, against its thresholds.
// Behaviour of dbt (task/freshness.py; contracts: FreshnessThreshold.status).

import { type Diagnostic, EtlError, errorAt, warningAt } from "../base/diagnostic.ts";
import { runGraph } from "../base/run-graph.ts";
import { Compiler } from "../compile/compile-node.ts";
import type { RunDeps } from "../compile/deps.ts";
import { parseTime } from "../compile/event-time.ts";
import { sourceRelation } from "../compile/node-relation.ts";
import { nodeScope } from "../compile/node-scope.ts";
import { runReferences } from "../compile/references.ts";
import { fail } from "../context/fail.ts";
import { createGlobals } from "../context/globals.ts";
import { BUILT_IN_PACKAGE } from "../context/macro-index.ts";
import { informationSchema, RelationValue } from "../context/relation-value.ts";
import type { SharedScope } from "../context/scope.ts";
import { StatementResult } from "../context/statement-results.ts";
import { TableValue } from "../context/table-value.ts";
import { driveAsync } from "../jinja/drive.ts";
import { toText } from "../jinja/operations.ts";
import type { Value } from "../jinja/value.ts";
import type { FreshnessThreshold, NodeId, Source } from "../manifest/node.ts";
import { Breaker, UNREACHABLE } from "./breaker.ts";
import { responseOf, responseParts } from "./materialize.ts";
import { describeNodeError } from "./node-error.ts";
import { nodeFacts } from "./node-facts.ts";
import { NodeProgress } from "./outcome.ts";
import { type AdapterResponse, type Timing, threadName } from "./report.ts";
import { type RunContext, type Work, withWork } from "./run-context.ts";

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
  readonly measured?: {
    readonly maxLoadedAt: Date;
    readonly snapshottedAt: Date;
    readonly response: AdapterResponse;
  };
  readonly message: string | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly timing: readonly Timing[];
  readonly thread: string;
  readonly seconds: number;
}

/** What an empty table counts as: older than anything. */
const NEVER = new Date("0001-01-01T00:00:00Z");

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
  const context: RunContext = { deps, compiler: new Compiler(deps), breaker };
  const sources = new Map<NodeId, Source>();
  for (const id of selection) {
    const source = deps.manifest.resources.get(id);
    if (source?.resourceType === "source" && hasThresholds(source)) sources.set(id, source);
  }
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
    skip: (id, reason) => {
      const source = sources.get(id) as Source;
      results.push({
        source,
        status: "runtime error",
        message: reason.kind === "halted" ? UNREACHABLE : "interrupted",
        diagnostics: [],
        timing: [],
        thread: "",
        seconds: 0,
      });
    },
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
      withWork(context, { id: source.id, signal }, (work) => measure(context, source, work)),
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
  const hours = age / PERIOD_MS.hour;
  const told =
    hours > 1e6
      ? "it has no rows"
      : hours < 48
        ? `its newest row is ${hours.toFixed(1)} hours old`
        : `its newest row is ${(hours / 24).toFixed(1)} days old`;
  const { count, period } = (status === "error"
    ? source.freshness?.errorAfter
    : source.freshness?.warnAfter) ?? { count: 0, period: null };
  const make = status === "error" ? errorAt : warningAt;
  return make(
    "freshness-stale",
    `source "${source.sourceName}.${source.name}" is stale: ${told}, ${status}_after is ${count} ${period}${count === 1 ? "" : "s"}`,
    source.place,
  );
}

type Measured = NonNullable<FreshnessResult["measured"]>;

async function measure(context: RunContext, source: Source, work: Work): Promise<Measured> {
  const { deps, compiler } = context;
  const { shared } = deps;
  const relation = sourceRelation(source, shared);
  const globals = createGlobals(
    nodeScope({
      shared,
      manifest: deps.manifest,
      graph: compiler.graph.get,
      resource: source,
      config: source.config,
      references: runReferences({ shared, index: compiler.index, node: source, empty: false }),
      relation,
      extra: new Map(),
    }),
  );
  const value = new RelationValue(relation, shared.adapter);
  if (source.loadedAtQuery !== null) {
    const { file, line, column } = source.place;
    const template = shared.environment.compile({ file, text: source.loadedAtQuery, line, column });
    const { text } = await driveAsync(template.render(globals), work.answerer.answer);
    return readMeasured(
      await driveAsync(
        globals.callMacro("collect_freshness_custom_sql", [value, text]),
        work.answerer.answer,
      ),
    );
  }
  if (source.loadedAtField === null) {
    if (!knowsLastChange(shared)) throw noField(source, shared.adapter.type);
    const args = [informationSchema(value, null), [value]];
    return readLastChange(
      await driveAsync(globals.callMacro(LAST_CHANGE, args), work.answerer.answer),
      source,
    );
  }
  const filter = source.freshness?.filter ?? null;
  return readMeasured(
    await driveAsync(
      globals.callMacro("collect_freshness", [value, source.loadedAtField, filter]),
      work.answerer.answer,
    ),
  );
}

const LAST_CHANGE = "get_relation_last_modified";

/** Whether the adapter tells when a relation was changed last, which counts where no column does (dbt's metadata freshness). */
function knowsLastChange({ macros, config }: SharedScope): boolean {
  const macro = macros.dispatch(LAST_CHANGE, BUILT_IN_PACKAGE, config.project.name);
  return macro !== undefined && !macro.name.startsWith("default__");
}

/** Of that macro: schema, name, time of the change and clock, one row a relation. */
function readLastChange(result: Value, { sourceName, name }: Source): Measured {
  if (result instanceof StatementResult && result.table instanceof TableValue) {
    const [, , changed = null, clock = null] = result.table.data.rows[0] ?? [];
    const maxLoadedAt = parseTime(toText(changed));
    const snapshottedAt = parseTime(toText(clock));
    if (maxLoadedAt && snapshottedAt)
      return { maxLoadedAt, snapshottedAt, response: responseOf(responseParts(result)) };
  }
  return fail(
    "DbtRuntimeError",
    `the warehouse does not tell when ${sourceName}.${name} was changed`,
    "it may not exist, or not be readable for the role; or add loaded_at_field",
  );
}

/**
 * The macros give a result of one row: the newest time of loading, the warehouse's clock. Those of projects that were
 * written before dbt 1.5 give its table alone.
 */
function readMeasured(result: Value): Measured {
  const isWhole = result instanceof StatementResult;
  const table = isWhole ? result.table : result;
  const rows = table instanceof TableValue ? table.data.rows : [];
  const [newest = null, clock = null] = rows[0] ?? [];
  if (rows.length !== 1 || rows[0]?.length !== 2) {
    return fail(
      "MacroResultError",
      "the query of a freshness check must give one row with two columns",
      "check the macro collect_freshness",
    );
  }
  const snapshottedAt = parseTime(toText(clock));
  const maxLoadedAt = newest === null ? NEVER : parseTime(toText(newest));
  if (!snapshottedAt || !maxLoadedAt) {
    return fail(
      "DbtRuntimeError",
      `loaded_at gave ${toText(newest)}, which is no time`,
      "cast it: loaded_at_field: loaded_at::timestamp",
    );
  }
  return { maxLoadedAt, snapshottedAt, response: isWhole ? responseOf(responseParts(result)) : {} };
}

function noField(source: Source, adapter: string): EtlError {
  return new EtlError([
    errorAt(
      "freshness-config",
      `source "${source.sourceName}.${source.name}" has no loaded_at_field, which ${adapter} needs for its freshness`,
      source.place,
      {
        help: "add loaded_at_field: the column that tells when a row was loaded",
      },
    ),
  ]);
}
