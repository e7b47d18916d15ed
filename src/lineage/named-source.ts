// Rows as a source of a FROM: under an alias, with new names for columns.

import type { Name, Source } from "../sql/query-tree.ts";
import type { Column, Origins, Rowset } from "./rowset.ts";
import type { ScopeSource } from "./scope.ts";
import type { Tracer } from "./tracer.ts";

/** Rows under the alias of their source, with its column aliases. */
export function named(
  rowset: Rowset,
  source: Pick<Source, "alias" | "columns">,
  tracer: Tracer,
  path: readonly string[] = [],
  element: Origins | null = null,
): ScopeSource {
  const renamed = renameColumns(rowset, source.columns, tracer);
  const byKey = new Map<string, Column>();
  for (const column of renamed.columns) if (!byKey.has(column.key)) byKey.set(column.key, column);
  return {
    ...renamed,
    byKey,
    key: source.alias === null ? (path.at(-1) ?? "") : tracer.identifiers.columnKey(source.alias),
    path: source.alias === null ? path : [],
    element,
    isHidden: false,
    merged: new Set(),
  };
}

/** `as t(a, b)`: new names for the first columns. Names for unknown columns come from any of them. */
export function renameColumns(rowset: Rowset, names: readonly Name[], tracer: Tracer): Rowset {
  if (names.length === 0) return rowset;
  const { identifiers } = tracer;
  const named = (name: Name, column: Pick<Column, "origins" | "type" | "computedAt">): Column => ({
    ...column,
    name: identifiers.spelled(name),
    key: identifiers.columnKey(name),
  });
  if (rowset.unknown.length > 0) {
    const origins: Origins = new Map(
      rowset.unknown.map((relation) => [tracer.leaf(relation, null), "derive"]),
    );
    return {
      columns: names.map((name) => named(name, { origins, type: null, computedAt: null })),
      unknown: [],
    };
  }
  const columns = rowset.columns.map((column, index) => {
    const name = names[index];
    return name === undefined ? column : named(name, column);
  });
  return { columns, unknown: [] };
}
