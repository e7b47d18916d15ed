// What nodes do on Snowflake beyond the conformance suite: tags and warehouses that are taken
// back, clones, rights, quoted names, rows and watermark in one transaction, freshness without a column.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { measureFreshness } from "../../src/index.ts";
import { model } from "../adapter/lab.ts";
import { type SnowflakeLab, startLab } from "./lab.ts";
import { open, settingsOf } from "./open.ts";
import { messages } from "./project.ts";

let lab: SnowflakeLab;
beforeAll(async () => {
  lab = await startLab();
});
afterEach(() => {
  lab.server.fault = () => undefined;
});
afterAll(() => lab.stop());

describe("what a node sets in its session", () => {
  const tagged = "materialized='table', query_tag='mine', snowflake_warehouse='large'";

  test("is taken back when it fails", async () => {
    const shop = lab.project("tagged", {
      "models/a.sql": model(tagged, "select no_such_column as id"),
      "models/b.sql": "select 1 as id",
    });
    const lines = await lab.sent(/session|warehouse|view/i, () => shop.run("run"));
    expect(lines).toEqual([
      "select current_warehouse()",
      "use warehouse large",
      "show parameters like 'query_tag' in session",
      "alter session set query_tag = 'mine'",
      "ALTER SESSION UNSET QUERY_TAG",
      'USE WAREHOUSE "WH"',
      "create or replace view db.tagged.b as ( select 1 as id )",
    ]);
  });

  test("goes back to the tag of the profile", async () => {
    const files = { "models/a.sql": model(tagged, "select 1 as id") };
    const made = lab.project("profiled", files, { query_tag: "it's \\ ours" });
    const lines = await lab.sent(/query_tag =/i, () => made.succeeds("run"));
    expect(lines).toEqual([
      "ALTER SESSION SET QUERY_TAG = 'it''s \\\\ ours'",
      "alter session set query_tag = 'mine'",
      "alter session set query_tag = 'it\\'s \\\\ ours'",
    ]);
  });
});

describe("transactions", () => {
  const incremental = (strategy: string): string =>
    model(
      `materialized='incremental', incremental_strategy='${strategy}', unique_key='id'`,
      "select 1 as id",
    );

  test("hold the statements of a strategy, so that a failure between them loses nothing", async () => {
    const shop = lab.project("held", { "models/i.sql": incremental("delete+insert") });
    await shop.succeeds("run");
    lab.server.fault = ({ sql }) =>
      /^\s*insert into/i.test(sql) ? { code: "000603", message: "on purpose" } : undefined;
    expect(messages(await shop.run("run"))[0]).toContain("on purpose");
    lab.server.fault = () => undefined;
    expect(await lab.rows("select id from db.held.i")).toEqual([[1]]);
  });

  test("hold rows and watermark together", async () => {
    const marked = (
      day: string,
    ): string => `{{ config(materialized='incremental', incremental_strategy='append', watermark={'column': 'day'}) }}
select * from (select cast('${day}' as timestamp_ntz) as day)
{% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`;
    const shop = lab.project("marked", { "models/i.sql": marked("2024-01-01") });
    await shop.succeeds("run");
    shop.write({ "models/i.sql": marked("2024-01-02") });
    const lines = await lab.sent(/^(begin|commit|insert)/i, () => shop.succeeds("run"));
    expect(lines.map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
      "BEGIN",
      "insert into db.marked.i",
      "insert into db.etl_state.watermarks",
      "COMMIT",
    ]);
  });

  test("of projects' own macros are kept as they are", async () => {
    const shop = lab.project("macros", {
      "macros/fill.sql":
        "{% macro fill() %}{% do run_query(snowflake_dml_explicit_transaction('insert into ' ~ target.schema ~ '.t values (2)')) %}{% endmacro %}",
      "models/t.sql": model("materialized='table', post_hook='{{ fill() }}'", "select 1 as id"),
    });
    expect(await lab.sent(/^(begin|commit|insert)/i, () => shop.succeeds("run"))).toEqual([
      "begin",
      "insert into macros.t values (2)",
      "commit",
    ]);
  });
});

test("macros of a project may call those of dbt-snowflake by their names", async () => {
  const shop = lab.project("named", {
    "macros/own.sql": `{% macro get_incremental_own_sql(arg_dict) %}
  {%- do return(snowflake__get_delete_insert_merge_sql(arg_dict.target_relation, arg_dict.temp_relation, 'id', arg_dict.dest_columns, none)) -%}
{% endmacro %}
{% macro look() %}{% if execute %}
  {%- set found = adapter.describe_dynamic_table(api.Relation.create(database='db', schema='named', identifier='d')) -%}
  {%- do run_query(snowflake__refresh_dynamic_table(ref('d'))) -%}
  {%- do run_query(snowflake__create_table_transient_sql(this.incorporate(path={'identifier': 'aside'}), "select '" ~ found.dynamic_table.rows[0]['target_lag'] ~ "' as lag")) -%}
{% endif %}{% endmacro %}`,
    "models/i.sql": model("materialized='incremental', incremental_strategy='own'", "select 1 as id"),
    "models/d.sql": model(
      "materialized='dynamic_table', snowflake_warehouse='wh', target_lag='1 minute'",
      "select 1 as id",
    ),
    "models/t.sql": model("materialized='table', post_hook='{{ look() }}'", "select * from {{ ref('d') }}"),
  });
  await shop.succeeds("run");
  const lines = await lab.sent(
    /^(delete|insert|alter dynamic|create or replace transient table \S+aside)/i,
    () => shop.succeeds("run"),
  );
  expect(lines.map((line) => line.split(" ").slice(0, 5).join(" "))).toEqual([
    expect.stringMatching(/^delete from db\.named\.i/),
    expect.stringMatching(/^insert into db\.named\.i/),
    "alter dynamic table db.named.d refresh",
    "create or replace transient table",
  ]);
  expect(await lab.rows("select lag from db.named.aside")).toEqual([["1 minute"]]);
});

