// Runs as a whole: interrupts, --fail-fast, --empty, --defer, batches, many threads, warnings.

import { afterEach, describe, expect, test } from "vitest";
import type { EtlEvent } from "../../src/base/events.ts";
import { nodeWarnings } from "../adapter/node-warnings.ts";
import { statuses, TestProject, troubles } from "./harness.ts";

let project: TestProject;

afterEach(() => project.close());

const SLOW =
  "{{ config(materialized='table') }}\nselect count(*) as n from range(100000) a, range(100000) b where a.range + b.range = 7\n";

describe("an interrupt", () => {
  test.each([0, 2, 10, 40, 150])(
    "cancels what runs after %d ms, skips the rest and changes nothing",
    async (delay) => {
      project = new TestProject({
        "models/a.sql": SLOW,
        "models/b.sql": "select * from {{ ref('a') }}",
        "models/c.sql": SLOW,
      });
      const controller = new AbortController();
      let running = 0;
      const onEvent = (event: EtlEvent) => {
        if (event.kind === "node-started" && ++running === 2) setTimeout(() => controller.abort(), delay);
      };
      const report = await project.run("run", { signal: controller.signal, onEvent });
      expect(statuses(report)).toEqual({ a: "error", c: "error", b: "skipped" });
      const messages = new Map(report.results.map(({ facts, message }) => [facts.name, message]));
      expect(messages).toEqual(
        new Map([
          ["a", "interrupted"],
          ["c", "interrupted"],
          ["b", null],
        ]),
      );
      expect(report).toMatchObject({ interrupted: true, success: false });
      expect(await project.query("select count(*) from information_schema.tables")).toEqual([["0"]]);
    },
    20_000,
  );

  test("before anything started: all is skipped", async () => {
    project = new TestProject({
      "models/a.sql": "select 1 as a",
      "dbt_project.yml": "name: shop\nprofile: test\non-run-end: select 1\n",
    });
    const report = await project.run("run", { signal: AbortSignal.abort() });
    expect(report.results.map(({ status }) => status)).toEqual(["skipped", "skipped"]);
  });
});

test("fail-fast ends what runs and skips the rest with dbt's message", async () => {
  project = new TestProject({
    "models/a.sql": "{{ config(materialized='table') }}\nselect * from gone",
    "models/b.sql": SLOW,
    "models/c.sql": "select 1 as x",
  });
  const report = await project.run("run", { flags: { fail_fast: true } });
  expect(statuses(report)).toEqual({ a: "error", b: "skipped", c: "skipped" });
  expect(report.results.slice(1).map(({ message }) => message)).toEqual([
    "Skipping due to fail_fast",
    "Skipping due to fail_fast",
  ]);
});

test("fail-fast ends a run of tests, whose failures skip nothing otherwise", async () => {
  project = new TestProject({
    "models/m.sql": "select 1 as id",
    "tests/a.sql": "select * from {{ ref('m') }}",
    "tests/b.sql": "select * from {{ ref('m') }} where id = 2",
    "profiles.yml": "test: {target: dev, outputs: {dev: {type: duckdb, path: t.duckdb, threads: 1}}}\n",
  });
  await project.run("run");
  expect(statuses(await project.run("test"))).toEqual({ a: "fail", b: "pass" });
  const report = await project.run("test", { flags: { fail_fast: true } });
  expect(statuses(report)).toEqual({ a: "fail", b: "skipped" });
});

test("--empty reads no rows, but those of ephemeral models' parents are limited, too", async () => {
  project = new TestProject({
    "seeds/s.csv": "id\n1\n",
    "models/e.sql": "{{ config(materialized='ephemeral') }}select * from {{ ref('s') }}",
    "models/a.sql": "{{ config(materialized='table') }}select * from {{ ref('e') }}",
  });
  await project.run("seed");
  expect(troubles(await project.run("run", { flags: { empty: true } }))).toBe("");
  expect(await project.query("select count(*) from a")).toEqual([["0"]]);
});

