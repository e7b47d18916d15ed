// What is told of a project that is read, as people see it: message, place, frame and help.

import { describe, expect, test } from "vitest";
import { toldByParse } from "./tell.ts";

describe("what only follows from another mistake is not told", () => {
  test("a broken model: nothing of its properties, its tests and what refers to it", async () => {
    const told = await toldByParse({
      "models/a.sql": "select {{ 1 +  }}",
      "models/b.sql": "select * from {{ ref('a') }}",
      "models/schema.yml":
        "models:\n  - name: a\n    columns:\n      - name: x\n        data_tests: [unique]\nunit_tests:\n  - name: u\n    model: a\n    given: []\n    expect: {rows: []}\nexposures:\n  - name: e\n    type: dashboard\n    owner: {name: x}\n    depends_on: [ref('a')]\n",
      "tests/t.sql": "select * from {{ ref('a') }}",
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "error[jinja-syntax] models/a.sql:1:16 model "a": expected an expression, got '}}'",
      ]
    `);
  });

  test("a broken properties file: nothing of the sources that it describes", async () => {
    const told = await toldByParse({
      "models/a.sql": "select * from {{ source('web', 'views') }}",
      "models/schema.yml":
        "sources:\n  - name: web\n    description: `x`\n    tables:\n      - name: views\n",
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "error[yaml-syntax] models/schema.yml:3:18 a value that starts with "\`" must stand in quotes
        help: write description: "\`x\`"",
      ]
    `);
  });

  test("a broken macro file: nothing of the models that call its macros", async () => {
    const told = await toldByParse({
      "macros/m.sql": "{% macro m(x) %}{{ x }}",
      "models/a.sql": "select {{ m(1).upper() }}",
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "error[jinja-syntax] macros/m.sql:1:1 the macro 'm' is never closed: '{% endmacro %}' is missing
        help: add {% endmacro %} where the macro ends",
      ]
    `);
  });

  test("properties of nothing: one warning, with what is lost", async () => {
    const told = await toldByParse({
      "models/orders.sql": "select 1 as id",
      "models/schema.yml":
        "models:\n  - name: order\n    columns:\n      - name: id\n        data_tests: [unique, not_null]\n",
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "warning[properties-unmatched] models/schema.yml:2:11 model "order" is described, but does not exist, so its 2 tests are not run
        help: did you mean "orders"?",
      ]
    `);
  });
});

