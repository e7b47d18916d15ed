// What is told of nodes that run, as people see it: message, place, frame and help.

import { describe, expect, test } from "vitest";
import { toldByRun } from "./tell.ts";

const orders = "select 1 as id, 'x' as status, 2.5::double as amount";

describe("before anything runs", () => {
  test("one mistake of dbt_project.yml is told once for all nodes below it", async () => {
    const told = await toldByRun({
      "dbt_project.yml": "name: shop\nprofile: test\nmodels:\n  shop:\n    +materialized: veiw\n",
      "models/a.sql": orders,
      "models/b.sql": orders,
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "error[materialization-unknown] dbt_project.yml:5:5 model "a" (and 1 more) has the materialization "veiw", which no package defines
        help: did you mean "view"?",
      ]
    `);
  });

  test("an unknown name like no other is an error of its node alone", async () => {
    const told = await toldByRun({
      "models/a.sql": "{{ config(materialized='dynamic_thing') }} select 1 as id",
      "models/b.sql":
        "{{ config(materialized='incremental', incremental_strategy='by_time') }} select 1 as id",
      "models/c.sql": "",
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "warning[strategy-unknown] models/b.sql:1:60 model "b" has the incremental strategy "by_time", which does not exist: the next run that is not a full refresh will fail
        help: strategies: append, delete+insert, merge, microbatch",
        "error[materialization-unknown] models/a.sql:1:24 model "a" has the materialization "dynamic_thing", which no package defines
        help: known: external, incremental, table, table_function, materialized_view, seed, snapshot, view, ephemeral",
        "error[file-empty] models/c.sql:1:1 model "c" is empty
        help: write a select, or remove the file",
      ]
    `);
  });

  test("strategies", async () => {
    const told = await toldByRun({
      "models/a.sql": "{{ config(materialized='incremental', incremental_strategy='mrge') }} select 1 as id",
      "snapshots/s.sql":
        "{% snapshot s %}\n{{ config(unique_key='id', strategy='chck', check_cols='all') }}\nselect 1 as id\n{% endsnapshot %}",
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "error[strategy-unknown] snapshots/s.sql:2:37 snapshot "s" has the snapshot strategy "chck", which does not exist
        help: did you mean "check"?",
      ]
    `);
  });
});

describe("contracts", () => {
  const yaml =
    "models:\n  - name: a\n    config: {contract: {enforced: true}}\n    columns:\n      - name: id\n        data_type: integer\n      - name: country\n        data_type: varchar\n";

  test.each([
    ["a column is missing", "select 1 as id"],
    ["a column has another name", "select 1 as id,\n 'x' as contry"],
    ["a column has another type", "select 1 as id, 2 as country"],
  ])("%s", async (_, text) => {
    expect(await toldByRun({ "models/a.sql": text, "models/schema.yml": yaml })).toMatchSnapshot();
  });

  test("a type with a letter missing is marked in the properties", async () => {
    const told = await toldByRun({
      "models/a.sql": "select 1 as id, 'x' as country",
      "models/schema.yml": yaml.replace("varchar", "varchr"),
    });
    expect(told).toMatchSnapshot();
  });
});

describe("unit tests", () => {
  const yaml = (given: string, expected: string) =>
    `unit_tests:\n  - name: u\n    model: b\n    given:\n      - input: ${given}\n    expect:\n      rows:\n        - ${expected}\n`;
  const files = { "models/a.sql": orders, "models/b.sql": "select id, amount from {{ ref('a') }}" };

  test.each([
    [
      "a column that the input lacks",
      yaml("ref('a')\n        rows:\n          - {id: 1}\n          - {id: 2, amout: 1}", "{id: 1}"),
    ],
    ["a column that the model lacks", yaml("ref('a')\n        rows: [{id: 1}]", "{idd: 1}")],
    ["a value of another type", yaml("ref('a')\n        rows: [{id: one}]", "{id: 1}")],
    ["an input that is not given", yaml("ref('b')\n        rows: []", "{id: 1}")],
  ])("%s", async (_, text) => {
    expect(await toldByRun({ ...files, "models/schema.yml": text })).toMatchSnapshot();
  });

  test("an input that was never built", async () => {
    const text = yaml("ref('a')\n        rows: [{id: 1}]", "{id: 1}");
    expect(await toldByRun({ ...files, "models/schema.yml": text }, "test")).toMatchSnapshot();
  });
});

describe("what built-in macros write is told where the user wrote the cause", () => {
  test.each([
    [
      "updated_at of a snapshot",
      {
        "snapshots/s.sql":
          "{% snapshot s %}\n{{ config(\n  unique_key='id',\n  strategy='timestamp',\n  updated_at='updated_on'\n) }}\nselect 1 as id, now() as updated_at\n{% endsnapshot %}",
      },
    ],
    [
      "a hook",
      {
        "models/a.sql":
          "{{ config(\n  materialized='table',\n  post_hook='creat index i on {{ this }} (id)'\n) }}\nselect 1 as id",
      },
    ],
    [
      "a hook of dbt_project.yml",
      {
        "dbt_project.yml":
          "name: shop\nprofile: test\nmodels:\n  shop:\n    +post-hook:\n      - select 1\n      - selct 2\n",
        "models/a.sql": orders,
      },
    ],
    [
      "a check of a column",
      {
        "models/a.sql": "select 1 as id",
        "models/schema.yml":
          "models:\n  - name: a\n    config: {materialized: table, contract: {enforced: true}}\n    columns:\n      - name: id\n        data_type: integer\n        constraints:\n          - type: check\n            expression: idd > 0\n",
      },
    ],
    ["a seed with another delimiter", { "seeds/s.csv": "id;amount;name\n1;2;x\n" }],
    ["a seed of one column", { "seeds/s.csv": "id or name; or both\n1\n" }],
    [
      "column_types of a seed",
      {
        "seeds/s.csv": "id,amount\n1,2\n",
        "dbt_project.yml":
          "name: shop\nprofile: test\nseeds:\n  shop:\n    s:\n      +column_types:\n        amuont: integer\n",
      },
    ],
    [
      "column_types of all seeds",
      {
        "seeds/s.csv": "id,amount\n1,2\n",
        "seeds/t.csv": "id,opened\n1,2020-01-01\n",
        "dbt_project.yml":
          "name: shop\nprofile: test\nseeds:\n  +column_types:\n    opened: text\n    amuont: integer\n",
      },
    ],
  ])("%s", async (_, files) => {
    expect(await toldByRun(files)).toMatchSnapshot();
  });
});

describe("the nearest name", () => {
  test.each([
    [
      "a column of a parent behind a CTE",
      "with x as (select * from {{ ref('orders') }}) select\n x.amuont from x",
    ],
    ["a query of with", "with renamed as (select 1) select * from renamd"],
    ["a window function", "select row_numbr() over () as n"],
    ["a text in double quotes", "select \"GB\" as country from {{ ref('orders') }}"],
    ["a macro of a package that is not installed", "select {{ dbt_utils.generate_surrogate_key(['id']) }}"],
  ])("%s", async (_, text) => {
    expect(await toldByRun({ "models/orders.sql": orders, "models/a.sql": text })).toMatchSnapshot();
  });
});

describe("what succeeds in silence", () => {
  test.each([
    [
      "a loop over an undefined name",
      {
        "models/a.sql":
          "{% set states = [1] %}select 0 as id {% for s in statse %}, {{ s }} as x{% endfor %}",
      },
    ],
    ["an undefined name with a near one", { "models/a.sql": "{% set state = 1 %}select 1 as id{{ stat }}" }],
    [
      "an argument that a macro is not given",
      { "macros/m.sql": "{% macro m(x) %}1 {{ x }}{% endmacro %}", "models/a.sql": "select {{ m() }} as id" },
    ],
    [
      "a column that is described but not there",
      {
        "models/a.sql": "select 1 as email",
        "models/schema.yml": "models:\n  - name: a\n    columns: [{name: emial}, {name: Email}]\n",
      },
    ],
    [
      "unique_key of a first run",
      {
        "models/a.sql":
          "{{ config(materialized='incremental', unique_key=['id', 'dya']) }} select 1 as id, 2 as day",
      },
    ],
    [
      "check_cols of a first run",
      {
        "snapshots/s.sql":
          "{% snapshot s %}{{ config(unique_key='id', strategy='check', check_cols=['emial']) }}select 1 as id, 2 as email{% endsnapshot %}",
      },
    ],
    [
      "a key that stands twice in a snapshot",
      {
        "snapshots/s.sql":
          "{% snapshot s %}{{ config(unique_key='id', strategy='check', check_cols='all') }}select 1 as id, 2 as email union all select 1, 3{% endsnapshot %}",
      },
    ],
    [
      "not in over nulls",
      {
        "models/a.sql":
          "with x as (select null::integer as id)\nselect 1 as id\nwhere 1 not in (select id from x)",
      },
    ],
  ])("%s", async (_, files) => {
    expect(await toldByRun(files)).toMatchSnapshot();
  });

  test.each([
    ["an undefined name like no other", { "models/a.sql": "select 1 as id{{ zzz_nothing }}" }],
    ["not in over values", { "models/a.sql": "select 1 as id where 1 not in (select 2)" }],
    [
      "not in of a correlated query",
      {
        "models/a.sql":
          "select id from (select 1 as id) o where id not in (select x from (select 2 as x) where x = o.id)",
      },
    ],
    [
      "described columns in other letter case",
      {
        "models/a.sql": "select 1 as id",
        "models/schema.yml": "models:\n  - name: a\n    columns: [{name: ID}]\n",
      },
    ],
  ])("%s is left alone", async (_, files) => {
    expect(await toldByRun(files)).toEqual([]);
  });
});