describe("microbatch", () => {
  const files = {
    "models/events.sql":
      "{{ config(materialized='table', event_time='ts') }}\nselect * from (values (1, timestamp '2024-01-01 05:00'), (2, timestamp '2024-01-02 05:00'), (3, timestamp '2024-01-03 05:00')) t(id, ts)",
    "models/mb.sql": `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='ts', batch_size='day', begin='2024-01-01', lookback=1,
  pre_hook="create table if not exists log (what varchar)", post_hook="insert into log values ('post')") }}
select id, ts, {{ var('divisor', 1) }} as d from {{ ref('events') }} where {{ var('extra', 'true') }}`,
  };
  const startedAt = new Date("2024-01-03T12:00:00Z");

  test("one batch a day, hooks around all, files for each", async () => {
    project = new TestProject(files);
    const report = await project.run("build", { startedAt });
    expect(troubles(report)).toBe("");
    const batches = ["01", "02", "03"].map((day, i) => [
      `2024-01-${day}T00:00:00+00:00`,
      `2024-01-0${i + 2}T00:00:00+00:00`,
    ]);
    expect(report.results.find(({ facts }) => facts.name === "mb")).toMatchObject({
      message: "SUCCESS",
      batches: { successful: batches, failed: [] },
      compiledCode: null,
    });
    expect(await project.query("select id from mb order by 1")).toEqual([["1"], ["2"], ["3"]]);
    expect(await project.query("select what from log")).toEqual([["post"]]);
  });

  test("the next run replaces the last batches only", async () => {
    project = new TestProject(files);
    await project.run("build", { startedAt });
    const report = await project.run("build", { startedAt, flags: { vars: new Map([["divisor", 2]]) } });
    expect(troubles(report)).toBe("");
    expect(await project.query("select id, d from mb order by 1")).toEqual([
      ["1", "1"],
      ["2", "2"],
      ["3", "2"],
    ]);
  });

  /** Names of batches in the order in which they began, "|" where a statement was committed. */
  function batchOrder(): string {
    return project.events
      .map((event) =>
        event.kind === "message" && event.text.startsWith("batch ")
          ? ` ${event.text.slice(6, 16)}`
          : event.kind === "statement" && event.sql === "COMMIT" && event.node === "model.shop.mb"
            ? " |"
            : "",
      )
      .join("");
  }

  test("batches between the first and the last run at once, unless the model reads itself or says no", async () => {
    const days = { event_time_start: "2024-01-01", event_time_end: "2024-01-06" };
    const model = (config: string, more: string) => ({
      "models/events.sql":
        "{{ config(materialized='table', event_time='ts') }}select timestamp '2024-01-01' + to_days(i) as ts from range(5) r(i)",
      "models/mb.sql": `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='ts',
        batch_size='day', begin='2024-01-01'${config}) }}
        select ts, '{{ model.batch.id }}' as batch${more} from {{ ref('events') }}`,
    });
    const apart = " 2024-01-01 | 2024-01-02 | 2024-01-03 | 2024-01-04 | 2024-01-05 |";
    for (const [config, more, isApart] of [
      ["", "", false],
      [", concurrent_batches=false", "", true],
      ["", ", '{{ this.name }}' as own", true],
      [", concurrent_batches=true", ", '{{ this.name }}' as own", false],
    ] as const) {
      project?.close();
      project = new TestProject(model(config, more));
      expect(troubles(await project.run("build", { flags: { threads: 4, ...days } }))).toBe("");
      if (isApart) expect(batchOrder()).toBe(apart);
      else expect(batchOrder()).toMatch(/^ 2024-01-01 \|(?: 2024-01-0[234]){2}.* \| 2024-01-05 \|$/);
      expect(await project.query("select distinct batch from mb order by 1")).toHaveLength(5);
    }
  });

  test("a failed batch is told, and run again alone", async () => {
    project = new TestProject(files);
    await project.run("build", { startedAt });
    const extra = "case when id = 2 then error('no') else true end";
    const report = await project.run("build", {
      startedAt,
      flags: {
        vars: new Map([["extra", extra]]),
        full_refresh: false,
        event_time_start: "2024-01-01",
        event_time_end: "2024-01-04",
      },
    });
    const result = report.results.find(({ facts }) => facts.name === "mb");
    expect(result).toMatchObject({
      status: "partial success",
      message: "PARTIAL SUCCESS (2/3)",
      batches: { failed: [["2024-01-02T00:00:00+00:00", "2024-01-03T00:00:00+00:00"]] },
    });
    expect(result?.diagnostics).toHaveLength(1);
    const batches = new Map([["model.shop.mb", result?.batches ?? { failed: [], successful: [] }]]);
    const again = await project.run("run", { startedAt, select: ["mb"], plan: { batches } });
    expect(again.results[0]).toMatchObject({
      status: "success",
      batches: { failed: [], successful: { length: 3 } },
    });
  });
});

