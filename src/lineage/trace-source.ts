// FROM: from what is written there to the sources of a scope.

import type {
  FromItem,
  FunctionSource,
  Join,
  Name,
  PipedSource,
  Source,
  TableSource,
} from "../sql/query-tree.ts";
import type { Env } from "./env.ts";
import { named } from "./named-source.ts";
import { type Column, merge, noOrigins, type Rowset } from "./rowset.ts";
import { columnOf, type Joined, type Scope, type ScopeSource } from "./scope.ts";
import { traceFunction } from "./trace-function.ts";
import { tracePivot, traceUnpivot } from "./trace-pivot.ts";
import { noteUses, type Tracer } from "./tracer.ts";

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
    case "piped":
      return tracePiped(source, left, tracer);
    case "function": {
      const file = fileOf(source);
      const known = file && tracer.find([file]);
      return only(
        known ? named(relationRows(known, tracer), source, tracer) : traceFunction(source, left, tracer),
      );
    }
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

/** The rows, and the tables behind them by name only. */
function tracePiped({ query, alias, columns }: PipedSource, left: Scope, tracer: Tracer): Joined {
  if (query.kind !== "select" || query.ctes.length > 0)
    return only(named(tracer.query(query, left.env, left), { alias, columns }, tracer));
  const { rows, joined } = tracer.select(query, left.env, left);
  const tables = joined.sources
    .filter(({ key }) => key !== "")
    .map((table) => ({ ...table, isHidden: true }));
  return { sources: [named(rows, { alias, columns }, tracer), ...tables], shared: new Map() };
}

function only(source: ScopeSource): Joined {
  return { sources: [source], shared: new Map() };
}

/** `read_csv('data/orders.csv')`: the file, which a source of the project may stand for. */
function fileOf({ args: [first] }: FunctionSource): Name | undefined {
  const isPath = first?.kind === "literal" && first.type === "string" && /[./]/.test(first.text);
  return isPath ? { text: first.text, quoted: true, at: first.at } : undefined;
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
