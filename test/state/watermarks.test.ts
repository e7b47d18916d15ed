// Incremental models with a watermark: which rows a run takes, what it remembers, and what late rows and NULLs become.

import { afterEach, describe, expect, test } from "vitest";
import { statuses, TestProject, troubles } from "../run/harness.ts";

let project: TestProject;

afterEach(() => project.close());

const moves = () =>
  project.query(
    "select value, previous, new_rows, late_rows, action from etl_state.watermarks order by committed_at, value",
  );

/** A model over a table that the test fills, with a watermark on `at`. */
function shop(
  config: string,
  columns = "id integer, seen_at timestamp",
  where = "{{ watermark_filter() }}",
): TestProject {
  return new TestProject({
    "dbt_project.yml": `name: shop\nprofile: test\non-run-start: "create table if not exists arrivals (${columns})"\n`,
    "models/events.sql": `{{ config(materialized='incremental', watermark=${config}) }}
select * from arrivals
{% if is_incremental() %} where ${where} {% endif %}`,
  });
}

const at = (text: string) => ({ startedAt: new Date(text) });

describe("a watermark", () => {
  test("moves when the rows are published, with the counts of what came", async () => {
    project = shop("{'column': 'seen_at', 'lookback': '2 hours'}, unique_key='id'");
    await project.run("run");
    await project.query(
      "insert into arrivals values (1, '2026-01-01 10:00:00.123456'), (2, '2026-01-01 11:00'), (9, '2999-01-01')",
    );
    expect(troubles(await project.run("run", at("2026-01-02T00:00:00Z")))).toBe("");
    expect(await project.query("select id from events order by id")).toEqual([["1"], ["2"]]);
    await project.query("insert into arrivals values (3, '2026-01-01 12:00'), (4, '2026-01-01 10:30')");
    await project.run("run", at("2026-01-02T01:00:00Z"));
    expect(await project.query("select id from events order by id")).toEqual([["1"], ["2"], ["3"], ["4"]]);
    expect(await moves()).toEqual([
      ["2026-01-01 11:00:00", null, "2", null, "advance"],
      ["2026-01-01 12:00:00", "2026-01-01 11:00:00", "4", "1", "advance"],
    ]);
  });

  test("ends the window when the run begins, in the zone that is named", async () => {
    project = shop("{'column': 'seen_at', 'time_zone': 'Europe/Berlin'}");
    await project.run("run");
    await project.query("insert into arrivals values (1, '2026-01-01 12:59'), (2, '2026-01-01 13:01')");
    await project.run("run", { ...at("2026-01-01T12:00:00Z"), flags: { full_refresh: true } });
    expect(await project.query("select id from events")).toEqual([["1"]]);
    await project.run("run", at("2026-01-01T12:02:00Z"));
    expect(await project.query("select id from events order by id")).toEqual([["1"], ["2"]]);
  });

  test("that fails on rows without a value leaves the table and itself as they were", async () => {
    project = shop("{'column': 'seen_at'}", undefined, "{{ watermark_filter() }} or seen_at is null");
    await project.run("run");
    await project.query("insert into arrivals values (1, '2026-01-01')");
    await project.run("run");
    await project.query("insert into arrivals values (2, '2026-01-02'), (3, null)");
    const report = await project.run("run");
    expect(statuses(report)).toMatchObject({ events: "error" });
    expect(troubles(report)).toMatch(/1 new row has no value in the watermark "seen_at"/);
    expect(await project.query("select id from events")).toEqual([["1"]]);
    expect(await moves()).toHaveLength(1);
  });

  test.each([
    ["include", ["1", "2", "3"]],
    ["exclude", ["1", "2"]],
  ])("with nulls: %s takes the rows %j", async (nulls, ids) => {
    project = shop(`{'column': 'seen_at', 'nulls': '${nulls}'}`);
    await project.run("run");
    await project.query("insert into arrivals values (1, '2026-01-01')");
    await project.run("run");
    await project.query("insert into arrivals values (2, '2026-01-02'), (3, null)");
    expect(troubles(await project.run("run"))).toBe("");
    expect(await project.query("select id from events order by id")).toEqual(ids.map((id) => [id]));
  });

  test("of integers has a lookback in numbers and never moves backwards", async () => {
    project = shop("{'column': 'id', 'lookback': 10}, unique_key='id'", "id bigint");
    await project.run("run");
    await project.query("insert into arrivals values (9007199254740993)");
    await project.run("run");
    await project.query("delete from arrivals; insert into arrivals values (9007199254740990)");
    await project.run("run");
    expect(await project.query("select id from events order by id")).toEqual([
      ["9007199254740990"],
      ["9007199254740993"],
    ]);
    expect((await moves()).map(([value]) => value)).toEqual(["9007199254740993", "9007199254740993"]);
  });

  test("is taken from the table where no state was kept before", async () => {
    project = shop("{'column': 'seen_at'}");
    await project.run("run");
    await project.query("insert into arrivals values (1, '2026-01-01')");
    await project.run("run");
    await project.query(
      "drop schema etl_state cascade; insert into arrivals values (2, '2025-01-01'), (3, '2026-01-02')",
    );
    await project.run("run");
    expect(await project.query("select id from events order by id")).toEqual([["1"], ["3"]]);
  });

  test("on a column that the query lacks is told with the columns that there are", async () => {
    project = shop("{'column': 'when_at'}");
    const report = await project.run("run");
    expect(troubles(report)).toMatch(/"when_at" is not a column of its query/);
    expect(troubles(report)).toMatch(/columns: id, seen_at/);
  });

  test.each([
    ["{'colum': 'at'}", /watermark has no key "colum"/],
    ["{'column': 'seen_at', 'lookback': '3 fortnights'}", /lookback of watermark must be a span or a number/],
    ["{'column': 'seen_at', 'nulls': 'drop'}", /nulls of watermark must be fail, include or exclude/],
    ["{'column': 'seen_at', 'time_zone': 'Mars/Base'}", /not a time zone: Mars/],
  ])("%s is refused before anything runs", async (config, message) => {
    project = shop(config);
    await expect(project.run("run")).rejects.toThrow(message);
  });
});

