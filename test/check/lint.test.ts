// `etl lint`: what names alone tell is wrong with SQL, with the place in the file, and what it must not take for wrong.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeFiles } from "../adapter/open-folder.ts";
import { startEtl } from "../reliability/etl-process.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-lint-"));
  write({ "dbt_project.yml": "name: shop\n", "seeds/rides.csv": "id,rider,price\n1,a,2\n" });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (files: Readonly<Record<string, string>>): void => writeFiles(folder, files);

const etl = (...args: string[]) => startEtl(folder, args).ended;

/** Code, file, line and column of all findings. */
async function findings(): Promise<string[]> {
  const { output } = await etl("lint", "--output", "json", "--quiet");
  const found = JSON.parse(output) as {
    code: string;
    place: { file: string; line: number; column: number };
  }[];
  return found.map(({ code, place }) => `${code} ${place.file}:${place.line}:${place.column}`);
}

/** "@" stands for the file of the query. */
const queries: readonly (readonly [title: string, sql: string, expected: readonly string[]])[] = [
  ["a column that is not there", "select id,\n  pirce from {{ ref('rides') }}", ["sql-column @:2:3"]],
  ["an alias that is not there", "select x.id from {{ ref('rides') }} as r", ["sql-column @:1:8"]],
  [
    "a column of two tables",
    "select id from {{ ref('rides') }} as a join {{ ref('rides') }} as b on a.id = b.id",
    ["sql-ambiguous @:1:8"],
  ],
  [
    "a CTE that nothing reads",
    "with spare as (select 1 as x) select id from {{ ref('rides') }}",
    ["lint-unused-cte @:1:6"],
  ],
  ["names of any case", "select ID, Rides.Rider, \"price\" from {{ ref('rides') }} as rides", []],
  ["a table of which nothing is known", "select anything from elsewhere", ["sql-relation @:1:22"]],
  [
    "a column that only another query gives",
    "select amount from (select price as amount from {{ ref('rides') }})",
    [],
  ],
  [
    "aliases in group by and order by",
    "select price * 2 as dear, count(*) from {{ ref('rides') }} group by dear order by dear",
    [],
  ],
  [
    "a reason to ignore it",
    "select pirce -- etl: ignore sql-column: made by a later job\nfrom {{ ref('rides') }}",
    [],
  ],
  [
    "no reason to ignore it",
    "select pirce -- etl: ignore sql-column\nfrom {{ ref('rides') }}",
    ["lint-reason @:1:1", "sql-column @:1:8"],
  ],
];

