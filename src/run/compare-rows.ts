// Compares a model's table with what its query would give, interval by interval, by keys and the value of one column.

import type { ResultColumn } from "../adapter/result.ts";
import type { RunStatement } from "../compile/node-memory.ts";
import { nodeRelation } from "../compile/node-relation.ts";
import { RelationValue } from "../context/relation-value.ts";
import type { SharedScope } from "../context/scope.ts";
import type { Value } from "../jinja/value.ts";
import type { Model } from "../manifest/node.ts";
import { type IntervalGap, type IntervalStep, intervalRange } from "../state/gap-intervals.ts";
import type { StateSessions } from "./state-sessions.ts";
import { keysOf, markLiteral } from "./watermark-work.ts";

export interface Comparison {
  readonly model: Model;
  /** The model's query as a full refresh runs it. */
  readonly code: string;
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
  { model, code, column, step, from, upTo, nulls, due }: Comparison,
  shared: SharedScope,
  sessions: StateSessions,
  run: RunStatement,
): Promise<readonly IntervalGap[]> {
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
  const args = [code, target, range, next, family, step.text, keysOf(model)];
  const { rows } = await run(await sessions.macro("watermark_gaps", args), true);
  return rows.map(([start, missing, late, surplus]) => ({
    range: intervalRange(start === null || start === undefined ? null : String(start), step, family, upTo),
    missing: Number(missing),
    due: Number(late),
    surplus: Number(surplus),
  }));
}
