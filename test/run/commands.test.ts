// Commands that run no whole graph: compile, show, run-operation, freshness of sources, the catalog.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { catalogText } from "../../src/artifacts/catalog-json.ts";
import { runResultsText } from "../../src/artifacts/run-results-json.ts";
import { readRunResults } from "../../src/artifacts/run-results-reader.ts";
import { sourcesText } from "../../src/artifacts/sources-json.ts";
import { checkFreshness } from "../../src/run/check-freshness.ts";
import { compileNodes } from "../../src/run/compile-nodes.ts";
import { readCatalog } from "../../src/run/read-catalog.ts";
import { runOperation } from "../../src/run/run-operation.ts";
import { showQuery } from "../../src/run/show-query.ts";
import { statuses, TestProject, troubles } from "./harness.ts";

let project: TestProject;

afterEach(() => project.close());

test("compile writes SQL without opening a warehouse", async () => {
  project = new TestProject({
    "profiles.yml": "test: {target: dev, outputs: {dev: {type: duckdb, path: /no/such/folder/x.duckdb}}}",
    "models/e.sql": "{{ config(materialized='ephemeral') }}select 1 as a",
    "models/a.sql": "select * from {{ ref('e') }}",
    "analyses/an.sql": "select * from {{ ref('a') }}",
    "dbt_project.yml": "name: shop\nprofile: test\nanalysis-paths: [analyses]\n",
  });
  const report = await project.with("compile", {}, (deps) => compileNodes(deps.selected, deps));
  expect(troubles(report)).toBe("");
  const file = readFileSync(join(project.folder, "target/compiled/shop/models/a.sql"), "utf8");
  expect(file).toBe("with __dbt__cte__e as (\nselect 1 as a\n) select * from __dbt__cte__e");
  expect(report.results.find(({ facts }) => facts.name === "a")?.compiledCode).toBe(file);
  expect(report.results.find(({ facts }) => facts.name === "an")?.compiledCode).toBe(
    'select * from "x"."main"."a"',
  );
});

test("compile leaves Python models as they are and goes on below them", async () => {
  project = new TestProject({
    "models/p.py": "def model(dbt, session):\n    return dbt.ref('a')\n",
    "models/a.sql": "select 1 as id",
    "models/b.sql": "select * from {{ ref('p') }}",
  });
  const report = await project.with("compile", {}, (deps) => compileNodes(deps.selected, deps));
  expect(report.results.map(({ facts, status }) => `${facts.name} ${status}`).sort()).toEqual([
    "a success",
    "b success",
    "p success",
  ]);
});

test("a metric shows its name while the project is parsed, and its definition in a query", async () => {
  project = new TestProject({
    "models/m.yml": `semantic_models:
  - name: sales
    model: ref('m')
    defaults: {agg_time_dimension: ds}
    entities: [{name: id, type: primary}]
    dimensions: [{name: ds, type: time, type_params: {time_granularity: day}}]
    measures: [{name: amount, agg: sum}]
metrics:
  - {name: total, label: Total sales, type: simple, type_params: {measure: amount}}
models:
  - {name: spine, time_spine: {standard_granularity_column: ds}, columns: [{name: ds, granularity: day}]}
`,
    "models/m.sql": "select 1 as id, 2 as amount, current_date as ds",
    "models/spine.sql": "select current_date as ds",
    "models/a.sql":
      "{% set total = metric('total') %}{% if not execute %}{{ config(alias='of_' ~ total.metric_name) }}{% endif %}select '{{ total }}, {{ total.label }}, {{ total.type_params.measure.name }}' as told",
    "models/b.sql": "{% if execute %}select '{{ metric('gone') }}'{% endif %}",
  });
  const report = await project.with("compile", {}, (deps) => compileNodes(deps.selected, deps));
  const found = report.results.find(({ facts }) => facts.name === "a");
  expect(found).toMatchObject({
    resource: { alias: "of_total" },
    compiledCode: "select 'total, Total sales, amount' as told",
  });
  expect(troubles(report)).toContain('metric \\"gone\\" does not exist');
});

