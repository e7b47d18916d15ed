// The names that an expression can use, and finding what they mean. A scope is one FROM; a subquery looks into the scopes
// around it when its own does not know a name.

import type { Name, Window } from "../sql/query-tree.ts";
import type { Env } from "./env.ts";
import { dateParts, hiddenColumns, type Identifiers } from "./identifiers.ts";
import type { NameProblem } from "./query-lineage.ts";
import { type Column, derived, type Leaf, noOrigins, type Origins, type Rowset } from "./rowset.ts";

/** One table, query or function of a FROM. */
export interface ScopeSource extends Rowset {
  /** The alias, or the last part of the name; "" for a query without alias. */
  readonly key: string;
  /** All parts of a name without alias, by which columns can be qualified. */
  readonly path: readonly string[];
  readonly byKey: ReadonlyMap<string, Column>;
  /** Of a function: what any name in it comes from, where its columns are not known. */
  readonly element: Origins | null;
  /** The right side of a semi or anti join: visible in its condition only. */
  readonly isHidden: boolean;
  /** Columns that USING merged into another source's: not shown by a star. */
  readonly merged: ReadonlySet<string>;
}

/** What some items of a FROM make together. */
export interface Joined {
  readonly sources: readonly ScopeSource[];
  readonly shared: ReadonlyMap<string, Column>;
}

/** The rows of a SELECT, and what it reads them from. */
export interface SelectRows {
  readonly rows: Rowset;
  readonly joined: Joined;
}

export interface Scope {
  readonly sources: readonly ScopeSource[];
  /** Columns of USING and NATURAL: what the plain name means. */
  readonly shared: ReadonlyMap<string, Column>;
  /** Output columns with an alias, which many engines let other expressions use. */
  readonly aliases: Map<string, Column>;
  /** Parameters of lambdas. */
  readonly parameters: ReadonlyMap<string, Column>;
  readonly windows: ReadonlyMap<string, Window>;
  readonly env: Env;
  readonly parent: Scope | null;
}

/** What a name means: a column, and the fields of it that the further parts of the name tell. */
export interface Found {
  readonly column: Column;
  readonly fields: readonly Name[];
}

export interface Lookup {
  readonly identifiers: Identifiers;
  readonly problems: NameProblem[];
  /** The one object for a column of a relation. */
  leaf(relation: string, column: string | null): Leaf;
  /** Relations that may have other columns than those that are known. */
  readonly uncertain: ReadonlySet<string>;
}

/** @param aliasFirst ORDER BY, where names of the result win */
export function findColumn(
  parts: readonly Name[],
  scope: Scope,
  lookup: Lookup,
  aliasFirst = false,
): Found | undefined {
  const keys = parts.map((part) => lookup.identifiers.columnKey(part));
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = findIn(parts, keys, at, lookup, aliasFirst && at === scope);
    if (found !== undefined) return ofField(found, lookup.identifiers);
  }
  tellUnknown(parts, keys, scope, lookup);
  return undefined;
}

/** Into a row whose fields are known, as far as the names lead. */
function ofField(found: Found, identifiers: Identifiers): Found {
  const [name, ...fields] = found.fields;
  const key = name === undefined ? "" : identifiers.columnKey(name);
  const field = name === undefined ? undefined : found.column.fields?.find((each) => each.key === key);
  return field === undefined ? found : ofField({ column: field, fields }, identifiers);
}

function findIn(
  parts: readonly Name[],
  keys: readonly string[],
  scope: Scope,
  lookup: Lookup,
  aliasFirst: boolean,
): Found | undefined {
  const [first = ""] = keys;
  const parameter = scope.parameters.get(first);
  if (parameter !== undefined) return { column: parameter, fields: parts.slice(1) };
  if (keys.length === 1 && aliasFirst) {
    const alias = scope.aliases.get(first);
    if (alias !== undefined) return { column: alias, fields: [] };
  }
  if (keys.length > 1) {
    const ofResult = findInResult(keys, scope, lookup.identifiers);
    if (ofResult !== undefined) return { column: ofResult, fields: parts.slice(2) };
    const qualified = findQualified(parts, keys, scope, lookup);
    if (qualified !== undefined) return qualified;
    const row = wholeRow(parts, scope, lookup.identifiers);
    if (row !== undefined) return { column: row, fields: [] };
  }
  const column = findPlain(parts[0], first, scope, lookup, keys.length > 1);
  return column === undefined ? undefined : { column, fields: parts.slice(1) };
}

