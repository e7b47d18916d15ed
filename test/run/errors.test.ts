// What goes wrong while nodes run: where messages point, what is rolled back, what is skipped and why.

import { afterEach, describe, expect, test } from "vitest";
import type { Value } from "../../src/jinja/value.ts";
import type { NodeResult } from "../../src/run/report.ts";
import { statuses, TestProject } from "./harness.ts";

let project: TestProject;

afterEach(() => project.close());

async function failing(files: Readonly<Record<string, string>>, name: string): Promise<NodeResult> {
  project = new TestProject(files);
  const report = await project.run("build");
  const result = report.results.find(({ facts }) => facts.name === name);
  expect(result?.status).toBe("error");
  return result as NodeResult;
}

test("a macro of ours that fails is told at the config that it speaks of, whatever else is configured", async () => {
  const config = [
    "materialized='incremental'",
    "incremental_strategy='merge'",
    "unique_key='id'",
    "merge_update_columns=['id']",
    "merge_exclude_columns=['id']",
  ];
  project = new TestProject({
    "models/a.sql": `{{ config(**{'a long key (': 1}) }}{{ config(\n${config.join(",\n")}) }}\nselect 1 as id`,
  });
  expect(statuses(await project.run("build"))).toEqual({ a: "success" });
  const { results } = await project.run("build");
  expect(results[0]?.diagnostics).toMatchObject([{ place: { file: "models/a.sql", line: 5 } }]);
});

test("a seed whose file has got other columns than its table says how to make that anew", async () => {
  project = new TestProject({ "seeds/s.csv": "id,amount\n1,2\n" });
  expect(statuses(await project.run("seed"))).toEqual({ s: "success" });
  project.write({ "seeds/s.csv": "id,price\n1,2\n" });
  const { results } = await project.run("seed");
  expect(results[0]?.diagnostics[0]?.help).toMatch(/other columns: etl seed --full-refresh makes it anew$/);
  expect(statuses(await project.run("seed", { flags: { full_refresh: true } }))).toEqual({ s: "success" });
});

describe("a mistake in SQL points into the user's file", () => {
  test("behind a config header and a loop, with the nearest column", async () => {
    const { diagnostics, message } = await failing(
      {
        "models/a.sql": "select 1 as order_id, 2 as amount",
        "models/b.sql":
          "{{ config(\n  materialized='table'\n) }}\nselect\n{% for c in ['a', 'b'] %}\n  1 as {{ c }},\n{% endfor %}\n  amout\nfrom {{ ref('a') }}\n",
      },
      "b",
    );
    expect(diagnostics).toMatchObject([
      { code: "sql-error", place: { file: "models/b.sql", line: 8, column: 3 } },
    ]);
    expect(diagnostics[0]?.message).toMatch(/^model "b": Binder Error: Referenced column "amout" not found/);
    expect(diagnostics[0]?.message).not.toContain("\n");
    expect(diagnostics[0]?.help).toContain('"amount"');
    expect(message).toMatch(/^Runtime Error in model b \(models\/b\.sql\)\n {2}Binder Error: /);
  });

  test("text of a macro: its line, and who called it", async () => {
    const { diagnostics } = await failing(
      {
        "macros/m.sql": "{% macro cents(c) %}\n  {{ c }} / nothing\n{% endmacro %}",
        "models/a.sql": "select\n  {{ cents('1') }} as x",
      },
      "a",
    );
    expect(diagnostics[0]).toMatchObject({
      place: { file: "macros/m.sql", line: 2 },
      notes: [{ message: 'in macro "cents", called here', place: { file: "models/a.sql", line: 2 } }],
    });
  });

  test("an ephemeral model's mistake is shown in its own file", async () => {
    const { diagnostics } = await failing(
      {
        "models/e.sql": "{{ config(materialized='ephemeral') }}\nselect\n  wrong",
        "models/a.sql": "with x as (select 1) select * from {{ ref('e') }}",
      },
      "a",
    );
    expect(diagnostics[0]?.place).toMatchObject({ file: "models/e.sql", line: 3, column: 3 });
  });

  test("a hook: the node's file and the statement", async () => {
    const { diagnostics } = await failing(
      { "models/a.sql": "{{ config(pre_hook='insert into gone values (1)') }}\nselect 1 as a" },
      "a",
    );
    expect(diagnostics[0]).toMatchObject({ code: "sql-error", place: { file: "models/a.sql" } });
    expect(diagnostics[0]?.notes).toEqual([{ message: "the statement: insert into gone values (1)" }]);
  });

  test("a generic test: the line of the test in YAML", async () => {
    const { diagnostics } = await failing(
      {
        "models/a.sql": "select 1 as a",
        "models/s.yml":
          "models:\n  - name: a\n    columns:\n      - name: gone\n        data_tests:\n          - not_null\n",
      },
      "not_null_a_gone",
    );
    expect(diagnostics[0]?.place).toMatchObject({ file: "models/s.yml", line: 6 });
  });

  test("a query around tests that answers neither yes nor no", async () => {
    const { diagnostics } = await failing(
      {
        "macros/m.sql":
          "{% macro get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) %}select 1 as failures, 'x' as should_warn, 'no' as should_error from ({{ main_sql }}) t{% endmacro %}",
        "models/a.sql": "select 1 as a",
        "tests/t.sql": "select * from {{ ref('a') }}",
      },
      "t",
    );
    expect(diagnostics).toMatchObject([{ code: "jinja-error", message: expect.stringContaining('"x"') }]);
  });
});