test("run-operation calls a macro with arguments, and commits", async () => {
  project = new TestProject({
    "macros/m.sql":
      "{% macro fill(n) %}{% do run_query('create table t as select ' ~ n ~ ' as n') %}{% endmacro %}",
  });
  const run = (macro: string) =>
    project.with("run-operation", {}, (deps) => runOperation({ macro, args: new Map([["n", 7]]) }, deps));
  const report = await run("fill");
  expect(troubles(report)).toBe("");
  expect(report.results[0]?.resource.id).toBe("macro.shop.fill");
  expect(await project.query("select n from t")).toEqual([["7"]]);
  await expect(run("fil")).rejects.toMatchObject({
    diagnostics: [{ code: "macro-not-found", help: 'did you mean "fill"?' }],
  });
});

test("run-operation finds a macro of any package by its bare name, the project's own first", async () => {
  const answering = (text: string) => `{% macro tell() %}{{ log("${text}", info=true) }}{% endmacro %}`;
  project = new TestProject({
    "packages.yml": "packages: [{local: pack}]",
    "dbt_packages/pack/dbt_project.yml": "name: pack\nversion: '1'\n",
    "dbt_packages/pack/macros/m.sql": answering("package"),
  });
  const run = () =>
    project.with("run-operation", {}, (deps) => runOperation({ macro: "tell", args: new Map() }, deps));
  expect((await run()).results[0]?.resource.id).toBe("macro.pack.tell");
  project.write({ "macros/m.sql": answering("project") });
  expect((await run()).results[0]?.resource.id).toBe("macro.shop.tell");
});

test("show gives the first rows of a node or of an inline query", async () => {
  project = new TestProject({ "models/a.sql": "select range as n from range(100)" });
  await project.run("run");
  const inline = await project.with("show", {}, (deps) =>
    showQuery({ inline: "select n + 1 as m from {{ ref('a') }} order by 1" }, 2, deps),
  );
  expect(inline.shown[0]?.rows?.rows).toEqual([[1], [2]]);
  const node = await project.with("show", {}, (deps) =>
    showQuery({ nodes: new Set(["model.shop.a"]) }, null, deps),
  );
  expect(node.shown[0]?.rows?.rows).toHaveLength(100);
  project.write({ "models/e.sql": "{{ config(materialized='ephemeral') }}select 1 as n" });
  await project.with("show", {}, async (deps) => {
    const { report } = await showQuery({ nodes: new Set(["model.shop.e"]) }, 1, deps);
    expect(JSON.parse(runResultsText(report, deps.shared)).results).toMatchObject([
      { unique_id: "model.shop.e", status: "success" },
    ]);
  });
  const wrong = await project.with("show", {}, (deps) => showQuery({ inline: "select\n  nope" }, 5, deps));
  expect(wrong.report.results[0]?.diagnostics[0]?.place).toMatchObject({ line: 2, column: 3 });
});

test("show sends what get_show_sql makes, with its header, and with the limit of a project that has its own", async () => {
  const shown = async (limit: number) => {
    const { shown } = await project.with("show", {}, (deps) =>
      showQuery({ nodes: deps.selected }, limit, deps),
    );
    return shown[0]?.rows?.rows.length;
  };
  const sent = () =>
    project.events.flatMap((event) => (event.kind === "statement" ? [event.sql] : [])).join("\n");
  project = new TestProject({
    "models/a.sql": "{{ config(sql_header='/* header */') }}select * from range(10) limit 7 -- no more",
  });
  expect(await shown(5)).toBe(5);
  expect(sent()).toMatch(/\/\* header \*\/\s+select \* from range\(10\) limit 7 -- no more\s*$/);
  project.write({
    // A project whose name begins as those of the built-in packages do is a project all the same.
    "dbt_project.yml": "name: dbt_shop\nprofile: test\n",
    "macros/limit.sql":
      "{% macro default__get_limit_sql(sql, limit) %}select * from ({{ sql }}\n) using sample {{ limit - 1 }} rows{% endmacro %}",
  });
  expect(await shown(5)).toBe(4);
});

