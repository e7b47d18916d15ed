// One chunk of a backfill, or one gap: the model's query for a range of its watermark, which replaces the rows of that
// range in a transaction of its own.

import type { Diagnostic } from "../../base/diagnostic.ts";
import { WATERMARK_RANGE } from "../../context/incremental-strategy.ts";
import { NativeFunction, type Value } from "../../jinja/value.ts";
import type { Model } from "../../manifest/node.ts";
import { rangeText } from "../../state/mark-range.ts";
import { type Chunk, ChunkState, rangeValue } from "../memory/chunk-state.ts";
import { describeNodeError } from "../node-error.ts";
import type { NodeLimits } from "../node-limits.ts";
import { NodeProgress } from "../outcome.ts";
import { publishingOf } from "../publishing.ts";
import { type RunContext, withWork } from "../run-context.ts";
import { runModel } from "../run-model.ts";
import { AS_WHOLE } from "../whole-query.ts";
import type { WatermarkOptions } from "./watermark-work.ts";

export interface ChunkResult {
  readonly good: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** @throws what the chunk threw when the user has ended the run meanwhile */
export async function runChunk(
  context: RunContext,
  model: Model,
  chunk: Chunk,
  options: WatermarkOptions,
  { limits, signal }: { readonly limits: NodeLimits; readonly signal: AbortSignal },
): Promise<ChunkResult> {
  const { shared } = context.deps;
  const progress = new NodeProgress(shared.host);
  const touches = [{ database: model.database, schema: model.schema }];
  const memory = new ChunkState(options, chunk);
  const extra = chunk.reads === "whole" ? AS_WHOLE : chunk.creates ? undefined : ADDING;
  const range = rangeValue(chunk, shared.adapter);
  const variant = {
    suffix: rangeText(chunk.range).replace(/[^\w.+-]+/g, "_"),
    names: namesOf(chunk, range),
    ...(extra ? { extra } : {}),
  };
  try {
    const publishing = publishingOf(context, model, { range });
    const answers = { memory, ...publishing.answers };
    const touched = [...touches, ...publishing.touches];
    await withWork(context, { id: model.id, signal, limits, touches: touched, answers }, (work) => {
      progress.restart();
      memory.restart();
      publishing.begin(work);
      return runModel(context, model, work, progress, variant, { memory });
    });
    publishing.done();
    return { good: true, diagnostics: [] };
  } catch (error) {
    const { cancelled, diagnostics } = describeNodeError(error, model, shared, progress.compiled);
    if (cancelled && shared.host.signal.aborted) throw error;
    return { good: false, diagnostics };
  }
}

/** Also with --full-refresh only the first chunk makes the table. */
const ADDING: ReadonlyMap<string, Value> = new Map([
  ["is_incremental", new NativeFunction("is_incremental", () => true)],
]);

/** Names that the materialization finds in place of those of every node. */
function namesOf({ first, last, creates }: Chunk, range: Value): Map<string, Value> {
  const names = new Map<string, Value>([[WATERMARK_RANGE, range]]);
  if (!first) names.set("pre_hooks", []);
  if (!last) names.set("post_hooks", []);
  if (!creates) {
    names.set("is_incremental", new NativeFunction("is_incremental", () => true));
    names.set("should_full_refresh", new NativeFunction("should_full_refresh", () => false));
  }
  return names;
}
