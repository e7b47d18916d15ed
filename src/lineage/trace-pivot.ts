// The columns that PIVOT and UNPIVOT give.

import { partsOf } from "../sql/expression-parts.ts";
import type { Expression, Name, PivotSource, UnpivotSource } from "../sql/query-tree.ts";
import { type Column, derived, type Leaf, merge, noOrigins, type Origins, type Rowset } from "./rowset.ts";
import { columnOf, type Scope, type ScopeSource } from "./scope.ts";
import { nameFilter } from "./trace-star.ts";
import { originsOf, type Tracer } from "./tracer.ts";

/** @param scope of the one table that is pivoted */
export function tracePivot(pivot: PivotSource, scope: Scope, tracer: Tracer): Rowset {
  const input = scope.sources[0];
  if (input === undefined) return { columns: [], unknown: [] };
  const used = new Set<string>();
  for (const { value } of [...pivot.aggregates, ...pivot.keys]) collectKeys(value, used, tracer);
  for (const { value } of pivot.keys) scope.env.note(originsOf([value], scope, tracer), "group");
  const groups = pivot.groupBy?.flatMap((group) => groupColumns(group, scope, tracer));
  const kept = groups ?? input.columns.filter(({ key }) => !used.has(key));
  for (const { origins } of kept) scope.env.note(origins, "group");
  const isDynamic = pivot.keys.some(({ values }) => values === null);
  const made = isDynamic ? [] : pivotColumns(pivot, scope, tracer);
  const unknown = [...(isDynamic ? [""] : []), ...(groups === undefined ? input.unknown : [])];
  return { columns: [...kept, ...made], unknown };
}

function groupColumns(group: Expression, scope: Scope, tracer: Tracer): Column[] {
  if (group.kind !== "column") return [];
  const keys = group.parts.map((part) => tracer.identifiers.columnKey(part));
  return scope.sources.flatMap(({ byKey }) => byKey.get(keys.at(-1) ?? "") ?? []);
}

function pivotColumns({ aggregates, keys }: PivotSource, scope: Scope, tracer: Tracer): Column[] {
  const computed = aggregates.map(({ value, alias }) => {
    const into = new Map<Leaf, "copy" | "derive">();
    const type = tracer.expression(value, scope, into);
    return { alias, origins: into, type };
  });
  let labels: readonly (readonly Name[])[] = [[]];
  for (const { values } of keys)
    labels = labels.flatMap((label) =>
      (values ?? []).map(({ value, alias }) => [...label, alias ?? labelOf(value, tracer)]),
    );
  return labels.flatMap((label) =>
    computed.map(({ alias, origins, type }): Column => {
      const name = pivotName(label, alias, computed.length > 1, tracer);
      const { spelled, columnKey } = tracer.identifiers;
      return { name: spelled(name), key: columnKey(name), origins, type, computedAt: null };
    }),
  );
}

/** Snowflake names a column after the literal as written, quotes included. */
function labelOf(value: Expression, tracer: Tracer): Name {
  const text =
    value.kind === "literal" ? value.text : value.kind === "column" ? (value.parts.at(-1)?.text ?? "") : "";
  const isText = value.kind === "literal" && value.type === "string";
  const isQuoted = tracer.identifiers.dialect === "snowflake" && isText;
  return { text: isQuoted ? `'${text}'` : text, quoted: isText, at: null };
}

function pivotName(label: readonly Name[], alias: Name | null, isOneOfMany: boolean, tracer: Tracer): Name {
  const text = label.map((part) => part.text).join("_");
  const quoted = label.some((part) => part.quoted);
  if (alias === null || (!isOneOfMany && tracer.identifiers.dialect === "snowflake"))
    return { text, quoted, at: null };
  const isFirst = tracer.identifiers.dialect === "bigquery";
  return { text: isFirst ? `${alias.text}_${text}` : `${text}_${alias.text}`, quoted, at: null };
}

/** Keys of all columns that an expression names. */
function collectKeys(expression: Expression, into: Set<string>, tracer: Tracer): void {
  const last = expression.kind === "column" ? expression.parts.at(-1) : undefined;
  if (last !== undefined) into.add(tracer.identifiers.columnKey(last));
  for (const part of partsOf(expression)) collectKeys(part, into, tracer);
}

/** @param scope of the one table that is unpivoted */
export function traceUnpivot(unpivot: UnpivotSource, scope: Scope, tracer: Tracer): Rowset {
  const input = scope.sources[0];
  if (input === undefined) return { columns: [], unknown: [] };
  const groups = unpivot.groups.flatMap((group) => unpivotedColumns(group, input, scope, tracer));
  const used = new Set(groups.flat().map(({ key }) => key));
  // Rows whose value is null are left out, unless the query says otherwise.
  for (const { origins } of groups.flat()) scope.env.note(origins, "filter");
  const values = unpivot.valueColumns.map((name, index) => {
    const from = groups.flatMap((group) => (unpivot.valueColumns.length > 1 ? (group[index] ?? []) : group));
    const origins = from.reduce<Origins>((all, column) => merge(all, column.origins), noOrigins);
    return madeColumn(name, origins, tracer);
  });
  const label = madeColumn(unpivot.nameColumn, noOrigins, tracer);
  return {
    columns: [...input.columns.filter(({ key }) => !used.has(key)), label, ...values],
    unknown: input.unknown,
  };
}

function madeColumn(name: Name, origins: Origins, { identifiers }: Tracer): Column {
  const { spelled, columnKey } = identifiers;
  return { name: spelled(name), key: columnKey(name), origins, type: null, computedAt: null };
}

/** The columns of one group, side by side; each one a group of its own where a star stands for them. */
function unpivotedColumns(
  group: readonly Expression[],
  input: ScopeSource,
  scope: Scope,
  tracer: Tracer,
): (readonly Column[])[] {
  const [star] = group;
  if (star?.kind === "star") {
    const except = new Set(star.except.map((name) => tracer.identifiers.columnKey(name)));
    const matches = nameFilter(star);
    return input.columns
      .filter(({ key, name }) => !except.has(key) && matches(name))
      .map((column) => [column]);
  }
  return [group.map((each) => unpivotedColumn(each, input, scope, tracer))];
}

function unpivotedColumn(each: Expression, input: ScopeSource, scope: Scope, tracer: Tracer): Column {
  const name = each.kind === "column" ? each.parts.at(-1) : undefined;
  if (name === undefined) {
    const origins = derived(originsOf([each], scope, tracer));
    return { name: null, key: "", origins, type: null, computedAt: null };
  }
  const found = columnOf(input, name, tracer);
  if (found !== undefined) return found;
  const candidates = input.columns.flatMap((column) => column.name ?? []);
  tracer.problems.push({ kind: "unknown-column", name: name.text, at: name.at, candidates });
  return madeColumn(name, noOrigins, tracer);
}
