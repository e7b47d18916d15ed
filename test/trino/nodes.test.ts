// Nodes where every statement is kept at once: what is repeated and what never, what a rerun mends, what is refused.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "./fake-server.ts";
import { startLab, type TrinoLab } from "./lab.ts";
import { messages } from "./project.ts";

let lab: TrinoLab;
beforeAll(async () => {
  lab = await startLab();
});
afterEach(() => {
  lab.server.fault = () => undefined;
});
afterAll(() => lab.stop());

/** The statements that match are answered with an error of the server, so often. */
function fails(pattern: RegExp, errorName: string, times: number): { readonly count: () => number } {
  let count = 0;
  const error = { message: `it failed on purpose: ${errorName}`, errorName, errorType: "EXTERNAL" };
  lab.server.fault = ({ method, sql }): Fault | undefined => {
    if (method !== "POST" || !pattern.test(sql)) return undefined;
    count++;
    return count <= times ? { status: 200, body: JSON.stringify({ id: "q", error }) } : undefined;
  };
  return { count: () => count };
}

const incremental = (strategy: string, sql: string): string =>
  `{{ config(materialized='incremental', incremental_strategy='${strategy}', unique_key='id') }}\n${sql}\n`;

test("statements tell who sends them", async () => {
  const shop = lab.project("told", {
    "dbt_project.yml": "name: shop\nprofile: shop\nquery-comment: of {{ node.name }}\n",
    "models/t.sql": "{{ config(materialized='table') }} select 1 as id",
  });
  const from = lab.server.requests.length;
  await shop.succeeds("run");
  const made = lab.server.requests.slice(from).filter(({ sql }) => /\bcreate table\b/.test(sql));
  expect(made.map(({ sql }) => sql.split("\n")[0])).toEqual(["/* of t */"]);
});

test("statements of a node carry its tags and headers, those of others the profile's", async () => {
  const shop = lab.project("routed", {
    "models/a.sql":
      "{{ config(materialized='table', client_tags=['heavy', 'nightly'], http_headers={'X-Gateway': 'large'}) }} select 1 as id",
    "models/b.sql": "{{ config(materialized='table', client_tags=[]) }} select * from {{ ref('a') }}",
    "seeds/s.csv": "id\n1\n",
    "dbt_project.yml":
      "name: shop\nprofile: shop\nquery-comment: null\nseeds: {+http_headers: {X-Gateway: small}}\n",
  });
  const from = lab.server.requests.length;
  await shop.succeeds("build");
  const told = (name: string, method: string) =>
    lab.server.requests
      .slice(from)
      .filter(
        (one) =>
          one.method === method &&
          (method === "GET" || one.sql.includes(`create table "memory"."routed"."${name}`)),
      )
      .map(({ headers }) => [headers["x-trino-client-tags"], headers["x-gateway"]]);
  expect(told("a", "POST")).toEqual([["heavy,nightly", "large"]]);
  expect(told("b", "POST")).toEqual([[undefined, undefined]]);
  expect(told("s", "POST")).toEqual([[undefined, "small"]]);
  expect(told("", "GET")).toContainEqual([undefined, "large"]);
});

test.each([
  ["client_tags='heavy'", "client_tags must be a list of texts"],
  ["client_tags=['a,b']", "a client tag cannot hold a comma"],
  ["http_headers={'X-Trino-User': 'root'}", 'the header "X-Trino-User" is made from other settings'],
  ["http_headers={'X-A': 1}", "http_headers must be a mapping of names to texts"],
  ["http_headers={'X A': 'b'}", '"X A" cannot be sent as a header'],
])("a node with %s is refused", async (config, expected) => {
  const shop = lab.project("misrouted", { "models/a.sql": `{{ config(${config}) }} select 1 as id` });
  expect(messages(await shop.run("run"))[0]).toContain(expected);
});

test("texts have the length that they were made with, or none", async () => {
  const shop = lab.project("texts", {
    "models/t.sql": "{{ config(materialized='table') }} select cast('a' as varchar) as name, 1 as id",
    "models/v.sql":
      "select '{% for column in adapter.get_columns_in_relation(ref('t')) %}{{ column.name }} {{ column.is_string() }} {{ column.data_type }};{% endfor %}{{ api.Column.string_type(5) }}' as said",
  });
  await shop.succeeds("run");
  expect(await lab.rows("select said from texts.v")).toEqual([
    ["name True varchar;id False integer;varchar(5)"],
  ]);
});

