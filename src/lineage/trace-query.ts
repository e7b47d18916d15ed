// The lineage of one query: which columns of which tables its columns come from, by walking its tree once. Every common
// table expression is traced once, in the order of the text, however often it is read.

import type {
  Cte,
  Expression,
  ParsedQuery,
  Query,
  SetOperation,
  SqlDialect,
  Values,
} from "../sql/query-tree.ts";
import { type CteEntry, Env, type Indirect } from "./env.ts";
import { identifiersOf } from "./identifiers.ts";
import { lineageOf } from "./lineage-of-rows.ts";
import { renameColumns } from "./named-source.ts";
import type { QueryContext, QueryLineage } from "./query-lineage.ts";
import { type Column, derived, type Leaf, merge, type Rowset } from "./rowset.ts";
import type { Scope } from "./scope.ts";
import { traceExpression } from "./trace-expression.ts";
import { traceSelect } from "./trace-select.ts";
import { noteUses, type Tracer } from "./tracer.ts";
import { typeRulesOf } from "./type-rules.ts";

/** Traces a query. @returns what is certain; what is not known is said so, never guessed */
export function traceQuery(
  { query, columns }: ParsedQuery,
  dialect: SqlDialect,
  context: QueryContext,
): QueryLineage {
  const ctes: CteEntry[] = [];
  const tracer = makeTracer(dialect, context, ctes);
  const indirect: Indirect = new Map();
  const rowset = tracer.query(query, new Env(null, new Map(), indirect), null);
  return lineageOf(renameColumns(rowset, columns, tracer), indirect, ctes, tracer);
}

/** @param ctes where all common table expressions are gathered */
function makeTracer(
  dialect: SqlDialect,
  { find, isInjected, mayHaveKey }: QueryContext,
  ctes: CteEntry[],
): Tracer {
  const leaves = new Map<string, Map<string | null, Leaf>>();
  const tracer: Tracer = {
    identifiers: identifiersOf(dialect),
    types: typeRulesOf(dialect),
    problems: [],
    relations: new Map(),
    uncertain: new Set(),
    taken: { isUncertain: false },
    find,
    isInjected: isInjected ?? (() => false),
    mayHaveKey: mayHaveKey ?? (() => true),
    leaf(relation, column) {
      const known = leaves.get(relation) ?? new Map<string | null, Leaf>();
      leaves.set(relation, known);
      const leaf = known.get(column) ?? { relation, column };
      known.set(column, leaf);
      return leaf;
    },
    query: (query, env, outer) => traceAny(query, withCtes(query, env, outer, tracer, ctes), outer, tracer),
    select: (select, env, outer) => traceSelect(select, env, outer, tracer),
    expression: (expression, scope, into) => traceExpression(expression, scope, into, tracer),
  };
  return tracer;
}

function traceAny(query: Query, env: Env, outer: Scope | null, tracer: Tracer): Rowset {
  switch (query.kind) {
    case "select":
      return traceSelect(query, env, outer, tracer).rows;
    case "set":
      return traceSet(query, env, outer, tracer);
    case "values":
      return traceValues(query, env, outer, tracer);
  }
}

/** The reach of a query: its own common table expressions before those around it. */
function withCtes(query: Query, env: Env, outer: Scope | null, tracer: Tracer, all: CteEntry[]): Env {
  if (query.ctes.length === 0) return env;
  const entries = new Map<string, CteEntry>();
  for (const cte of query.ctes) {
    if (tracer.isInjected(cte.name)) continue;
    const indirect: Indirect = new Map();
    const own = new Env(env, entries, indirect);
    const key = tracer.identifiers.columnKey(cte.name);
    const isRecursive = query.recursive && cte.query.kind === "set";
    const rowset = isRecursive
      ? traceRecursive(cte, key, entries, own, outer, tracer)
      : renameColumns(tracer.query(cte.query, own, outer), cte.columns, tracer);
    const entry: CteEntry = { name: cte.name, rowset, indirect, isUsed: false };
    entries.set(key, entry);
    all.push(entry);
  }
  return new Env(env, entries, env.indirect);
}

/** Rounds until no column gains an origin. Each adds one at least, and queries have few, so there are few rounds. */
const MAX_ROUNDS = 20;

/** A recursive query reads itself: first the part that does not, then all of it until nothing is gained. */
function traceRecursive(
  { name, columns, query, added }: Cte,
  key: string,
  entries: Map<string, CteEntry>,
  env: Env,
  outer: Scope | null,
  tracer: Tracer,
): Rowset {
  if (query.kind !== "set") return tracer.query(query, env, outer);
  const seed = tracer.query(query.first, env, outer);
  const complete = (rows: Rowset) => withAdded(renameColumns(rows, columns, tracer), added, tracer);
  let rowset = complete(seed);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    entries.set(key, { name, rowset, indirect: new Map(), isUsed: true });
    const next = complete(tracer.query(query, env, outer));
    const isSettled = sizeOf(next) === sizeOf(rowset);
    rowset = next;
    if (isSettled) break;
  }
  entries.delete(key);
  return rowset;
}

