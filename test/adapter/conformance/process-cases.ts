// `etl` as a process: killed in the middle of every materialization, interrupted, and two of them at once.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pause } from "./asserts.ts";
import type { CaseProject } from "./case-project.ts";
import type { OpenEngine } from "./engine.ts";
import type { Running } from "./etl-process.ts";
import { model } from "./materialization-cases.ts";

/** Models that take long where `slow` says so: in their query, or in a hook behind it, before the commit. */
function victims({ slow }: OpenEngine, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const long = `{% if var('slow', false) %}{% raw %}${slow}{% endraw %}{% else %}0{% endif %}`;
  const hook = JSON.stringify(`select ${long}`);
  const body = "select {{ var('n') }} as n";
  const incremental = (strategy: string) =>
    `materialized='incremental', unique_key='n', incremental_strategy='${strategy}'`;
  return {
    "dbt_project.yml": `name: shop
profile: conformance
models: {shop: {hooked: {+post-hook: ${hook}}}}
seeds: {+post-hook: ${hook}}
snapshots: {+post-hook: ${hook}}
`,
    "models/t_query.sql": model("materialized='table'", `${body} where ${long} >= 0`),
    "models/i_query.sql": model(incremental("append"), `${body} where ${long} >= 0`),
    "models/hooked/t_hook.sql": model("materialized='table'", body),
    "models/hooked/v_hook.sql": body,
    "models/hooked/i_delete.sql": model(incremental("delete+insert"), body),
    "models/hooked/i_merge.sql": model(incremental("merge"), body),
    "seeds/seeded.csv": "n\n1\n",
    "snapshots/s.yml": `snapshots:
  - name: history
    relation: source('here', 'source')
    config: {unique_key: id, strategy: check, check_cols: all}
`,
    "models/s.yml": "sources: [{name: here, schema: '{{ target.schema }}', tables: [{name: source}]}]\n",
    ...more,
  };
}

const built = ["t_query", "i_query", "t_hook", "v_hook", "i_delete", "i_merge", "seeded", "history"];

/** Every relation with its rows. */
async function contents(shop: CaseProject): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(await shop.kinds())) {
    const rows = await shop.rows(`select n from {${name}} order by n`);
    found[name] = `${kind} ${rows.map(([n]) => String(n)).join(" ")}`;
  }
  return found;
}

/** A project that was built with n = 1, its sources and seeds changed to n = 2. */
async function prepared(engine: OpenEngine, more?: Readonly<Record<string, string>>): Promise<CaseProject> {
  const shop = engine.project(victims(engine, more));
  await shop.look((warehouse) =>
    warehouse.withSession("set up", async (session) => {
      await session.execute(`CREATE SCHEMA IF NOT EXISTS ${engine.adapter.quote(shop.schemaName)}`);
      await session.execute(`CREATE TABLE ${shop.relation("source")} AS SELECT 1 AS id, 1 AS n`);
    }),
  );
  await shop.succeeds("build", { vars: { n: 1 } });
  shop.write({ "seeds/seeded.csv": "n\n2\n" });
  await shop.execute("update {source} set n = 2");
  return shop;
}

/** Starts the slow build and waits until all of its nodes are at work, or as many as the engine takes at once. */
async function started({ adapter }: OpenEngine, shop: CaseProject, nodes: number): Promise<Running> {
  const most = Math.min(nodes, adapter.capabilities.maxParallel);
  const flags = ["--threads", "12", "--log-level", "debug", "--log-format", "json"];
  const running = shop.start("build", "--vars", "{n: 2, slow: true}", ...flags);
  await running.seen((output) => (output.match(/"name":"LogStartLine"/g) ?? []).length >= most);
  await pause(400);
  return running;
}

const after = {
  source: "table 2",
  t_query: "table 2",
  i_query: "table 1 2",
  t_hook: "table 2",
  v_hook: "view 2",
  i_delete: "table 1 2",
  i_merge: "table 1 2",
  seeded: "table 2",
  history: "table 1 2",
};

export const processCases = {
  async "killed in the middle of every materialization, all is as before and the rerun completes"(
    engine: OpenEngine,
  ) {
    const shop = await prepared(engine);
    const before = await contents(shop);
    const running = await started(engine, shop, built.length);
    running.child.kill("SIGKILL");
    await running.ended;
    assert.deepEqual(await contents(shop), before);
    await shop.succeeds("build", { vars: { n: 2 } });
    assert.deepEqual(await contents(shop), after);
  },

  async "killed while materialized views are built, all is as before and the rerun completes"(
    engine: OpenEngine,
  ) {
    const shop = await prepared(engine, {
      "models/hooked/m_hook.sql": model(
        "materialized='materialized_view'",
        "select n from {{ source('here', 'source') }}",
      ),
    });
    const before = await contents(shop);
    const running = await started(engine, shop, built.length + 1);
    running.child.kill("SIGKILL");
    await running.ended;
    assert.deepEqual(await contents(shop), before);
    await shop.succeeds("build", { vars: { n: 2 } });
    assert.deepEqual(await contents(shop), { ...after, m_hook: "materialized_view 2" });
  },

  async "interrupted in the middle of every materialization, it ends soon and all is as before"(
    engine: OpenEngine,
  ) {
    const shop = await prepared(engine);
    const before = await contents(shop);
    const running = await started(engine, shop, built.length);
    running.child.kill("SIGINT");
    const { code, output } = await running.ended;
    assert.equal(code, 2);
    assert.doesNotMatch(output, /^\s+at .*\(/m);
    const { results } = JSON.parse(readFileSync(join(shop.folder, "target", "run_results.json"), "utf8"));
    for (const { status } of results) assert.ok(status === "error" || status === "skipped", status);
    assert.deepEqual(await contents(shop), before);
    await shop.succeeds("build", { vars: { n: 2 } });
    assert.deepEqual(await contents(shop), after);
  },

  async "two builds at once end well, and all rows are there once"(engine: OpenEngine) {
    const shop = await prepared(engine);
    const both = [0, 1].map(() => shop.start("build", "--vars", "{n: 2}", "--exclude", "i_query"));
    const ended = await Promise.all(both.map((running) => running.ended));
    assert.deepEqual(
      ended.map(({ code, output }) => (code === 0 ? "" : output)),
      ["", ""],
    );
    assert.deepEqual(await contents(shop), { ...after, i_query: "table 1" });
  },

  async "two first builds at once end well"(engine: OpenEngine) {
    const shop = engine.project({
      "models/a.sql": model("materialized='table', schema='new'", "select 1 as n"),
      "models/b.sql": model("schema='new'", "select n from {{ ref('a') }}"),
      "models/c.sql": model(
        "materialized='incremental', unique_key='n', schema='new'",
        "select n from {{ ref('b') }}",
      ),
    });
    const both = [0, 1].map(() => shop.start("build"));
    const ended = await Promise.all(both.map((running) => running.ended));
    assert.deepEqual(
      ended.map(({ code, output }) => (code === 0 ? "" : output)),
      ["", ""],
    );
  },
};
