// The columns that a star stands for.

import type { Expression, StarUse } from "../sql/query-tree.ts";
import { plainStar } from "../sql/read-star.ts";
import { rowOf } from "./row-values.ts";
import { type Column, type Leaf, noOrigins } from "./rowset.ts";
import { columnOf, findColumn, type Scope, type ScopeSource, sourceNamed, uncertainOf } from "./scope.ts";
import type { Tracer } from "./tracer.ts";

/** Columns in the making: what a select list gives so far. */
export interface Output {
  readonly columns: Column[];
  readonly unknown: string[];
}

/** Adds the columns of `*`, `t.*`, `COLUMNS(...)` with EXCLUDE, REPLACE and RENAME. */
export function expandStar(star: StarUse, scope: Scope, output: Output, tracer: Tracer): void {
  const sources = sourcesOf(star, scope, tracer);
  if (sources === undefined) {
    expandStruct(star, scope, output, tracer);
    return;
  }
  const isPlain = star.qualifier.length === 0;
  const { columnKey } = tracer.identifiers;
  const except = new Set(star.except.map(columnKey));
  const replace = new Map(star.replace.map(({ name, value }) => [columnKey(name), value]));
  const rename = new Map(star.rename.map(({ from, to }) => [columnKey(from), to]));
  const matches = nameFilter(star);
  tellUnlisted(star, sources, tracer);
  const wanted = sources.map((source) => withoutExcepted(source, star, tracer));
  for (const column of shownColumns(wanted, isPlain ? scope : undefined, tracer)) {
    if (except.has(column.key) || !matches(column.name)) continue;
    const value = replace.get(column.key);
    const to = rename.get(column.key);
    const shown = value === undefined ? column : replaced(column, value, scope, tracer);
    output.columns.push(
      to === undefined ? shown : { ...shown, name: tracer.identifiers.spelled(to), key: columnKey(to) },
    );
  }
  for (const source of sources) {
    output.unknown.push(...source.unknown);
    if (uncertainOf(source, tracer).length > 0) tracer.taken.isUncertain = true;
    if (source.element !== null && source.columns.length === 0) output.unknown.push("");
  }
  if (star.filter?.kind === "unknown") output.unknown.push("");
}

/** Columns that EXCLUDE, REPLACE or RENAME name and that no source has, which all engines but one refuse. */
function tellUnlisted(star: StarUse, sources: readonly ScopeSource[], tracer: Tracer): void {
  const listed = [
    ...star.except,
    ...star.replace.map(({ name }) => name),
    ...star.rename.map(({ from }) => from),
  ];
  if (listed.length === 0 || tracer.identifiers.dialect === "clickhouse") return;
  const quiet: Tracer = { ...tracer, problems: [] };
  for (const name of listed) {
    if (sources.some((source) => columnOf(source, name, quiet) !== undefined)) continue;
    const candidates = sources.flatMap(({ columns }) => columns.flatMap((column) => column.name ?? []));
    tracer.problems.push({ kind: "unknown-column", name: name.text, at: name.at, candidates });
  }
}

function withoutExcepted(source: ScopeSource, { exceptOf }: StarUse, { identifiers }: Tracer): ScopeSource {
  const except = exceptOf.flatMap(({ source: of, name }) =>
    identifiers.columnKey(of) === source.key ? identifiers.columnKey(name) : [],
  );
  if (except.length === 0) return source;
  return { ...source, columns: source.columns.filter(({ key }) => !except.includes(key)) };
}

/** Undefined where the qualifier names no source: then it is a struct. */
function sourcesOf(star: StarUse, scope: Scope, tracer: Tracer): readonly ScopeSource[] | undefined {
  if (star.of !== null) return undefined;
  if (star.qualifier.length === 0) return scope.sources.filter(({ isHidden }) => !isHidden);
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const source = sourceNamed(star.qualifier, at, tracer.identifiers);
    if (source !== undefined) return [source];
  }
  return undefined;
}

