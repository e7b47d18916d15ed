// What the engine makes of a query, held against what we know: its types and names of columns are exact where its empty
// relations are those that the query will meet, and its refusal is certain where what it rests upon is.

import type { EmptyRelation, QueryChecker, Refusal } from "../adapter/query-checker.ts";
import { type Model, materialization, type Snapshot } from "../manifest/node.ts";
import type { ColumnEdge, LineageColumn } from "./lineage-graph.ts";
import type { NodeLineage } from "./node-lineage.ts";
import type { KnownColumn, KnownRelation } from "./query-lineage.ts";

/** A relation that a query reads. */
export interface ReadRelation {
  /** As the query names it. */
  readonly name: readonly string[];
  readonly relation: KnownRelation;
}

export interface EngineQuestion {
  readonly resource: Model | Snapshot;
  readonly sql: string;
  /** What tracing found. */
  readonly own: NodeLineage;
  readonly inputs: readonly ReadRelation[];
}

export interface EngineAnswer {
  readonly lineage: NodeLineage;
  /** Why the engine gave no answer at all. */
  readonly lost?: string;
}

/** Materializations that take the text of a model as one query. */
const OF_QUERIES: ReadonlySet<string> = new Set([
  "view",
  "table",
  "incremental",
  "ephemeral",
  "materialized_view",
  "external",
  "snapshot",
]);
/** Those that make tables, in which a NULL without a type gets one. */
const OF_TABLES: ReadonlySet<string> = new Set(["table", "incremental", "snapshot"]);

/** True where the text of a node is a query, whatever surrounds it when it runs. */
export function isPlainQuery(resource: Model | Snapshot): boolean {
  return resource.resourceType === "snapshot" || OF_QUERIES.has(materialization(resource));
}

/** Asks the engine about one query. */
export async function askEngine(question: EngineQuestion, checker: QueryChecker): Promise<EngineAnswer> {
  const { sql, own, inputs } = question;
  const verdict = await checker.check(
    sql,
    inputs.map((input) => emptyRelation(input, own)),
  );
  switch (verdict.kind) {
    case "unsure":
      return { lineage: own };
    case "lost":
      return { lineage: own, lost: verdict.reason };
    case "accepted":
      return { lineage: areKnown(othersThan(own, inputs)) ? accepted(question, verdict.columns) : own };
    case "refused":
      return { lineage: isCertain(verdict.refusal, question) ? { ...own, refusal: verdict.refusal } : own };
  }
}

/**
 * Of a relation that is not known in full: also the columns that the query reads from it by name. A model that reads
 * what it made before has made the columns that it gives.
 */
function emptyRelation(
  { name, relation }: ReadRelation,
  { node, edges, indirect }: NodeLineage,
): EmptyRelation {
  const { id, columns, isComplete } = relation;
  if (isComplete) return { name, columns };
  if (id === node.id) return { name, columns: node.columns };
  const known = new Map<string, KnownColumn>(columns.map((column) => [column.name.toLowerCase(), column]));
  for (const { from } of [...edges, ...indirect]) {
    const key = from.column.toLowerCase();
    if (from.node === id && !known.has(key)) known.set(key, { name: from.column, type: null });
  }
  return { name, columns: [...known.values()] };
}

/** What the model made before may look different in the warehouse, so no name in it is ever wrong for certain. */
function othersThan({ node }: NodeLineage, inputs: readonly ReadRelation[]): readonly ReadRelation[] {
  return inputs.filter(({ relation }) => relation.id !== node.id);
}

function areKnown(inputs: readonly ReadRelation[]): boolean {
  return inputs.every(({ relation }) => relation.isComplete && relation.isUncertain !== true);
}

function isCertain({ ground, mistake, facts }: Refusal, { own, inputs, sql }: EngineQuestion): boolean {
  switch (ground) {
    case "query":
      return mistake === "syntax" || areKnown(othersThan(own, inputs)) || !SHOWS_ALL.test(sql);
    case "catalog":
      return true;
    case "name":
      return areKnown(inputs);
    case "type": {
      const others = othersThan(own, inputs);
      if (!areKnown(others)) return false;
      const untyped = untypedColumns(others);
      if (untyped.size === 0 && others.length === inputs.length) return true;
      const isRead = [...own.edges, ...own.indirect].some(({ from }) =>
        untyped.has(keyOf(from.node, from.column)),
      );
      // A NULL in the engine's words may be a column whose type is not known.
      return !isRead && own.problems.length === 0 && !/\bNULL\b/.test(facts.message);
    }
  }
}

/** A star that may stand for columns: not that of count(*). */
const SHOWS_ALL = /\*(?!\s*\))/;

function untypedColumns(inputs: readonly ReadRelation[]): Set<string> {
  return new Set(
    inputs.flatMap(({ relation: { id, columns } }) =>
      columns.flatMap(({ name, type }) => (type === null ? keyOf(id, name) : [])),
    ),
  );
}

function keyOf(node: string, column: string): string {
  return `${node}\0${column.toLowerCase()}`;
}

/** The lineage with the engine's columns; names that seemed wrong are right, since the engine has the last word. */
function accepted(
  { resource, own, inputs }: EngineQuestion,
  given: readonly { readonly name: string; readonly type: string }[],
): NodeLineage {
  const problems = own.problems.filter(({ kind }) => kind === "unknown-relation");
  const isTable = resource.resourceType === "snapshot" || OF_TABLES.has(materialization(resource));
  const untyped = untypedColumns(othersThan(own, inputs));
  if (!own.isComplete || own.node.columns.length !== given.length) {
    // Of a query that was not understood in full, the engine knows the columns but not where they come from.
    const columns = given.map(
      ({ name, type }): LineageColumn => ({ name, type: untyped.size > 0 ? null : type }),
    );
    return { ...own, problems, isBound: true, isComplete: true, node: { ...own.node, columns } };
  }
  const names = finalNames(own.node.columns, given);
  const columns = own.node.columns.map((column, index): LineageColumn => {
    const origins = own.edges.filter(({ to }) => to.column === column.name).map(({ from }) => from);
    const isTyped = origins.every((from) => !untyped.has(keyOf(from.node, from.column)));
    const type = given[index]?.type ?? null;
    const isSure =
      isTyped && own.tables.length === 0 && (isTable || !mayBeNull(type, column.type, origins.length));
    return { name: names.get(column.name) ?? column.name, type: isSure ? type : column.type };
  });
  const renamed = (edge: ColumnEdge): ColumnEdge => {
    const name = names.get(edge.to.column);
    return name === undefined ? edge : { ...edge, to: { ...edge.to, column: name } };
  };
  return { ...own, problems, isBound: true, edges: own.edges.map(renamed), node: { ...own.node, columns } };
}

/** A NULL without a type, which a view hands on as such: drivers call its type INTEGER. */
function mayBeNull(type: string | null, ownType: string | null, origins: number): boolean {
  return origins === 0 && ownType === null && type !== null && /\bINTEGER\b/.test(type);
}

/** The engine's names of expressions without an alias, by ours, where each stands once. */
function finalNames(
  own: readonly LineageColumn[],
  given: readonly { readonly name: string }[],
): ReadonlyMap<string, string> {
  const all = new Set(own.map(({ name }) => name.toLowerCase()));
  const names = new Map<string, string>();
  own.forEach(({ name }, index) => {
    const other = given[index]?.name ?? name;
    if (other.toLowerCase() === name.toLowerCase() || all.has(other.toLowerCase())) return;
    all.add(other.toLowerCase());
    names.set(name, other);
  });
  return names;
}
