// Parsing in the thread of the tests, so that what they test are the sources and not the built worker.

import { loadPolyglot } from "../../src/sql/load-polyglot.ts";
import type { ParsedQuery, Query, Select, SqlDialect, SqlTree } from "../../src/sql/query-tree.ts";
import { readStatement } from "../../src/sql/read-statement.ts";

const polyglot = await loadPolyglot();

export function readSql(sql: string, dialect: SqlDialect = "duckdb"): SqlTree {
  return readStatement(sql, dialect, polyglot);
}

/** The query of a text. @throws Error when it is none */
export function queryOf(sql: string, dialect: SqlDialect = "duckdb"): ParsedQuery {
  const tree = readSql(sql, dialect);
  if (tree.kind !== "query") throw new Error(`no query: ${JSON.stringify(tree)}`);
  return tree;
}

export function selectOf(sql: string, dialect: SqlDialect = "duckdb"): Select {
  return asSelect(queryOf(sql, dialect).query);
}

export function asSelect(query: Query): Select {
  if (query.kind !== "select") throw new Error(`no select but ${query.kind}`);
  return query;
}
