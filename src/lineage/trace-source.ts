// FROM: from what is written there to the sources of a scope.

import type { FromItem, FunctionSource, Join, Name, Source, TableSource } from "../sql/query-tree.ts";
import type { Env } from "./env.ts";
import { type Column, merge, noOrigins, type Origins, type Rowset } from "./rowset.ts";
import { columnOf, type Scope, type ScopeSource } from "./scope.ts";
import { tracePivot, traceUnpivot } from "./trace-pivot.ts";
import { noteUses, originsOf, type Tracer } from "./tracer.ts";

/** What some items of a FROM make together. */
export interface Joined {
  readonly sources: readonly ScopeSource[];
  readonly shared: ReadonlyMap<string, Column>;
}

/** A scope of some sources, as conditions of joins and later items see it. */
export function scopeOf({ sources, shared }: Joined, env: Env, parent: Scope | null): Scope {
  return { sources, shared, aliases: new Map(), parameters: new Map(), windows: new Map(), env, parent };
}

export function traceFrom(items: readonly FromItem[], env: Env, outer: Scope | null, tracer: Tracer): Joined {
  let left: Joined = { sources: [], shared: new Map() };
  for (const { source, join } of items) {
    const right = traceSource(source, scopeOf(left, env, outer), tracer);
    left = join === null ? together(left, right) : traceJoin(left, right, join, env, outer, tracer);
  }
  return left;
}

function together(left: Joined, right: Joined): Joined {
  return {
    sources: [...left.sources, ...right.sources],
    shared: right.shared.size === 0 ? left.shared : new Map([...left.shared, ...right.shared]),
  };
}

function traceJoin(
  left: Joined,
  right: Joined,
  join: Join,
  env: Env,
  outer: Scope | null,
  tracer: Tracer,
): Joined {
  const names = join.natural ? commonNames(left, right) : join.using;
  const shared = new Map([...left.shared, ...right.shared]);
  const merged = new Set<string>();
  for (const name of names) {
    const key = tracer.identifiers.columnKey(name);
    const ofLeft = left.shared.get(key) ?? firstWith(left, name, tracer);
    const ofRight = firstWith(right, name, tracer);
    const column = sharedColumn(ofLeft, ofRight, join.side);
    for (const used of [ofLeft, ofRight]) env.note(used?.origins ?? noOrigins, "join");
    if (column !== undefined) shared.set(key, column);
    if (ofLeft !== undefined) merged.add(key);
  }
  const isHidden = join.side === "semi" || join.side === "anti";
  const sources = right.sources.map((source) => ({ ...source, merged }));
  const both = { sources: [...left.sources, ...sources], shared };
  noteUses(join.conditions, "join", scopeOf(both, env, outer), tracer);
  if (!isHidden) return both;
  return {
    sources: [...left.sources, ...sources.map((source) => ({ ...source, isHidden }))],
    shared: left.shared,
  };
}

function commonNames(left: Joined, right: Joined): Name[] {
  const keys = new Set(left.sources.flatMap((source) => [...source.byKey.keys()]));
  return right.sources.flatMap((source) =>
    source.columns.flatMap(({ name, key }) =>
      name !== null && keys.has(key) ? [{ text: name, quoted: true, at: null }] : [],
    ),
  );
}

function firstWith({ sources }: Joined, name: Name, tracer: Tracer): Column | undefined {
  const key = tracer.identifiers.columnKey(name);
  const known = sources.find((source) => source.byKey.has(key));
  if (known !== undefined) return known.byKey.get(key);
  for (const source of sources) {
    const column = columnOf(source, name, tracer);
    if (column !== undefined) return column;
  }
  tracer.problems.push({
    kind: "unknown-column",
    name: name.text,
    at: name.at,
    candidates: sources.flatMap((source) => source.columns.flatMap((column) => column.name ?? [])),
  });
  return undefined;
}

/** The value of a USING column: of the side whose rows all stay; of a full join, of either. */
function sharedColumn(
  left: Column | undefined,
  right: Column | undefined,
  side: Join["side"],
): Column | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  if (side === "right") return { ...right, name: left.name };
  if (side !== "full") return left;
  return {
    ...left,
    origins: merge(left.origins, right.origins),
    type: left.type === right.type ? left.type : null,
  };
}

/** @param left the scope of what stands before, which laterals see */
export function traceSource(source: Source, left: Scope, tracer: Tracer): Joined {
  switch (source.kind) {
    case "table":
      return traceTable(source, left, tracer);
    case "derived":
      return only(named(tracer.query(source.query, left.env, left), source, tracer));
    case "function":
      return only(traceFunction(source, left, tracer));
    case "joined": {
      const inner = traceFrom(source.from, left.env, left, tracer);
      if (source.alias === null) return inner;
      const shown = inner.sources.filter(({ isHidden }) => !isHidden);
      const columns = shown.flatMap((each) => each.columns.filter(({ key }) => !each.merged.has(key)));
      return only(named({ columns, unknown: shown.flatMap(({ unknown }) => unknown) }, source, tracer));
    }
    case "pivot":
    case "unpivot": {
      const input = traceSource(source.input, left, tracer);
      const scope = scopeOf(input, left.env, left);
      const rowset =
        source.kind === "pivot" ? tracePivot(source, scope, tracer) : traceUnpivot(source, scope, tracer);
      const key = input.sources[0]?.key ?? "";
      const result = named(rowset, source, tracer);
      return only(source.alias === null ? { ...result, key } : result);
    }
  }
}