/** DuckDB's `alias.name`: a column of the result, unless a table called "alias" has it. */
function findInResult(
  [first, second = ""]: readonly string[],
  { sources, aliases }: Scope,
  { dialect }: Identifiers,
): Column | undefined {
  if (dialect !== "duckdb" || first !== "alias") return undefined;
  const isOfTable = sources.some(({ key, byKey }) => key === first && byKey.has(second));
  return isOfTable ? undefined : aliases.get(second);
}

/** `alias.column`, `schema.table.column`: the longest name of a source that fits. */
function findQualified(
  parts: readonly Name[],
  keys: readonly string[],
  scope: Scope,
  lookup: Lookup,
): Found | undefined {
  for (let length = keys.length - 1; length >= 1; length -= 1) {
    const sources = sourcesNamed(parts.slice(0, length), scope, lookup.identifiers);
    const name = parts[length];
    if (sources.length === 0 || name === undefined) continue;
    for (const source of sources) {
      const column = columnOf(source, name, lookup);
      if (column !== undefined) return { column, fields: parts.slice(length + 1) };
    }
    const candidates = sources.flatMap(({ columns }) => columns.flatMap((known) => known.name ?? []));
    tell(lookup, { kind: "unknown-column", name: name.text, at: name.at, candidates });
    return { column: unknownColumn(name), fields: [] };
  }
  return undefined;
}

/** The source that a qualifier names: the first one, where several have the name. */
export function sourceNamed(
  parts: readonly Name[],
  scope: Scope,
  identifiers: Identifiers,
): ScopeSource | undefined {
  return sourcesNamed(parts, scope, identifiers)[0];
}

function sourcesNamed(parts: readonly Name[], scope: Scope, identifiers: Identifiers): ScopeSource[] {
  const keys = parts.map((part) => identifiers.tableKey(part));
  const [only] = keys;
  const aliasKey = parts[0] === undefined ? "" : identifiers.columnKey(parts[0]);
  return scope.sources.filter((source) =>
    keys.length === 1 && (source.key === only || source.key === aliasKey)
      ? true
      : keys.length > 1 &&
        source.path.length >= keys.length &&
        keys.every((key, index) => key === source.path[source.path.length - keys.length + index]),
  );
}

/** A column of one source by its name; of a source with unknown columns, one that it may well have. */
export function columnOf(source: ScopeSource, name: Name, lookup: Lookup): Column | undefined {
  const key = lookup.identifiers.columnKey(name);
  const known = source.byKey.get(key) ?? inAnyCase(source, key) ?? byNumber(source, name);
  if (known !== undefined) return known;
  if (source.element !== null) return { ...unknownColumn(name), origins: source.element };
  const unknown = source.unknown.length > 0 ? source.unknown : uncertainOf(source, lookup);
  const nameless = namelessOf(source);
  if (unknown.length === 0 && nameless.length > 0)
    return {
      ...unknownColumn(name),
      name: lookup.identifiers.spelled(name),
      key,
      origins: derived(...nameless),
    };
  if (unknown.length === 0) return hiddenColumns.has(key.toLowerCase()) ? unknownColumn(name) : undefined;
  const text = unknown.length === 1 ? lookup.identifiers.spelled(name) : null;
  const kind = text === null ? "derive" : "copy";
  const origins: Origins = new Map(unknown.map((relation) => [lookup.leaf(relation, text), kind]));
  return { ...unknownColumn(name), name: lookup.identifiers.spelled(name), key, origins };
}

/** Origins of expressions without an alias, whose names only the engine knows. */
function namelessOf({ columns }: ScopeSource): Origins[] {
  return columns.flatMap(({ name, origins }) => (name === null ? [origins] : []));
}

/** The relations that columns of a source are copies of, and that may have more of them. */
export function uncertainOf({ columns }: ScopeSource, { uncertain }: Lookup): readonly string[] {
  if (uncertain.size === 0) return [];
  const relations = new Set<string>();
  for (const { origins } of columns)
    for (const [{ relation }, kind] of origins)
      if (kind === "copy" && uncertain.has(relation)) relations.add(relation);
  return [...relations];
}

/** Names that were declared in another case than the engine folds to (YAML files of sources). */
function inAnyCase(source: ScopeSource, key: string): Column | undefined {
  const lower = key.toLowerCase();
  return source.columns.find((column) => column.key.toLowerCase() === lower);
}