test("rights are granted, kept and taken back", async () => {
  const granted = (to: string): string =>
    `{{ config(materialized='table', copy_grants=true, grants={'select': [${to}]}) }}\nselect 1 as id\n`;
  const shop = lab.project("rights", { "models/t.sql": granted("'reader', 'writer'") });
  const change = (to: string): Promise<readonly string[]> => {
    shop.write({ "models/t.sql": granted(to) });
    return lab.sent(/^(grant|revoke)/i, () => shop.succeeds("run"));
  };
  expect(await change("'reader', 'writer'")).toEqual([
    "grant select on db.rights.t to reader",
    "grant select on db.rights.t to writer",
  ]);
  expect(await change("'reader', 'writer'")).toEqual([]);
  expect(await change("'reader'")).toEqual(['revoke SELECT on db.rights.t from "WRITER"']);
});

test("names are quoted where the project says so, of any letters", async () => {
  const shop = lab.project("Mixed Schema", {
    "dbt_project.yml":
      "name: shop\nprofile: shop\nquoting: {schema: true, identifier: true}\nseeds: {+quote_columns: true}\n",
    "models/a.sql": model("materialized='table', alias='it''s \"a\"'", "select 1 as id"),
    "models/b.sql": "select * from {{ ref('a') }}",
    "seeds/s.csv": "id,With Space\n1,x\n",
  });
  await shop.succeeds("build");
  await shop.succeeds("build");
  expect(await lab.rows('select id from "Mixed Schema"."b"')).toEqual([[1]]);
  expect(await lab.rows('select "With Space" from "Mixed Schema"."s"')).toEqual([["x"]]);
  await expect(lab.rows('select id from "Mixed Schema".b')).rejects.toThrow("does not exist");
});

test("the comment of a statement stands behind it", async () => {
  const shop = lab.project("commented", {
    "dbt_project.yml": "name: shop\nprofile: shop\n",
    "models/t.sql": model("materialized='table', cluster_by='id'", "select 1 as id"),
    "models/v.sql": "select * from {{ ref('t') }}",
  });
  const lines = await lab.sent(/ \/\* \{.*"node_id": "model\.shop\.\w"\} \*\/$/, () => shop.succeeds("run"));
  expect(lines.map((line) => line.slice(0, 25))).toEqual([
    "create or replace transie",
    "alter table db.commented.",
    "create or replace view db",
  ]);
});

test("freshness without a column is asked of the information schema", async () => {
  const shop = lab.project("fresh", {
    "models/t.sql": model("materialized='table'", "select 1 as id"),
    "models/s.yml":
      "sources: [{name: raw, schema: fresh, freshness: {warn_after: {count: 1, period: hour}}, tables: [{name: t}]}]",
  });
  await shop.succeeds("run");
  const lines = await lab.sent(/last_altered/, async () => {
    const { results } = await shop.within("source freshness", {}, measureFreshness);
    expect(results.map(({ status }) => status)).toEqual(["warn"]);
  });
  expect(lines).toHaveLength(1);
});

test("how late rows come is told in seconds, with zones and without", async () => {
  const late = (zone: string, seen: string): string =>
    `{% set q = "select cast('2024-01-01 12:00:00' as timestamp_ntz) as day, cast('2024-01-01 12:00:30+00' as ${seen}) as seen" %}
{% set told = run_query(watermark_lateness(q, 'day', 'timestamp', 'seen', '${seen === "timestamp_tz" ? "timestamptz" : "timestamp"}', '${zone}', 0.95)) %}
select {{ told.rows[0][0] if execute else 0 }} as known, {{ told.rows[0][2] if execute else 0 }} as greatest`;
  const shop = lab.project("late", {
    "models/plain.sql": late("UTC", "timestamp_ntz"),
    "models/zoned.sql": late("Europe/Berlin", "timestamp_tz"),
  });
  await shop.succeeds("run");
  expect(await lab.rows("select known, greatest from db.late.plain")).toEqual([[1, 30]]);
  expect(await lab.rows("select known, greatest from db.late.zoned")).toEqual([[1, 3630]]);
});

