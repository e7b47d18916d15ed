// The memory of one chunk: a range of a watermark's values that is built by itself, in a transaction of its own. The
// watermark moves on when the chunk reaches beyond it, and never back.

import type { Adapter } from "../../adapter/adapter.ts";
import type { Relation } from "../../adapter/relation.ts";
import type { ResultColumn } from "../../adapter/result.ts";
import type { RunStatement, WatermarkBound } from "../../compile/node-memory.ts";
import { nodeRelation } from "../../compile/node-relation.ts";
import type { MarkSpan } from "../../config/watermark-config.ts";
import type { Value } from "../../jinja/value.ts";
import type { MarkRange } from "../../state/mark-range.ts";
import { relationCells } from "../../state/row-values.ts";
import { INTERVALS, LATE_ROWS, WATERMARKS } from "../../state/tables.ts";
import { compareMarks, lowest, shifted } from "../../state/watermark.ts";
import { watermarkRow } from "../../state/watermark-row.ts";
import type { StateOfNode } from "../run-context.ts";
import { filterWord } from "../watermark/watermark-filter.ts";
import {
  askFacts,
  keepPublication,
  markLiteral,
  readMark,
  type WatermarkFacts,
  type WatermarkOptions,
} from "../watermark/watermark-work.ts";

export interface Chunk {
  readonly range: MarkRange;
  /** The watermark's column, as the model's query gives it. */
  readonly column: ResultColumn;
  /** "filtered": the template filters by the bounds, as in every incremental run; "whole": as in a full refresh. */
  readonly reads: "filtered" | "whole";
  /** It makes the table, and so takes the rows that have no value, too. */
  readonly creates: boolean;
  /** All before it is built, so the watermark may move to its rows. */
  readonly advances: boolean;
  /** The backfill that it is part of; null for a gap. */
  readonly backfillId: string | null;
  /** How many rows of it are known to have been missed. */
  readonly missed: number;
  readonly first: boolean;
  readonly last: boolean;
}

export class ChunkState implements StateOfNode {
  #written = false;
  /** What the rows say that the chunk adds; undefined when it makes the table. */
  #added: WatermarkFacts | undefined;
  #code = "";

  constructor(
    private readonly options: WatermarkOptions,
    private readonly chunk: Chunk,
  ) {}

  restart(): void {
    this.#written = false;
    this.#added = undefined;
  }

  /** The bounds lie around the range: what the template lets through besides is cut off by `windowed`. */
  async watermark(bound: WatermarkBound, _run: RunStatement, of: Relation | null): Promise<string | null> {
    const { range, column } = this.chunk;
    const { adapter } = this.options.shared;
    if (bound === "column" || bound === "nulls") return filterWord(this.options, bound, of);
    if (range.kind === "nulls") return null;
    if (bound === "upper") return markLiteral(adapter, { ...column, value: range.to });
    const { family } = column;
    const span = family === "date" ? DAY : family === "integer" ? ONE : SECOND;
    const before = range.from === null ? lowest(family) : shifted(range.from, family, span, -1);
    return markLiteral(adapter, { ...column, value: before });
  }

  async newRows(relation: Relation, run: RunStatement): Promise<void> {
    this.#added = await askFacts(this.options, this.chunk.column.name, relation, null, run);
  }

  windowed(code: string): Promise<string> {
    this.#code = code;
    const { creates } = this.chunk;
    const withNulls = creates && this.options.settings.nulls !== "exclude";
    const range = rangeValue(this.chunk, this.options.shared.adapter);
    return this.options.sessions.macro("watermark_range_rows", [code, range, withNulls]);
  }

  async beforeCommit(run: RunStatement): Promise<void> {
    if (this.#written) return;
    this.#written = true;
    const { node, shared } = this.options;
    const target = nodeRelation(node, shared);
    const facts = this.#added ?? (await askFacts(this.options, this.chunk.column.name, target, null, run));
    await this.#remember(facts, run);
    await keepPublication(this.options, this.#code, run);
  }

  async #remember(facts: WatermarkFacts, run: RunStatement): Promise<void> {
    const { store, sessions, settings, node, shared } = this.options;
    if (!store) return;
    const { range, backfillId, missed } = this.chunk;
    const session = sessions.over(run);
    await this.#move(facts, run);
    const row = {
      node_id: node.id,
      ...relationCells(node),
      column_name: settings.column,
      run_id: shared.invocation.id,
      committed_at: shared.host.now(),
    };
    await store.append(session, INTERVALS, [
      {
        ...row,
        range_from: range.kind === "nulls" ? null : range.from,
        range_to: range.kind === "nulls" ? null : range.to,
        action: backfillId === null ? "fix" : "chunk",
        backfill_id: backfillId,
        new_rows: facts.rows,
      },
    ]);
    if (missed > 0)
      await store.append(session, LATE_ROWS, [{ ...row, outcome: "missed", lag: null, late_rows: missed }]);
  }

  /** A row also where the watermark stays, as the trail of what was done to the table. */
  async #move(facts: WatermarkFacts, run: RunStatement): Promise<void> {
    const { store, sessions, settings, node, shared, username } = this.options;
    const { column, creates, advances, backfillId } = this.chunk;
    const previous = creates ? null : (await readMark(this.options, run)).mark;
    const reached =
      facts.greatest === null ? null : { value: facts.greatest, type: column.type, family: column.family };
    const moves = reached !== null && advances && (!previous || compareMarks(reached, previous) > 0);
    const next = moves ? reached : previous;
    // A table that is made anew and empty has no watermark, whatever is remembered of the one before.
    const forgets = creates && !next && (await readMark(this.options, run)).mark !== null;
    if (!store || (!next && !forgets)) return;
    await store.append(sessions.over(run), WATERMARKS, [
      watermarkRow(node, settings.column, next, {
        previous: previous?.value ?? null,
        newRows: facts.rows,
        nullRows: facts.nulls,
        lateRows: null,
        action: backfillId === null ? "fix" : "backfill",
        runId: shared.invocation.id,
        username,
        at: shared.host.now(),
      }),
    ]);
  }
}

/** A range as the macros take it: {column, from, to, closed, keep_newer}, with bounds as SQL. */
export function rangeValue({ range, column, reads }: Chunk, adapter: Adapter): Value {
  const literal = (value: string | null) =>
    value === null ? null : markLiteral(adapter, { ...column, value });
  return new Map<Value, Value>([
    ["column", column.name],
    ["from", range.kind === "nulls" ? null : literal(range.from)],
    ["to", range.kind === "nulls" ? null : literal(range.to)],
    ["closed", range.kind === "values" && range.closed],
    // What a full refresh would give is the last word.
    ["keep_newer", reads === "filtered"],
  ]);
}

const SECOND: MarkSpan = { kind: "time", months: 0, seconds: 1 };
const DAY: MarkSpan = { kind: "time", months: 0, seconds: 86_400 };
const ONE: MarkSpan = { kind: "number", amount: 1n };
