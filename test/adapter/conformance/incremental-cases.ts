// Incremental strategies, and what happens to columns that come, go and change their type.

import assert from "node:assert/strict";
import type { Cell } from "../../../src/adapter/result.ts";
import type { Value } from "../../../src/jinja/value.ts";
import { type CaseProject, statuses } from "./case-project.ts";
import type { Case, OpenEngine } from "./engine.ts";
import { model } from "./materialization-cases.ts";

/** Rows of id and name as a query. */
const rowsOf = (...rows: readonly (readonly [number | "null", string])[]): string =>
  rows.map(([id, name]) => `select cast(${id} as integer) as id, '${name}' as name`).join(" union all ");

const before = rowsOf([1, "a"], [2, "b"]);

/** Builds twice: `before`, then a batch. */
async function twice(
  { project }: OpenEngine,
  config: string,
  batch: string,
): Promise<readonly (readonly Cell[])[]> {
  const shop = project({
    "models/m.sql": model(`materialized='incremental', ${config}`, "{{ var('rows') }}"),
  });
  await shop.succeeds("run", { vars: { rows: before }, flags: { full_refresh: true } });
  await shop.succeeds("run", { vars: { rows: batch } });
  assert.deepEqual(await shop.kinds(), { m: "table" });
  return shop.rows("select id, name from {m} order by id nulls last, name");
}

/** A first build, then one with other columns. */
function columnsChange(policy: string, expected: (shop: CaseProject, build: Build) => Promise<void>): Case {
  return async ({ project }) => {
    const shop = project({
      "models/m.sql": model(
        `materialized='incremental', unique_key='id', incremental_strategy='delete+insert', on_schema_change='${policy}'`,
        "{{ var('rows') }}",
      ),
    });
    await shop.succeeds("run", { vars: { rows: "select 1 as id, 'x' as gone" } });
    await expected(shop, (rows, vars = {}) => shop.run("run", { vars: { rows, ...vars } }));
  };
}

type Build = (rows: string, vars?: Readonly<Record<string, Value>>) => ReturnType<CaseProject["run"]>;

async function table(shop: CaseProject): Promise<readonly unknown[]> {
  const { columns, rows } = await shop.execute("select * from {m} order by id");
  return [columns.map(({ name }) => name), ...rows];
}

const changed = "select 2 as id, 5 as added";