describe("lint", () => {
  test("tells what is wrong with names, and nothing else", async () => {
    const files = queries.map(([, sql], index) => [`models/m${index}.sql`, sql] as const);
    write(Object.fromEntries(files));
    const found = await findings();
    for (const [index, [title, , expected]] of queries.entries()) {
      const file = `models/m${index}.sql`;
      const own = found.filter((one) => one.includes(` ${file}:`));
      expect(own, title).toEqual(expected.map((one) => one.replace("@", file)));
    }
  });

  test("points at the call of the macro that wrote the name", async () => {
    write({
      "macros/price.sql": "{% macro price() %}\n  pirce * 2\n{% endmacro %}",
      "models/a.sql": "select id,\n  {{ price() }} as dear\nfrom {{ ref('rides') }}",
    });
    const { code, output } = await etl("lint");
    expect(code).toBe(1);
    expect(output).toMatch(/--> models\/a\.sql:2:\d/);
    expect(output).toMatch(/macros\/price\.sql:2/);
    expect(output).toContain('did you mean "price"?');
  });

  test("knows the columns of contracts, descriptions and tests", async () => {
    write({
      "models/a.sql": "select id, rider from {{ ref('rides') }}",
      "models/b.sql": "select id, rider from {{ ref('rides') }}",
      "models/schema.yml": `models:
  - name: a
    columns: [{name: idd, data_tests: [not_null]}]
  - name: b
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer}, {name: price, data_type: integer}]
`,
    });
    expect(await findings()).toEqual([
      "column-unmatched models/schema.yml:3:22",
      "contract-broken models/schema.yml:4:11",
      "contract-broken models/schema.yml:6:54",
    ]);
  });

  test("says nothing of columns that more than the compiled query decides on", async () => {
    write({
      "macros/by_period.sql": `{% materialization by_period, default %}
  {% call statement('main') %}
    create table {{ this }} as select *, 1 as added from ({{ sql | replace('__FILTER__', 'id > 0') }})
  {% endcall %}
  {{ return({'relations': [this]}) }}
{% endmaterialization %}`,
      "models/a.sql":
        "{{ config(materialized='by_period') }} select id from {{ ref('rides') }} where __FILTER__",
      "models/b.sql": "select id, added from {{ ref('a') }}",
      "models/d.sql": "{{ config(materialized='by_period') }} -- made by its materialization",
      "models/c.sql":
        "select 1 as n{% for c in adapter.get_columns_in_relation(ref('rides')) %}, {{ c.name }}{% endfor %} from {{ ref('rides') }}",
      "models/schema.yml": `models:
  - {name: a, columns: [{name: id}, {name: added, data_tests: [not_null]}]}
  - {name: c, columns: [{name: id}, {name: rider}]}
`,
    });
    expect(await findings()).toEqual([]);
  });

  test("says nothing of columns of a table by hand that others read by other columns", async () => {
    write({
      "models/schema.yml": `sources:
  - {name: one, database: lake, schema: core, tables: [{name: tolls}]}
  - {name: two, database: lake, schema: core, tables: [{name: tolls}]}
exposures: [{name: board, type: dashboard, owner: {email: a@example.org}, depends_on: [ref('a'), ref('b')]}]
`,
      "models/a.sql": "select paid_at from {{ source('one', 'tolls') }}",
      "models/b.sql": "-- depends_on: {{ ref('a') }}\nselect amount + 1 as more from lake.core.tolls",
    });
    expect(await findings()).toEqual([]);
  });

  test("tells columns that nobody reads, unless people may look at them", async () => {
    write({
      "models/a.sql": "select id, rider, price from {{ ref('rides') }}",
      "models/b.sql": "select id from {{ ref('a') }} where price > 1",
    });
    expect(await findings()).toEqual(["lint-unused-column models/a.sql:1:1"]);
    write({
      "models/e.yml":
        "exposures: [{name: report, type: dashboard, owner: {name: Jo}, depends_on: [ref('a')]}]\n",
    });
    expect(await findings()).toEqual([]);
  });

  test("SARIF names rule, level and region", async () => {
    write({ "models/a.sql": "select pirce from {{ ref('rides') }}" });
    const { output, code } = await etl("lint", "--output", "sarif", "--quiet");
    expect(code).toBe(1);
    const [run] = JSON.parse(output).runs;
    expect(run.tool.driver.rules).toMatchObject([{ id: "sql-column" }]);
    expect(run.results).toMatchObject([
      {
        ruleId: "sql-column",
        level: "error",
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "models/a.sql" },
              region: { startLine: 1, startColumn: 8, endColumn: 13 },
            },
          },
        ],
      },
    ]);
  });
});

test("--check runs nothing when a name does not exist", async () => {
  write({
    "models/a.sql": "select id from {{ ref('rides') }}",
    "models/b.sql": "select pirce from {{ ref('a') }}",
  });
  const { code, output } = await etl("build", "--check");
  expect(code).toBe(2);
  expect(output).toMatch(
    /error\[sql-column\]: model "b": column "pirce" does not exist\n +--> models\/b\.sql:1:8/,
  );
  expect(output).not.toMatch(/1\/3/);
  expect((await etl("build", "--check", "--exclude", "b")).code).toBe(0);
});