test("a table changes its format and back, and an incremental one when it is made anew", async () => {
  const table = (config: string): string => model(`materialized='table'${config}`, "select 1 as id");
  const rows = (config: string): string =>
    model(`materialized='incremental', incremental_strategy='append'${config}`, "select 1 as id");
  const iceberg = ", table_format='iceberg', external_volume='lake', base_location_root='root'";
  const shop = lab.project("formats", { "models/t.sql": table(""), "models/i.sql": rows("") });
  await shop.succeeds("run");
  shop.write({ "models/t.sql": table(iceberg), "models/i.sql": rows(iceberg) });
  expect(messages(await shop.run("run")).join("\n")).toContain(
    "is no Iceberg table: run with --full-refresh to make it anew",
  );
  const formats = async (): Promise<unknown> =>
    (await lab.rows("show objects in schema db.formats limit 100")).map((row) => [row[1], row[6]]);
  expect(await formats()).toEqual([
    ["I", "N"],
    ["T", "Y"],
  ]);
  await shop.succeeds("run", { full_refresh: true });
  await shop.succeeds("run");
  expect(await lab.rows("select count(*) from db.formats.i")).toEqual([[2]]);
  shop.write({ "models/t.sql": table(""), "models/i.sql": "select 1 as id" });
  await shop.succeeds("run");
  expect(await formats()).toEqual([
    ["I", "N"],
    ["T", "N"],
  ]);
});

test("what is not supported is told", async () => {
  const shop = lab.project("told", {
    "models/t.sql": model(
      "materialized='incremental', unique_key='id', tmp_relation_type='view', incremental_strategy='delete+insert'",
      "select 1 as id",
    ),
    "models/a.sql": model("materialized='table', audit=true", "select 1 as id"),
    "models/a.yml": "models: [{name: a, columns: [{name: id, data_tests: [unique]}]}]",
  });
  const first = messages(await shop.run("run")).join("\n");
  expect(first).toContain("audit needs transactions, and snowflake has them for rows alone");
  expect(messages(await shop.run("run")).join("\n")).toContain(
    "tmp_relation_type must be table or transient",
  );
});

test("a table of another environment is cloned, a view is made on its view", async () => {
  const files = {
    "models/t.sql": model("materialized='table', copy_grants=true", "select 1 as id"),
    "models/v.sql": "select * from {{ ref('t') }}",
  };
  const prod = lab.project("prod", files);
  await prod.succeeds("run");
  const dev = lab.project("dev_of_it", files);
  const lines = await lab.sent(/clone|view/i, () =>
    dev.succeeds("clone", { state: join(prod.folder, "target") }),
  );
  expect(lines).toEqual([
    "create or replace transient table db.dev_of_it.t clone db.prod.t copy grants",
    expect.stringMatching(/^create or replace view db\.dev_of_it\.v as \( select \* from db\.prod\.v \)$/),
  ]);
  expect(await lab.rows("select id from db.dev_of_it.v")).toEqual([[1]]);
});

test("what the catalog knows of sizes is told", async () => {
  const shop = lab.project("sizes", { "models/t.sql": model("materialized='table'", "select 1 as id") });
  await shop.succeeds("run");
  const warehouse = await open(settingsOf(lab.server.port));
  const [found] = await warehouse.catalog([{ database: "db", schema: "sizes" }]);
  await warehouse.close();
  expect(found?.owner).toBe("OWNER");
  expect(found?.stats).toMatchObject({
    row_count: { label: "Row Count", value: 7, include: true },
    bytes: { value: 1024, include: true },
    last_modified: { value: "2024-01-31 12:00UTC", include: true },
    clustering_key: { value: null, include: false },
  });
});

test.each([
  ["000606", "No active warehouse selected in the current session.", /write warehouse: in the profile/],
  [
    "090073",
    "Warehouse 'WH' cannot be resumed because resource monitor 'M' has exceeded its quota.",
    /used up its credits/,
  ],
  [
    "003001",
    "SQL access control error:\nInsufficient privileges to operate on schema 'X'",
    /ask its owner to grant it/,
  ],
  ["100038", "Numeric value 'x' is not recognized", /try_to_number/],
])("advice for error %s", async (code, message, advice) => {
  const shop = lab.project("advised", { "models/t.sql": model("materialized='table'", "select 1 as id") });
  lab.server.fault = ({ sql }) => (/table/.test(sql) && /as \(/.test(sql) ? { code, message } : undefined);
  expect(messages(await shop.run("run"))[0]).toMatch(advice);
});

test("no secret is in any file of a run", async () => {
  const files = { "models/t.sql": "select '{{ target }}' as x" };
  const made = lab.project("hidden", files, { password: "hunter2-of-the-test" });
  await made.run("run");
  lab.server.fault = ({ path }) =>
    path === "/session/v1/login-request" ? { code: "390100", message: "not hunter2-of-the-test" } : undefined;
  const refused = await made.run("run").catch((error: unknown) => JSON.stringify(error));
  expect(JSON.stringify(refused)).not.toContain("hunter2-of-the-test");
  const written = readdirSync(made.folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== "profiles.yml",
  );
  expect(written.length).toBeGreaterThan(3);
  for (const { parentPath, name } of written)
    expect(readFileSync(join(parentPath, name), "utf8")).not.toContain("hunter2-of-the-test");
});
