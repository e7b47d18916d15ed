// What differs from other engines when nodes are built: replacing what cannot be replaced, rows after each strategy, seeds
// that fail, descriptions of nested columns, rights.

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Cell } from "../../src/adapter/result.ts";
import { type BigQueryLab, startLab } from "./lab.ts";
import { open, settingsOf } from "./open.ts";
import { messages } from "./project.ts";

let lab: BigQueryLab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.stop());
afterEach(() => {
  lab.server.fault = () => undefined;
});

const names = async (dataset: string): Promise<string[]> =>
  (await lab.server.engine.list(dataset)).map(({ name, type }) => `${type} ${name}`);

const days = (rows: string, config: string): string =>
  `{{ config(materialized='incremental', ${config}) }}\n${rows}`;

test("macros of a project change the options that dbt-bigquery's methods give", async () => {
  const shop = lab.project("optional", {
    "macros/options.sql": `{% macro bigquery_table_options(config, node, temporary) -%}
  {%- set options = adapter.get_table_options(config, node, temporary) -%}
  {%- do options.setdefault('labels', []).append(('by', "it's us")) -%}
  {{ bigquery_options(options) }}
{%- endmacro %}
{% macro bigquery_view_options(config, node) -%}
  {%- set options = adapter.get_view_options(config, node) -%}
  {%- do options.update({'friendly_name': "'" ~ node.name ~ "'"}) -%}
  {{ bigquery_options(options) }}
{%- endmacro %}`,
    "models/t.sql":
      "{{ config(materialized='table', labels={'team': 'a'}, hours_to_expiration=4) }} select 1 as id",
    "models/v.sql":
      "select {{ adapter.get_columns_in_select_sql('select 1 as id, 2 as more') | length }} as columns",
    "models/w.sql":
      "{{ config(materialized='table', post_hook=\"{% do adapter.alter_table_add_columns(this, [api.Column('more', 'INT64')]) %}\") }} select 1 as id",
  });
  const from = lab.server.requests.length;
  await shop.succeeds("run");
  const options = lab.server.requests
    .slice(from)
    .flatMap(({ sql }) => /options\([^\n]*\)$/m.exec(sql ?? "")?.[0] ?? []);
  expect(options).toEqual([
    "options(expiration_timestamp=timestamp_add(current_timestamp(), interval 4 hour), labels=[('team', 'a'), ('by', 'it\\'s us')])",
    "options(friendly_name='v')",
    "options(labels=[('by', 'it\\'s us')])",
  ]);
  expect(await lab.rows("select columns from optional.v")).toEqual([[2]]);
  expect(await lab.rows("select more from optional.w")).toEqual([[null]]);
});

test("a table with other partitions takes the place of the old one by a rename, and a view by a drop", async () => {
  const shop = lab.project("changing", {
    "models/t.sql": "{{ config(materialized='table') }} select 1 as id, date '2024-01-01' as day",
  });
  await shop.succeeds("run");
  shop.write({
    "models/t.sql":
      "{{ config(materialized='table', partition_by={'field': 'day', 'data_type': 'date'}, cluster_by='id') }} select 2 as id, date '2024-01-01' as day",
  });
  await shop.succeeds("run");
  expect(await lab.rows("select id from changing.t")).toEqual([[2]]);
  expect(lab.server.engine.tables.get("changing.t")).toMatchObject({
    timePartitioning: { type: "DAY", field: "day" },
    clustering: { fields: ["id"] },
  });
  shop.write({ "models/t.sql": "select 3 as id" });
  await shop.succeeds("run");
  shop.write({ "models/t.sql": "{{ config(materialized='table') }} select 4 as id" });
  await shop.succeeds("run");
  expect(await names("changing")).toEqual(["TABLE t"]);
});

test("texts are told from other columns", async () => {
  const shop = lab.project("texts", {
    "models/t.sql": "{{ config(materialized='table') }} select 1 as id, 'a' as name",
    "models/v.sql":
      "select '{% for column in adapter.get_columns_in_relation(ref('t')) %}{{ column.name }} {{ column.is_string() }} {{ column.data_type }};{% endfor %}' as said",
  });
  await shop.succeeds("run");
  expect(await lab.rows("select said from texts.v")).toEqual([["id False INT64;name True STRING;"]]);
});

test("a view's query that is wrong leaves the table in whose place it would be", async () => {
  const shop = lab.project("staying", {
    "models/t.sql": "{{ config(materialized='table') }} select 1 as id",
  });
  await shop.succeeds("run");
  shop.write({ "models/t.sql": "select nothing from (select 1 as id)" });
  expect(messages(await shop.run("run")).join("\n")).toContain("Unrecognized name: nothing");
  expect(await names("staying")).toEqual(["TABLE t"]);
});

