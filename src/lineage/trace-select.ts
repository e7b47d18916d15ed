// One SELECT: its sources, its columns, and what decides about its rows.

import { containsAggregate } from "../sql/expression-parts.ts";
import type { Expression, Name, Select, SelectItem } from "../sql/query-tree.ts";
import type { Env } from "./env.ts";
import { outputName } from "./output-name.ts";
import { rowOf } from "./row-values.ts";
import { type Column, derive, type Leaf } from "./rowset.ts";
import { findColumn, type Scope, type SelectRows } from "./scope.ts";
import { tellUngrouped } from "./trace-grouping.ts";
import { scopeOf, traceFrom } from "./trace-source.ts";
import { columnsWithin, expandStar, expandUnnest, type Output, plainColumn } from "./trace-star.ts";
import { noteUses, originsOf, type Tracer } from "./tracer.ts";

export function traceSelect(select: Select, env: Env, outer: Scope | null, tracer: Tracer): SelectRows {
  const told = tracer.problems.length;
  const joined = traceFrom(select.from, env, outer, tracer);
  if (tracer.identifiers.dialect === "snowflake") forgetAliases(select, told, tracer);
  const windows = new Map(
    select.windows.map(({ name, window }) => [tracer.identifiers.columnKey(name), window]),
  );
  const scope: Scope = { ...scopeOf(joined, env, outer), windows };
  const output: Output = { columns: [], unknown: [] };
  for (const item of select.items) traceItem(item, scope, output, tracer);
  noteUses([select.where, select.having, select.qualify, ...select.hierarchy], "filter", scope, tracer);
  if (select.groupBy === "all") noteGroupAll(select.items, scope, tracer);
  else noteByPlace(select.groupBy, "group", scope, output, tracer);
  if (select.distinct && select.distinctOn.length === 0)
    for (const { origins } of output.columns) env.note(origins, "group");
  tellUngrouped(select, scope, tracer);
  noteByPlace(select.distinctOn, "group", scope, output, tracer);
  noteByPlace(select.orderBy, "order", scope, output, tracer);
  return { rows: output, joined };
}

/** Snowflake's conditions of joins may name what the select list computes. */
function forgetAliases({ items }: Select, told: number, { problems, identifiers }: Tracer): void {
  if (problems.length === told) return;
  const aliases = new Set(items.flatMap(({ alias }) => (alias === null ? [] : identifiers.columnKey(alias))));
  const isAlias = (name: string): boolean =>
    aliases.has(identifiers.columnKey({ text: name, quoted: false, at: null })) || aliases.has(name);
  const kept = problems.slice(told).filter(({ kind, name }) => kind !== "unknown-column" || !isAlias(name));
  problems.splice(told, problems.length, ...kept);
}

function traceItem({ value, alias, at }: SelectItem, scope: Scope, output: Output, tracer: Tracer): void {
  if (value.kind === "star") {
    expandStar(value, scope, output, tracer);
    return;
  }
  if (expandUnnest(value, scope, output, tracer)) return;
  const within = columnsWithin(value);
  if (within !== undefined) {
    const each: Output = { columns: [], unknown: output.unknown };
    expandStar(within, scope, each, tracer);
    for (const column of each.columns) {
      const named = alias === null ? column : renamed(column, alias, tracer);
      const computed = { origins: derivedFrom(column), type: null, computedAt: at, fields: undefined };
      output.columns.push({ ...named, ...computed });
    }
    return;
  }
  const column = traceValue(value, alias, at, scope, tracer);
  output.columns.push(column);
  if (alias !== null && !scope.aliases.has(column.key)) scope.aliases.set(column.key, column);
}

/** DuckDB's `columns(*) as "min_\0"`: the name of each column stands for \0. What its pattern caught is not known. */
function renamed(column: Column, alias: Name, { identifiers }: Tracer): Column {
  const text = alias.text.replaceAll("\\0", column.name ?? "");
  if (text.includes("\\")) return { ...column, name: null, key: "" };
  const name: Name = { ...alias, text };
  return { ...column, name: identifiers.spelled(name), key: identifiers.columnKey(name) };
}

function derivedFrom({ origins }: Column): Map<Leaf, "copy" | "derive"> {
  const into = new Map<Leaf, "copy" | "derive">();
  derive(into, origins);
  return into;
}

function traceValue(
  value: Expression,
  alias: Name | null,
  at: SelectItem["at"],
  scope: Scope,
  tracer: Tracer,
): Column {
  const { spelled, columnKey } = tracer.identifiers;
  const plain = plainColumn(value, scope, tracer);
  const name = alias ?? outputName(value, tracer.identifiers);
  const key = name === null ? "" : columnKey(name);
  if (plain !== undefined) {
    const kept = alias === null ? plain.name : null;
    return { ...plain, name: kept ?? (name === null ? null : spelled(name)), key };
  }
  const origins = new Map<Leaf, "copy" | "derive">();
  const type = tracer.expression(value, scope, origins);
  const fields = rowOf(value, scope, tracer);
  return { name: name === null ? null : spelled(name), key, origins, type, computedAt: at, fields };
}

/** GROUP BY and ORDER BY: numbers and aliases mean columns of the result. */
function noteByPlace(
  expressions: readonly Expression[],
  use: "group" | "order",
  scope: Scope,
  output: Output,
  tracer: Tracer,
): void {
  for (const expression of expressions) {
    if (expression.kind === "literal") {
      const column = expression.type === "number" ? output.columns[Number(expression.text) - 1] : undefined;
      if (column !== undefined) scope.env.note(column.origins, use);
      continue;
    }
    if (expression.kind === "column" && expression.parts.length === 1 && use === "order") {
      if (expression.parts[0]?.text.toLowerCase() === "all" && !expression.parts[0].quoted) continue;
      const found = findColumn(expression.parts, withOutput(scope, output), tracer, true);
      if (found !== undefined) scope.env.note(found.column.origins, use);
      continue;
    }
    scope.env.note(originsOf([expression], scope, tracer), use);
  }
}

/** ORDER BY sees all columns of the result, not only those with an alias. */
function withOutput(scope: Scope, { columns }: Output): Scope {
  const aliases = new Map(scope.aliases);
  for (const column of columns)
    if (column.key !== "" && !aliases.has(column.key)) aliases.set(column.key, column);
  return { ...scope, aliases };
}

/** GROUP BY ALL groups by what is no aggregate. */
function noteGroupAll(items: readonly SelectItem[], scope: Scope, tracer: Tracer): void {
  for (const { value } of items)
    if (value.kind !== "star" && !containsAggregate(value))
      scope.env.note(originsOf([value], scope, tracer), "group");
}
