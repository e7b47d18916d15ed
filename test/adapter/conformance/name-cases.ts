// Names of models on their way through every materialization: spaces, quotes, letter case, other scripts, long ones.

import assert from "node:assert/strict";
import type { Case, OpenEngine } from "./engine.ts";
import { model } from "./materialization-cases.ts";

const names = [
  "with space",
  "it's",
  "MixedCase",
  "mixedcase",
  "ünïcödé 日本",
  "a.b",
  "select",
  "$1",
  "semi;colon",
  "back\\slash",
  "-- x",
];

/** Builds a model of each name twice, with a view that reads it and a column of the same name. */
function odd(config: string): Case {
  return async ({ project, adapter }) => {
    const told = adapter.foldIdentifier("A") === adapter.foldIdentifier("a") ? "mixedcase" : "";
    const aliases = names.filter((name) => name !== told);
    const shop = project(
      Object.fromEntries(
        aliases.flatMap((alias, i) => [
          [
            `models/m${i}.sql`,
            model(
              `alias=${JSON.stringify(alias)}, ${config}`,
              `{% raw %}select ${i} as ${adapter.quote(alias)}{% endraw %}, 1 as id`,
            ),
          ],
          [`models/r${i}.sql`, `select * from {{ ref('m${i}') }}`],
        ]),
      ),
    );
    await shop.succeeds("run");
    await shop.succeeds("run");
    const found = Object.keys(await shop.kinds()).filter((name) => !/^r\d+$/.test(name));
    assert.deepEqual(found.sort(), [...aliases].sort());
    const { columns } = await shop.execute("select * from {r0}");
    assert.deepEqual(
      columns.map(({ name }) => name),
      [aliases[0], "id"],
    );
  };
}

export const nameCases = {
  "views have odd names": odd("materialized='view'"),
  "tables have odd names": odd("materialized='table'"),
  "incremental models have odd names": odd(
    "materialized='incremental', unique_key='id', incremental_strategy='delete+insert'",
  ),

  async "seeds have odd names, of columns too"({ project }: OpenEngine) {
    const shop = project({
      "seeds/s.csv": 'id,with space,"quo""te",it\'s,select\n1,a,b,c,d\n',
      "seeds/s.yml": "seeds: [{name: s, config: {alias: 'odd \"seed\"', quote_columns: true}}]\n",
    });
    await shop.succeeds("seed");
    await shop.succeeds("seed");
    const { columns, rows } = await shop.execute(`select * from ${shop.relation('odd "seed"')}`);
    assert.deepEqual(
      columns.map(({ name }) => name),
      ["id", "with space", 'quo"te', "it's", "select"],
    );
    assert.deepEqual(rows, [[1, "a", "b", "c", "d"]]);
  },

  async "schemas have odd names"({ project, schemaName }: OpenEngine) {
    const schema = `${schemaName} it's "odd" ü`;
    const shop = project({
      "models/a.sql": model(`materialized='table', schema=${JSON.stringify(schema)}`, "select 1 as id"),
      "models/b.sql": "select * from {{ ref('a') }}",
      "macros/names.sql":
        "{% macro generate_schema_name(custom, node) %}{{ custom or target.schema }}{% endmacro %}",
    });
    await shop.succeeds("run");
    await shop.succeeds("run");
    assert.deepEqual(await shop.rows("select id from {b}"), [[1]]);
  },

  async "names of the greatest length are told apart"({ project, adapter }: OpenEngine) {
    const longest = Math.min(adapter.capabilities.maxIdentifierBytes, 200);
    const [one, two] = ["1", "2"].map((end) => `m${"x".repeat(longest - 2)}${end}`) as [string, string];
    const config =
      "materialized='incremental', unique_key='id', incremental_strategy='delete+insert', on_schema_change='sync_all_columns'";
    const shop = project({
      [`models/${one}.sql`]: model("materialized='table'", "select {{ var('n') }} as id"),
      [`models/${two}.sql`]: model(config, "select {{ var('n') }} as id"),
    });
    for (const n of [1, 2]) await shop.succeeds("run", { vars: { n } });
    assert.deepEqual(await shop.kinds(), { [one]: "table", [two]: "table" });
    assert.deepEqual(await shop.rows(`select id from {${one}}`), [[2]]);
    assert.deepEqual(await shop.rows(`select id from {${two}} order by id`), [[1], [2]]);
  },

  async "a name that is too long is refused in a sentence or built as it is"({
    project,
    adapter,
  }: OpenEngine) {
    const limit = adapter.capabilities.maxIdentifierBytes;
    const name = `m${"x".repeat(Math.min(limit, 2000))}`;
    const shop = project({
      "models/m.sql": model(`materialized='table', alias='${name}'`, "select 1 as id"),
    });
    const report = await shop.run("run");
    const [result] = report.results;
    if (limit === Number.POSITIVE_INFINITY) assert.deepEqual(await shop.kinds(), { [name]: "table" });
    else {
      assert.equal(result?.status, "error");
      assert.match(result?.message ?? "", new RegExp(String(limit)));
    }
  },
};
