// Several databases in one project: models in attached files, sources from read-only ones, and what goes wrong there.
// (Postgres and SQLite need extensions that are downloaded; their statements take the same way.)

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, describe, expect, test } from "vitest";
import { EtlError } from "../../src/base/diagnostic.ts";
import { generateDocs, loadConfig, nodeHost, withProject } from "../../src/index.ts";
import { statuses, TestProject, troubles } from "../run/harness.ts";

let project: TestProject;

afterEach(() => project.close());

const profile = (attach: string, path = "main.duckdb"): string =>
  `test: {target: dev, outputs: {dev: {type: duckdb, path: ${path}, threads: 4, attach: [${attach}]}}}\n`;

const both = "{path: other.duckdb, alias: mart}, {path: raw.duckdb, read_only: true}";

/** A project with raw.duckdb, which holds a table of two rows. */
async function withRaw(files: Readonly<Record<string, string>>, attach = both): Promise<TestProject> {
  const made = new TestProject({
    "profiles.yml": profile(attach),
    "models/s.yml": "sources: [{name: raw, database: raw, schema: main, tables: [{name: orders}]}]\n",
    ...files,
  });
  const instance = await DuckDBInstance.create(join(made.folder, "raw.duckdb"));
  const connection = await instance.connect();
  await connection.run("create table orders as select * from (values (1, 'a'), (2, 'b')) t(id, name)");
  connection.closeSync();
  instance.closeSync();
  return made;
}

const at = (database: string, config: string, sql: string): string =>
  `{{ config(database='${database}', ${config}) }}\n${sql}\n`;

const files = {
  "models/here.sql": "{{ config(materialized='table') }}select * from {{ source('raw', 'orders') }}",
  "models/there.sql": at("mart", "materialized=var('kind', 'table')", "select * from {{ ref('here') }}"),
  "models/deep.sql": at(
    "mart",
    "materialized='incremental', unique_key='id', schema='deep'",
    "select * from {{ ref('there') }}",
  ),
  "models/back.sql": "select t.id, d.name from {{ ref('there') }} t join {{ ref('deep') }} d using (id)",
  "seeds/codes.csv": "id,code\n1,x\n",
  "seeds/s.yml": "seeds: [{name: codes, config: {database: mart}}]\n",
  "snapshots/h.yml":
    "snapshots:\n  - name: history\n    relation: ref('there')\n    config: {database: mart, unique_key: id, strategy: check, check_cols: all}\n",
  "models/t.yml":
    "models: [{name: there, description: kept there, config: {persist_docs: {relation: true}}, columns: [{name: id, data_tests: [unique]}]}]\n",
};

describe("models in attached databases", () => {
  test("are built of every kind and again, from read-only sources, over databases", async () => {
    project = await withRaw(files);
    for (const kind of ["table", "table", "view", "incremental", "table"]) {
      const report = await project.run("build", { flags: { vars: new Map([["kind", kind]]) } });
      expect(troubles(report)).toBe("");
    }
    const list = "select schema_name || '.' || table_name from duckdb_tables() where not internal order by 1";
    expect((await project.query(list, "other.duckdb")).flat()).toEqual([
      "main.codes",
      "main.history",
      "main.there",
      "main_deep.deep",
    ]);
    expect((await project.query(list, "main.duckdb")).flat()).toEqual(["main.here"]);
    expect(await project.query("select count(*) from main_deep.deep", "other.duckdb")).toEqual([["2"]]);
  });

  test("may have a quote in their names", async () => {
    const counted = (macro: string): string => `{{ (${macro} | list | length) if execute }}`;
    project = new TestProject({
      "profiles.yml": profile(`{path: other.duckdb, alias: "it's"}`),
      "models/base.sql": `{{ config(database="it's", schema="to'day", materialized='table') }}select 1 as a`,
      "models/seen.sql": `-- depends_on: {{ ref('base') }}
        {% set base = ref('base') %}
        select
          ${counted("list_relations_without_caching(base.without_identifier())")} as relations,
          ${counted("list_schemas(base.database)")} > 1 as schemas,
          {{ check_schema_exists(base.information_schema(), base.schema).rows[0][0] if execute }} as found,
          ${counted("get_catalog_relations(base.information_schema(), [base])")} as columns`,
    });
    expect(troubles(await project.run("build"))).toBe("");
    expect(await project.query("select * from seen", "main.duckdb")).toEqual([["1", "true", "1", "1"]]);
  });

  test("are found by docs, with the database of each", async () => {
    project = await withRaw(files);
    await project.run("build");
    const { signal } = new AbortController();
    const host = nodeHost({ cwd: project.folder, env: {}, emit: () => {}, clean: (text) => text, signal });
    const config = await loadConfig({ command: "docs generate", cli: new Map(), cwd: project.folder }, host);
    const invocation = { id: host.uuid(), startedAt: host.now(), command: "docs generate" as const };
    await withProject(config, invocation, host, (opened) => generateDocs(opened));
    const { nodes, sources } = JSON.parse(readFileSync(join(project.folder, "target/catalog.json"), "utf8"));
    const place = ({ metadata }: { metadata: Record<string, string> }) =>
      `${metadata.database}.${metadata.schema}.${metadata.name}: ${metadata.comment}`;
    expect(
      Object.values({ ...nodes, ...sources })
        .map((one) => place(one as never))
        .sort(),
    ).toEqual([
      "main_db.main.back: null",
      "main_db.main.here: null",
      "mart.main.codes: null",
      "mart.main.history: null",
      "mart.main.there: kept there",
      "mart.main_deep.deep: null",
      "raw.main.orders: null",
    ]);
  });
});

