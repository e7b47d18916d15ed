// What materializations of DuckDB leave behind, run by run: incremental models, snapshots, tests, seeds, unit tests.

import { afterEach, describe, expect, test } from "vitest";
import type { Value } from "../../src/jinja/value.ts";
import { statuses, TestProject, troubles } from "./harness.ts";

let project: TestProject;

afterEach(() => project.close());

describe("incremental models", () => {
  test("append, and full refresh", async () => {
    project = new TestProject({
      "models/events.sql": `{{ config(materialized='incremental') }}
select {{ var('day') }} as day
{% if is_incremental() %} where {{ var('day') }} > (select max(day) from {{ this }}) {% endif %}
`,
    });
    const day = (n: number, flags = {}) =>
      project.run("run", { flags: { vars: new Map([["day", n]]), ...flags } });
    for (const n of [1, 2, 2]) expect(troubles(await day(n))).toBe("");
    expect(await project.query("select day from events order by 1")).toEqual([["1"], ["2"]]);
    await day(7, { full_refresh: true });
    expect(await project.query("select day from events")).toEqual([["7"]]);
  });

  test("delete+insert and merge replace rows by key", async () => {
    const model = (
      strategy: string,
    ) => `{{ config(materialized='incremental', unique_key='id', incremental_strategy='${strategy}') }}
select 1 as id, '{{ var('v') }}' as v union all select {{ var('n') }}, 'x'
`;
    project = new TestProject({ "models/a.sql": model("delete+insert"), "models/b.sql": model("merge") });
    for (const [v, n] of [
      ["old", 2],
      ["new", 3],
    ] as const) {
      const report = await project.run("run", {
        flags: {
          vars: new Map<string, string | number>([
            ["v", v],
            ["n", n],
          ]),
        },
      });
      expect(troubles(report)).toBe("");
    }
    for (const name of ["a", "b"]) {
      expect(await project.query(`select id, v from ${name} order by id`)).toEqual([
        ["1", "new"],
        ["2", "x"],
        ["3", "x"],
      ]);
    }
  });

  test("hooks run around the model, inside and outside of its transaction", async () => {
    project = new TestProject({
      "dbt_project.yml":
        "name: shop\nprofile: test\non-run-start: create table if not exists log (what varchar)\n",
      "models/a.sql": `{{ config(materialized='table',
        pre_hook=["insert into log values ('pre')", {"sql": "insert into log values ('before')", "transaction": false}],
        post_hook=["insert into log values ('post {{ this.name }}')", after_commit("insert into log values ('after')")]) }}
select 1 as id`,
    });
    const report = await project.run("run");
    expect(troubles(report)).toBe("");
    expect(await project.query("select what from log")).toEqual([["before"], ["pre"], ["post a"], ["after"]]);
  });
});

describe("snapshots", () => {
  test("keep the history of changed and deleted rows", async () => {
    project = new TestProject({
      "models/src.sql":
        "{{ config(materialized='table') }}\nselect * from (values {{ var('rows') }}) t(id, name, updated_at)\n",
      "snapshots/snap.yml": `
snapshots:
  - name: snap
    relation: ref('src')
    config: {unique_key: id, strategy: check, check_cols: [name], hard_deletes: invalidate}
`,
    });
    const build = (rows: string) => project.run("build", { flags: { vars: new Map([["rows", rows]]) } });
    expect(troubles(await build("(1, 'a', now()), (2, 'b', now())"))).toBe("");
    expect(troubles(await build("(1, 'c', now())"))).toBe("");
    expect(await project.query("select id, name, dbt_valid_to is null from snap order by 1, 2")).toEqual([
      ["1", "a", "false"],
      ["1", "c", "true"],
      ["2", "b", "false"],
    ]);
  });
});

describe("data tests", () => {
  const files = {
    "models/m.sql": "select * from (values (1, 'a'), (1, 'b'), (null, 'c')) t(id, name)",
    "models/child.sql": "select * from {{ ref('m') }}",
  };

  test("failures, warnings, thresholds, samples", async () => {
    project = new TestProject({
      ...files,
      "models/schema.yml": `
models:
  - name: m
    columns:
      - name: id
        data_tests:
          - not_null: {config: {severity: warn}}
          - unique
          - accepted_values: {arguments: {values: [1], quote: false}, config: {where: id is not null}}
          - not_null: {name: few, config: {error_if: '>5', warn_if: '>1'}}
`,
      "tests/single.sql": "select * from {{ ref('m') }} where name = 'z'",
    });
    const report = await project.run("build");
    expect(statuses(report)).toEqual({
      m: "success",
      not_null_m_id: "warn",
      unique_m_id: "fail",
      accepted_values_m_id__False__1: "pass",
      few: "pass",
      single: "pass",
      child: "skipped",
    });
    const unique = report.results.find(({ facts }) => facts.name === "unique_m_id");
    expect(unique?.message).toBe("Got 1 result, configured to fail if != 0");
    expect(unique?.failures).toBe(1);
    expect(unique?.sample).toEqual({ columns: ["unique_field", "n_records"], rows: [["1", "2"]] });
    expect(unique?.diagnostics[0]?.place?.file).toBe("models/schema.yml");
    expect(report.results.find(({ facts }) => facts.name === "child")?.because).toBe(
      "test.shop.unique_m_id.8d8c2e1b1e".replace(/\.[^.]*$/, `.${unique?.facts.id.split(".").at(-1)}`),
    );
    expect(report.success).toBe(false);
  });

  test.each([
    [{ warn_error: true }, "fail"],
    [{ warn_error_options: new Map<Value, Value>([["error", "all"]]) }, "fail"],
    [{ warn_error_options: new Map<Value, Value>([["include", ["LogTestResult"]]]) }, "fail"],
    [
      {
        warn_error_options: new Map<Value, Value>([
          ["error", "all"],
          ["warn", ["LogTestResult"]],
        ]),
      },
      "warn",
    ],
    [{}, "warn"],
  ])("a warning with %j: %s", async (flags, status) => {
    project = new TestProject({
      ...files,
      "models/schema.yml":
        "models: [{name: m, columns: [{name: id, data_tests: [{not_null: {config: {severity: warn}}}]}]}]",
    });
    await project.run("run");
    expect(statuses(await project.run("test", { flags }))).toEqual({ not_null_m_id: status });
  });

  test("failing rows can be stored", async () => {
    project = new TestProject({
      ...files,
      "models/schema.yml":
        "models: [{name: m, columns: [{name: id, data_tests: [{not_null: {config: {store_failures: true}}}]}]}]",
    });
    const report = await project.run("build");
    expect(statuses(report).not_null_m_id).toBe("fail");
    expect(await project.query("select name from main_dbt_test__audit.not_null_m_id")).toEqual([["c"]]);
  });
});

