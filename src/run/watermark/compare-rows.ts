// Compares a model's table with what its query would give, interval by interval, by the value of one column and by keys, or
// by all columns.

import type { Adapter } from "../../adapter/adapter.ts";
import type { ResultColumn } from "../../adapter/result.ts";
import { nodeRelation } from "../../compile/node-relation.ts";
import { RelationValue } from "../../context/relation-value.ts";
import type { SharedScope } from "../../context/scope.ts";
import type { Value } from "../../jinja/value.ts";
import type { Model } from "../../manifest/node.ts";
import { type IntervalGap, type IntervalStep, intervalRange } from "../../state/gap-intervals.ts";
import type { StateSessions } from "../memory/state-sessions.ts";
import type { Work } from "../run-context.ts";
import type { WholeQuery } from "../whole-query.ts";
import { keysOf, markLiteral } from "./watermark-work.ts";

export interface Comparison {
  readonly model: Model;
  /** The model's query as a full refresh runs it. */
  readonly query: WholeQuery;
  readonly column: ResultColumn;
  readonly step: IntervalStep;
  /** What is compared: values from one on (null: all), up to another, and maybe rows without a value. */
  readonly from: string | null;
  readonly upTo: { readonly value: string; readonly inclusive: boolean };
  readonly nulls: boolean;
  /** Where the next run begins to read. */
  readonly due: { readonly value: string; readonly inclusive: boolean };
}

/** @returns the intervals that differ, those without a value last or first as the engine sorts. @throws DatabaseError */
export async function compareRows(
  comparison: Comparison,
  shared: SharedScope,
  sessions: StateSessions,
  { describe, run }: Work["answerer"],
): Promise<readonly IntervalGap[]> {
  const { model, query, column, step, from, upTo, nulls, due } = comparison;
  const { adapter } = shared;
  const { family } = column;
  const literal = (value: string) => markLiteral(adapter, { ...column, value });
  const range = new Map<Value, Value>([
    ["column", column.name],
    ["from", from === null ? null : literal(from)],
    ["to", literal(upTo.value)],
    ["closed", upTo.inclusive],
    ["nulls", nulls],
  ]);
  const next = new Map<Value, Value>([
    ["bound", literal(due.value)],
    ["inclusive", due.inclusive],
  ]);
  const target = new RelationValue(nodeRelation(model, shared), adapter);
  const keys = shared.config.flags.boolean("all_columns")
    ? sharedColumns(comparison, await describe(`select * from ${target.toText()}`), adapter)
    : otherKeys(comparison, adapter);
  const args = [query.code, target, range, next, family, step.text, keys];
  const { rows } = await run(await sessions.macro("watermark_gaps", args), true);
  return rows.map(([start, missing, late, surplus]) => ({
    range: intervalRange(start === null || start === undefined ? null : String(start), step, family, upTo),
    missing: Number(missing),
    due: Number(late),
    surplus: Number(surplus),
  }));
}

/** The model's keys besides the column itself, which is compared anyway and must not be named twice. */
function otherKeys({ model, column }: Comparison, adapter: Adapter): string[] {
  const own = adapter.foldIdentifier(column.name);
  return keysOf(model).filter((key) => adapter.foldIdentifier(key.replace(/^["`[]|["`\]]$/g, "")) !== own);
}

/** All other columns that both sides have. */
function sharedColumns(
  { query, column }: Comparison,
  held: readonly ResultColumn[],
  adapter: Adapter,
): string[] {
  const known = new Set(held.map(({ name }) => adapter.foldIdentifier(name)));
  const own = adapter.foldIdentifier(column.name);
  return query.columns
    .filter(({ name }) => adapter.foldIdentifier(name) !== own && known.has(adapter.foldIdentifier(name)))
    .map(({ name }) => adapter.quote(name));
}
