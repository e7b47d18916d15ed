// One chunk of a backfill, or one gap: the model's query for a range of its watermark, which replaces the rows of that
// range in a transaction of its own.

import { WATERMARK_RANGE } from "../../context/incremental-strategy.ts";
import type { Model } from "../../manifest/node.ts";
import { rangeText } from "../../state/mark-range.ts";
import { type Chunk, ChunkState, rangeValue } from "../memory/chunk-state.ts";
import type { NodeControl } from "../node-limits.ts";
import type { RunContext } from "../run-context.ts";
import { AS_INCREMENTAL, type PartResult, partNames, runPart } from "../run-part.ts";
import { AS_WHOLE } from "../whole-query.ts";
import type { WatermarkOptions } from "./watermark-work.ts";

/** @throws what the chunk threw when the user has ended the run meanwhile */
export function runChunk(
  context: RunContext,
  model: Model,
  chunk: Chunk,
  options: WatermarkOptions,
  control: NodeControl,
): Promise<PartResult> {
  const { first, last, creates } = chunk;
  const range = rangeValue(chunk, context.deps.shared.adapter);
  // Even with --full-refresh only the first chunk makes the table.
  const extra = chunk.reads === "whole" ? AS_WHOLE : creates ? undefined : AS_INCREMENTAL;
  const variant = {
    suffix: rangeText(chunk.range).replace(/[^\w.+-]+/g, "_"),
    names: partNames({ first, last, adds: !creates }).set(WATERMARK_RANGE, range),
    ...(extra ? { extra } : {}),
  };
  return runPart(context, model, { of: { range }, memory: new ChunkState(options, chunk), variant }, control);
}