/** Shared columns stand once: first of all in standard SQL, in the place of the left one in DuckDB. */
function shownColumns(
  sources: readonly ScopeSource[],
  scope: Scope | undefined,
  tracer: Tracer,
): readonly Column[] {
  if (scope === undefined || scope.shared.size === 0) return sources.flatMap(({ columns }) => columns);
  const { shared } = scope;
  const isFirst = tracer.identifiers.dialect !== "duckdb";
  const rest = sources.flatMap(({ columns, merged }) =>
    columns.flatMap((column) => {
      if (merged.has(column.key)) return [];
      const one = shared.get(column.key);
      if (one === undefined) return [column];
      return isFirst ? [] : [one];
    }),
  );
  return isFirst ? [...shared.values(), ...rest] : rest;
}

/** Which columns a pattern picks; none where it is not known. */
export function nameFilter({ filter }: StarUse): (name: string | null) => boolean {
  if (filter?.kind === "unknown") return () => false;
  if (filter === null) return () => true;
  try {
    const pattern = new RegExp(filter.pattern, "i");
    return (name) => name !== null && pattern.test(name);
  } catch {
    return () => false;
  }
}

function replaced(column: Column, value: Expression, scope: Scope, tracer: Tracer): Column {
  const origins = new Map<Leaf, "copy" | "derive">();
  const type = tracer.expression(value, scope, origins);
  return { ...column, origins, type, computedAt: value.at, fields: rowOf(value, scope, tracer) };
}

/** `t.address.*`, `(f(x)).*`: the fields, where the type tells them. */
function expandStruct(star: StarUse, scope: Scope, output: Output, tracer: Tracer): void {
  const origins = new Map<Leaf, "copy" | "derive">();
  const of: Expression = star.of ?? { kind: "column", parts: star.qualifier, at: star.at };
  const type = tracer.expression(of, scope, origins);
  const except = new Set(star.except.map((name) => tracer.identifiers.columnKey(name)));
  const made = rowOf(of, scope, tracer);
  if (made !== undefined) {
    output.columns.push(...made.filter(({ key }) => !except.has(key)));
    return;
  }
  const fields = tracer.types.fields(type);
  if (fields === null) output.unknown.push("");
  for (const field of fields ?? []) {
    const key = tracer.identifiers.catalogKey(field.name);
    if (!except.has(key))
      output.columns.push({ name: field.name, key, origins, type: field.type, computedAt: star.at });
  }
}

/** DuckDB's `unnest(struct)` in a select list gives its fields; with `recursive := true` those of all structs inside. */
export function expandUnnest(value: Expression, scope: Scope, output: Output, tracer: Tracer): boolean {
  if (tracer.identifiers.dialect !== "duckdb" || value.kind !== "call" || value.name !== "unnest")
    return false;
  const [of, ...options] = value.args;
  if (of === undefined) return false;
  const isStruct = of.kind === "call" && of.name === "struct_pack";
  const fields = tracer.types.fields(tracer.expression(of, scope, new Map()));
  if (!isStruct && fields === null && options.length === 0) return false;
  if (options.length > 0) output.unknown.push("");
  else expandStruct({ ...plainStar, of, at: value.at }, scope, output, tracer);
  return true;
}

/** The COLUMNS(...) inside of an expression, which is then computed for each of its columns. */
export function columnsWithin(expression: Expression): StarUse | undefined {
  switch (expression.kind) {
    case "star":
      return expression.isColumns ? expression : undefined;
    case "call":
      return firstWithin([
        ...expression.args,
        ...(expression.receiver === null ? [] : [expression.receiver]),
      ]);
    case "cast":
    case "argument":
      return columnsWithin(expression.value);
    case "case":
      return firstWithin([...expression.conditions, ...expression.results]);
    case "over":
      return columnsWithin(expression.call);
    default:
      return undefined;
  }
}

function firstWithin(expressions: readonly Expression[]): StarUse | undefined {
  for (const expression of expressions) {
    const star = columnsWithin(expression);
    if (star !== undefined) return star;
  }
  return undefined;
}

/** A column that is found quietly: for the name of a column whose expression is one. */
export function plainColumn(expression: Expression, scope: Scope, tracer: Tracer): Column | undefined {
  if (expression.kind !== "column") return undefined;
  const found = findColumn(expression.parts, scope, tracer);
  if (found === undefined) return { name: null, key: "", origins: noOrigins, type: null, computedAt: null };
  return found.fields.length === 0 ? found.column : undefined;
}