test.each<[string, string, readonly (readonly Cell[])[]]>([
  [
    "the days of the new rows",
    "partition_by={'field': 'day', 'data_type': 'date'}",
    [
      [1, "2024-01-01"],
      [3, "2024-01-02"],
    ],
  ],
  [
    "named days, though no row of them came",
    "partition_by={'field': 'day', 'data_type': 'date'}, partitions=[\"date '2024-01-01'\"]",
    [
      [2, "2024-01-02"],
      [3, "2024-01-02"],
    ],
  ],
  [
    "days by copies",
    "partition_by={'field': 'day', 'data_type': 'date', 'copy_partitions': true}",
    [
      [1, "2024-01-01"],
      [3, "2024-01-02"],
    ],
  ],
])("insert_overwrite replaces %s", async (name, config, rows) => {
  const dataset = name.replaceAll(/\W/g, "_");
  const shop = lab.project(dataset, {
    "models/i.sql": days(
      "{% if is_incremental() %} select 3 as id, date '2024-01-02' as day {% else %} select 1 as id, date '2024-01-01' as day union all select 2, date '2024-01-02' {% endif %}",
      `incremental_strategy='insert_overwrite', ${config}`,
    ),
  });
  await shop.succeeds("run");
  await shop.succeeds("run");
  expect(await lab.rows(`select id, day from ${dataset}.i order by id`)).toEqual(rows);
  expect(await names(dataset)).toEqual(["TABLE i"]);
});

test("microbatch replaces the days that it builds, whatever is partitioned", async () => {
  const shop = lab.project("batches", {
    "models/i.sql":
      "{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='seen_at', batch_size='day', begin='2024-01-01', lookback=0) }} select 1 as id, timestamp '2024-01-01 10:00:00' as seen_at",
  });
  const window = { event_time_start: "2024-01-01", event_time_end: "2024-01-02" };
  await shop.succeeds("run", window);
  await shop.succeeds("run", window);
  expect(await lab.rows("select id from batches.i")).toEqual([[1]]);
});

test("a bad cell of a seed is told with its place, and the old rows stay", async () => {
  const shop = lab.project("seeded", { "seeds/s.csv": "id,name\n1,a\n" });
  await shop.succeeds("seed");
  shop.write({
    "seeds/s.csv": "id,name\n1,a\nx,b\n",
    "seeds/s.yml": "seeds: [{name: s, config: {column_types: {id: int64}}}]",
  });
  expect(messages(await shop.run("seed")).join("\n")).toContain("id is int64, 'x' is not");
  expect(await lab.rows("select id, name from seeded.s")).toEqual([[1, "a"]]);
});

test("descriptions reach the fields of structs, and the catalog tells them", async () => {
  const shop = lab.project("described", {
    "models/t.sql":
      "{{ config(materialized='table', persist_docs={'relation': true, 'columns': true}) }} select struct(1 as x) as s, 2 as id",
    "models/t.yml":
      "models: [{name: t, description: all of it, columns: [{name: s.x, description: inside}, {name: ID, description: the key}]}]",
  });
  await shop.succeeds("run");
  const warehouse = await open(settingsOf(lab.server.port));
  const [table] = await warehouse.catalog([{ database: "test-project", schema: "described" }]);
  expect(table).toMatchObject({
    comment: "all of it",
    columns: [
      { name: "s", type: "STRUCT<`x` INT64>" },
      { name: "s.x", type: "INT64", comment: "inside" },
      { name: "id", type: "INT64", comment: "the key" },
    ],
    stats: { num_rows: { value: 1, include: true }, partitioning_type: { include: false } },
  });
  await warehouse.close();
});

test("a contract names fields of structs, and tells those that differ", async () => {
  const shop = lab.project("contracts", {
    "models/t.sql":
      "{{ config(materialized='table', contract={'enforced': true}) }} select struct(1 as x, 'a' as y) as s",
    "models/t.yml":
      "models: [{name: t, columns: [{name: s.y, data_type: string}, {name: s.x, data_type: int64}]}]",
  });
  await shop.succeeds("run");
  shop.write({
    "models/t.yml":
      "models: [{name: t, columns: [{name: s.x, data_type: string}, {name: s.y, data_type: string}]}]",
  });
  const told = messages(await shop.run("run")).join("\n");
  expect(told).toMatch(/s\.x/);
});

test("rights that are not configured any more are taken back", async () => {
  const model = (roles: string): string =>
    `{{ config(materialized='table', grants=${roles}) }} select 1 as id`;
  const shop = lab.project("rights", {
    "models/t.sql": model("{'roles/bigquery.dataViewer': ['user:a@b.c', 'user:d@e.f']}"),
  });
  const rights = () =>
    lab.rows(
      "select grantee from `test-project`.`region-us`.INFORMATION_SCHEMA.OBJECT_PRIVILEGES where object_schema = 'rights' order by 1",
    );
  await shop.succeeds("run");
  expect(await rights()).toEqual([["user:a@b.c"], ["user:d@e.f"]]);
  shop.write({ "models/t.sql": model("{'roles/bigquery.dataViewer': ['user:d@e.f']}") });
  await shop.succeeds("run");
  expect(await rights()).toEqual([["user:d@e.f"]]);
});