test("--defer reads what is not built here from elsewhere; --favor-state prefers it", async () => {
  project = new TestProject({
    "models/a.sql": "select 1 as n",
    "models/b.sql": "{{ config(materialized='table') }}select n from {{ ref('a') }}",
  });
  await project.query("create schema prod; create table prod.a as select 100 as n");
  const run = (flags: Record<string, boolean>) =>
    project.with("run", { select: ["b"], flags }, async (deps) => {
      const { executePlan } = await import("../../src/run/execute-plan.ts");
      const { planRun } = await import("../../src/run/plan.ts");
      const deferred = new Map([["model.shop.a", { database: "test", schema: "prod", alias: "a" }]]);
      return executePlan(planRun(deps.manifest, deps.selected, { command: "run", storeFailures: false }), {
        ...deps,
        deferred,
      });
    });
  expect(troubles(await run({}))).toBe("");
  expect(await project.query("select n from b")).toEqual([["100"]]);
  await project.run("run", { select: ["a"] });
  await run({});
  expect(await project.query("select n from b")).toEqual([["1"]]);
  await run({ favor_state: true });
  expect(await project.query("select n from b")).toEqual([["100"]]);
});

test("--defer takes functions that are not built here from elsewhere", async () => {
  project = new TestProject({
    "functions/twice.sql": "x * 2",
    "functions/f.yml":
      "functions: [{name: twice, arguments: [{name: x, data_type: int}], returns: {data_type: int}}]",
    "models/a.sql": "select {{ function('twice') }}(1) as n",
  });
  const id = "function.shop.twice";
  const compiled = (select: readonly string[]) =>
    project.with("compile", { select: [...select] }, async (deps) => {
      const { compileNodes } = await import("../../src/run/compile-nodes.ts");
      const deferred = new Map([[id, { database: "test", schema: "prod", alias: "twice" }]]);
      const { results } = await compileNodes(deps.selected, { ...deps, deferred });
      return results.find(({ facts }) => facts.name === "a")?.compiledCode;
    });
  expect(await compiled(["a"])).toBe('select "test"."prod"."twice"(1) as n');
  expect(await compiled(["a", "twice"])).toBe('select "test"."main"."twice"(1) as n');
});

test("a wide project with 4 threads never fails by itself", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [
      `models/m${i}.sql`,
      `{{ config(materialized='${i % 3 === 0 ? "view" : "table"}', schema='s${i % 4}') }}select ${i} as n${i > 0 ? ` union all select n from {{ ref('m${Math.floor(i / 3)}') }}` : ""}`,
    ]),
  );
  project = new TestProject(files);
  for (let round = 0; round < 3; round++) {
    const report = await project.run("run", { flags: { threads: 4 } });
    expect(troubles(report)).toBe("");
  }
});

test("many threads give Node nothing to warn of", async () => {
  project = new TestProject(
    Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`models/m${i}.sql`, `select ${i} as n`])),
  );
  const run = async (): Promise<void> =>
    expect(troubles(await project.run("run", { flags: { threads: 16 } }))).toBe("");
  expect(await nodeWarnings(run)).toEqual([]);
});

