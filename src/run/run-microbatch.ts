// Runs a microbatch model: its first batch, then the others, at the same time where that is safe, then its last one.
// Behaviour of dbt (task/run.py, MicrobatchModelRunner).

import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Slots } from "../base/slots.ts";
import { parseTime, type TimeWindow } from "../compile/event-time.ts";
import { type Model, materialization } from "../manifest/node.ts";
import { atOnce, oneByOne } from "./at-once.ts";
import { type BatchSize, batchesOf, batchSizes } from "./batches.ts";
import type { NodeControl } from "./node-limits.ts";
import { type Outcome, outcome } from "./outcome.ts";
import { isAdding, isConcurrent } from "./own-table.ts";
import type { Step } from "./plan.ts";
import type { BatchSpan } from "./report.ts";
import { type Batch, type BatchResult, batchNotRun, runBatch } from "./run-batch.ts";
import type { RunContext } from "./run-context.ts";

/** Whether a model is built in batches of its event time. */
export function isMicrobatch(model: Model): boolean {
  return (
    materialization(model) === "incremental" && model.config.get("incremental_strategy") === "microbatch"
  );
}

/**
 * @param retried the batches that failed in the run that is retried, and those that were good then
 * @param slots the places of all nodes; the caller has one
 * @throws EtlError for a config that gives no batches
 */
export async function runMicrobatch(
  context: RunContext,
  model: Model,
  retried: Step["batches"],
  slots: Slots,
  control: NodeControl,
): Promise<Outcome> {
  const size = batchSizeOf(model);
  const adding = await isAdding(context, model);
  const windows = retried ? retried.failed.map(windowOf) : plannedBatches(context, model, size, adding);
  const batches = windows.map((window, i): Batch => {
    const [first, last] = [i === 0, i === windows.length - 1];
    return { window, size, first, last, incremental: !first || adding };
  });
  const run = (batch: Batch): Promise<BatchResult> =>
    control.signal.aborted ? Promise.resolve(batchNotRun(batch)) : runBatch(context, model, batch, control);
  const { adapter, config } = context.deps.shared;
  const results = await inOrder(batches, run, (middle) =>
    adapter.capabilities.concurrentBatches && isConcurrent(context, model)
      ? slots.lend(() => atOnce(middle, run, slots, config.threads))
      : oneByOne(middle, run),
  );
  return merged(results, retried?.successful ?? []);
}

type RunOne = (batch: Batch) => Promise<BatchResult>;

/** Without the first batch there may be no table that the others could be added to; the last one has the hooks. */
async function inOrder(
  batches: readonly Batch[],
  run: RunOne,
  runMiddle: (middle: readonly Batch[]) => Promise<readonly BatchResult[]>,
): Promise<readonly BatchResult[]> {
  const [first, ...others] = batches;
  if (!first) return [];
  const opening = await run(first);
  if (!opening.good) return [opening, ...others.map(batchNotRun)];
  const last = others.pop();
  const between = await runMiddle(others);
  return [opening, ...between, ...(last ? [await run(last)] : [])];
}

function merged(results: readonly BatchResult[], before: readonly BatchSpan[]): Outcome {
  const successful = results.filter(({ good }) => good).map(({ span }) => span);
  const failed = results.filter(({ good }) => !good).map(({ span }) => span);
  const parts = {
    batches: { successful: [...successful, ...before], failed },
    diagnostics: results.flatMap(({ diagnostics }) => diagnostics),
    failures: 0,
  };
  if (failed.length === 0) return outcome("success", "SUCCESS", parts);
  if (successful.length === 0) return outcome("error", "ERROR", parts);
  return outcome("partial success", `PARTIAL SUCCESS (${successful.length}/${results.length})`, parts);
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

/** The config batch_size. Parsing lets no other size through. */
export function batchSizeOf(model: Model): BatchSize {
  const size = model.config.get("batch_size");
  return batchSizes.find((one) => one === size) ?? "day";
}

function windowOf([start, end]: BatchSpan): TimeWindow {
  return { start: new Date(start), end: new Date(end) };
}
