// What a microbatch model lacks: its query without a batch against its table, up to the batches that were built.

import { parseTime } from "../../compile/event-time.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import type { MarkSpan } from "../../config/watermark-config.ts";
import { toText } from "../../jinja/operations.ts";
import type { Model } from "../../manifest/node.ts";
import { intervalStep } from "../../state/gap-intervals.ts";
import { relationCells } from "../../state/row-values.ts";
import { INTERVALS } from "../../state/tables.ts";
import { momentText } from "../../state/watermark.ts";
import { type BatchSize, ceiling, offset, truncate } from "../batches.ts";
import type { RunContext, Work } from "../run-context.ts";
import { batchSizeOf } from "../run-microbatch.ts";
import { wholeQuery } from "../whole-query.ts";
import { compareRows } from "./compare-rows.ts";
import type { ModelGaps } from "./model-gaps.ts";
import { type NodeStateOptions, orderedColumn } from "./watermark-work.ts";

/** @throws JinjaError, DatabaseError, EtlError for a query that cannot be run */
export async function batchGapsOf(
  context: RunContext,
  model: Model,
  options: NodeStateOptions,
  work: Work,
): Promise<ModelGaps> {
  const { shared } = context.deps;
  const { run } = work.answerer;
  const size = batchSizeOf(model);
  const query = await wholeQuery(context, model, work);
  const column = orderedColumn(options, toText(model.config.get("event_time") ?? ""), query.columns);
  const begin = parseTime(model.config.get("begin"));
  const end = (await builtUpTo(options, run)) ?? truncate(shared.invocation.startedAt, size);
  const text = (moment: Date) => momentText(moment, column.family, "UTC");
  const upTo = text(end);
  const intervals = await compareRows(
    {
      model,
      query,
      column,
      step: intervalStep(SPANS[size], column.family),
      // What lies before the first batch is left out on purpose.
      from: begin ? text(truncate(begin, size)) : null,
      upTo: { value: upTo, inclusive: false },
      nulls: false,
      due: { value: text(nextStart(model, size, shared.invocation.startedAt)), inclusive: true },
    },
    shared,
    options.sessions,
    work.answerer,
  );
  return { model, upTo, intervals, lookback: null, isNumber: false, lateness: null };
}

/** The end of the last batch that was built; undefined where none is remembered. */
async function builtUpTo(
  { store, sessions, node }: NodeStateOptions,
  run: RunStatement,
): Promise<Date | undefined> {
  if (!store) return undefined;
  const where = { ...relationCells(node), action: "batch" };
  const [last] = await store.read(sessions.over(run), INTERVALS, { where, newestBy: ["range_to"], limit: 1 });
  return typeof last?.range_to === "string" ? parseTime(last.range_to) : undefined;
}

/** Where the next run begins to build batches: see batches.ts. */
function nextStart(model: Model, size: BatchSize, now: Date): Date {
  const lookback = model.config.get("lookback");
  return offset(ceiling(now, size), size, -((typeof lookback === "number" ? lookback : 1) + 1));
}

const SPANS: Readonly<Record<BatchSize, MarkSpan>> = {
  hour: { kind: "time", months: 0, seconds: 3600 },
  day: { kind: "time", months: 0, seconds: 86_400 },
  month: { kind: "time", months: 1, seconds: 0 },
  year: { kind: "time", months: 12, seconds: 0 },
};