test("hooks on end see results as dbt gives them, and as dicts with moments as text", async () => {
  project = new TestProject({
    "dbt_project.yml": `name: shop
profile: test
on-run-end: >
  {% set result = results[0] %}{% set dict = result.to_dict() %}
  create table told as select '{{ result.timing[0].started_at is string }}' as a, '{{ dict.timing[0].started_at }}' as b,
  '{{ dict.keys() | join(" ") }}' as c, '{{ result.node.compiled_path }}' as d, '{{ dict.node.compiled }}' as e
`,
    "models/m.sql": "select 1 as id",
  });
  expect(troubles(await project.run("run"))).toBe("");
  expect(await project.query("select * from told")).toEqual([
    [
      "False",
      expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      "status timing thread_id execution_time adapter_response message failures node agate_table batch_results",
      "target/compiled/shop/models/m.sql",
      "True",
    ],
  ]);
});

test.each([
  ["on-run-start", 0],
  ["on-run-end", 1],
])("%s that cannot be rendered ends the run, as in dbt", async (key, built) => {
  project = new TestProject({
    "dbt_project.yml": `name: shop\nprofile: test\n${key}: "{% if execute %}{{ nothing_like_it() }}{% endif %}"\n`,
    "models/m.sql": "{{ config(materialized='table') }} select 1 as id",
  });
  const { results, refusal, success } = await project.run("run");
  expect(success).toBe(false);
  expect(results).toHaveLength(built);
  expect(refusal?.diagnostics).toMatchObject([
    { code: "jinja-error", message: expect.stringContaining("nothing_like_it"), place: { line: 3 } },
  ]);
  expect(await project.query("select 1 from duckdb_tables() where table_name = 'm'")).toHaveLength(built);
});

describe("warnings of nodes", () => {
  const files = {
    "models/a.sql": "select {% for x in nothing_like_it %}{{ x }}{% endfor %} 1 as id",
    "models/a.yml": "models: [{name: a, columns: [{name: idd}]}]\n",
  };
  const codes = () =>
    project.events.flatMap((event) => (event.kind === "diagnostic" ? [event.diagnostic.code] : []));

  test("are told, and the node is built", async () => {
    project = new TestProject(files);
    expect(troubles(await project.run("run"))).toBe("");
    expect(codes().sort()).toEqual(["column-unmatched", "undefined-name"]);
  });

  test("are silent where the options say so", async () => {
    project = new TestProject(files);
    const silence = ["column-unmatched", "undefined-name"];
    await project.run("run", { flags: { warn_error_options: new Map([["silence", silence]]) } });
    expect(codes()).toEqual([]);
  });

  test("are errors of their node where the options say so", async () => {
    project = new TestProject(files);
    const error = ["column-unmatched", "undefined-name"];
    const report = await project.run("run", { flags: { warn_error_options: new Map([["error", error]]) } });
    expect(report.results[0]).toMatchObject({ status: "error", diagnostics: [{ code: "undefined-name" }] });
    const other = await project.run("run", {
      flags: { warn_error_options: new Map([["error", ["column-unmatched"]]]) },
    });
    expect(other.results[0]).toMatchObject({ status: "error", diagnostics: [{ code: "column-unmatched" }] });
  });
});

test("a first build goes level by level, so that relations read without ref are there; later ones by the critical path", async () => {
  project = new TestProject({
    "models/base.sql": "{{ config(materialized='table') }}\nselect 1 as a",
    "models/hidden.sql": "{{ config(materialized='table') }}\nselect 2 as b",
    "models/reader.sql":
      "{{ config(materialized='table') }}\nselect a, (select b from {{ target.schema }}.hidden) as b from {{ ref('base') }}",
    "models/last.sql": "{{ config(materialized='table') }}\nselect * from {{ ref('reader') }}",
  });
  const order: string[] = [];
  const onEvent = (event: EtlEvent) => {
    if (event.kind === "node-started") order.push(event.node.name);
  };
  const flags = { threads: 1 };
  const first = await project.run("run", { flags, onEvent });
  expect(first.success).toBe(true);
  expect(order.splice(0)).toEqual(["base", "hidden", "reader", "last"]);
  await project.run("run", { flags, onEvent });
  expect(order).toEqual(["base", "reader", "hidden", "last"]);
});
