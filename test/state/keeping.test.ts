// Configs that keep something beside a relation, where they cannot do what they say; and the order in which quarantine and
// audit look at new rows.

import { afterEach, expect, test, vi } from "vitest";
import { EtlError } from "../../src/base/diagnostic.ts";
import { statuses, TestProject, troubles } from "../run/harness.ts";

vi.setConfig({ testTimeout: 120_000 });

let project: TestProject;

afterEach(() => project.close());

/** What keeps a project from being parsed: file, line and message. */
async function refusals(files: Record<string, string>): Promise<string[]> {
  project = new TestProject(files);
  const error = await project.run("build").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EtlError);
  return (error as EtlError).diagnostics.map(
    ({ message, place }) => `${place?.file.split("/").pop()}:${place?.line} ${message}`,
  );
}

test("rows of views, snapshots and sources cannot go aside, nor those of a test on several models", async () => {
  const found = await refusals({
    "models/seen.sql": "select 1 as id",
    "models/other.sql": "{{ config(quarantine=true) }}\nselect 1 as id",
    "models/schema.yml": `models:
  - name: seen
    columns: [{name: id, data_tests: [{not_null: {config: {quarantine: true}}}]}]
sources:
  - name: raw
    tables: [{name: events, columns: [{name: id, data_tests: [{not_null: {config: {quarantine: true}}}]}]}]
`,
    "snapshots/past.sql":
      "{% snapshot past %}{{ config(unique_key='id', strategy='check', check_cols='all', quarantine=true) }} select 1 as id{% endsnapshot %}",
    "tests/both.sql":
      "{{ config(quarantine=true) }} select * from {{ ref('seen') }} join {{ ref('other') }} using (id)",
  });
  expect(found.sort()).toEqual([
    expect.stringMatching(/^both\.sql:1 test "both" reads several models/),
    expect.stringMatching(/^other\.sql:1 model "other" is a view, which has no rows of its own/),
    expect.stringMatching(/^past\.sql:1 rows of snapshot "past" cannot go into quarantine/),
    expect.stringMatching(/^schema\.yml:3 model "seen" is a view, which has no rows of its own/),
    expect.stringMatching(/^schema\.yml:6 rows of source "events" cannot go into quarantine/),
  ]);
});

test("what dbt_project.yml says of all nodes holds for those that can do it", async () => {
  project = new TestProject({
    "dbt_project.yml": "name: shop\nprofile: test\nmodels: {+quarantine: true}\n",
    "models/seen.sql": "select 1 as id",
    "models/kept.sql": "{{ config(materialized='table') }} select 1 as id",
    "models/schema.yml": "models: [{name: seen, columns: [{name: id, data_tests: [not_null]}]}]\n",
  });
  expect(troubles(await project.run("build"))).toBe("");
});

test("keep_versions is a number", async () => {
  expect(await refusals({ "models/m.sql": "{{ config(keep_versions='two') }}\nselect 1 as id" })).toEqual([
    'm.sql:1 keep_versions of model "m" is not a number of versions',
  ]);
});

test("a test that gives only numbers is refused where it asks for it, and fails as ever where its model does", async () => {
  const counts = (config: string) =>
    `{{ config(${config}) }} select count(*) as n from {{ ref('m') }} having count(*) > 1`;
  project = new TestProject({
    "models/m.sql": "{{ config(materialized='table', quarantine=true) }} select range as id from range(3)",
    "tests/few.sql": counts("quarantine=true"),
  });
  const report = await project.run("build");
  expect(statuses(report)).toEqual({ m: "error", few: "skipped" });
  expect(troubles(report)).toMatch(
    /quarantine-impossible[\s\S]*test \\"few\\" does not say which rows are bad/,
  );
  project.write({ "tests/few.sql": counts("severity='error'") });
  expect(statuses(await project.run("build"))).toEqual({ m: "success", few: "fail" });
});

test("the audit looks at the rows that stay", async () => {
  project = new TestProject({
    "models/m.sql":
      "{{ config(materialized='table', audit=true) }} select nullif(range, 1) as id from range(3)",
    "models/schema.yml": `models:
  - name: m
    columns: [{name: id, data_tests: [{not_null: {config: {quarantine: true}}}]}]
`,
  });
  expect(troubles(await project.run("build"))).toBe("");
  expect(await project.query("select id from m order by id")).toEqual([["0"], ["2"]]);
});