describe("what goes wrong", () => {
  /** Message and help of the only node that failed. */
  async function trouble(): Promise<string> {
    const report = await project.run("build");
    return report.results
      .filter(({ status }) => status === "error")
      .flatMap(({ diagnostics }) => diagnostics.map(({ message, help }) => `${message}; ${help}`))
      .join("\n");
  }

  /** What is said of a project that is refused. */
  async function refusal(): Promise<string> {
    const error = await project.run("build").catch((caught: unknown) => caught);
    if (!(error instanceof EtlError)) throw error;
    return error.diagnostics.map(({ code, message, help }) => `${code}: ${message}; ${help}`).join("\n");
  }

  test("a hook that writes elsewhere in the model's transaction: nothing of both is kept", async () => {
    project = await withRaw({
      "models/m.sql": at(
        "mart",
        "materialized='table', pre_hook='insert into main_db.main.log values (1)'",
        "select 1 as id",
      ),
      "dbt_project.yml":
        "name: shop\nprofile: test\non-run-start: create table if not exists log (n integer)\n",
    });
    expect(await trouble()).toMatch(
      /a single transaction can only write to a single attached database.*; DuckDB writes to one attached database in a transaction/,
    );
    expect(await project.query("select count(*) from log", "main.duckdb")).toEqual([["0"]]);
    expect(await project.query("select count(*) from duckdb_tables()", "other.duckdb")).toEqual([["0"]]);
  });

  test("a model in a database that is attached read-only", async () => {
    project = await withRaw({ "models/m.sql": at("raw", "materialized='table'", "select 1 as id") });
    expect(await trouble()).toMatch(/read-only mode.*; remove read_only from its entry under attach/);
  });

  test("a model in a database that is not attached", async () => {
    project = await withRaw({ "models/m.sql": at("marts", "materialized='table'", "select 1 as id") });
    expect(await refusal()).toMatch(/^schema-failed: schema "main" cannot be created: .*marts/);
  });

  test.each([
    [
      "{path: a.duckdb, alias: x}, {path: b.duckdb, alias: X}",
      'entry 2 of "attach" is named "X", which is the name of entry 1',
    ],
    [
      "{path: a/shop.duckdb}, {path: b/shop.duckdb}",
      'entry 2 of "attach" is named "shop", which is the name of entry 1',
    ],
    ["{path: b.duckdb, alias: main_db}", "which is the name of the database of the profile's path"],
    ["{path: b.duckdb, alias: temp}", "which is the name of DuckDB itself"],
    ["{path: b.duckdb, read_only: true}", "cannot attach"],
  ])("attach: [%s]", async (attach, told) => {
    project = new TestProject({ "profiles.yml": profile(attach), "models/m.sql": "select 1 as id" });
    expect(await refusal()).toContain(told);
  });

  test("but the same file twice does no harm", async () => {
    project = new TestProject({
      "profiles.yml": profile("{path: main.duckdb, alias: main_db}, {path: a.duckdb}, {path: a.duckdb}"),
      "models/m.sql": "select 1 as id",
    });
    expect(statuses(await project.run("build"))).toEqual({ m: "success" });
  });
});