describe("a statement that another writer was in the way of", () => {
  test("is sent again alone", async () => {
    const shop = lab.project("alone", { "models/i.sql": incremental("append", "select 1 as id") });
    await shop.succeeds("run");
    const failing = fails(/^\s*insert into/i, "TRANSACTION_CONFLICT", 2);
    await shop.succeeds("run");
    expect(failing.count()).toBe(3);
    expect(await lab.rows("SELECT count(*) FROM alone.i")).toEqual([[2]]);
  });

  test("is not when others of its text are kept already; a rerun mends it", async () => {
    const shop = lab.project("several", { "models/i.sql": incremental("delete+insert", "select 1 as id") });
    await shop.succeeds("run");
    const failing = fails(/^\s*insert into/i, "TRANSACTION_CONFLICT", 1);
    expect(messages(await shop.run("run"))[0]).toContain("it failed on purpose");
    expect(failing.count()).toBe(1);
    expect(await lab.rows("SELECT count(*) FROM several.i")).toEqual([[0]]);
    await shop.succeeds("run");
    expect(await lab.rows("SELECT count(*) FROM several.i")).toEqual([[1]]);
  });
});

describe("what a killed run has left", () => {
  test("between two renames is mended by the next one", async () => {
    const shop = lab.project("killed", {
      "models/t.sql": "{{ config(materialized='table') }} select 1 as id",
    });
    await shop.succeeds("run");
    fails(/rename to .*"t"\s*$/i, "GENERIC_INTERNAL_ERROR", 1);
    expect(messages(await shop.run("run"))).toHaveLength(1);
    const names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'killed' ORDER BY 1";
    // Nothing is lost: the old one and the new one are both there.
    expect(await lab.rows(names)).toEqual([["t__dbt_backup"], ["t__dbt_tmp"]]);
    await shop.succeeds("run");
    await shop.succeeds("run");
    expect(await lab.rows(names)).toEqual([["t"]]);
  });

  test("beyond the watermark is not taken twice", async () => {
    const source = (days: readonly number[]): string =>
      days
        .map((day) => `select ${day} as id, timestamp '2024-01-0${day} 00:00:00' as day`)
        .join(" union all ");
    const shop = lab.project("marks", {
      "models/src.sql": source([1, 2]),
      "models/i.sql": `{{ config(materialized='incremental', watermark={'column': 'day', 'nulls': 'fail'}) }}
select * from {{ ref('src') }} {% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
    });
    await shop.succeeds("run");
    // A run that ended between its INSERT and the row of the state.
    await lab.rows("INSERT INTO marks.i SELECT 3, timestamp '2024-01-03 00:00:00'");
    shop.write({ "models/src.sql": source([1, 2, 3, 4]) });
    await shop.succeeds("run");
    expect(await lab.rows("SELECT id FROM marks.i ORDER BY 1")).toEqual([[1], [2], [3], [4]]);
  });
});

describe("what cannot be is told", () => {
  test("configs that hold rows back", async () => {
    const shop = lab.project("held", {
      "models/t.sql": "{{ config(materialized='table', audit=true) }} select 1 as id",
      "models/t.yml": "models: [{name: t, columns: [{name: id, data_tests: [unique]}]}]",
    });
    expect(messages(await shop.run("build"))[0]).toMatchInlineSnapshot(`
      "t: error: Compilation Error in model t (models/t.sql)
        model "t": audit needs transactions, and trino has none
      transactions-missing | model "t": audit needs transactions, and trino has none | remove audit: its tests are then run after the rows are there"
    `);
    expect(
      await lab.rows("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'held'"),
    ).toEqual([[0]]);
  });

  test("a column that is not there, with the nearest", async () => {
    const shop = lab.project("near", {
      "models/orders.sql": "select 1 as id, 2 as amount",
      "models/b.sql": "select amont from {{ ref('orders') }}",
    });
    expect(messages(await shop.run("run")).join("\n")).toMatchInlineSnapshot(`
      "b: error: Database Error in model b (models/b.sql)
        Column 'amont' cannot be resolved
      sql-error | model "b": Column 'amont' cannot be resolved | did you mean "amount"?"
    `);
  });

  test("a cell of a seed", async () => {
    const shop = lab.project("cells", {
      "seeds/s.csv": "id,zip\n1,abc\nx,abcdef\n",
      "seeds/s.yml": "seeds: [{name: s, config: {column_types: {id: integer}}}]",
    });
    expect(messages(await shop.run("seed")).join("\n")).toMatchInlineSnapshot(`
      "s: error: Compilation Error in seed s (seeds/s.csv)
        id is integer, 'x' is not
      seed-cell | id is integer, 'x' is not | correct the cell, leave it empty for NULL, or give the column another type under column_types"
    `);
    shop.write({
      "seeds/s.yml": "seeds: [{name: s, config: {column_types: {id: varchar, zip: varchar(5)}}}]",
    });
    expect(messages(await shop.run("seed")).join("\n")).toMatchInlineSnapshot(`
      "s: error: Compilation Error in seed s (seeds/s.csv)
        zip is varchar(5), 'abcdef' is longer
      seed-cell | zip is varchar(5), 'abcdef' is longer | correct the cell, leave it empty for NULL, or give the column another type under column_types"
    `);
  });
});
