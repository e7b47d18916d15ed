// Hooks in and out of transactions: what is done in one has its effect exactly when its node is published.

import assert from "node:assert/strict";
import { statuses } from "./case-project.ts";
import type { OpenEngine } from "./engine.ts";
import { model } from "./materialization-cases.ts";

/** Rows have no order, so each one says how many were there before. */
const log = (what: string): string =>
  `insert into {{ target.schema }}.hook_log select cast(count(*) as integer), '${what}' from {{ target.schema }}.hook_log`;
const start = `name: shop
profile: conformance
on-run-start: create table if not exists {{ target.schema }}.hook_log (nth integer, what varchar(40))
`;

export const hookCases = {
  async "hooks run around the model, in its transaction and outside"({ project }: OpenEngine) {
    const shop = project({
      "dbt_project.yml": `${start}on-run-end: "${log("end")}"\n`,
      "models/a.sql": model(
        `materialized='table',
        pre_hook=["${log("pre")}", {"sql": "${log("before")}", "transaction": false}],
        post_hook=["${log("post")}", after_commit("${log("after")}")]`,
        "select 1 as id",
      ),
    });
    await shop.succeeds("run");
    assert.deepEqual(await shop.rows("select what from {hook_log} order by nth"), [
      ["before"],
      ["pre"],
      ["post"],
      ["after"],
      ["end"],
    ]);
  },

  async "what hooks did in the transaction of a model that fails is undone"({
    project,
    failing,
  }: OpenEngine) {
    const shop = project({
      "dbt_project.yml": start,
      "models/a.sql": model(
        `materialized='table', pre_hook=["${log("pre")}", {"sql": "${log("before")}", "transaction": false}]`,
        `select 1 as id from (${failing}) as q where failing <> ''`,
      ),
    });
    assert.equal(statuses(await shop.run("run")).a, "error");
    assert.deepEqual(await shop.rows("select what from {hook_log} order by nth"), [["before"]]);
  },

  async "a model whose post-hook fails is not published"({ project }: OpenEngine) {
    const bad = `post_hook=(["${log("post")}", "insert into no_such_table values (1)"] if var('bad', false) else [])`;
    const shop = project({
      "dbt_project.yml": start,
      "models/t.sql": model(`materialized='table', ${bad}`, "select {{ var('n') }} as n"),
      "models/v.sql": model(bad, "select {{ var('n') }} as n"),
    });
    await shop.succeeds("run", { vars: { n: 1 } });
    const report = await shop.run("run", { vars: { n: 2, bad: true } });
    assert.equal(statuses(report).t, "error");
    assert.equal(statuses(report).v, "error");
    assert.deepEqual(await shop.rows("select n from {t}"), [[1]]);
    assert.deepEqual(await shop.rows("select n from {v}"), [[1]]);
    assert.deepEqual(await shop.rows("select what from {hook_log} order by nth"), []);
    assert.deepEqual(await shop.kinds(), { t: "table", v: "view", hook_log: "table" });
  },

  async "a hook that is empty or several statements is run as it is"({ project }: OpenEngine) {
    const shop = project({
      "dbt_project.yml": start,
      "models/a.sql": model(
        `materialized='table', pre_hook=["", "{% if false %}x{% endif %}"], post_hook="${log("one")}; ${log("two")};"`,
        "select 1 as id",
      ),
    });
    await shop.succeeds("run");
    assert.deepEqual(await shop.rows("select what from {hook_log} order by nth"), [["one"], ["two"]]);
  },
};
