// What the engine itself says of queries, in `etl lint` and with --check: asked of an empty database, so certain or silent.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeFiles } from "../adapter/open-folder.ts";
import { startEtl } from "../reliability/etl-process.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-check-"));
  write({
    "dbt_project.yml": "name: shop\n",
    "seeds/rides.csv": "id,rider,price,day\n1,a,2.5,2024-01-31\n",
  });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (files: Readonly<Record<string, string>>): void => writeFiles(folder, files);

const etl = (...args: string[]) => startEtl(folder, args).ended;

interface Finding {
  readonly code: string;
  readonly help?: string;
  readonly place: { readonly file: string; readonly line: number; readonly column: number };
}

async function findings(): Promise<readonly Finding[]> {
  const { output } = await etl("lint", "--output", "json", "--quiet");
  return JSON.parse(output);
}

const rides = "{{ ref('rides') }}";

/** What the engine alone can tell; null: nothing is wrong. */
const queries: readonly (readonly [
  title: string,
  sql: string,
  expected: readonly [code: string, at: string] | null,
])[] = [
  [
    "a column is not grouped",
    `select rider,\n  day, sum(price) as p\nfrom ${rides} group by rider`,
    ["sql-grouping", "2:3"],
  ],
  ["an aggregate in where", `select id from ${rides} where sum(price) > 1`, ["sql-grouping", "1:41"]],
  ["a text is summed", `select sum(rider) as s from ${rides}`, ["sql-type", "1:8"]],
  ["numbers of two types", `select case when id > 1 then id else price end as x from ${rides}`, null],
  [
    "a date and a number",
    `select case when id > 1 then day else price end as x from ${rides}`,
    ["sql-type", "1:8"],
  ],
  ["a part of dates", `select date_trunc('mnth', day) as m from ${rides}`, ["sql-type", "1:20"]],
  ["a function with a slip", `select coalsce(rider, 'x') as r from ${rides}`, ["sql-function", "1:8"]],
  ["a function of somebody", `select geo_hash_of(rider) as r from ${rides}`, null],
  [
    "sides of a union",
    `select id from ${rides} union all select id, day from ${rides}`,
    ["sql-width", "1:52"],
  ],
  ["an end that is missing", `select id from ${rides} where id >`, ["sql-syntax", "1:44"]],
  ["a file", "select a + 1 as b from read_csv('nowhere.csv')", null],
  ["a table made elsewhere", "select coalesce(a, 1) as b, count(*) as c from elsewhere.t group by 1", null],
  [
    "a null of no type",
    `select coalesce(nothing, 'x') as x from (select null as nothing from ${rides})`,
    null,
  ],
  ["a union with nothing known", "select * from elsewhere.t union all select 1 as x, 2 as y", null],
  ["all columns of nothing known, grouped", "select *, count(*) as n from elsewhere.t group by all", null],
  ["all columns of nothing known", `select *, a + 'x' as b from elsewhere.t`, null],
];

describe("the engine is asked about queries before they run", () => {
  test("and tells what is wrong for sure, at its place in the template", async () => {
    write(Object.fromEntries(queries.map(([, sql], index) => [`models/m${index}.sql`, sql])));
    const found = await findings();
    for (const [index, [title, , expected]] of queries.entries()) {
      const own = found.filter(
        ({ code, place }) => place.file === `models/m${index}.sql` && code !== "sql-relation",
      );
      const shown = own.map(({ code, place }) => [code, `${place.line}:${place.column}`]);
      expect(shown, title).toEqual(expected === null ? [] : [expected]);
    }
    expect(found.find(({ code }) => code === "sql-function")?.help).toBe('did you mean "coalesce"?');
  });

  test("a mistake is told of the model that makes it, not of those that read it", async () => {
    write({
      "models/a.sql": `select rider, count(*) as n from ${rides}`,
      "models/b.sql": "select rider, n + 1 as m from {{ ref('a') }} where n > 'x'",
      "models/c.sql":
        "{{ config(materialized='ephemeral') }}\nselect sum(rider) as s from {{ ref('rides') }}",
      "models/d.sql": "select s from {{ ref('c') }}",
      "models/e.sql": "{{ config(materialized='ephemeral') }}\nselect 1 as x where",
      "models/f.sql": "select x from {{ ref('e') }}",
    });
    const places = (await findings()).map(({ code, place }) => `${code} ${place.file}`);
    expect(places).toEqual(["sql-grouping models/a.sql", "sql-type models/c.sql", "sql-syntax models/e.sql"]);
  });

  test("a mistake in what is never run fails nothing", async () => {
    write({
      "models/a.sql": "{{ config(materialized='ephemeral') }}\n{{ ref('rides') }}",
      "models/b.sql": "{{ config(materialized='ephemeral') }}\nselect * from {{ ref('a') }}",
      "models/c.sql": "select 1 as one",
    });
    const { code, output } = await etl("build", "--check");
    expect(code).toBe(0);
    expect(output).toMatch(/warning\[sql-syntax\].*\n +--> models\/a\.sql:2:/);
  });

  test("an incremental model reads what it made before", async () => {
    write({
      "models/a.sql": `{{ config(materialized='incremental') }}
select id, day, price from ${rides} where day > (select max(day) from {{ this }})`,
    });
    expect(await findings()).toEqual([]);
  });

  test("a function that a hook makes is known", async () => {
    write({
      "dbt_project.yml": 'name: shop\non-run-start: "create macro coalsce(a, b) as coalesce(a, b)"\n',
      "models/a.sql": `select coalsce(rider, 'x') as r from ${rides}`,
    });
    expect(await findings()).toEqual([]);
  });

  test("the database is neither made nor opened for it", async () => {
    write({
      "models/a.sql": `select sum(rider) as s from ${rides}`,
      "models/b.sql": "select * from {{ source('shop', 'sales') }}",
      "models/s.yml": "sources: [{name: shop, tables: [{name: sales}]}]\n",
    });
    await etl("lint");
    expect(() => readFileSync(join(folder, "shop.duckdb"))).toThrow(/ENOENT/);
  });

  test("--check refuses to build what the engine would refuse", async () => {
    write({ "models/a.sql": `select rider, count(*) as n from ${rides}` });
    const { code, output } = await etl("build", "--check");
    expect(code).toBe(2);
    expect(output).toMatch(/error\[sql-grouping\].*\n +--> models\/a\.sql:1:8/);
    expect(output).not.toMatch(/1\/2/);
  });
});