describe("configs", () => {
  test("unknown keys and wrong values, in config() and in properties", async () => {
    const told = await toldByParse({
      "models/a.sql":
        "{{\n  config(\n    materialised='table',\n    on_schema_change='apend_new_columns'\n  )\n}}\nselect 1 as id",
      "models/schema.yml":
        "models:\n  - name: a\n    config:\n      materialization: table\n      contract: {enforce: true}\n      enabled: flase\n    columns:\n      - name: id\n        data_tests:\n          - unique:\n              config: {severity: wran}\n",
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "warning[config-key] models/a.sql:3:5 "materialised" is not a config of model "a", so it has no effect
        help: did you mean "materialized"?",
        "warning[config-value] models/a.sql:4:22 "on_schema_change" of model "a" must be one of ignore, fail, append_new_columns, sync_all_columns, not "apend_new_columns"
        help: did you mean "append_new_columns"?",
        "warning[config-key] models/schema.yml:4:7 "materialization" is not a config of model "a", so it has no effect
        help: did you mean "materialized"?",
        "warning[config-key] models/schema.yml:5:18 "contract" of model "a" has no key "enforce", so it has no effect
        help: did you mean "enforced"?",
        "error[config-value] models/schema.yml:6:16 "enabled" of model "a" must be true or false, not "flase"
        help: did you mean "false"?",
        "error[config-value] models/schema.yml:11:34 "severity" of the data test "unique" must be one of error, warn, not "wran"
        help: did you mean "warn"?",
      ]
    `);
  });

  test("keys of one's own below meta, and keys like no other, are left alone", async () => {
    const told = await toldByParse({
      "models/a.sql": "{{ config(meta={'materialised': 1}, team='web', severity='high') }}\nselect 1 as id",
    });
    expect(told).toEqual([]);
  });

  test("tests under both of their names", async () => {
    const told = await toldByParse({
      "models/a.sql": "select 1 as id",
      "models/schema.yml":
        "models:\n  - name: a\n    columns:\n      - name: id\n        tests: [unique]\n        data_tests: [not_null]\n",
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "error[properties-invalid] models/schema.yml:5:9 column "id" has both tests and data_tests, which are two names of one list
        note: data_tests stands here (models/schema.yml:6)
        help: join the two lists under data_tests:",
      ]
    `);
  });

  test("arguments of tests are marked where they stand", async () => {
    const told = await toldByParse({
      "models/a.sql": "select 1 as id",
      "models/schema.yml":
        "models:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n          - accepted_values:\n              arguments:\n                vals: [1]\n          - relationships:\n              arguments:\n                to: ref('b')\n                field: id\n",
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "error[test-invalid] models/schema.yml:8:17 the data test "accepted_values" takes no argument "vals"
        help: did you mean "values"?",
        "warning[ref-not-found] models/schema.yml:11:17 test "relationships_a_id__id__ref_b_" refers to "b", which does not exist, so the test is not run
        help: did you mean "a" (models/a.sql)?",
      ]
    `);
  });
});

describe("configs are marked where they stand", () => {
  test.each([
    [
      "a snapshot without updated_at",
      "{% snapshot s %}\n{{ config(\n  unique_key='id',\n  strategy='timestamp') }}\nselect 1 as id\n{% endsnapshot %}",
    ],
    [
      "hard_deletes",
      "{% snapshot s %}\n{{ config(unique_key='id', strategy='check', check_cols='all',\n  hard_deletes='invalid') }}\nselect 1 as id\n{% endsnapshot %}",
    ],
  ])("%s", async (_, text) => {
    expect(await toldByParse({ "snapshots/s.sql": text })).toMatchSnapshot();
  });

  test("a microbatch model", async () => {
    const text =
      "{{ config(\n  materialized='incremental',\n  incremental_strategy='microbatch',\n  event_time='t',\n  batch_size='daily') }}\nselect 1 as t";
    expect(
      await toldByParse({ "models/a.sql": text, "models/a.yml": "models: [{name: a}]\n" }),
    ).toMatchSnapshot();
  });
});

describe("templates", () => {
  test.each([
    ["an SQL comment between arguments", "{{ config(a=1, -- why\n b=2) }}\nselect 1"],
    ["a tag that is never closed before SQL", "{% set x = [1, 2\n\nselect 1"],
    ["a string that is never closed", "select * from {{ ref('a) }}"],
    ["a name without quotes", "select * from {{ ref(orders) }}"],
    ["a version of a model without versions", "select * from {{ ref('orders', v=2) }}"],
    ["a model of another package", "select * from {{ ref('shp', 'orders') }}"],
    ["a blank within the opening brace", "{ % if true %}\nselect 1\n{% endif %}"],
    [
      "a string that takes the quote of a later one",
      "select {{ 'a\" }} as x,\n  '{{ var('first_day') }}' as y",
    ],
    ["an argument written as in YAML", "{{ config(materialized: 'view') }}select 1"],
    ["source and table in one text", "select * from {{ source('web.views') }}"],
    ["source() of a model", "select * from {{ source('orders') }}"],
    ["ref() of a source table", "select * from {{ ref('views') }}"],
  ])("%s", async (_, text) => {
    const told = await toldByParse({
      "dbt_project.yml": "name: shop\nprofile: test\nvars: {first_day: 1}\n",
      "models/a.sql": text,
      "models/orders.sql": "select 1 as id",
      "models/view.sql": "select 1 as id",
      "models/schema.yml": "sources: [{name: web, tables: [{name: views}]}]\n",
    });
    expect(told).toMatchSnapshot();
  });
});

describe("properties", () => {
  test.each([
    ["a colon without a blank", "models:\n  - name:a\n    description: x\n"],
    ["the name of a file", "models:\n  - name: a.sql\n"],
    ["a group that does not exist", "models:\n  - name: a\n    config:\n      group: finace\n"],
    [
      "a value that is missing",
      "models:\n  - name: a\n    description:\n    columns:\n      - name: id\n        data_tests:\n",
    ],
    [
      "numbers for texts",
      "models:\n  - name: a\n    description: 5\n    columns:\n      - name: 7\n        quote: yes please\n",
    ],
    [
      "a list for a text",
      "models:\n  - name: a\n    columns:\n      - name: id\n        description: [x]\n        tags: [1]\n",
    ],
    [
      "configs that are no texts",
      "models:\n  - name: a\n    config:\n      alias: 5\n      tags: [2024]\n      contract:\n        enforced: 'true'\n",
    ],
    [
      "a test with a colon and nothing behind it",
      "models:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n          - unique:\n",
    ],
    ["an empty list", "models:\n"],
    [
      "a latest version without versions",
      "models:\n  - name: a\n    latest_version: 2\n    deprecation_date: soon\n",
    ],
    [
      "a threshold without a period",
      "sources:\n  - name: s\n    loaded_at_field: t\n    freshness:\n      warn_after: {count: 1}\n      error_after: 5\n    quoting: {schema: maybe}\n    tables: [{name: x}]\n",
    ],
    ["a group without a name of its owner", "groups:\n  - name: g\n    owner: {}\n"],
    ["a key within a config", "models:\n  - name: a\n    config:\n      contract:\n        enforce: true\n"],
  ])("%s", async (_, text) => {
    const told = await toldByParse({
      "models/a.sql": "select 1 as id",
      "models/groups.yml": "groups: [{name: finance, owner: {name: x}}]\n",
      "models/schema.yml": text,
    });
    expect(told).toMatchSnapshot();
  });

  test("two docs blocks of one name", async () => {
    const files = {
      "models/x.md": "{% docs o %}a{% enddocs %}\n",
      "models/y.md": "\n{% docs o %}b{% enddocs %}\n",
    };
    expect(await toldByParse(files)).toMatchSnapshot();
  });

  test("outputs of profiles.yml at the top level", async () => {
    const told = await toldByParse({
      "models/a.sql": "select 1 as id",
      "profiles.yml": "test:\n  target: dev\noutputs:\n  dev: {type: duckdb}\n",
    });
    expect(told).toMatchSnapshot();
  });
});

describe("Python models", () => {
  test.each([
    ["a bracket that is never closed", "def model(dbt, session):\n    return dbt.ref('a'\n"],
    ["a bracket that closes another one", "def model(dbt, session):\n    return [1, 2)\n"],
    ["a header without its colon", "def model(dbt, session)\n    return 1\n"],
    ["a text that is never closed", "def model(dbt, session):\n    return 'x\n"],
  ])("%s", async (_, text) => {
    expect(await toldByParse({ "models/p.py": text })).toMatchSnapshot();
  });

  test("sound ones are accepted", async () => {
    const text =
      'def model(dbt, session):\n    """It\'s (a text"""\n    x = [\n        i\n        for i in range(3)  # (\n        if i\n    ]\n    return dbt.ref("a")\n';
    expect(await toldByParse({ "models/p.py": text, "models/a.sql": "select 1 as id" })).toEqual([]);
  });
});

describe("texts that are surely not meant", () => {
  const base = {
    "dbt_project.yml": "name: shop\nprofile: test\nvars: {first_day: 2026-01-01}\n",
    "models/orders.sql": "select 1 as id, null as email",
    "models/schema.yml":
      "sources:\n  - name: web\n    schema: raw\n    tables: [{name: views}]\n  - {name: information_schema, tables: [{name: columns}]}\n",
  };

  test.each([
    ["not in with null", "select * from {{ ref('orders') }} where id not in (1, null)"],
    ["a comparison with null", "select * from {{ ref('orders') }} where email <> null"],
    [
      "a column compared with itself",
      "select 1 from {{ ref('orders') }} a join {{ ref('orders') }} b on a.id = a.id",
    ],
    ["a model by the name of its table", "select * from main.orders\ngroup by 1"],
    ["a source by the name of its table", 'select * from "raw"."views"'],
    ["a limit at the end", "select * from {{ ref('orders') }}\nlimit 100"],
    ["null as in SQL", "select {{ var('x', null) or TRUE }} as x"],
    ["a field of target", "select 1 {% if target.nmae == 'dev' %}limit 1 {% endif %}order by 1"],
    ["a var with a near twin", "select '{{ var('frist_day', 1) }}' as x"],
    [
      "is_incremental without parentheses",
      "{{ config(materialized='incremental') }}\nselect 1 {% if is_incremental %}{% endif %}",
    ],
    [
      "is_incremental in a table",
      "{{ config(materialized='table') }}\nselect 1 {% if is_incremental() %}{% endif %}",
    ],
  ])("%s", async (_, text) => {
    expect(await toldByParse({ ...base, "models/a.sql": text })).toMatchSnapshot();
  });

  test.each([
    ["is null", "select * from {{ ref('orders') }} where email is null -- never = null"],
    ["null in texts", "select '= null' as x, coalesce(null, 1) as y"],
    ["a join of two tables", "select 1 from {{ ref('orders') }} a join {{ ref('orders') }} b on a.id = b.id"],
    ["a limit with an order", "select * from {{ ref('orders') }} order by id limit 10"],
    ["a limit for development", "select 1 {% if target.name == 'dev' %} limit 10 {% endif %}"],
    ["a var like no other", "select '{{ var('lookback', 3) }}' as x"],
    ["a var that differs by a digit", "select '{{ var('first_day2', 3) }}' as x"],
    [
      "a model that is incremental somewhere",
      "{{ config(materialized='incremental' if target.name == 'prod' else 'table') }}\nselect 1 {% if is_incremental() %}{% endif %}",
    ],
    ["a table of nobody", "select * from other.orders"],
    ["the catalog, though it is a source", "select * from information_schema.columns"],
    ["null in texts and in SQL", "select {{ 'null' }}, null, {# null #} '{{ var('null', 'NULL') }}' as x"],
    [
      "in with null, and not in of texts",
      "select * from {{ ref('orders') }} where id in (1, null) and email not in ('null', coalesce(email, null))",
    ],
    ["null that is set", "{% set null = 'null' %}select {{ null }} as x"],
    [
      "null of another name",
      "select {{ config(null=1) }} 1 as x, {{ target.get('null', 'x') | string }} as y",
    ],
    ["a field that other warehouses have", "select '{{ target.warehouse }}' as x, '{{ target.user }}' as y"],
  ])("%s is left alone", async (_, text) => {
    expect(await toldByParse({ ...base, "models/a.sql": text })).toEqual([]);
  });
});