describe("a mistake in a template", () => {
  test("that only shows while running", async () => {
    const { diagnostics, message } = await failing(
      {
        "models/a.sql": "{% if execute %}{{ exceptions.raise_compiler_error('no luck') }}{% endif %}select 1",
      },
      "a",
    );
    expect(diagnostics).toMatchObject([{ code: "jinja-error", place: { file: "models/a.sql", line: 1 } }]);
    expect(message).toBe("Compilation Error in model a (models/a.sql)\n  no luck");
  });

  test("a ref that parsing did not reach", async () => {
    const { diagnostics } = await failing(
      {
        "models/a.sql": "select 1 as x",
        "models/b.sql": "{% if execute %}select * from {{ ref('a') }}{% endif %}",
      },
      "b",
    );
    expect(diagnostics[0]?.message).toContain("was not reached when the project was parsed");
    expect(diagnostics[0]?.help).toBe("put this line at the top of the file: -- depends_on: {{ ref('a') }}");
  });
});

test("Python models are parsed, and are an error when they are run", async () => {
  const { diagnostics } = await failing(
    { "models/p.py": "def model(dbt, session):\n    return dbt.ref('a')\n", "models/a.sql": "select 1 as a" },
    "p",
  );
  expect(diagnostics).toMatchObject([{ code: "python-model", place: { file: "models/p.py" } }]);
});

test("what failed is rolled back, and what depends on it is skipped with the cause", async () => {
  project = new TestProject({
    "models/a.sql": "{{ config(materialized='table', post_hook='select * from gone') }}\nselect 1 as a",
    "models/b.sql": "select * from {{ ref('a') }}",
    "models/c.sql": "select * from {{ ref('b') }}",
  });
  const report = await project.run("run");
  expect(statuses(report)).toEqual({ a: "error", b: "skipped", c: "skipped" });
  expect(report.results.map(({ because }) => because)).toEqual([undefined, "model.shop.a", "model.shop.a"]);
  expect(
    await project.query("select count(*) from information_schema.tables where table_name like 'a%'"),
  ).toEqual([["0"]]);
});

describe("hooks of the run", () => {
  const model = { "models/a.sql": "select 1 as a" };

  test("a failing hook on start skips the hooks behind it; nodes run as dbt does by default", async () => {
    project = new TestProject({
      ...model,
      "dbt_project.yml":
        "name: shop\nprofile: test\non-run-start: [select 1, select * from gone, select 2]\n",
    });
    const report = await project.run("run");
    expect(report.results.map(({ status, message }) => [status, message?.split("\n")[0]])).toEqual([
      ["success", "shop.on-run-start.0 passed"],
      ["error", "shop.on-run-start.1 failed, error:"],
      ["skipped", "shop.on-run-start.2 skipped"],
      ["success", "OK"],
    ]);
    expect(report.success).toBe(false);
    expect(report.results[1]?.diagnostics[0]).toMatchObject({
      code: "sql-error",
      place: { file: "dbt_project.yml" },
    });
  });

  test("hooks on end see results and schemas", async () => {
    project = new TestProject({
      ...model,
      "models/b.sql": "select * from gone",
      "dbt_project.yml": `name: shop
profile: test
on-run-start: create table if not exists told (what varchar)
on-run-end: "{% for r in results %} insert into told values ('{{ r.node.name }} {{ r.status }} {{ r.node.config.materialized }} {{ schemas | join }} {{ database_schemas[0][1] }}'); {% endfor %}"
`,
    });
    await project.run("run");
    expect(await project.query("select what from told order by 1")).toEqual([
      ["a success view main main"],
      ["b error view main main"],
    ]);
  });
});

