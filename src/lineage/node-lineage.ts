// From the lineage of a node's query to the part of the project's graph that leads into the node: names made final, one
// edge a pair of columns, copies told from renamings.

import type { Refusal } from "../adapter/query-checker.ts";
import type { NodeId } from "../manifest/node.ts";
import type { SqlDialect } from "../sql/query-tree.ts";
import type { ColumnEdge, IndirectEdge, LineageColumn, LineageNode, TableEdge } from "./lineage-graph.ts";
import type { NameProblem, QueryLineage, TracedColumn } from "./query-lineage.ts";

/** All that the graph holds of one node and what leads into it. */
export interface NodeLineage {
  readonly node: LineageNode;
  readonly edges: readonly ColumnEdge[];
  readonly indirect: readonly IndirectEdge[];
  readonly tables: readonly TableEdge[];
  /** All of its columns are known. */
  readonly isComplete: boolean;
  /** Nodes of which it has all columns, also those that are not known. */
  readonly unknown: readonly NodeId[];
  /** What is wrong with its names; places are offsets in the compiled SQL. */
  readonly problems: readonly NameProblem[];
  /** It has all columns of a node whose columns are uncertain. */
  readonly isUncertain: boolean;
  readonly unusedCtes: QueryLineage["unusedCtes"];
  /** The engine took the query, so that the types of its columns are the engine's. */
  readonly isBound?: true;
  /** Why the engine would not take the query, where it was asked and the answer is certain. */
  readonly refusal?: Refusal;
}

/**
 * The same with a name that could not be resolved told, if there is one: what it would have led to is unknown, so all
 * columns may come from all parents.
 */
export function withUnresolved(lineage: NodeLineage, parents: readonly NodeId[]): NodeLineage {
  const { node, problems } = lineage;
  const missing = problems.find(({ kind }) => kind === "unknown-column" || kind === "unknown-source");
  if (missing === undefined) return lineage;
  const reason = `it reads "${missing.name}", which is not known`;
  return {
    ...lineage,
    node: { ...node, status: { kind: "table-level", reason } },
    tables: parents.map((from) => ({ from, to: node.id })),
  };
}

/** A node that no query was traced for. */
export function untraced(node: LineageNode, tables: readonly TableEdge[] = []): NodeLineage {
  return {
    node,
    edges: [],
    indirect: [],
    tables,
    isComplete: false,
    unknown: [],
    problems: [],
    isUncertain: false,
    unusedCtes: [],
  };
}

/** Longer expressions are cut: they are read by people. */
const MAX_EXPRESSION = 300;

export interface NodeQuery {
  readonly id: NodeId;
  readonly sql: string;
  readonly dialect: SqlDialect;
  /** What is a node of the project; other relations have no place in the graph. */
  readonly isNode: (relation: string) => boolean;
}

/** The lineage of a node whose query was traced. */
export function nodeLineage(query: NodeQuery, lineage: QueryLineage): NodeLineage {
  const { id, isNode } = query;
  const names = finalNames(lineage.columns, query);
  const unknown = lineage.unknown.filter((relation) => relation !== id);
  const tables = new Set(unknown.filter(isNode));
  const edges: ColumnEdge[] = [];
  lineage.columns.forEach((column, index) => {
    for (const { relation, column: from, kind } of column.origins) {
      if (!isNode(relation) || relation === id) continue;
      if (from === null) {
        tables.add(relation);
        continue;
      }
      const name = names[index] ?? "";
      edges.push(edge({ node: relation, column: from }, { node: id, column: name }, kind, column, query.sql));
    }
  });
  const indirect = lineage.indirect.flatMap(({ relation, column, use }): IndirectEdge[] => {
    if (!isNode(relation) || relation === id) return [];
    if (column === null) {
      tables.add(relation);
      return [];
    }
    return [{ from: { node: relation, column }, to: id, use }];
  });
  const columns = lineage.columns.map(
    ({ type }, index): LineageColumn => ({ name: names[index] ?? "", type }),
  );
  return {
    node: {
      id,
      columns,
      status:
        unknown.length === 0
          ? { kind: "traced" }
          : { kind: "table-level", reason: unknownReason(unknown, isNode) },
    },
    edges,
    indirect,
    tables: [...tables].map((from) => ({ from, to: id })),
    isComplete: unknown.length === 0,
    unknown: unknown.filter(isNode),
    problems: lineage.problems,
    isUncertain: lineage.isUncertain,
    unusedCtes: lineage.unusedCtes,
  };
}

function unknownReason(unknown: readonly string[], isNode: (relation: string) => boolean): string {
  const nodes = unknown.filter(isNode);
  if (nodes.length > 0) return `it selects all columns of ${nodes.join(", ")}, which are not all known`;
  const tables = unknown.filter((relation) => relation !== "");
  return tables.length > 0
    ? `it selects all columns of ${tables.join(", ")}, which no node of the project makes`
    : "some of its columns are known only when the query runs";
}

/** Names for columns that only the engine can name, and for those that stand twice. */
function finalNames(columns: readonly TracedColumn[], { sql, dialect }: NodeQuery): string[] {
  const seen = new Map<string, number>();
  return columns.map(({ name, computedAt }, index) => {
    const text = name ?? (computedAt === null ? `column ${index + 1}` : textOf(sql, computedAt));
    const key = text.toLowerCase();
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    // DuckDB makes tables with such columns and numbers them; elsewhere no such relation can be made.
    return count > 0 && dialect === "duckdb" ? `${text}_${count}` : text;
  });
}

function textOf(sql: string, { start, end }: { readonly start: number; readonly end: number }): string {
  const text = sql.slice(start, end).replaceAll(/\s+/g, " ").trim();
  return text.length > MAX_EXPRESSION ? `${text.slice(0, MAX_EXPRESSION)} ...` : text;
}

function edge(
  from: ColumnEdge["from"],
  to: ColumnEdge["to"],
  kind: "copy" | "derive",
  { computedAt }: TracedColumn,
  sql: string,
): ColumnEdge {
  if (kind === "copy")
    return { from, to, kind: from.column.toLowerCase() === to.column.toLowerCase() ? "copy" : "rename" };
  return { from, to, kind, ...(computedAt === null ? {} : { expression: textOf(sql, computedAt) }) };
}
