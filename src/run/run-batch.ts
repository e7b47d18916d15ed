// One batch of a microbatch model: compiled with its own window of time and committed by itself, so that it can be run
// again alone. Behaviour of dbt (task/run.py, MicrobatchBatchRunner).

import type { TimeWindow } from "../compile/event-time.ts";
import { PyDateTime } from "../jinja/modules/datetime.ts";
import type { Value } from "../jinja/value.ts";
import type { Model } from "../manifest/node.ts";
import { type BatchSize, batchId, batchName, isoTime } from "./batches.ts";
import { BatchState } from "./memory/batch-state.ts";
import type { NodeControl } from "./node-limits.ts";
import type { BatchSpan } from "./report.ts";
import type { RunContext } from "./run-context.ts";
import { type PartResult, partNames, runPart } from "./run-part.ts";

export interface Batch {
  readonly window: TimeWindow;
  readonly size: BatchSize;
  /** The hooks of the model run before its first batch and after its last one. */
  readonly first: boolean;
  readonly last: boolean;
  /** The batch is added to a table that is there. */
  readonly incremental: boolean;
}

export interface BatchResult extends PartResult {
  readonly span: BatchSpan;
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
  control: NodeControl,
): Promise<BatchResult> {
  const { window, size } = batch;
  const suffix = batchName(window.start, size);
  context.deps.shared.host.emit({
    kind: "message",
    level: "debug",
    node: model.id,
    text: `batch ${suffix} of ${model.schema}.${model.alias}`,
  });
  const remembers = context.state?.optionsOf(model);
  const part = {
    of: { window },
    memory: remembers && new BatchState(remembers, window),
    variant: {
      window,
      suffix,
      names: partNames({ ...batch, adds: batch.incremental }),
      modelKeys: modelKeysOf(batch),
    },
  };
  return { span: spanOf(window), ...(await runPart(context, model, part, control)) };
}

function spanOf({ start, end }: TimeWindow): BatchSpan {
  return [isoTime(start), isoTime(end)];
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