/** Columns of SEARCH and CYCLE say where a row stands among the others, so they come from all of its columns. */
function withAdded(rowset: Rowset, added: Cte["added"], { identifiers }: Tracer): Rowset {
  if (added.length === 0) return rowset;
  const origins = derived(...rowset.columns.map((column) => column.origins));
  const columns = added.map((name) => ({
    name: identifiers.spelled(name),
    key: identifiers.columnKey(name),
    origins,
    type: null,
    computedAt: null,
  }));
  return { ...rowset, columns: [...rowset.columns, ...columns] };
}

function sizeOf({ columns }: Rowset): number {
  return columns.reduce((sum, { origins }) => sum + origins.size, 0);
}

/** DuckDB lets the tables of the operands be named in the ORDER BY of all of them. */
function unqualified(expression: Expression): Expression {
  return expression.kind === "column" ? { ...expression, parts: expression.parts.slice(-1) } : expression;
}

function traceSet(query: SetOperation, env: Env, outer: Scope | null, tracer: Tracer): Rowset {
  let rowset = tracer.query(query.first, env, outer);
  for (const operand of query.rest) {
    const other = tracer.query(operand, env, outer);
    if (!query.byName) tellWidths(query, rowset, other, operand, tracer);
    if (query.operator === "union")
      rowset =
        query.byName || isPartial(rowset, other) ? unionByName(rowset, other) : unionByPlace(rowset, other);
    else {
      for (const { origins } of other.columns) env.note(origins, "set");
      rowset = typedAlike(rowset, other);
    }
  }
  // Rows are compared with each other.
  if (query.isDistinct) for (const { origins } of rowset.columns) env.note(origins, "set");
  const aliases = new Map(rowset.columns.map((column) => [column.key, column]));
  const scope: Scope = {
    sources: [],
    shared: new Map(),
    aliases,
    parameters: new Map(),
    windows: new Map(),
    env,
    parent: outer,
  };
  const order = query.orderBy.filter(({ kind }) => kind !== "literal");
  noteUses(order.map(unqualified), "order", scope, tracer);
  return rowset;
}

/** Only of columns that are known for certain. */
function tellWidths(
  { operator }: SetOperation,
  first: Rowset,
  other: Rowset,
  operand: Query,
  tracer: Tracer,
): void {
  const widths = [first.columns.length, other.columns.length] as const;
  if (widths[0] === widths[1] || isPartial(first, other) || tracer.uncertain.size > 0) return;
  const at = operand.kind === "select" ? (operand.items[0]?.at ?? null) : null;
  tracer.problems.push({ kind: "set-width", name: operator, at, widths });
}

function isPartial(first: Rowset, second: Rowset): boolean {
  return first.unknown.length > 0 || second.unknown.length > 0;
}

function united(first: Column, second: Column): Column {
  return {
    ...first,
    origins: merge(first.origins, second.origins),
    type: first.type === second.type ? first.type : null,
    computedAt: first.computedAt ?? second.computedAt,
    fields: undefined,
  };
}

function unionByPlace(first: Rowset, second: Rowset): Rowset {
  const columns = first.columns.map((column, index) => {
    const other = second.columns[index];
    return other === undefined ? column : united(column, other);
  });
  return { columns, unknown: [] };
}

/** Rows that are compared are brought to one type first. */
function typedAlike(first: Rowset, second: Rowset): Rowset {
  const columns = first.columns.map((column, index) =>
    column.type === second.columns[index]?.type ? column : { ...column, type: null },
  );
  return { ...first, columns };
}

/** Also what is best where columns are not all known: their places are not either. */
function unionByName(first: Rowset, second: Rowset): Rowset {
  const others = new Map(second.columns.map((column) => [column.key, column]));
  const columns = first.columns.map((column) => {
    const other = others.get(column.key);
    others.delete(column.key);
    return other === undefined ? column : united(column, other);
  });
  return { columns: [...columns, ...others.values()], unknown: [...first.unknown, ...second.unknown] };
}

function traceValues({ rows }: Values, env: Env, outer: Scope | null, tracer: Tracer): Rowset {
  const scope: Scope = {
    sources: [],
    shared: new Map(),
    aliases: new Map(),
    parameters: new Map(),
    windows: new Map(),
    env,
    parent: outer,
  };
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, index): Column => {
    const origins = new Map<Leaf, "copy" | "derive">();
    const cells = rows.flatMap((row) => row.slice(index, index + 1));
    const types = cells.map((cell) => tracer.expression(cell, scope, origins));
    const name = valuesName(tracer.identifiers.dialect, index);
    return {
      name,
      key: tracer.identifiers.catalogKey(name),
      origins,
      type: tracer.types.commonType(types),
      computedAt: null,
    };
  });
  return { columns, unknown: [] };
}

function valuesName(dialect: SqlDialect, index: number): string {
  switch (dialect) {
    case "postgres":
    case "redshift":
    case "sqlite":
      return `column${index + 1}`;
    case "snowflake":
      return `COLUMN${index + 1}`;
    case "trino":
    case "athena":
      return `_col${index}`;
    case "spark":
    case "databricks":
      return `col${index + 1}`;
    default:
      return `col${index}`;
  }
}