function only(source: ScopeSource): Joined {
  return { sources: [source], shared: new Map() };
}

/** Rows under the alias of their source, with its column aliases. */
function named(
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

function traceTable(source: TableSource, left: Scope, tracer: Tracer): Joined {
  const { identifiers } = tracer;
  const [first] = source.name;
  const path = source.name.map((part) => identifiers.tableKey(part));
  if (first !== undefined && source.name.length === 1) {
    const cte = left.env.find(identifiers.columnKey(first));
    if (cte !== undefined) {
      cte.isUsed = true;
      left.env.noteAll(cte.indirect);
      return only(named(cte.rowset, source, tracer, [identifiers.columnKey(first)]));
    }
  }
  const known = tracer.find(source.name);
  if (known !== undefined) return only(named(relationRows(known, tracer), source, tracer, path));
  const array = arrayOf(source, left, tracer);
  if (array !== undefined) return only(array);
  const last = source.name.at(-1);
  const id = source.name.map(({ text }) => text).join(".");
  const candidates = source.name.length === 1 ? left.env.names() : [];
  if (last !== undefined)
    tracer.problems.push({ kind: "unknown-relation", name: id, at: last.at, candidates });
  return only(named({ columns: [], unknown: [id] }, source, tracer, path));
}

function relationRows(known: NonNullable<ReturnType<Tracer["find"]>>, tracer: Tracer): Rowset {
  if (known.isUncertain === true) tracer.uncertain.add(known.id);
  const made = tracer.relations.get(known.id);
  if (made !== undefined) return made;
  const rowset: Rowset = {
    columns: known.columns.map(({ name, type }) => ({
      name,
      key: tracer.identifiers.catalogKey(name),
      origins: new Map([[tracer.leaf(known.id, name), "copy"]]),
      type,
      computedAt: null,
    })),
    unknown: known.isComplete ? [] : [known.id],
  };
  tracer.relations.set(known.id, rowset);
  return rowset;
}

/** `from t, t.items as item`: the elements of a column (BigQuery, Redshift, Spark). */
function arrayOf(source: TableSource, left: Scope, tracer: Tracer): ScopeSource | undefined {
  const [first] = source.name;
  if (first === undefined || source.name.length < 2) return undefined;
  const key = tracer.identifiers.columnKey(first);
  if (!left.sources.some((each) => each.key === key)) return undefined;
  const column = { kind: "column", parts: source.name, at: null } as const;
  const alias = source.alias ?? source.name.at(-1) ?? null;
  return traceFunction(
    {
      kind: "function",
      name: "unnest",
      args: [column],
      offset: null,
      types: [],
      alias,
      columns: source.columns,
    },
    left,
    tracer,
  );
}

const FLATTEN = ["SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS"];
/** Functions whose one column is called as the function in DuckDB, and as the alias elsewhere. */
const ONE_COLUMN = new Set([
  "unnest",
  "generate_series",
  "range",
  "explode",
  "generate_date_array",
  "generate_array",
]);

function traceFunction(source: FunctionSource, left: Scope, tracer: Tracer): ScopeSource {
  const origins = originsOf(source.args, left, tracer);
  // As many rows as the value has elements.
  left.env.note(origins, "join");
  const column = (name: string, from: Origins, type: string | null = null): Column => ({
    name,
    key: tracer.identifiers.catalogKey(name),
    origins: from,
    type,
    computedAt: null,
  });
  // A list of names has one for the place of the row as well, or leaves it its own.
  const isOffsetNamed = source.columns.length > (source.name === "unnest" ? source.args.length : 1);
  const offset = source.offset === null || isOffsetNamed ? [] : [column(source.offset.text, noOrigins)];
  const plain = { alias: source.alias, columns: [] };
  if (source.columns.length > 0) {
    const columns = source.columns.map((name, index): Column => {
      const own = source.args.length === source.columns.length ? source.args[index] : undefined;
      const from = own === undefined ? origins : originsOf([own], left, tracer);
      const { spelled, columnKey } = tracer.identifiers;
      return { ...column(spelled(name), from, source.types[index] ?? null), key: columnKey(name) };
    });
    return named({ columns: [...columns, ...offset], unknown: [] }, plain, tracer);
  }
  if (source.name === "flatten")
    return named({ columns: FLATTEN.map((name) => column(name, origins)), unknown: [] }, plain, tracer);
  if (ONE_COLUMN.has(source.name)) {
    const isDuck = tracer.identifiers.dialect === "duckdb";
    const name = isDuck || source.alias === null ? source.name : source.alias.text;
    // Postgres takes several arrays side by side.
    const columns =
      source.args.length > 1 && source.name === "unnest"
        ? source.args.map((arg) => column(source.name, originsOf([arg], left, tracer)))
        : [column(name, origins)];
    return named(
      { columns: [...columns, ...offset], unknown: [] },
      plain,
      tracer,
      [],
      isDuck ? null : origins,
    );
  }
  const fromNothing = origins.size === 0;
  return named(
    { columns: offset, unknown: fromNothing ? [""] : [] },
    plain,
    tracer,
    [],
    fromNothing ? null : origins,
  );
}
