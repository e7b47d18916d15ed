// One batch of a microbatch model: compiled with its own window of time and committed by itself, so that it can be run
// again alone. Behaviour of dbt (task/run.py, MicrobatchBatchRunner).

import type { Diagnostic } from "../base/diagnostic.ts";
import type { TimeWindow } from "../compile/event-time.ts";
import { PyDateTime } from "../jinja/modules/datetime.ts";
import { NativeFunction, type Value } from "../jinja/value.ts";
import type { Model } from "../manifest/node.ts";
import { type BatchSize, batchId, batchName, isoTime } from "./batches.ts";
import { BatchState } from "./memory/batch-state.ts";
import { describeNodeError } from "./node-error.ts";
import { NodeProgress } from "./outcome.ts";
import type { BatchSpan } from "./plan.ts";
import { publishingOf } from "./publishing.ts";
import { type RunContext, withWork } from "./run-context.ts";
import { runModel } from "./run-model.ts";

export interface Batch {
  readonly window: TimeWindow;
  readonly size: BatchSize;
  /** The hooks of the model run before its first batch and after its last one. */
  readonly first: boolean;
  readonly last: boolean;
  /** The batch is added to a table that is there. */
  readonly incremental: boolean;
}

export interface BatchResult {
  readonly span: BatchSpan;
  readonly good: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** A batch that was not run: one before it made that useless, or the run is being ended. */
export function batchNotRun({ window }: Batch): BatchResult {
  return { span: spanOf(window), good: false, diagnostics: [] };
}

/** @throws what the batch threw when the user has ended the run meanwhile */
export async function runBatch(
  context: RunContext,
  model: Model,
  batch: Batch,
  signal: AbortSignal,
): Promise<BatchResult> {
  const { shared } = context.deps;
  const { window, size } = batch;
  const suffix = batchName(window.start, size);
  shared.host.emit({
    kind: "message",
    level: "debug",
    node: model.id,
    text: `batch ${suffix} of ${model.schema}.${model.alias}`,
  });
  const progress = new NodeProgress(shared.host);
  const touches = [{ database: model.database, schema: model.schema }];
  const variant = { window, suffix, names: namesOf(batch), modelKeys: modelKeysOf(batch) };
  try {
    const publishing = publishingOf(context, model, { window });
    const remembers = context.state?.optionsOf(model);
    const memory = remembers && new BatchState(remembers, window);
    const options = {
      id: model.id,
      signal,
      touches: [...touches, ...publishing.touches],
      answers: { ...publishing.answers, ...(memory ? { memory } : {}) },
    };
    await withWork(context, options, (work) => {
      memory?.restart();
      publishing.begin(work);
      return runModel(context, model, work, progress, variant, { memory });
    });
    publishing.done();
    return { span: spanOf(window), good: true, diagnostics: [] };
  } catch (error) {
    const { cancelled, diagnostics } = describeNodeError(error, model, shared, progress.compiled);
    if (cancelled && shared.host.signal.aborted) throw error;
    return { span: spanOf(window), good: false, diagnostics };
  }
}

function spanOf({ start, end }: TimeWindow): BatchSpan {
  return [isoTime(start), isoTime(end)];
}

/** Names that templates of a batch find in place of those of every node. */
function namesOf({ first, last, incremental }: Batch): Map<string, Value> {
  const names = new Map<string, Value>();
  if (!first) names.set("pre_hooks", []);
  if (!last) names.set("post_hooks", []);
  if (incremental) {
    names.set("is_incremental", new NativeFunction("is_incremental", () => true));
    names.set("should_full_refresh", new NativeFunction("should_full_refresh", () => false));
  }
  return names;
}

/** `model.batch` of templates. */
function modelKeysOf({ window, size }: Batch): Map<string, Value> {
  const batch = new Map<Value, Value>([
    ["id", batchId(window.start, size)],
    ["event_time_start", PyDateTime.ofEpoch(window.start.getTime())],
    ["event_time_end", PyDateTime.ofEpoch(window.end.getTime())],
  ]);
  return new Map([["batch", batch]]);
}
