// What a backfill builds: the range of --event-time-start and --event-time-end as values of the watermark's column, in
// chunks, less those that an earlier run has built.

import { randomUUID } from "node:crypto";
import type { ResultColumn } from "../../adapter/result.ts";
import { EtlError, errorAt } from "../../base/diagnostic.ts";
import { parseTime } from "../../compile/event-time.ts";
import { toText } from "../../jinja/operations.ts";
import type { Value } from "../../jinja/value.ts";
import type { Model } from "../../manifest/node.ts";
import { MOST_CHUNKS, splitRange, type ValueRange } from "../../state/mark-range.ts";
import { compareValues, hasClock, momentText } from "../../state/watermark.ts";
import type { Chunk } from "../memory/chunk-state.ts";
import { isAdding } from "../own-table.ts";
import type { RunContext, Work } from "../run-context.ts";
import { wholeQuery } from "../whole-query.ts";
import { type BackfillRequest, beginBackfill, findBackfill, isDone } from "./backfill-ledger.ts";
import { markColumn, readMark, type WatermarkOptions } from "./watermark-work.ts";

export interface BackfillPlan {
  /** In their order; all but those marked `advances` may be built at the same time. */
  readonly chunks: readonly Chunk[];
  /** How many an earlier run has built. */
  readonly done: number;
}

/** Whether the flags ask for a range. */
export function asksForRange({ deps }: RunContext): boolean {
  const { flags } = deps.shared.config;
  return given(flags.get("event_time_start")) !== "";
}

/**
 * Asks for the type of the watermark and where it stands, and writes down that the backfill begins.
 * @throws EtlError(watermark-range) for a range that cannot be built; what the model's query throws
 */
export async function planBackfill(
  context: RunContext,
  model: Model,
  options: WatermarkOptions,
  work: Work,
): Promise<BackfillPlan> {
  const { settings, store } = options;
  const { run, answer } = work.answerer;
  const column = markColumn(options, (await wholeQuery(context, model, work)).columns);
  const adding = await isAdding(context, model);
  const request = requestOf(context, model, options);
  const open = adding ? await findBackfill(options, request, run) : undefined;
  const range = open?.range ?? askedRange(context, model, options, column);
  const mark = adding ? (await readMark(options, run)).mark : null;
  if (mark && !open && range.from !== null && compareValues(range.from, mark.value, column.family) > 0)
    throw refused(
      model,
      `the range begins at ${range.from}, after the watermark ${mark.value}: the rows between would never come`,
      `begin at ${mark.value} or before it`,
    );
  const pieces = splitRange(range, settings.chunk, column.family);
  if (!pieces)
    throw refused(
      model,
      `the range would take more than ${MOST_CHUNKS} chunks`,
      "choose a larger chunk in the config watermark, or a smaller range",
    );
  const id = open?.id ?? randomUUID();
  if (!open && store) {
    await answer({ kind: "begin" });
    await beginBackfill(options, store, { ...request, id, range, chunks: pieces.length }, run);
    await answer({ kind: "commit" });
  }
  const left = pieces.filter((piece) => !open || !isDone(open, piece, column.family));
  const chunks = left.map((piece, i): Chunk => {
    const advances = !mark || compareValues(piece.to, mark.value, column.family) > 0;
    return {
      range: piece,
      column,
      reads: "filtered",
      creates: !adding && i === 0,
      advances,
      backfillId: id,
      missed: 0,
      first: i === 0,
      last: i === left.length - 1,
    };
  });
  return { chunks, done: pieces.length - left.length };
}

function requestOf({ deps }: RunContext, model: Model, { settings }: WatermarkOptions): BackfillRequest {
  const { flags } = deps.shared.config;
  const { chunk } = settings;
  return {
    askedFrom: given(flags.get("event_time_start")),
    askedTo: given(flags.get("event_time_end")),
    chunk: !chunk ? "" : chunk.kind === "number" ? String(chunk.amount) : `${chunk.months} ${chunk.seconds}`,
    codeHash: model.checksum.checksum,
  };
}

/** Values from the start on and before the end; no later than the start of the run, as in every run. */
function askedRange(
  { deps }: RunContext,
  model: Model,
  { settings }: WatermarkOptions,
  { type, family }: ResultColumn,
): ValueRange {
  const { config, invocation } = deps.shared;
  if (!hasClock(family))
    throw refused(
      model,
      `a range of times was given, but its watermark "${settings.column}" is of type ${type}`,
      `build it without the range; etl gaps ${model.name} --fix builds what is missing of it`,
    );
  const start = parseTime(config.flags.get("event_time_start"));
  if (!start) throw refused(model, "a range needs a start", "give --event-time-start as well");
  const asked = parseTime(config.flags.get("event_time_end"));
  const closed = !asked || asked > invocation.startedAt;
  const value = (moment: Date) => shortened(momentText(moment, family, settings.timeZone));
  const [from, to] = [value(start), value(asked && !closed ? asked : invocation.startedAt)];
  const order = compareValues(from, to, family);
  if (order > 0 || (order === 0 && !closed))
    throw refused(model, `the range from ${from} to ${to} is empty`, "its end must lie after its start");
  return { kind: "values", from, to, closed };
}

/** A time without a fraction of nothing. */
function shortened(text: string): string {
  return text.replace(/\.000(?=$|[+-])/, "");
}

/** A flag as text that two runs can be compared by. */
function given(flag: Value): string {
  if (flag === null || flag === undefined || flag === "") return "";
  return typeof flag === "object" ? toText(flag) : String(flag);
}

function refused(model: Model, message: string, help: string): EtlError {
  return new EtlError([errorAt("watermark-range", `${model.name}: ${message}`, model.place, { help })]);
}