test("readers of an ephemeral model that cannot be compiled are skipped, and the mistake is told once", async () => {
  project = new TestProject({
    "models/e.sql": "{{ config(materialized='ephemeral') }}\nselect {{ 1 + 'a' if execute }} as n",
    "models/r1.sql": "select * from {{ ref('e') }}",
    "models/r2.sql": "select n from {{ ref('e') }}",
    "models/r3.sql": "select * from {{ ref('r1') }}",
    "models/ok.sql": "select 1 as n",
  });
  const report = await project.run("run");
  expect(statuses(report)).toEqual({ r1: "skipped", r2: "skipped", r3: "skipped", ok: "success" });
  expect(report.success).toBe(false);
  expect(report.results.find(({ facts }) => facts.name === "r2")?.message).toBe(
    "Compilation Error in model.shop.r2, caused by compilation error in referenced ephemeral model model.shop.e",
  );
  const told = report.results.flatMap(({ diagnostics }) => diagnostics);
  expect(told).toMatchObject([{ code: "jinja-error", place: { file: "models/e.sql", line: 2 } }]);
});

test("exceptions.warn fails its node where warnings are errors, warn_once never does", async () => {
  const files = {
    "models/w.sql": "{% if execute %}{% do exceptions.warn('careful') %}{% endif %}select 1 as n",
    "models/o.sql": "{{ config(grants={'select': ['bob']}) }}select 1 as n",
    "models/p.sql": "{{ config(grants={'select': ['bob']}) }}select 1 as n",
  };
  const run = (flags: Readonly<Record<string, Value>>) => {
    project?.close();
    project = new TestProject(files);
    return project.run("run", { flags });
  };
  const told = () =>
    project.events.flatMap((event) =>
      event.kind === "diagnostic" && event.diagnostic.code === "jinja-warning" ? [event.diagnostic] : [],
    );
  expect(statuses(await run({}))).toEqual({ o: "success", p: "success", w: "success" });
  expect(told().map(({ message }) => message)).toContain("model.shop.w: careful");
  const [first, second] = told().filter(({ message }) => message.includes("grants"));
  expect(first).toEqual(second);
  for (const flags of [
    { warn_error: true },
    { warn_error_options: new Map<Value, Value>([["error", ["JinjaLogWarning"]]]) },
  ]) {
    const report = await run(flags);
    expect(statuses(report)).toEqual({ o: "success", p: "success", w: "error" });
    expect(report.results.find(({ status }) => status === "error")?.message).toBe(
      "Compilation Error in model w (models/w.sql)\n  careful",
    );
  }
  expect(statuses(await run({ warn_error_options: new Map([["silence", ["jinja-warning"]]]) })).w).toBe(
    "success",
  );
  expect(told().filter(({ message }) => message.includes("careful"))).toEqual([]);
});

test("a macro that a package calls and does not have fails that node alone", async () => {
  const { diagnostics } = await failing(
    {
      "dbt_packages/rides/dbt_project.yml": "name: rides\n",
      "dbt_packages/rides/macros/there.sql": "{% macro there() %}1{% endmacro %}",
      "dbt_packages/rides/models/broken.sql": "select {{ rides.gone('x').more }} as a",
      "packages.yml": "packages: [{local: dbt_packages/rides}]\n",
      "models/fine.sql": "select 1 as x",
    },
    "broken",
  );
  expect(diagnostics[0]?.message).toBe('model "broken": package "rides" has no macro "gone"');
  expect(await project.query("select x from fine")).toEqual([["1"]]);
});

test("a test that nobody has written and a contract without a type fail alone, as in dbt, and warn before", async () => {
  const { diagnostics } = await failing(
    {
      "models/a.sql": "select 1 as id",
      "models/held.sql": "{{ config(contract={'enforced': true}) }} select 1 as id",
      "models/s.yml":
        "models: [{name: a, columns: [{name: id, data_tests: [unique, {uniq: {arguments: {n: 1}}}, gone.there]}]}, {name: held, columns: [{name: id}]}]",
    },
    "uniq_a_id__1",
  );
  expect(diagnostics[0]).toMatchObject({ message: expect.stringContaining("'test_uniq' is undefined") });
  const report = await project.run("build");
  expect(statuses(report)).toMatchObject({
    a: "success",
    held: "error",
    unique_a_id: "pass",
    uniq_a_id__1: "error",
    gone_there_a_id: "error",
  });
});