test("--no-introspect: a node that sends a query while it is compiled fails, is_incremental() does not", async () => {
  project = new TestProject({
    "models/a.sql":
      "{{ config(materialized='incremental') }} select 1 as n {% if is_incremental() %} where true {% endif %}",
    "models/b.sql": "select {{ run_query('select 2').rows[0][0] if execute else 0 }} as n",
  });
  const compile = (introspect: boolean) =>
    project.with("compile", { flags: { introspect } }, (deps) => compileNodes(deps.selected, deps));
  expect(troubles(await compile(true))).toBe("");
  const report = await compile(false);
  expect(statuses(report)).toEqual({ a: "success", b: "error" });
  expect(report.results.find(({ status }) => status === "error")?.diagnostics[0]).toMatchObject({
    message: expect.stringContaining("--no-introspect"),
    place: { file: "models/b.sql", line: 1 },
  });
});

describe("source freshness", () => {
  const yaml = (hours: number, field = "loaded_at") => `
sources:
  - name: raw
    schema: main
    loaded_at_field: ${field}
    freshness: {warn_after: {count: ${hours}, period: hour}, error_after: {count: 10, period: day}}
    tables:
      - name: orders
      - {name: untimed, config: {freshness: null}}
`;
  const check = () =>
    project.with("source freshness", {}, async (deps) => ({
      report: await checkFreshness(deps.selected, deps),
      deps,
    }));

  test.each([
    [48, "pass"],
    [12, "warn"],
  ])("warn_after %d hours: %s", async (hours, status) => {
    project = new TestProject({
      "models/orders.sql":
        "{{ config(materialized='table') }}select now()::timestamp - interval 24 hours as loaded_at",
      "models/s.yml": yaml(hours),
    });
    await project.run("run");
    const { report, deps } = await check();
    expect(report.results.map((result) => [result.source.name, result.status])).toEqual([["orders", status]]);
    const json = JSON.parse(sourcesText(report, deps.shared)) as { results: Record<string, unknown>[] };
    expect(json.results[0]).toMatchObject({
      unique_id: "source.shop.raw.orders",
      status,
      criteria: { warn_after: { count: hours, period: "hour" } },
    });
    expect(json.results[0]?.max_loaded_at_time_ago_in_s).toBeGreaterThan(86_000);
  });

  test("a macro of the project may give the table of its statement alone", async () => {
    project = new TestProject({
      "macros/fresh.sql":
        "{% macro collect_freshness(source, loaded_at_field, filter) %}{% call statement('fresh', fetch_result=True) %}select timestamp '2020-01-01' as a, now() as b from {{ source }}{% endcall %}{{ return(load_result('fresh').table) }}{% endmacro %}",
      "models/orders.sql": "{{ config(materialized='table') }}select now()::timestamp as loaded_at",
      "models/s.yml": yaml(1),
    });
    await project.run("run");
    const { report } = await check();
    expect(report.results).toMatchObject([
      { status: "error", measured: { maxLoadedAt: new Date("2020-01-01T00:00:00Z"), response: {} } },
    ]);
  });

  test("an empty table is an error; a column that is not there a runtime error with the source's line", async () => {
    project = new TestProject({
      "models/orders.sql":
        "{{ config(materialized='table') }}select now()::timestamp as loaded_at where false",
      "models/s.yml": yaml(1),
    });
    await project.run("run");
    expect((await check()).report).toMatchObject({ success: false, results: [{ status: "error" }] });
    project.write({ "models/s.yml": yaml(1, "gone") });
    const { report, deps } = await check();
    expect(JSON.parse(sourcesText(report, deps.shared))).toMatchObject({ results: [] });
    expect(report.results[0]).toMatchObject({
      status: "runtime error",
      diagnostics: [{ code: "sql-error", place: { file: "models/s.yml" } }],
    });
  });
});

