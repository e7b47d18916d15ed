// What a DuckDB file holds, as one comparable text a relation: tables by content, views by definition.

import { DuckDBInstance } from "@duckdb/node-api";

/** Relation ("schema.name") to its fingerprint. */
export type WarehouseState = ReadonlyMap<string, string>;

/** Columns whose values differ from run to run: moments of snapshots. */
const moments = ["dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"];

/** Reads a DuckDB file that nobody else has open. */
export async function readWarehouse(path: string): Promise<WarehouseState> {
  return withDatabase(path, async (query) => {
    const state = new Map<string, string>();
    for (const [schema, name, sql] of await query(
      "select schema_name, view_name, sql from duckdb_views() where not internal",
    )) {
      state.set(`${schema}.${name}`, `view ${sql}`);
    }
    for (const [schema, name] of await query(
      "select schema_name, table_name from duckdb_tables() where not internal",
    )) {
      const columns = await query(
        `select column_name from duckdb_columns() where schema_name = '${schema}' and table_name = '${name}' order by column_index`,
      );
      const names = columns.map(([column]) => String(column));
      const stable = names.filter((column) => !moments.includes(column)).map((column) => `"${column}"`);
      if (names.includes("dbt_valid_to")) stable.push("dbt_valid_to is null");
      const [content] = await query(
        `select count(*), coalesce(sum(hash(${stable.join(", ")})::hugeint), 0) from "${schema}"."${name}"`,
      );
      state.set(`${schema}.${name}`, `table (${names.join(", ")}) ${content?.join(" ")}`);
    }
    return state;
  });
}

/** Rows of one query. */
export function queryWarehouse(path: string, sql: string): Promise<string[][]> {
  return withDatabase(path, (query) => query(sql));
}

async function withDatabase<T>(
  path: string,
  use: (query: (sql: string) => Promise<string[][]>) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return await use(async (sql) =>
      (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String)),
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
