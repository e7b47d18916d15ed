// Builds ranges of an incremental model that has a watermark: what --event-time-start and --event-time-end name, in
// chunks, or the gaps that were found. Each is a transaction of its own, so a run that is ended keeps what it has built.

import type { Slots } from "../../base/slots.ts";
import type { Model } from "../../manifest/node.ts";
import { followedWatermark } from "../../project/node-watermark.ts";
import { rangeText } from "../../state/mark-range.ts";
import { atOnce, oneByOne } from "../at-once.ts";
import type { Chunk } from "../memory/chunk-state.ts";
import type { NodeControl } from "../node-limits.ts";
import { type Outcome, outcome } from "../outcome.ts";
import { isConcurrent } from "../own-table.ts";
import type { Gap, Step } from "../plan.ts";
import { type RunContext, type Work, withWork } from "../run-context.ts";
import type { PartResult } from "../run-part.ts";
import { wholeQuery } from "../whole-query.ts";
import { asksForRange, type BackfillPlan, planBackfill } from "./plan-backfill.ts";
import { runChunk } from "./run-chunk.ts";
import { keysOf, markColumn, tell, type WatermarkOptions } from "./watermark-work.ts";

/** What a backfill builds: a range of the flags, or gaps. */
export type BackfillWish = "range" | readonly Gap[];

/** What is to be built of a model instead of all that is new; undefined for the usual run. */
export function backfillWish(context: RunContext, { gaps }: Step, model: Model): BackfillWish | undefined {
  if (gaps) return gaps;
  const follows = followedWatermark(model, context.deps.manifest.resources) !== null;
  return follows && asksForRange(context) ? "range" : undefined;
}

/**
 * @param slots the places of all nodes; the caller has one
 * @throws EtlError for a range that cannot be built, DatabaseError
 */
export async function runBackfill(
  context: RunContext,
  model: Model,
  wish: BackfillWish,
  slots: Slots,
  control: NodeControl,
): Promise<Outcome> {
  const options = optionsOf(context, model);
  const touches = [{ database: model.database, schema: model.schema }];
  const plan = await withWork(context, { id: model.id, ...control, touches }, (work) =>
    wish === "range"
      ? planBackfill(context, model, options, work)
      : planGaps(context, model, options, wish, work),
  );
  if (plan.done > 0)
    tell(options, `goes on with a backfill: ${plan.done} chunks are built, ${plan.chunks.length} are left`);
  const results = await runChunks(context, model, options, plan, slots, control);
  const good = results.filter((result) => result?.good).length;
  const total = plan.done + plan.chunks.length;
  const diagnostics = results.flatMap((result) => result?.diagnostics ?? []);
  if (good === plan.chunks.length) return outcome("success", `SUCCESS (${total} chunks)`, { diagnostics });
  if (options.store)
    tell(options, `${plan.done + good} of ${total} chunks are built; the same command builds the rest`);
  return outcome("error", `ERROR (${plan.done + good} of ${total} chunks built)`, { diagnostics });
}

function optionsOf(context: RunContext, model: Model): WatermarkOptions {
  const options = context.state?.optionsOf(model);
  if (!options?.settings) throw new Error(`${model.id} has no watermark to build a range of`);
  return { ...options, settings: options.settings };
}

async function planGaps(
  context: RunContext,
  model: Model,
  options: WatermarkOptions,
  gaps: readonly Gap[],
  work: Work,
): Promise<BackfillPlan> {
  const column = markColumn(options, (await wholeQuery(context, model, work)).columns);
  const chunks = gaps.map(
    ({ range, missed }, i): Chunk => ({
      range,
      column,
      reads: "whole",
      creates: false,
      advances: false,
      backfillId: null,
      missed,
      first: i === 0,
      last: i === gaps.length - 1,
    }),
  );
  return { chunks, done: 0 };
}

/**
 * Those that lie before the watermark at the same time, where that is safe, then the others in their order: the watermark
 * may not move over a chunk that is not built.
 * @returns undefined for chunks that were not begun
 */
async function runChunks(
  context: RunContext,
  model: Model,
  options: WatermarkOptions,
  { chunks }: BackfillPlan,
  slots: Slots,
  control: NodeControl,
): Promise<readonly (PartResult | undefined)[]> {
  let failed = false;
  const run = async (chunk: Chunk): Promise<PartResult | undefined> => {
    if (failed || control.signal.aborted) return undefined;
    const result = await runChunk(context, model, chunk, options, control);
    if (!result.good) failed = true;
    else if (chunks.length > 1)
      tell(options, `chunk ${chunks.indexOf(chunk) + 1} of ${chunks.length}: ${rangeText(chunk.range)}`);
    return result;
  };
  const { threads } = context.deps.shared.config;
  const [opening, ...others] = chunks;
  if (!opening) return [];
  const free = mayOverlap(context, model) ? others.filter((chunk) => isFree(chunk)) : [];
  const results = [await run(opening)];
  if (free.length > 0) results.push(...(await slots.lend(() => atOnce(free, run, slots, threads))));
  return [...results, ...(await oneByOne(others.slice(free.length), run))];
}

/** Rows move between ranges only with their keys, and hooks belong to the first and the last chunk. */
function mayOverlap(context: RunContext, model: Model): boolean {
  const { capabilities } = context.deps.shared.adapter;
  return capabilities.sharedWrites && keysOf(model).length === 0 && isConcurrent(context, model);
}

function isFree({ advances, last }: Chunk): boolean {
  return !advances && !last;
}