test("options of a materialized view are changed in place, its clusters by making it anew", async () => {
  const view = (config: string): string =>
    `{{ config(materialized='materialized_view'${config}) }} select id from {{ ref('t') }}`;
  const shop = lab.project("views", {
    "models/t.sql": "{{ config(materialized='table') }} select 1 as id",
    "models/m.sql": view(""),
  });
  await shop.succeeds("run");
  const sent = async (config: string): Promise<string> => {
    shop.write({ "models/m.sql": view(config) });
    const from = lab.server.requests.length;
    await shop.succeeds("run");
    return (
      lab.server.requests
        .slice(from)
        .map(({ sql }) => sql ?? "")
        .find((sql) => /materialized/.test(sql)) ?? ""
    );
  };
  expect(await sent(", refresh_interval_minutes=60")).toMatch(
    /alter materialized view .* set options\(refresh_interval_minutes=60\)/,
  );
  expect(await sent(", refresh_interval_minutes=60")).toContain("refresh_materialized_view");
  expect(await sent(", cluster_by='id'")).toContain("drop materialized view");
});

test("beyond the watermark is not taken twice", async () => {
  const source = (days: readonly number[]): string =>
    days.map((day) => `select ${day} as id, timestamp '2024-01-0${day} 00:00:00' as day`).join(" union all ");
  const shop = lab.project("marks", {
    "models/src.sql": source([1, 2]),
    "models/i.sql": days(
      "select * from {{ ref('src') }} {% if is_incremental() %} where {{ watermark_filter() }} {% endif %}",
      "watermark={'column': 'day', 'nulls': 'fail'}",
    ),
  });
  await shop.succeeds("run");
  // A run that ended between its MERGE and the row of the state.
  await lab.rows("insert into marks.i (id, day) select 3, timestamp '2024-01-03 00:00:00'");
  shop.write({ "models/src.sql": source([1, 2, 3, 4]) });
  await shop.succeeds("run");
  expect(await lab.rows("select id from marks.i order by 1")).toEqual([[1], [2], [3], [4]]);
});

test("what needs transactions is refused, and nothing is built", async () => {
  const shop = lab.project("held", {
    "models/t.sql": "{{ config(materialized='table', audit=true) }} select 1 as id",
    "models/t.yml": "models: [{name: t, columns: [{name: id, data_tests: [unique]}]}]",
  });
  expect(messages(await shop.run("build"))[0]).toContain("audit needs transactions, and bigquery has none");
  expect(await names("held")).toEqual([]);
});

test("a model may limit its own jobs", async () => {
  const shop = lab.project("limits", {
    "models/t.sql":
      "{{ config(materialized='table', job_execution_timeout_seconds=7, reservation='projects/p/r') }} select 1 as id",
    "models/u.sql": "{{ config(materialized='table') }} select 1 as id from {{ ref('t') }}",
  });
  const from = lab.server.requests.length;
  await shop.succeeds("run");
  const limits = lab.server.requests.slice(from).flatMap(({ sql, body }) => {
    const { jobTimeoutMs, reservation } = (body.configuration as Readonly<Record<string, unknown>>) ?? {};
    return sql?.includes("create or replace table") ? [[jobTimeoutMs, reservation]] : [];
  });
  expect(limits).toEqual([
    ["7000", "projects/p/r"],
    [undefined, undefined],
  ]);
});

test("jobs bear the run's id, and with job-label what the comment says", async () => {
  const shop = lab.project("labelled", {
    "dbt_project.yml":
      "name: shop\nprofile: shop\nquery-comment: {comment: '{{ dict(team=connection_name) | tojson }}', job-label: true}\n",
    "models/T.sql": "select 1 as id",
  });
  const from = lab.server.requests.length;
  await shop.succeeds("run");
  const jobs = lab.server.requests.slice(from).filter(({ sql }) => sql?.includes("create or replace view"));
  expect(jobs.map(({ sql, body }) => [sql?.split("\n")[0], body.configuration])).toEqual([
    [
      '/* {"team": "model.shop.T"} */',
      expect.objectContaining({
        labels: { team: "model_shop_t", dbt_invocation_id: expect.stringMatching(/^[\da-f-]{36}$/) },
      }),
    ],
  ]);
});

test("runs are remembered", async () => {
  const shop = lab.project("remembered", {
    "models/t.sql": "{{ config(materialized='table') }} select 1 as id",
  });
  await shop.succeeds("run", { history: true });
  await shop.succeeds("run", { history: true });
  expect(await lab.rows("select count(*) from etl_state.runs")).toEqual([[2]]);
});