export const incrementalCases = {
  async "append adds rows"(engine: OpenEngine) {
    assert.deepEqual(await twice(engine, "incremental_strategy='append'", rowsOf([2, "b"], [3, "c"])), [
      [1, "a"],
      [2, "b"],
      [2, "b"],
      [3, "c"],
    ]);
  },

  async "delete+insert replaces rows by their key"(engine: OpenEngine) {
    const config = "incremental_strategy='delete+insert', unique_key='id'";
    assert.deepEqual(await twice(engine, config, rowsOf([2, "new"], [3, "c"], [3, "d"])), [
      [1, "a"],
      [2, "new"],
      [3, "c"],
      [3, "d"],
    ]);
  },

  async "delete+insert takes keys of several columns"(engine: OpenEngine) {
    const config = "incremental_strategy='delete+insert', unique_key=['id', 'name']";
    assert.deepEqual(await twice(engine, config, rowsOf([2, "b"], [2, "c"])), [
      [1, "a"],
      [2, "b"],
      [2, "c"],
    ]);
  },

  async "merge updates and inserts by key"(engine: OpenEngine) {
    const config = "incremental_strategy='merge', unique_key='id'";
    assert.deepEqual(await twice(engine, config, rowsOf([2, "new"], [3, "c"])), [
      [1, "a"],
      [2, "new"],
      [3, "c"],
    ]);
  },

  async "merge takes keys of several columns, and nulls never match"(engine: OpenEngine) {
    const config = "incremental_strategy='merge', unique_key=['id', 'name']";
    assert.deepEqual(await twice(engine, config, rowsOf([2, "b"], ["null", "b"])), [
      [1, "a"],
      [2, "b"],
      [null, "b"],
    ]);
    assert.deepEqual(await twice(engine, config.replace("['id', 'name']", "'id'"), rowsOf(["null", "n"])), [
      [1, "a"],
      [2, "b"],
      [null, "n"],
    ]);
  },

  async "merge updates the columns that are named, and all but excluded ones"({ project }: OpenEngine) {
    for (const [list, expected] of [
      ["merge_update_columns=['a']", [1, "new", "old"]],
      ["merge_exclude_columns=['a']", [1, "old", "new"]],
    ] as const) {
      const shop = project({
        "models/m.sql": model(
          `materialized='incremental', incremental_strategy='merge', unique_key='id', ${list}`,
          "select 1 as id, '{{ var('v') }}' as a, '{{ var('v') }}' as b",
        ),
      });
      await shop.succeeds("run", { vars: { v: "old" }, flags: { full_refresh: true } });
      await shop.succeeds("run", { vars: { v: "new" } });
      assert.deepEqual(await shop.rows("select id, a, b from {m}"), [expected]);
    }
  },

  async "incremental predicates limit what is replaced"(engine: OpenEngine) {
    const config = "incremental_strategy='delete+insert', unique_key='id', incremental_predicates=['id < 2']";
    assert.deepEqual(await twice(engine, config, rowsOf([1, "new"], [2, "more"])), [
      [1, "new"],
      [2, "b"],
      [2, "more"],
    ]);
  },

  async "microbatch replaces the days that it builds"({ project, microbatchMerges }: OpenEngine) {
    const shop = project({
      "models/src.sql": model(
        "materialized='table', event_time='happened'",
        "select cast('2024-01-01 10:00:00' as timestamp) as happened, {{ var('v') }} as v union all select cast('2024-01-02 10:00:00' as timestamp), {{ var('v') }}",
      ),
      "models/m.sql": model(
        `materialized='incremental', incremental_strategy='microbatch', event_time='happened', batch_size='day', begin='2024-01-01'${microbatchMerges ? ", unique_key='happened'" : ""}`,
        "select * from {{ ref('src') }}",
      ),
    });
    const days = (start: string) => ({ event_time_start: start, event_time_end: "2024-01-03" });
    await shop.succeeds("run", { vars: { v: 1 }, flags: days("2024-01-01") });
    await shop.succeeds("run", { vars: { v: 2 }, flags: days("2024-01-02") });
    assert.deepEqual(await shop.rows("select v from {m} order by happened"), [[1], [2]]);
  },

  async "a strategy that nobody knows is refused in a sentence"({ project }: OpenEngine) {
    const shop = project({
      "models/m.sql": model("materialized='incremental', incremental_strategy='upsurt'", "select 1 as id"),
    });
    // The first run makes the table, which asks for no strategy; it may be refused then already.
    await shop.run("run").catch(() => undefined);
    const told = await shop.run("run").then(
      ({ results }) => results.map(({ message }) => message).join(),
      (error: unknown) => String(error),
    );
    assert.match(told, /upsurt/);
  },

  "on_schema_change ignore keeps the columns": columnsChange("ignore", async (shop, build) => {
    assert.deepEqual(statuses(await build("select 2 as id, 'y' as gone, 5 as added")), { m: "success" });
    assert.deepEqual(await table(shop), [
      ["id", "gone"],
      [1, "x"],
      [2, "y"],
    ]);
  }),

  "on_schema_change fail tells which columns differ": columnsChange("fail", async (shop, build) => {
    const report = await build(changed);
    assert.deepEqual(statuses(report), { m: "error" });
    assert.match(report.results[0]?.message ?? "", /added/);
    assert.deepEqual(await table(shop), [
      ["id", "gone"],
      [1, "x"],
    ]);
    assert.deepEqual(statuses(await build("select 1 as id, 'z' as gone")), { m: "success" });
  }),

  "on_schema_change append_new_columns adds columns": columnsChange(
    "append_new_columns",
    async (shop, build) => {
      assert.deepEqual(statuses(await build(changed)), { m: "success" });
      assert.deepEqual(await table(shop), [
        ["id", "gone", "added"],
        [1, "x", null],
        [2, null, 5],
      ]);
    },
  ),

  "on_schema_change sync_all_columns adds, drops and retypes columns": columnsChange(
    "sync_all_columns",
    async (shop, build) => {
      assert.deepEqual(statuses(await build(changed)), { m: "success" });
      assert.deepEqual(await table(shop), [
        ["id", "added"],
        [1, null],
        [2, 5],
      ]);
      assert.deepEqual(statuses(await build("select 3 as id, 'text' as added")), { m: "success" });
      assert.deepEqual(await table(shop), [
        ["id", "added"],
        [1, null],
        [2, "5"],
        [3, "text"],
      ]);
    },
  ),
};
