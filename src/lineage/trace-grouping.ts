// Columns that a query shows beside aggregates without grouping by them, where that is an error in every engine and no
// matter of taste: none that a key of their table could decide, and none of which an expression is grouped by.

import { mayAggregate, partsOf } from "../sql/expression-parts.ts";
import type { Call, ColumnUse, Expression, Name, Select, SelectItem } from "../sql/query-tree.ts";
import type { Column } from "./rowset.ts";
import { findColumn, type Scope, type ScopeSource } from "./scope.ts";
import type { Tracer } from "./tracer.ts";

/** Functions that aggregate in every engine when they are given one value. */
const CERTAIN: ReadonlySet<string> = new Set(["sum", "count", "avg", "min", "max"]);
/** Functions that aggregate whatever they are given. */
const ALWAYS: ReadonlySet<string> = new Set(
  "array_agg string_agg listagg bool_and bool_or stddev variance percentile_cont percentile_disc json_agg jsonb_agg".split(
    " ",
  ),
);
/** Engines that show any value, or ask a setting. */
const LENIENT: ReadonlySet<string> = new Set([
  "mysql",
  "sqlite",
  "generic",
  "clickhouse",
  "spark",
  "databricks",
]);

/** Tells of columns of a SELECT that stand neither in an aggregate nor in its GROUP BY. */
export function tellUngrouped(select: Select, scope: Scope, tracer: Tracer): void {
  const { items, groupBy } = select;
  if (groupBy === "all" || LENIENT.has(tracer.identifiers.dialect)) return;
  if (groupBy.length === 0 && !items.some(({ value }) => aggregates(value))) return;
  if (groupBy.some(isGroupingSet)) return;
  // A star makes places of columns unequal to those of items.
  if (groupBy.some(({ kind }) => kind === "literal") && items.some(({ value }) => value.kind === "star"))
    return;
  const quiet: Tracer = { ...tracer, problems: [] };
  const grouped = groupedColumns(select, scope, quiet);
  items.forEach(({ value }, index) => {
    if (grouped.places.has(index)) return;
    for (const use of bareColumns(value)) {
      const found = findColumn(use.parts, scope, quiet)?.column;
      // Names of queries around this one have one value here.
      const source = scope.sources.find(({ byKey }) => found !== undefined && byKey.get(found.key) === found);
      if (found === undefined || source === undefined || grouped.columns.has(found)) continue;
      if (grouped.names.has(found.key) || mayDependOnKey(source, groupBy, tracer)) continue;
      const name = use.parts.at(-1);
      if (name !== undefined)
        tracer.problems.push({ kind: "ungrouped-column", name: name.text, at: spanOf(use) });
    }
  });
}

/** The columns of an expression that no aggregate takes, each name once. */
function bareColumns(expression: Expression): readonly ColumnUse[] {
  const uses = new Map<string, ColumnUse>();
  const walk = (inner: Expression): void => {
    if (inner.kind === "column") uses.set(inner.parts.map(({ text }) => text).join("."), inner);
    else if (!(inner.kind === "call" && mayAggregate(inner))) for (const part of partsOf(inner)) walk(part);
  };
  if (expression.kind === "over") for (const part of partsOf(expression)) walk(part);
  else walk(expression);
  return [...uses.values()];
}

interface Grouped {
  readonly columns: ReadonlySet<Column>;
  /** Indexes of select items. */
  readonly places: ReadonlySet<number>;
  /** Names in GROUP BY, which may mean aliases as well, and names in its expressions, which may stand in the items. */
  readonly names: ReadonlySet<string>;
}

function groupedColumns({ groupBy, items }: Select, scope: Scope, quiet: Tracer): Grouped {
  const columns = new Set<Column>();
  const places = new Set<number>();
  const names = new Set<string>();
  if (groupBy === "all") return { columns, places, names };
  const { columnKey } = quiet.identifiers;
  for (const key of groupBy) {
    if (key.kind === "literal") places.add(Number(key.text) - 1);
    if (key.kind !== "column") {
      namesWithin(key, names, columnKey);
      continue;
    }
    const last = key.parts.at(-1);
    if (last !== undefined) names.add(columnKey(last));
    const found = findColumn(key.parts, scope, quiet)?.column;
    if (found !== undefined) columns.add(found);
  }
  items.forEach(({ alias, value }: SelectItem, index) => {
    if (alias !== null && names.has(columnKey(alias))) places.add(index);
    // What stands in the item that is grouped by may stand in others, too.
    if (places.has(index)) namesWithin(value, names, columnKey);
  });
  return { columns, places, names };
}

function namesWithin(expression: Expression, into: Set<string>, columnKey: (name: Name) => string): void {
  const last = expression.kind === "column" ? expression.parts.at(-1) : undefined;
  if (last !== undefined) into.add(columnKey(last));
  for (const part of partsOf(expression)) namesWithin(part, into, columnKey);
}

function aggregates(expression: Expression): boolean {
  if (expression.kind === "over") return partsOf(expression.call).some(aggregates);
  if (expression.kind === "query") return false;
  if (expression.kind === "call" && isAggregate(expression)) return true;
  return partsOf(expression).some(aggregates);
}

function isAggregate({ name, args }: Call): boolean {
  return CERTAIN.has(name) ? args.length <= 1 : ALWAYS.has(name);
}

function isGroupingSet(key: Expression): boolean {
  return key.kind === "call" && /^(?:rollup|cube|grouping[ _]?sets?|tuple)$/.test(key.name);
}

/** Postgres groups by a primary key for all columns of its table, where the query reads the table itself. */
function mayDependOnKey(
  { columns }: ScopeSource,
  groupBy: readonly Expression[],
  { identifiers, mayHaveKey, relations }: Tracer,
): boolean {
  if (identifiers.dialect !== "postgres" || groupBy.length === 0) return false;
  return [...relations].some(([id, rows]) => mayHaveKey(id) && rows.columns[0] === columns[0]);
}

function spanOf({ parts }: ColumnUse): Name["at"] {
  return parts.at(-1)?.at ?? null;
}
