// Every kind of relation takes the place of every other when a model's materialization changes, by a run without any
// flag; nothing is left of the old one, and readers of it stay.

import assert from "node:assert/strict";
import type { Case, OpenEngine } from "./engine.ts";
import { model } from "./materialization-cases.ts";

type Kind = "view" | "table" | "incremental" | "materialized_view";

const relationKinds: Readonly<Record<Kind, string>> = {
  view: "view",
  table: "table",
  incremental: "table",
  materialized_view: "materialized_view",
};

/** Builds a model one way, then the other, then once more, and back again. */
function becomes(from: Kind, to: Kind): Case {
  return async ({ project }) => {
    const shop = project({
      "models/m.sql": model("materialized=var('kind')", "select {{ var('n') }} as n, 'x' as name"),
    });
    for (const [kind, n] of [
      [from, 1],
      [to, 2],
      [to, 2],
      [from, 3],
    ] as const) {
      await shop.succeeds("run", { vars: { kind, n } });
      assert.deepEqual(await shop.kinds(), { m: relationKinds[kind] });
      const [last] = await shop.rows("select max(n) as n from {m}");
      assert.deepEqual(last, [n]);
    }
  };
}

export const swapCases = {
  "a view becomes a table and a view again": becomes("view", "table"),
  "a view becomes incremental and a view again": becomes("view", "incremental"),
  "a table becomes incremental and a table again": becomes("table", "incremental"),
  "a view becomes a materialized view and a view again": becomes("view", "materialized_view"),
  "a table becomes a materialized view and a table again": becomes("table", "materialized_view"),
  "an incremental model becomes a materialized view and incremental again": becomes(
    "incremental",
    "materialized_view",
  ),

  async "a seed takes the place of a table, a model that of a seed"({ project }: OpenEngine) {
    const shop = project({ "models/m.sql": model("materialized='table'", "select 1 as n") });
    await shop.succeeds("build");
    shop.write({ "models/m.sql": null, "seeds/m.csv": "n\n2\n" });
    await shop.succeeds("build");
    assert.deepEqual(await shop.rows("select n from {m}"), [[2]]);
    shop.write({ "models/m.sql": "select 3 as n", "seeds/m.csv": null });
    await shop.succeeds("build");
    assert.deepEqual(await shop.kinds(), { m: "view" });
    assert.deepEqual(await shop.rows("select n from {m}"), [[3]]);
  },

  async "views on a rebuilt relation stay, whatever it becomes"({ project }: OpenEngine) {
    const shop = project({
      "models/m.sql": model("materialized=var('kind')", "select {{ var('n') }} as n"),
      "models/reader.sql": "select n + 1 as n from {{ ref('m') }}",
      "models/far.sql": "select n + 1 as n from {{ ref('reader') }}",
    });
    await shop.succeeds("run", { vars: { kind: "table", n: 1 } });
    for (const [kind, n] of [
      ["table", 2],
      ["view", 3],
      ["table", 4],
      ["incremental", 5],
    ] as const) {
      await shop.succeeds("run", { vars: { kind, n }, flags: { select: ["m"], full_refresh: true } });
      assert.deepEqual(await shop.rows("select n from {far}"), [[n + 2]]);
    }
  },

  async "a view may get other columns, and views on it stay"({ project }: OpenEngine) {
    const shop = project({
      "models/m.sql": "select 1 as n {% if var('more', false) %}, 2 as added, 'x' as other {% endif %}",
      "models/reader.sql": "select n + 1 as n from {{ ref('m') }}",
    });
    await shop.succeeds("run");
    for (const more of [true, false]) {
      await shop.succeeds("run", { vars: { more }, flags: { select: ["m"] } });
      assert.equal((await shop.execute("select * from {m}")).columns.length, more ? 3 : 1);
      assert.deepEqual(await shop.rows("select n from {reader}"), [[2]]);
    }
  },
};