describe("seeds", () => {
  test("names in a header may have blanks around them where they are written without quotes", async () => {
    project = new TestProject({
      "seeds/raw.csv": "id, name\n1,a\n",
      "seeds/_seeds.yml": "seeds: [{name: raw, config: {quote_columns: false}}]\n",
      "models/m.sql": "select name from {{ ref('raw') }}\n",
    });
    expect(troubles(await project.run("build"))).toBe("");
    expect(await project.query("select name from m")).toEqual([["a"]]);
  });
});

describe("unit tests", () => {
  const files = {
    "seeds/raw.csv": "id,name,amount\n1,a,5\n",
    "models/m.sql":
      "select id, upper(name) as name, amount * {{ var('factor', 2) }} as amount from {{ ref('raw') }}\n",
  };
  const unit = (expected: string) => `
unit_tests:
  - name: doubles
    model: m
    given:
      - input: ref('raw')
        rows: [{id: 7, name: x, amount: 10}, {id: 8, name: y}]
    overrides: {vars: {factor: 3}}
    expect:
      rows: ${expected}
`;

  test("pass over fixtures, with overrides, before the model is built", async () => {
    project = new TestProject({
      ...files,
      "models/u.yml": unit("[{id: 8, amount: null}, {id: 7, amount: 30}]"),
    });
    const report = await project.run("build");
    expect(troubles(report)).toBe("");
    expect(Object.keys(statuses(report))).toEqual(["raw", "m::doubles", "m"]);
    expect(await project.query("select * from m")).toEqual([["1", "A", "10"]]);
  });

  test("a failing one shows the difference and keeps the model from being built", async () => {
    project = new TestProject({ ...files, "models/u.yml": unit("[{id: 7, name: X}, {id: 9, name: Y}]") });
    const report = await project.run("build");
    expect(statuses(report)).toEqual({ raw: "success", "m::doubles": "fail", m: "skipped" });
    expect(report.results[1]?.message).toContain(
      ["| @@ | id  | name |", "|    | 7   | X    |", "| →  | 9→8 | Y    |"].join("\n"),
    );
    expect(report.results[1]?.diagnostics[0]?.place).toMatchObject({ file: "models/u.yml" });
  });

  test("csv and sql fixtures, inline and in files, and this", async () => {
    project = new TestProject({
      ...files,
      "models/inc.sql": `{{ config(materialized='incremental') }}
select id from {{ ref('raw') }} {% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}`,
      "tests/fixtures/expected.csv": "id\n3\n",
      "models/u.yml": `
unit_tests:
  - name: new_rows
    model: inc
    overrides: {macros: {is_incremental: true}}
    given:
      - {input: ref('raw'), format: csv, rows: "id,name\\n2,b\\n3,c\\n"}
      - {input: this, format: sql, rows: select 2 as id}
    expect: {format: csv, fixture: expected}
`,
    });
    expect(troubles(await project.run("build", { select: ["raw", "inc"], flags: {} }))).toBe("");
    const report = await project.run("build");
    expect(troubles(report)).toBe("");
    expect(statuses(report)["inc::new_rows"]).toBe("pass");
  });

  test("a seed without rows has those of its file, read as it is loaded", async () => {
    project = new TestProject({
      ...files,
      "seeds/raw.csv": "id;name;amount\n1;a;5\n",
      "seeds/raw.yml": "seeds: [{name: raw, config: {delimiter: ';'}}]\n",
      "models/u.yml": `
unit_tests:
  - name: by_file
    model: m
    given: [{input: ref('raw')}]
    expect: {rows: [{id: 1, name: A, amount: 10}]}
`,
    });
    const report = await project.run("build");
    expect(troubles(report)).toBe("");
    expect(statuses(report)["m::by_file"]).toBe("pass");
  });

  test("templates in what goes in and what must come out", async () => {
    project = new TestProject({
      ...files,
      "models/u.yml": `
unit_tests:
  - name: by_vars
    model: m
    given:
      - input: ref('raw')
        rows: [{id: "{{ var('first', 7) }}", name: x, amount: 10}]
    expect:
      format: csv
      rows: |
        id,name,amount
        {{ var('first', 7) }},X,20
`,
    });
    const report = await project.run("build");
    expect(troubles(report)).toBe("");
    expect(statuses(report)["m::by_vars"]).toBe("pass");
  });
});
