// Brings the parser into this thread: 22 MB of WebAssembly that the build lays into `dist`, so that nothing is looked for
// in node_modules and npm has no engines to warn of.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Dialect, init, parse } from "@polyglot-sql/sdk/manual";
import { packageFolder } from "../base/package-folder.ts";
import type { SqlDialect } from "./query-tree.ts";
import type { Polyglot } from "./read-statement.ts";

const DIALECTS: Readonly<Record<SqlDialect, Dialect>> = {
  duckdb: Dialect.DuckDB,
  postgres: Dialect.PostgreSQL,
  snowflake: Dialect.Snowflake,
  bigquery: Dialect.BigQuery,
  redshift: Dialect.Redshift,
  trino: Dialect.Trino,
  spark: Dialect.Spark,
  databricks: Dialect.Databricks,
  athena: Dialect.Athena,
  clickhouse: Dialect.ClickHouse,
  mysql: Dialect.MySQL,
  tsql: Dialect.TSQL,
  sqlite: Dialect.SQLite,
  oracle: Dialect.Oracle,
  generic: Dialect.Generic,
};

/** Takes 100 ms and 120 MB, so one thread of its own does it once. @throws Error when `dist` was not built */
export async function loadPolyglot(): Promise<Polyglot> {
  // Optimizing its large functions takes V8 seconds, which pays off after some ten thousand queries only.
  setFlagsFromString("--liftoff-only");
  const bytes = readFileSync(join(packageFolder(), "dist", "polyglot_sql.wasm"));
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/wasm" }));
  try {
    await init({ wasmUrl: url });
  } finally {
    URL.revokeObjectURL(url);
  }
  return (sql, dialect) => parse(sql, DIALECTS[dialect]);
}
