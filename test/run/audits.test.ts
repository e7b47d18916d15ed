// Audits: the tests of a model that decide whether what was built is published.

import { afterEach, expect, test } from "vitest";
import { statuses, TestProject, troubles } from "./harness.ts";

let project: TestProject;

afterEach(() => project.close());

const TESTS = `models:
  - name: orders
    columns:
      - name: id
        data_tests: [not_null, unique]
      - name: customer
        data_tests:
          - relationships: {arguments: {to: ref('customers'), field: id}}
  - name: totals
`;

function shop(config: string): TestProject {
  return new TestProject({
    "seeds/customers.csv": "id\n1\n2\n",
    "models/raw.sql": "select * from {{ target.schema }}.arrivals",
    "models/orders.sql": `{{ config(${config}, audit=true) }}\n-- depends_on: {{ ref('customers') }}\nselect * from {{ ref('raw') }}`,
    "models/totals.sql": "{{ config(materialized='table') }} select count(*) as n from {{ ref('orders') }}",
    "models/schema.yml": TESTS,
  });
}

const rows = () => project.query("select id, customer from orders order by id");

test.each([
  ["materialized='table'"],
  ["materialized='incremental'"],
  ["materialized='incremental', unique_key='id'"],
])("%s: a batch that breaks a test is not published, and nobody reads it", async (config) => {
  project = shop(config);
  await project.query("create table arrivals (id integer, customer integer)");
  await project.query("insert into arrivals values (1, 1)");
  expect(troubles(await project.run("build"))).toBe("");
  expect(await rows()).toEqual([["1", "1"]]);

  await project.query("delete from arrivals; insert into arrivals values (2, 2), (null, 1), (3, 9)");
  const report = await project.run("build");
  expect(statuses(report)).toMatchObject({
    orders: "error",
    totals: "skipped",
    not_null_orders_id: "skipped",
  });
  expect(troubles(report)).toMatch(
    /model \\"orders\\" is not published: 2 of 3 tests failed on its new rows/,
  );
  expect(troubles(report)).toMatch(/not_null_orders_id/);
  expect(await rows()).toEqual([["1", "1"]]);
  expect(await project.query("select n from totals")).toEqual([["1"]]);

  await project.query("delete from arrivals where id is null or id = 3");
  expect(troubles(await project.run("build"))).toBe("");
  expect((await rows()).at(-1)).toEqual(["2", "2"]);
});

test("tests that an audit has run are not run again, and have their results", async () => {
  project = shop("materialized='table'");
  await project.query("create table arrivals as select 1 as id, 1 as customer");
  const report = await project.run("build");
  expect(statuses(report)).toMatchObject({
    orders: "success",
    not_null_orders_id: "pass",
    unique_orders_id: "pass",
  });
  const asked = project.events.filter(
    (event) => event.kind === "statement" && /id is null/.test(event.sql.replaceAll(/["\s]+/g, " ")),
  );
  expect(asked).toHaveLength(1);
});

test("etl run audits as well, and a warning publishes", async () => {
  project = shop("materialized='table'");
  await project.query("create table arrivals as select null as id, 1 as customer");
  await project.run("seed");
  project.write({
    "models/schema.yml": TESTS.replace("[not_null, unique]", "[{not_null: {config: {severity: warn}}}]"),
  });
  expect(statuses(await project.run("run"))).toMatchObject({ orders: "success" });
  expect(await rows()).toEqual([[null, "1"]]);
});

test("a test that reads what is built later is no part of the audit", async () => {
  project = new TestProject({
    "models/a.sql": "{{ config(materialized='table', audit=true) }} select 1 as id",
    "models/b.sql": "{{ config(materialized='table') }} select id from {{ ref('a') }} where false",
    "tests/both.sql": "select * from {{ ref('a') }} where id not in (select id from {{ ref('b') }})",
  });
  expect(statuses(await project.run("build"))).toEqual({ a: "success", b: "success", both: "fail" });
});