test("a project without watermarks and without --history keeps no state", async () => {
  project = new TestProject({ "models/a.sql": "select 1 as x" });
  await project.run("run");
  expect(
    await project.query("select count(*) from information_schema.schemata where schema_name = 'etl_state'"),
  ).toEqual([["0"]]);
});

test("--history remembers the run, what it published and how each node ended", async () => {
  project = new TestProject({
    "models/a.sql": "{{ config(materialized='table') }} select 1 as x",
    "models/b.sql": "select * from {{ ref('a') }} where gone",
    "models/schema.yml": "models: [{name: a, columns: [{name: x, data_tests: [not_null]}]}]\n",
  });
  const report = await project.run("build", { flags: { history: true } });
  expect(report.success).toBe(false);
  expect(await project.query("select command, planned from etl_state.runs")).toEqual([["build", "3"]]);
  expect(await project.query("select status, nodes, failed from etl_state.run_ends")).toEqual([
    ["failed", "3", "1"],
  ]);
  expect(await project.query("select node_id, identifier from etl_state.publications")).toEqual([
    ["model.shop.a", "a"],
  ]);
  expect(
    await project.query("select identifier, status from etl_state.node_results order by node_id"),
  ).toEqual([
    ["a", "success"],
    ["b", "error"],
    [null, "pass"],
  ]);
});

test("a warehouse in which no schema can be made costs one warning", async () => {
  project = new TestProject({ "models/a.sql": "{{ config(materialized='table') }} select 1 as x" });
  await project.run("run");
  project.write({
    "macros/refuse.sql":
      "{% macro create_schema(relation) %}{% do run_query('select * from no_right_to_' ~ relation.schema) %}{% endmacro %}",
  });
  const report = await project.run("run", { flags: { history: true } });
  expect(troubles(report)).toBe("");
  const warnings = project.events.flatMap((event) => (event.kind === "diagnostic" ? [event.diagnostic] : []));
  expect(warnings.map(({ code }) => code)).toEqual(["state-unavailable"]);
});
