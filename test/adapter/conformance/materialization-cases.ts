// Every materialization is built, rebuilt and left without leftovers; snapshots, tests, contracts, functions.

import assert from "node:assert/strict";
import { statuses } from "./case-project.ts";
import type { OpenEngine } from "./engine.ts";

/** A model file. @param config text of the arguments of `config(...)` */
export const model = (config: string, sql: string): string => `{{ config(${config}) }}\n${sql}\n`;

const people = (rows: readonly string[]): string => rows.map((row) => `select ${row}`).join(" union all ");

const history = `snapshots:
  - name: history
    relation: ref('people')
    config: {unique_key: id, `;

export const materializationCases = {
  async "views, tables, incremental and ephemeral models are built"({ project }: OpenEngine) {
    const shop = project({
      "models/base.sql": model("materialized='ephemeral'", "select 1 as id, 'ü' as name"),
      "models/a_view.sql": "select * from {{ ref('base') }}",
      "models/a_table.sql": model("materialized='table'", "select * from {{ ref('a_view') }}"),
      "models/an_increment.sql": model("materialized='incremental'", "select * from {{ ref('a_table') }}"),
    });
    await shop.succeeds("build");
    assert.deepEqual(await shop.kinds(), { a_view: "view", a_table: "table", an_increment: "table" });
    assert.deepEqual(await shop.rows("select id, name from {an_increment}"), [[1, "ü"]]);
  },

  async "what is built again replaces what was there and leaves nothing beside it"({ project }: OpenEngine) {
    const body = "select {{ var('n') }} as n";
    const shop = project({
      "models/a_view.sql": body,
      "models/a_table.sql": model("materialized='table'", body),
      "models/an_increment.sql": model("materialized='incremental', full_refresh=true", body),
    });
    for (const n of [1, 2, 3]) await shop.succeeds("run", { vars: { n } });
    assert.deepEqual(await shop.kinds(), { a_view: "view", a_table: "table", an_increment: "table" });
    assert.deepEqual(await shop.rows("select a.n, b.n, c.n from {a_view} a, {a_table} b, {an_increment} c"), [
      [3, 3, 3],
    ]);
  },

  async "relations that a killed run left behind are in nobody's way"({ project }: OpenEngine) {
    const shop = project({
      "models/a.sql": model("materialized='table'", "select {{ var('n') }} as n"),
      "models/b.sql": "select {{ var('n') }} as n",
      "models/c.sql": model(
        "materialized='incremental', unique_key='n', incremental_strategy='delete+insert'",
        "select {{ var('n') }} as n",
      ),
    });
    await shop.succeeds("run", { vars: { n: 1 } });
    for (const name of ["a", "b", "c"]) {
      await shop.execute(`create table {${name}__dbt_tmp} as select 0 as left_over`);
      await shop.execute(`create view {${name}__dbt_backup} as select 0 as left_over`);
    }
    await shop.succeeds("run", { vars: { n: 2 } });
    assert.deepEqual(await shop.rows("select n from {c} order by n"), [[1], [2]]);
    await shop.succeeds("run", { vars: { n: 2 }, flags: { full_refresh: true } });
    assert.deepEqual(await shop.rows("select a.n, b.n, c.n from {a} a, {b} b, {c} c"), [[2, 2, 2]]);
  },

  async "a table may have no rows"({ project }: OpenEngine) {
    const shop = project({
      "models/t.sql": model("materialized='table'", "select 1 as id, 'x' as name where 1 = 0"),
    });
    await shop.succeeds("run");
    const { columns, rows } = await shop.execute("select * from {t}");
    assert.deepEqual([columns.map(({ name }) => name), rows], [["id", "name"], []]);
  },

  async "a model that fails leaves what was there"({ project, failing }: OpenEngine) {
    const body = `select 1 as n {% if var('bad', false) %} from (${failing}) as q where failing <> '' {% endif %}`;
    const shop = project({
      "models/t.sql": model("materialized='table'", body),
      "models/i.sql": model("materialized='incremental'", body),
    });
    await shop.succeeds("run");
    const report = await shop.run("run", { vars: { bad: true } });
    assert.deepEqual(statuses(report), { t: "error", i: "error" });
    assert.deepEqual(await shop.kinds(), { t: "table", i: "table" });
    assert.deepEqual(await shop.rows("select t.n, i.n from {t} t, {i} i"), [[1, 1]]);
  },

  async "a materialized view is built and refreshed"({ project }: OpenEngine) {
    const shop = project({
      "models/t.sql": model("materialized='table'", "select {{ var('n') }} as n"),
      "models/m.sql": model("materialized='materialized_view'", "select n from {{ ref('t') }}"),
    });
    await shop.succeeds("run", { vars: { n: 1 } });
    assert.deepEqual(await shop.kinds(), { t: "table", m: "materialized_view" });
    for (const n of [2, 3]) {
      await shop.succeeds("run", { vars: { n } });
      assert.deepEqual(await shop.rows("select n from {m}"), [[n]]);
    }
  },

  async "a snapshot by check keeps the history of rows"({ project }: OpenEngine) {
    const shop = project({
      "models/people.sql": model("materialized='table'", "{{ var('rows') }}"),
      "snapshots/s.yml": `${history}strategy: check, check_cols: [name], hard_deletes: invalidate}\n`,
    });
    await shop.succeeds("build", { vars: { rows: people(["1 as id, 'a' as name", "2, 'b'"]) } });
    await shop.succeeds("build", { vars: { rows: people(["1 as id, 'c' as name"]) } });
    await shop.succeeds("build", { vars: { rows: people(["1 as id, 'c' as name"]) } });
    assert.deepEqual(
      await shop.rows(
        "select id, name, case when dbt_valid_to is null then 1 else 0 end as now from {history} order by id, now",
      ),
      [
        [1, "a", 0],
        [1, "c", 1],
        [2, "b", 0],
      ],
    );
  },

  async "a snapshot by timestamp keeps the history of rows"({ project }: OpenEngine) {
    const row = (id: number, name: string, day: string): string =>
      `${id} as id, '${name}' as name, cast('${day}' as timestamp) as updated_at`;
    const shop = project({
      "models/people.sql": model("materialized='table'", "{{ var('rows') }}"),
      "snapshots/s.yml": `${history}strategy: timestamp, updated_at: updated_at, hard_deletes: new_record}\n`,
    });
    const build = (...rows: string[]) => shop.succeeds("build", { vars: { rows: people(rows) } });
    await build(row(1, "a", "2024-01-01"), row(2, "b", "2024-01-01"));
    await build(row(1, "c", "2024-01-02"), row(2, "unseen", "2024-01-01"));
    await build(row(1, "c", "2024-01-02"));
    assert.deepEqual(
      await shop.rows(
        "select id, name, dbt_is_deleted, case when dbt_valid_to is null then 1 else 0 end as now from {history} order by id, now, name",
      ),
      [
        [1, "a", "False", 0],
        [1, "c", "False", 1],
        [2, "b", "False", 0],
        [2, "b", "True", 1],
      ],
    );
  },

  async "a snapshot marks the current versions by the date of its config"({ project }: OpenEngine) {
    const forever = "cast('9999-12-31' as timestamp)";
    const shop = project({
      "models/people.sql": model("materialized='table'", "{{ var('rows') }}"),
      "snapshots/s.yml": `${history}strategy: check, check_cols: [name], dbt_valid_to_current: "${forever}"}\n`,
    });
    for (const name of ["a", "b", "b"])
      await shop.succeeds("build", { vars: { rows: people([`1 as id, '${name}' as name`]) } });
    assert.deepEqual(
      await shop.rows(
        `select name, case when dbt_valid_to = ${forever} then 1 else 0 end as now from {history} order by name`,
      ),
      [
        ["a", 0],
        ["b", 1],
      ],
    );
  },

  async "failing rows of tests are told and can be stored"({ project }: OpenEngine) {
    const shop = project({
      "models/m.sql": people(["1 as id, 'a' as name", "1, 'b'", "null, 'c'"]),
      "models/m.yml": `models:
  - name: m
    columns:
      - name: id
        data_tests: [unique, {not_null: {config: {store_failures: true, schema: failures}}}]
`,
      "macros/names.sql": "{% macro generate_schema_name(custom, node) %}{{ target.schema }}{% endmacro %}",
    });
    const report = await shop.run("build");
    assert.deepEqual(statuses(report), { m: "success", unique_m_id: "fail", not_null_m_id: "fail" });
    assert.deepEqual(await shop.rows("select name from {not_null_m_id}"), [["c"]]);
  },

  async "a contract is held, a model that breaks it is told and not built"({ project, adapter }: OpenEngine) {
    const { integer, string } = adapter.types.names;
    const shop = project({
      "models/m.sql": model("materialized='table'", "select {{ var('id') }} as id, 'a' as name"),
      "models/m.yml": `models:
  - name: m
    config: {contract: {enforced: true}}
    columns:
      - {name: name, data_type: ${string}}
      - {name: id, data_type: ${integer}, constraints: [{type: not_null}]}
`,
    });
    await shop.succeeds("run", { vars: { id: 7 } });
    assert.deepEqual(await shop.rows("select * from {m}"), [["a", 7]]);
    const report = await shop.run("run", { vars: { id: "'x'" } });
    assert.deepEqual(statuses(report), { m: "error" });
    assert.match(report.results[0]?.message ?? "", /contract/);
    assert.deepEqual(await shop.rows("select * from {m}"), [["a", 7]]);
  },

  async "a function is built before the models that call it"({ project, adapter }: OpenEngine) {
    const type = adapter.types.names.integer;
    const shop = project({
      "functions/twice.sql": "select x * 2",
      "functions/f.yml": `functions: [{name: twice, arguments: [{name: x, data_type: ${type}}], returns: {data_type: ${type}}}]`,
      "models/a.sql": "select {{ function('twice') }}(21) as n",
    });
    for (let i = 0; i < 2; i++) await shop.succeeds("build");
    assert.deepEqual(await shop.rows("select n from {a}"), [[42]]);
    assert.ok(adapter.capabilities.functions, "the adapter says that it has no functions");
  },

  async "types of columns survive being built as a table"({ project, types }: OpenEngine) {
    const stored = types.filter((example) => example.stored !== false);
    const columns = stored.map(({ sql }, i) => `${sql} as c${i}`).join(", ");
    const shop = project({
      "models/t.sql": model("materialized='table'", `{% raw %}select ${columns}{% endraw %}`),
      "models/n.sql": model("materialized='table'", "select * from {{ ref('t') }} where 1 = 0"),
    });
    await shop.succeeds("run");
    const built = await shop.execute("select * from {t}");
    assert.deepEqual(
      built.columns.map(({ type }, i) => ({ ...stored[i], type, cell: built.rows[0]?.[i] })),
      stored,
    );
    const found = (await shop.catalog()).map(({ columns }) => columns.map(({ type }) => type));
    assert.deepEqual(found[0], found[1]);
  },
};
