// Runs a microbatch model: one batch after the other, each compiled with its own window and committed by itself, so that
// a failed batch can be run again alone. Behaviour of dbt (task/run.py, MicrobatchModelRunner).

import { type Diagnostic, EtlError, errorAt } from "../base/diagnostic.ts";
import { parseTime, type TimeWindow } from "../compile/event-time.ts";
import { nodeRelation } from "../compile/node-relation.ts";
import { PyDateTime } from "../jinja/modules/datetime.ts";
import { NativeFunction, type Value } from "../jinja/value.ts";
import { type Model, materialization } from "../manifest/node.ts";
import { type BatchSize, batchesOf, batchId, batchName, batchSizes, isoTime } from "./batches.ts";
import { describeNodeError } from "./node-error.ts";
import { type NodeProgress, type Outcome, outcome } from "./outcome.ts";
import type { BatchSpan, Step } from "./plan.ts";
import { type RunContext, withWork } from "./run-context.ts";
import { runModel } from "./run-model.ts";

export function isMicrobatch(model: Model): boolean {
  return (
    materialization(model) === "incremental" && model.config.get("incremental_strategy") === "microbatch"
  );
}

/**
 * @param retried the batches that failed in the run that is retried, and those that were good then
 * @throws EtlError for a config that gives no batches
 */
export async function runMicrobatch(
  context: RunContext,
  model: Model,
  retried: Step["batches"],
  progress: NodeProgress,
  signal: AbortSignal,
): Promise<Outcome> {
  const size = batchSizeOf(model);
  const adding = await isAdding(context, model);
  const batches = retried ? retried.failed.map(windowOf) : plannedBatches(context, model, size, adding);
  const successful: BatchSpan[] = [];
  const failed: BatchSpan[] = [];
  const diagnostics: Diagnostic[] = [];
  let skipRest = false;
  let last: Outcome | undefined;
  for (const [i, window] of batches.entries()) {
    const span: BatchSpan = [isoTime(window.start), isoTime(window.end)];
    if (skipRest || signal.aborted) {
      failed.push(span);
      continue;
    }
    try {
      last = await runBatch({
        context,
        model,
        size,
        window,
        first: i === 0,
        last: i === batches.length - 1,
        incremental: i > 0 || adding,
        progress,
        signal,
      });
      successful.push(span);
    } catch (error) {
      const described = describeNodeError(error, model, context.deps.shared, progress.compiled);
      if (described.cancelled && context.deps.shared.host.signal.aborted) throw error;
      diagnostics.push(...described.diagnostics);
      failed.push(span);
      // Without the first batch there may be no table that the others could be added to.
      skipRest = i === 0;
    }
  }
  // What was compiled last is a batch, not the model: dbt's results show no code of it either.
  progress.compiled = undefined;
  return merged(successful, failed, retried?.successful ?? [], diagnostics, last);
}

function merged(
  successful: readonly BatchSpan[],
  failed: readonly BatchSpan[],
  before: readonly BatchSpan[],
  diagnostics: readonly Diagnostic[],
  last: Outcome | undefined,
): Outcome {
  const parts = {
    batches: { successful: [...successful, ...before], failed },
    diagnostics,
    response: last?.response ?? {},
    failures: 0,
  };
  if (failed.length === 0) return outcome("success", "SUCCESS", { ...parts, response: {} });
  if (successful.length === 0) return outcome("error", "ERROR", { ...parts, response: {} });
  return outcome(
    "partial success",
    `PARTIAL SUCCESS (${successful.length}/${successful.length + failed.length})`,
    { ...parts, response: {} },
  );
}

interface Batch {
  readonly context: RunContext;
  readonly model: Model;
  readonly size: BatchSize;
  readonly window: TimeWindow;
  readonly first: boolean;
  readonly last: boolean;
  readonly incremental: boolean;
  readonly progress: NodeProgress;
  readonly signal: AbortSignal;
}

async function runBatch({
  context,
  model,
  size,
  window,
  first,
  last,
  incremental,
  progress,
  signal,
}: Batch): Promise<Outcome> {
  const { host } = context.deps.shared;
  const name = batchName(window.start, size);
  host.emit({
    kind: "message",
    level: "debug",
    node: model.id,
    text: `batch ${name} of ${model.schema}.${model.alias}`,
  });
  const names = new Map<string, Value>();
  // Hooks run around the whole model: before its first batch and after its last one.
  if (!first) names.set("pre_hooks", []);
  if (!last) names.set("post_hooks", []);
  if (incremental) {
    names.set("is_incremental", new NativeFunction("is_incremental", () => true));
    names.set("should_full_refresh", new NativeFunction("should_full_refresh", () => false));
  }
  const start = PyDateTime.ofEpoch(window.start.getTime());
  const end = PyDateTime.ofEpoch(window.end.getTime());
  const modelKeys = new Map<string, Value>([
    [
      "batch",
      new Map<Value, Value>([
        ["id", batchId(window.start, size)],
        ["event_time_start", start],
        ["event_time_end", end],
      ]),
    ],
  ]);
  const touches = [{ database: model.database, schema: model.schema }];
  return withWork(context, { id: model.id, signal, touches }, (work) =>
    runModel(context, model, work, progress, { window, suffix: name, names, modelKeys }),
  );
}

/** Whether the model's table is there to be added to. */
async function isAdding(context: RunContext, model: Model): Promise<boolean> {
  const { relations, config } = context.deps.shared;
  const own = nodeRelation(model, context.deps.shared);
  await relations.ensure([{ database: model.database, schema: model.schema }]);
  if (relations.get(own.database, own.schema, own.identifier ?? "")?.kind !== "table") return false;
  const fullRefresh = model.config.get("full_refresh");
  return typeof fullRefresh === "boolean" ? !fullRefresh : !config.flags.boolean("full_refresh");
}

function plannedBatches(
  context: RunContext,
  model: Model,
  size: BatchSize,
  incremental: boolean,
): TimeWindow[] {
  const { config, invocation } = context.deps.shared;
  const { sample } = context.compiler;
  const lookback = model.config.get("lookback");
  const batches = batchesOf({
    size,
    incremental,
    start: sample?.start ?? parseTime(config.flags.get("event_time_start")),
    end: sample?.end ?? parseTime(config.flags.get("event_time_end")),
    begin: parseTime(model.config.get("begin")),
    lookback: typeof lookback === "number" ? lookback : 1,
    now: invocation.startedAt,
  });
  if (batches) return batches;
  throw new EtlError([
    errorAt(
      "microbatch-config",
      `microbatch model "${model.name}" needs the config begin, the time of its first batch`,
      model.place,
      {
        help: "add begin: '2024-01-01', or give --event-time-start",
      },
    ),
  ]);
}

/** Parsing lets no other size through. */
function batchSizeOf(model: Model): BatchSize {
  const size = model.config.get("batch_size");
  return batchSizes.find((one) => one === size) ?? "day";
}

function windowOf([start, end]: BatchSpan): TimeWindow {
  return { start: new Date(start), end: new Date(end) };
}