/** Snowflake's `t.$1` */
function byNumber(source: ScopeSource, name: Name): Column | undefined {
  const match = /^\$(\d+)$/.exec(name.text);
  return match === null ? undefined : source.columns[Number(match[1]) - 1];
}

function unknownColumn(name: Name): Column {
  return { name: name.text, key: "", origins: noOrigins, type: null, computedAt: null };
}

function findPlain(
  name: Name | undefined,
  key: string,
  scope: Scope,
  lookup: Lookup,
  isQualified: boolean,
): Column | undefined {
  const shared = scope.shared.get(key);
  if (shared !== undefined) return shared;
  const all = scope.sources.filter((source) => source.byKey.has(key));
  const visible = all.filter(({ isHidden }) => !isHidden);
  const holders = visible.length > 0 ? visible : all;
  const [holder, second] = holders;
  const alias = isQualified ? undefined : scope.aliases.get(key);
  if (holder !== undefined) {
    if (second !== undefined && alias !== undefined) return alias;
    if (second !== undefined && name !== undefined && !isQualified)
      tell(lookup, {
        kind: "ambiguous-column",
        name: name.text,
        at: name.at,
        sources: holders.map((source) => source.key),
      });
    return holder.byKey.get(key);
  }
  if (alias !== undefined) return alias;
  const row = name === undefined ? undefined : wholeRow([name], scope, lookup.identifiers);
  if (row !== undefined) return row;
  return name === undefined ? undefined : findOpen(name, scope, lookup);
}

/** A table's name as a value: the row. */
function wholeRow(parts: readonly Name[], scope: Scope, identifiers: Identifiers): Column | undefined {
  const source = sourceNamed(parts, scope, identifiers);
  const name = parts.at(-1);
  if (source === undefined || name === undefined) return undefined;
  const origins = source.element ?? derived(...source.columns.map((column) => column.origins));
  const isKnown = source.element === null && source.unknown.length === 0;
  return { ...unknownColumn(name), origins, fields: isKnown ? source.columns : undefined };
}

/** A name that no source is known to have, where one has columns that nobody knows. */
function findOpen(name: Name, scope: Scope, lookup: Lookup): Column | undefined {
  const opened = (source: ScopeSource) =>
    source.unknown.length > 0 ? source.unknown : uncertainOf(source, lookup);
  const open = scope.sources.filter(
    (source) => opened(source).length > 0 || source.element !== null || namelessOf(source).length > 0,
  );
  const tables = open.filter((source) => opened(source).length > 0);
  const [only] = tables.length === 1 ? tables : open;
  const listed = inAnyCaseOfAll(name, scope, lookup);
  if (only === undefined || listed !== undefined) return listed;
  if (tables.length <= 1) return columnOf(only, name, lookup);
  const leaves = tables.flatMap((source) => opened(source).map((relation) => lookup.leaf(relation, null)));
  return { ...unknownColumn(name), origins: new Map(leaves.map((leaf) => [leaf, "derive"])) };
}

function inAnyCaseOfAll(name: Name, scope: Scope, lookup: Lookup): Column | undefined {
  const key = lookup.identifiers.columnKey(name);
  for (const source of scope.sources) {
    const column = inAnyCase(source, key) ?? byNumber(source, name);
    if (column !== undefined) return column;
  }
  return undefined;
}

/** Nothing around knows the name: certain only where every source is known in full. */
function tellUnknown(parts: readonly Name[], keys: readonly string[], scope: Scope, lookup: Lookup): void {
  const [first] = parts;
  const name = parts.at(-1);
  if (first === undefined || name === undefined) return;
  const candidates: string[] = [];
  let hasSources = false;
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    for (const source of at.sources) {
      hasSources = true;
      if (parts.length > 1) candidates.push(source.key);
      else candidates.push(...source.columns.flatMap((column) => column.name ?? []));
    }
  }
  if (parts.length > 1) {
    tell(lookup, { kind: "unknown-source", name: first.text, at: first.at, candidates });
    return;
  }
  const key = (keys[0] ?? "").toLowerCase();
  const isWord = !name.quoted && (dateParts.has(key) || hiddenColumns.has(key));
  if (isWord || /^[$#@:?]/.test(name.text) || !hasSources) return;
  tell(lookup, { kind: "unknown-column", name: name.text, at: name.at, candidates });
}

function tell(lookup: Lookup, problem: NameProblem): void {
  lookup.problems.push(problem);
}
