// The example project, built twice by the program as users start it, has dbt's statuses and dbt's rows, table by table.

import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runEtl } from "../reliability/etl-process.ts";

interface Recorded {
  readonly statuses: Readonly<Record<string, string>>;
  readonly relations: Readonly<
    Record<string, { readonly columns: readonly string[]; readonly rows: number; readonly md5: string }>
  >;
}

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, "example.dbt.json"), "utf8"),
) as readonly Recorded[];
const moments = ["dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"];
let folder: string;

beforeAll(() => {
  folder = join(mkdtempSync(join(tmpdir(), "etl-example-")), "project");
  const skip = /[/\\](target|logs)$|\.duckdb/;
  cpSync(resolve(import.meta.dirname, "../../example-project"), folder, {
    recursive: true,
    filter: (path) => !skip.test(path),
  });
});

afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

test("the first build and the one after it equal dbt's", async () => {
  expect(recorded).toHaveLength(2);
  for (const { statuses, relations } of recorded) {
    const { code, output } = await runEtl(folder, ["build"]);
    expect(output).toContain("Done in");
    expect(code).toBe(0);
    const { results } = JSON.parse(readFileSync(join(folder, "target/run_results.json"), "utf8")) as {
      results: { unique_id: string; status: string }[];
    };
    const found = Object.fromEntries(results.map(({ unique_id, status }) => [unique_id, status]));
    expect(found).toEqual(statuses);
    expect(await readRelations()).toEqual(relations);
  }
});

async function readRelations(): Promise<Recorded["relations"]> {
  const file = readdirSync(folder).find((name) => name.endsWith(".duckdb")) ?? "";
  const instance = await DuckDBInstance.create(join(folder, file));
  const connection = await instance.connect();
  const query = async (sql: string): Promise<string[][]> =>
    (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String));
  try {
    const found: Record<string, Recorded["relations"][string]> = {};
    const relations = await query(
      "select schema_name, table_name from duckdb_tables() union all select schema_name, view_name from duckdb_views() where not internal order by 1, 2",
    );
    for (const [schema, name] of relations) {
      const columns = await query(
        `select column_name, data_type from duckdb_columns() where schema_name = '${schema}' and table_name = '${name}' order by column_index`,
      );
      const stable = columns
        .map(([column]) => column as string)
        .filter((column) => !moments.includes(column));
      const packed = stable.map((column) => `"${column}" := "${column}"`).join(", ");
      const rows = await query(
        `select to_json(struct_pack(${packed}))::varchar from "${schema}"."${name}" order by 1`,
      );
      found[`${schema}.${name}`] = {
        columns: columns.map(([column, type]) => `${column} ${type}`),
        rows: rows.length,
        md5: createHash("md5")
          .update(rows.map(([row]) => row).join("\n"))
          .digest("hex"),
      };
    }
    return found;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
