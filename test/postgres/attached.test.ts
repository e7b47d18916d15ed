// Both engines in one project: DuckDB with an attached Postgres and an attached file. DuckDB's extension for Postgres is not
// part of it; where it is not installed (~/.duckdb/extensions), the test is skipped, since nothing may be downloaded.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { writeFiles } from "../adapter/open-folder.ts";
import { startPostgres } from "./launch.ts";
import { query, runProject, told } from "./project.ts";

async function hasExtension(): Promise<boolean> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    await connection.run("load postgres_scanner");
    return true;
  } catch {
    return false;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const MODELS = {
  seen: "{{ config(materialized='table') }} select o.id, amount, name from {{ source('pg', 'orders') }} as o join {{ ref('codes') }} using (id)",
  doubled:
    "{{ config(materialized='table', database='postgres') }} select id, amount * 2 as amount from {{ ref('seen') }}",
  kept: "{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert', database='postgres') }} select id, amount from {{ ref('seen') }}",
  shown: "{{ config(materialized='view', database='postgres') }} select * from {{ ref('kept') }}",
  filed: "{{ config(materialized='table', database='other') }} select * from {{ ref('doubled') }}",
};

test.skipIf(!(await hasExtension()))(
  "a project reads and writes DuckDB, a file and Postgres (needs DuckDB's extension postgres_scanner)",
  async () => {
    const server = await startPostgres();
    const folder = mkdtempSync(join(tmpdir(), "etl-attached-"));
    const { host, port, user, password } = server;
    const path = `dbname=postgres host=${host} port=${port} user=${user} password=${password}`;
    const attach = [
      { path, type: "postgres", alias: "postgres" },
      { path: "other.duckdb", alias: "other" },
    ];
    const output = { type: "duckdb", path: "shop.duckdb", threads: 2, attach };
    const files: Record<string, string> = {
      "dbt_project.yml": "name: shop\nprofile: shop\n",
      "profiles.yml": JSON.stringify({ shop: { target: "dev", outputs: { dev: output } } }),
      "seeds/codes.csv": "id,name\n1,one\n2,two\n",
      "models/sources.yml":
        "sources: [{name: pg, database: postgres, schema: public, tables: [{name: orders}]}]\n",
    };
    for (const [name, sql] of Object.entries(MODELS)) files[`models/${name}.sql`] = sql;
    try {
      writeFiles(folder, files);
      await query(
        server,
        "create table orders as select g as id, g * 10 as amount from generate_series(1, 2) g",
      );
      // Twice: relations are made, then replaced and added to.
      for (let round = 0; round < 2; round++) {
        const report = await runProject(folder, "build", {});
        expect(told(report)).not.toMatch(/error|skipped/);
      }
      expect(await query(server, "select id, amount::int from main.doubled order by 1")).toEqual([
        [1, 20],
        [2, 40],
      ]);
      expect(await query(server, "select count(*)::int from main.kept")).toEqual([[2]]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await server.stop();
    }
  },
);