test("the catalog holds columns of nodes and sources", async () => {
  project = new TestProject({
    "models/a.sql": "{{ config(materialized='table') }}select 1 as id, 'x' as name",
    "models/s.yml": "sources: [{name: raw, schema: main, tables: [{name: a}]}]",
  });
  await project.run("run");
  const text = await project.with("docs generate", {}, async (deps) =>
    catalogText(await readCatalog(deps), deps.shared),
  );
  const catalog = JSON.parse(text) as {
    nodes: Record<string, { columns: Record<string, unknown>; metadata: unknown }>;
    sources: object;
  };
  expect(catalog.nodes["model.shop.a"]).toMatchObject({
    metadata: { type: "BASE TABLE", schema: "main", name: "a", database: "test" },
    columns: { id: { type: "INTEGER", index: 1, name: "id" }, name: { type: "VARCHAR", index: 2 } },
  });
  expect(Object.keys(catalog.sources)).toEqual(["source.shop.raw.a"]);
});

test("run_results.json tells what dbt's tells, and is read back", async () => {
  project = new TestProject({
    "seeds/s.csv": "id\n1\n2\n",
    "models/a.sql": "{{ config(materialized='table') }}select * from {{ ref('s') }}",
    "models/b.sql": "select * from gone",
    "models/c.sql": "select * from {{ ref('b') }}",
  });
  const report = await project.run("build");
  await project.with("build", { flags: { threads: 3 } }, async ({ shared }) => {
    const text = runResultsText(report, shared);
    const json = JSON.parse(text) as { metadata: object; results: Record<string, unknown>[]; args: object };
    const of = (id: string) => json.results.find((result) => result.unique_id === id);
    expect(json.metadata).toMatchObject({
      dbt_schema_version: "https://schemas.getdbt.com/dbt/run-results/v6.json",
      dbt_version: "1.11.16",
    });
    expect(of("seed.shop.s")).toMatchObject({
      status: "success",
      message: "INSERT 2",
      compiled: null,
      compiled_code: null,
      relation_name: null,
    });
    expect(of("model.shop.a")).toMatchObject({
      status: "success",
      message: "OK",
      adapter_response: { _message: "OK" },
      compiled: true,
      compiled_code: 'select * from "test"."main"."s"',
      failures: null,
      thread_id: expect.stringMatching(/^Thread-[12] \(worker\)$/),
      timing: [{ name: "compile" }, { name: "execute" }],
    });
    expect(of("model.shop.b")).toMatchObject({ status: "error", failures: null });
    expect(of("model.shop.c")).toMatchObject({ status: "skipped", compiled: false, timing: [] });
    expect(Object.keys(of("model.shop.a") ?? {}).sort()).toEqual([
      "adapter_response",
      "batch_results",
      "compiled",
      "compiled_code",
      "execution_time",
      "failures",
      "message",
      "relation_name",
      "status",
      "thread_id",
      "timing",
      "unique_id",
    ]);
    const path = join(project.folder, "r.json");
    project.write({ "r.json": text, "broken.json": "{" });
    expect(Object.fromEntries(readRunResults(path, shared.host)?.statuses ?? [])).toEqual({
      "seed.shop.s": "success",
      "model.shop.a": "success",
      "model.shop.b": "error",
      "model.shop.c": "skipped",
    });
    expect(readRunResults(join(project.folder, "gone.json"), shared.host)).toBeUndefined();
    expect(() => readRunResults(join(project.folder, "broken.json"), shared.host)).toThrow("cannot be used");
  });
  expect(statuses(report)).toEqual({ s: "success", a: "success", b: "error", c: "skipped" });
});
