// Columns that a query shows beside aggregates without grouping by them, where that is an error in every engine and no
// matter of taste: plain columns only, and none that a key of their table could decide.

import { partsOf } from "../sql/expression-parts.ts";
import type { ColumnUse, Expression, Name, Select, SelectItem } from "../sql/query-tree.ts";
import type { Column } from "./rowset.ts";
import { findColumn, type Scope } from "./scope.ts";
import type { Tracer } from "./tracer.ts";

/** Functions that aggregate in every engine when they are given one value. */
const CERTAIN: ReadonlySet<string> = new Set(["sum", "count", "avg", "min", "max"]);
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
  const quiet: Tracer = { ...tracer, problems: [] };
  const grouped = groupedColumns(select, scope, quiet);
  items.forEach(({ value }, index) => {
    if (value.kind !== "column" || grouped.places.has(index)) return;
    const found = findColumn(value.parts, scope, quiet)?.column;
    // Names of queries around this one have one value here.
    const isOwn = scope.sources.some(({ byKey }) => found !== undefined && byKey.get(found.key) === found);
    if (found === undefined || !isOwn || grouped.columns.has(found)) return;
    if (grouped.names.has(found.key) || mayDependOnKey(found, groupBy, tracer)) return;
    const name = value.parts.at(-1);
    if (name !== undefined)
      tracer.problems.push({ kind: "ungrouped-column", name: name.text, at: spanOf(value) });
  });
}

interface Grouped {
  readonly columns: ReadonlySet<Column>;
  /** Indexes of select items. */
  readonly places: ReadonlySet<number>;
  /** Names in GROUP BY, which may mean aliases as well. */
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
    if (key.kind !== "column") continue;
    const last = key.parts.at(-1);
    if (last !== undefined) names.add(columnKey(last));
    const found = findColumn(key.parts, scope, quiet)?.column;
    if (found !== undefined) columns.add(found);
  }
  items.forEach(({ alias }: SelectItem, index) => {
    if (alias !== null && names.has(columnKey(alias))) places.add(index);
  });
  return { columns, places, names };
}

function aggregates(expression: Expression): boolean {
  if (expression.kind === "over" || expression.kind === "query") return false;
  if (expression.kind === "call" && CERTAIN.has(expression.name) && expression.args.length === 1) return true;
  return partsOf(expression).some(aggregates);
}

function isGroupingSet(key: Expression): boolean {
  return key.kind === "call" && /^(?:rollup|cube|grouping[ _]?sets?|tuple)$/.test(key.name);
}

/** Postgres groups by a primary key for all columns of its table. */
function mayDependOnKey(
  { origins }: Column,
  groupBy: readonly Expression[],
  { identifiers, mayHaveKey }: Tracer,
): boolean {
  if (identifiers.dialect !== "postgres" || groupBy.length === 0) return false;
  return [...origins].some(([{ relation }, kind]) => kind === "copy" && mayHaveKey(relation));
}

function spanOf({ parts }: ColumnUse): Name["at"] {
  return parts.at(-1)?.at ?? null;
}
