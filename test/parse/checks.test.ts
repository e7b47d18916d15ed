// What parsing tells of single nodes: each case is the smallest project that shows it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { manifestText } from "../../src/artifacts/manifest-json.ts";
import type { Model } from "../../src/manifest/node.ts";
import { writeFiles } from "../adapter/open-folder.ts";
import { parseFolder } from "./parse-folder.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-parse-checks-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PROJECT = "name: shop\nversion: '1.0'\nconfig-version: 2\n";

/** Parses a project of these files; dbt_project.yml may be among them. */
function parse(files: Readonly<Record<string, string>>) {
  writeFiles(folder, { "dbt_project.yml": PROJECT, ...files });
  return parseFolder(folder);
}

const MICROBATCH =
  "{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='t', begin='2024-01-01', batch_size='day') }}select 1 as t";

const cases: readonly (readonly [string, string, string, Readonly<Record<string, string>>])[] = [
  [
    "truth values in quotes in config()",
    "error",
    "config-value",
    { "models/a.sql": "{{ config(enabled='false') }}select 1" },
  ],
  [
    "contracts of ephemeral models, which nothing checks",
    "warning",
    "contract-invalid",
    {
      "models/a.sql": "{{ config(materialized='ephemeral') }} select 1 as id",
      "models/s.yml": "models: [{name: a, config: {contract: {enforced: true}}, columns: [{name: id}]}]",
    },
  ],
  ["a model without a word", "warning", "file-empty", { "models/a.sql": "\n" }],
  [
    "a timeout that is not a span of time",
    "warning",
    "config-value",
    { "models/a.sql": "{{ config(timeout='soon') }}select 1" },
  ],
  [
    "a watermark that nothing follows",
    "warning",
    "watermark-invalid",
    { "models/a.sql": "{{ config(watermark={'column': 'id'}) }}select 1" },
  ],
  [
    "public ephemeral models",
    "error",
    "access-invalid",
    { "models/a.sql": "{{ config(materialized='ephemeral', access='public') }}select 1" },
  ],
  [
    "colours that do not exist",
    "error",
    "config-value",
    { "models/a.sql": "{{ config(docs={'node_color': 'notacolor'}) }}select 1" },
  ],
  ["spaces in names", "error", "name-spaces", { "models/a b.sql": "select 1" }],
  [
    "a key beside config: and in it",
    "error",
    "properties-invalid",
    {
      "models/a.sql": "select 1",
      "models/s.yml": "models: [{name: a, meta: {x: 1}, config: {meta: {y: 2}}}]",
    },
  ],
  [
    "spaces in names, where the project allows them",
    "warning",
    "name-spaces",
    {
      "models/a b.sql": "select 1",
      "dbt_project.yml": `${PROJECT}flags: {require_resource_names_without_spaces: false}\n`,
    },
  ],
  [
    "primary keys of a model and of its column",
    "error",
    "constraint-invalid",
    {
      "models/a.sql": "select 1 as id",
      "models/m.yml":
        "models: [{name: a, constraints: [{type: primary_key, columns: [id]}], columns: [{name: id, constraints: [{type: primary_key}]}]}]",
    },
  ],
  [
    "foreign keys to what does not exist",
    "error",
    "ref-not-found",
    {
      "models/a.sql": "select 1 as id",
      "models/m.yml":
        "models: [{name: a, constraints: [{type: foreign_key, columns: [id], to: ref('b'), to_columns: [id]}]}]",
    },
  ],
  [
    "time spines with columns that the model does not list",
    "error",
    "time-spine-invalid",
    {
      "models/a.sql": "select 1 as day",
      "models/m.yml":
        "models: [{name: a, time_spine: {standard_granularity_column: day, custom_granularities: [{name: retail}]}, columns: [{name: day, granularity: day}]}]",
    },
  ],
  [
    "freshness with half a threshold",
    "error",
    "config-value",
    { "models/a.sql": "{{ config(freshness={'build_after': {'period': 'day'}}) }}select 1" },
  ],
  [
    "batches of a size that does not exist",
    "error",
    "microbatch-config",
    { "models/a.sql": MICROBATCH.replace("'day'", "'week'") },
  ],
  [
    "batches that begin with a number",
    "error",
    "microbatch-config",
    { "models/a.sql": MICROBATCH.replace("'2024-01-01'", "2024") },
  ],
  [
    "batches without times",
    "error",
    "microbatch-config",
    { "models/a.sql": MICROBATCH.replace("event_time='t', ", "") },
  ],
  [
    "refs to a model that will be deprecated",
    "warning",
    "ref-deprecated-soon",
    {
      "models/a.sql": "select 1 as id",
      "models/b.sql": "select * from {{ ref('a') }}",
      "models/m.yml": "models: [{name: a, deprecation_date: 2999-01-01}]",
    },
  ],
  [
    "names that two types share",
    "warning",
    "duplicate-name",
    { "models/a.sql": "{{ config(alias='b') }}select 1 as id", "seeds/a.csv": "id\\n1\\n" },
  ],
  [
    "seeds with another materialization",
    "error",
    "config-value",
    { "seeds/a.csv": "id\n1\n", "dbt_project.yml": `${PROJECT}seeds: {+materialized: table}\n` },
  ],
  [
    "arguments without a default after one that has it",
    "error",
    "function-invalid",
    {
      "functions/f.sql": "a + b",
      "functions/f.yml":
        "functions: [{name: f, arguments: [{name: a, data_type: int, default_value: 1}, {name: b, data_type: int}], returns: {data_type: int}}]",
    },
  ],
  [
    "models with and without versions of one name",
    "error",
    "duplicate-resource",
    {
      "models/a_v1.sql": "select 1 as id",
      "models/a.sql": "select 1 as id",
      "models/m.yml": "models: [{name: a, latest_version: 2, versions: [{v: 1}, {v: 2, defined_in: a_2}]}]",
      "models/a_2.sql": "select 1 as id",
    },
  ],
  [
    "hooks in both spellings",
    "error",
    "jinja-error",
    { "models/a.sql": "{{ config({'pre_hook': 'select 1', 'pre-hook': 'select 2'}) }}select 1 as id" },
  ],
  [
    "configs that nobody has defined",
    "error",
    "jinja-error",
    { "models/a.sql": "{{ config(meta={'warehouse': [target.warehouse]}) }}select 1 as id" },
  ],
  [
    "inputs of unit tests without rows that are no seeds",
    "error",
    "unit-test-invalid",
    {
      "models/a.sql": "select 1 as id",
      "models/b.sql": "select * from {{ ref('a') }}",
      "models/m.yml":
        "unit_tests: [{name: t, model: b, given: [{input: ref('a')}], expect: {rows: [{id: 1}]}}]",
    },
  ],
  [
    "private models of no group",
    "error",
    "ref-private",
    {
      "models/a.sql": "{{ config(access='private') }} select 1 as id",
      "models/b.sql": "select * from {{ ref('a') }}",
    },
  ],
  [
    "private models of another group",
    "error",
    "ref-private",
    {
      "models/a.sql": "{{ config(access='private', group='x') }} select 1 as id",
      "models/b.sql": "{{ config(group='y') }} select * from {{ ref('a') }}",
      "models/c.sql": "{{ config(group='x') }} select * from {{ ref('a') }}",
      "models/g.yml": "groups: [{name: x, owner: {name: Jo}}, {name: y, owner: {name: Ann}}]",
    },
  ],
  [
    "private models in tests of another group",
    "error",
    "ref-private",
    {
      "models/a.sql": "{{ config(access='private', group='x') }} select 1 as id",
      "models/b.sql": "select 1 as id",
      "models/g.yml":
        "groups: [{name: x, owner: {name: Jo}}]\nmodels:\n- {name: a, columns: [{name: id, data_tests: [unique]}]}\n" +
        "- {name: b, columns: [{name: id, data_tests: [{relationships: {to: ref('a'), field: id}}]}]}\n",
      "tests/of_x.sql": "{{ config(group='x') }} select * from {{ ref('a') }}",
    },
  ],
  [
    "hooks that cannot be rendered",
    "error",
    "jinja-error",
    { "models/a.sql": "{{ config(post_hook=\"{{ exceptions.raise_compiler_error('no') }}\") }} select 1" },
  ],
  [
    "rows of a query that is not run while parsing",
    "error",
    "jinja-error",
    { "models/a.sql": "{% set found = run_query('select 1') %} select {{ found.columns[0].values()[0] }}" },
  ],
  [
    "configs that are null where dbt takes none",
    "error",
    "config-value",
    { "models/a.sql": "{{ config(meta=none, schema=none, unique_key=none) }} select 1" },
  ],
  [
    "a column and a query that tell when rows were loaded",
    "error",
    "source-invalid",
    {
      "models/s.yml":
        "sources: [{name: raw, tables: [{name: t, config: {loaded_at_field: at, loaded_at_query: select 1}}]}]",
    },
  ],
  [
    "properties that enable one of several disabled models",
    "error",
    "duplicate-resource",
    {
      "models/x/a.sql": "{{ config(enabled=false) }} select 1",
      "models/y/a.sql": "{{ config(enabled=false) }} select 2",
      "models/s.yml": "models: [{name: a, config: {enabled: true}}]",
    },
  ],
  [
    "protected models of a package that restricts access",
    "error",
    "ref-private",
    {
      "packages.yml": "packages: [{local: ./inner}]",
      "dbt_packages/inner/dbt_project.yml": "name: inner\nrestrict-access: true\n",
      "dbt_packages/inner/models/a.sql": "select 1 as id",
      "dbt_packages/inner/models/b.sql": "{{ config(access='public') }} select * from {{ ref('a') }}",
      "models/c.sql": "select * from {{ ref('inner', 'a') }} join {{ ref('inner', 'b') }} using (id)",
    },
  ],
  [
    "groups with an empty name",
    "warning",
    "properties-invalid",
    { "models/m.yml": "groups: [{name: '', owner: {email: jo@example.com}}]" },
  ],
  [
    "exposures with odd names",
    "warning",
    "exposure-name",
    { "models/m.yml": "exposures: [{name: a b, type: dashboard, owner: {name: x}}]" },
  ],
];

test.each(cases)("%s are told", async (_, severity, code, files) => {
  const { diagnostics } = await parse(files);
  expect(diagnostics).toMatchObject([{ severity, code }]);
});

test("microbatch models whose strategy is a macro of the project need no batches", async () => {
  const { diagnostics } = await parse({
    "models/a.sql": MICROBATCH.replace("batch_size='day'", "batch_size='week'"),
    "macros/m.sql": "{% macro get_incremental_microbatch_sql(arg_dict) %}select 1{% endmacro %}",
  });
  expect(diagnostics).toEqual([]);
});

test("primary keys follow from constraints, else from tests, disabled ones too", async () => {
  const models = {
    "models/a.sql": "select 1 as id",
    "models/b.sql": "select 1 as id, 2 as n",
    "models/c.sql": "select 1 as id",
    "models/m.yml": `models:
  - {name: a, constraints: [{type: primary_key, columns: [z, id]}]}
  - {name: b, columns: [{name: id, data_tests: [unique, not_null]}, {name: n, data_tests: [unique]}]}
  - {name: c, columns: [{name: id, data_tests: [{unique: {config: {enabled: false}}}]}]}
`,
  };
  const { value } = await parse(models);
  const keys = [...value.manifest.resources.values()]
    .filter((resource): resource is Model => resource.resourceType === "model")
    .map(({ name, primaryKey }) => [name, primaryKey]);
  expect(keys).toEqual([
    ["a", ["id", "z"]],
    ["b", ["id"]],
    ["c", ["id"]],
  ]);
});

test("snapshots of a file stand below its name; exposures keep their config", async () => {
  const { value } = await parse({
    "models/m.yml": "exposures: [{name: x, type: dashboard, owner: {name: y}, config: {meta: {a: 1}}}]",
    "snapshots/s.sql":
      "{% snapshot orders %}{{ config(unique_key='id', strategy='check', check_cols='all') }}select 1 as id{% endsnapshot %}",
  });
  expect(value.manifest.resources.get("snapshot.shop.orders")?.fqn).toEqual(["shop", "s", "orders"]);
  expect(value.manifest.resources.get("exposure.shop.x")).toMatchObject({
    config: new Map<string, unknown>([
      ["enabled", true],
      ["tags", []],
      ["meta", new Map([["a", 1]])],
    ]),
  });
});

test("exposures join their labels with those of the project", async () => {
  const { value } = await parse({
    "dbt_project.yml": `${PROJECT}exposures: {meta: {a: 1, b: 2}, tags: [z]}\n`,
    "models/m.yml":
      "exposures: [{name: x, type: dashboard, owner: {name: y}, tags: [k], config: {meta: {b: 3}, tags: [c]}}]",
  });
  expect(value.manifest.resources.get("exposure.shop.x")).toMatchObject({
    tags: ["c", "k", "z"],
    meta: new Map([
      ["a", 1],
      ["b", 3],
    ]),
  });
});

test("a measure can make a metric", async () => {
  const { value, diagnostics } = await parse({
    "models/a.sql": "select 1 as id",
    "models/m.yml":
      "semantic_models: [{name: totals, model: ref('a'), defaults: {agg_time_dimension: ds}, primary_entity: id, dimensions: [{name: ds, type: time}], measures: [{name: total, agg: sum, create_metric: true}]}]",
  });
  expect(diagnostics).toEqual([]);
  expect(value.manifest.resources.get("metric.shop.total")).toMatchObject({
    label: "total",
    description: "Metric created from measure total",
    dependsOnNodes: ["semantic_model.shop.totals"],
  });
});

test("templates may go on with an item of nothing, since there is no graph while the project is parsed", async () => {
  const { diagnostics } = await parse({
    "models/a.sql": `{% set node = graph.nodes.values() | selectattr('name', 'equalto', 'b') | first %}
{% set names = graph.nodes.values() | map(attribute='name') | list %}
{% for name in ['x'] %}{{ loop.previtem.parts[0] }}{{ loop.nextitem.parts }}{% endfor %}
select {{ node.depends_on.nodes | length }} as a, '{{ (names | last).upper() }}' as b,
  '{{ (names | max).lower() }}' as c, '{{ (names | random).name[1:] }}' as d`,
  });
  expect(diagnostics).toEqual([]);
});

// As dbt-bigquery 1.11 parses the same files.
test("databases and schemas go by the names of their warehouse", async () => {
  const { value, diagnostics } = await parse({
    "dbt_project.yml": `${PROJECT}profile: shop\nmodels: {shop: {+dataset: marts, +project: other}}\n`,
    "profiles.yml":
      "shop: {target: d, outputs: {d: {type: bigquery, method: oauth, project: here, dataset: dev}}}",
    "models/a.sql": "{{ config(dataset='late') }} select * from {{ source('web', 'visits') }}",
    "models/b.sql": "select 1 as id",
    "models/s.yml":
      "sources: [{name: web, project: lake, dataset: raw, meta: {dataset: x}, tables: [{name: visits}]}]",
  });
  expect(diagnostics).toEqual([]);
  const resources = [...value.manifest.resources.values()];
  expect(resources.flatMap((one) => ("relationName" in one ? one.relationName : []))).toEqual([
    "`other`.`dev_late`.`a`",
    "`other`.`dev_marts`.`b`",
    "`lake`.`raw`.`visits`",
  ]);
});

// As dbt 1.11 parses the same files.
test("hooks and data tests have their own tags when their schema is asked for", async () => {
  const { value } = await parse({
    "dbt_project.yml": `${PROJECT}on-run-end: [select 1]\nmodels: {+tags: [t]}\ndata_tests: {+tags: [a]}\n`,
    "macros/g.sql":
      "{% macro generate_schema_name(custom, node) %}{{ return(node.tags | join('-')) }}{% endmacro %}" +
      "{% test odd(model) %}select * from {{ model }} where {{ ref('a') }} is null{% endtest %}",
    "models/a.sql": "select 1 as id",
    "models/m.yml":
      "models: [{name: a, columns: [{name: id, tags: [c], data_tests: [{unique: {config: {tags: [z, b]}}}]}], data_tests: [odd]}]",
  });
  const resources = [...value.manifest.resources.values()];
  expect(resources.flatMap((one) => ("schema" in one ? `${one.name} ${one.schema}` : []))).toEqual([
    "a t",
    "shop-on-run-end-0 on-run-end-t",
    "odd_a_ a",
    "unique_a_id b-c-z-a",
  ]);
  expect(resources.find(({ name }) => name === "odd_a_")).toMatchObject({
    dependsOnMacros: ["macro.shop.test_odd", "macro.dbt.get_where_subquery"],
  });
});

test("a var that generate_schema_name needs must be there", async () => {
  const { diagnostics } = await parse({
    "models/a.sql": "select 1 as id",
    "macros/m.sql":
      "{% macro generate_schema_name(custom, node) %}{% do var('missing') %}{{ return('x') }}{% endmacro %}",
  });
  expect(diagnostics).toMatchObject([{ severity: "error", code: "jinja-error" }]);
});

test("unit tests of versions: one a version, and none is a mistake", async () => {
  const models = {
    "models/a_v1.sql": "select 1 as id",
    "models/a_v2.sql": "select 1 as id",
    "models/m.yml": `models: [{name: a, versions: [{v: 1}, {v: 2}], columns: [{name: id, data_tests: [unique]}]}]
unit_tests: [{name: t, model: a, given: [], expect: {rows: [{id: 1}]}}]
`,
  };
  const { value } = await parse(models);
  const ids = [...value.manifest.resources.keys()];
  expect(ids).toEqual(expect.arrayContaining(["unit_test.shop.a.t_v1", "unit_test.shop.a.t_v2"]));
  const test = [...value.manifest.resources.values()].find(({ name }) => name === "unique_a_v1_id");
  expect(test).toMatchObject({ refs: [{ name: "a", version: 1 }] });
  const text = models["models/m.yml"].replace("given", "versions: {include: [3]}, given");
  const { diagnostics } = await parse({ ...models, "models/m.yml": text });
  expect(diagnostics).toMatchObject([{ severity: "error", code: "unit-test-invalid" }]);
  const both = models["models/m.yml"].replace("given", "versions: {include: [1], exclude: [2]}, given");
  expect((await parse({ ...models, "models/m.yml": both })).diagnostics).toMatchObject([
    { severity: "error", code: "unit-test-invalid", place: { line: 2 } },
  ]);
});

test("a test of a column that a version adds is told at its own line", async () => {
  const { diagnostics } = await parse({
    "models/a_v1.sql": "select 1 as id, 2 as n",
    "models/s.yml": `models:
  - name: a
    columns: [{name: id}]
    versions:
      - v: 1
        columns:
          - include: all
          - {name: n, data_tests: [uniqe]}
`,
  });
  expect(diagnostics).toMatchObject([{ code: "test-unknown", place: { file: "models/s.yml", line: 8 } }]);
});

test("a config of a test that renders to nothing leaves the project's in force", async () => {
  const { value } = await parse({
    "dbt_project.yml": `${PROJECT}data_tests: {+severity: warn}\n`,
    "models/a.sql": "select 1 as id",
    "models/m.yml":
      "models: [{name: a, columns: [{name: id, data_tests: [{unique: {severity: \"{{ var('none', None) | as_native }}\"}}]}]}]",
  });
  const test = [...value.manifest.resources.values()].find(({ name }) => name === "unique_a_id");
  expect(test && "config" in test && test.config.get("severity")).toBe("warn");
});

test("generate_alias_name sees the configs of the node's own template", async () => {
  const { value } = await parse({
    "macros/alias.sql":
      "{% macro generate_alias_name(custom_alias_name=none, node=none) %}{{ node.config.alias }}_{{ node.config.materialized }}{% endmacro %}",
    "models/a.sql": "{{ config(alias='b', materialized='table') }}select 1 as id",
  });
  expect(value.manifest.resources.get("model.shop.a")).toMatchObject({ alias: "b_table" });
});

test("tests without a target stand among the nodes of manifest.json, disabled", async () => {
  const { value } = await parse({
    "models/m.yml": "models: [{name: gone, columns: [{name: a, data_tests: [unique]}]}]",
  });
  const { nodes, disabled, parent_map } = JSON.parse(manifestText(value.manifest, value.shared));
  const [id = ""] = Object.keys(nodes);
  expect(id).toMatch(/^test\.shop\.unique_gone_a\./);
  expect(nodes[id].config.enabled).toBe(false);
  expect([disabled, parent_map]).toEqual([{}, { [id]: [] }]);
});

test("tags of the properties come after those of the template; grants of two calls are joined", async () => {
  const { value } = await parse({
    "models/a.sql":
      "{{ config(tags=['t'], grants={'+select': ['x']}) }}{{ config(grants={'+select': ['y']}) }}select 1 as id",
    "models/m.yml": "models: [{name: a, config: {tags: [p], grants: {select: [w]}, docs: {shwo: true}}}]",
  });
  const model = value.manifest.resources.get("model.shop.a") as Model;
  expect(model.tags).toEqual(["t", "p"]);
  expect(model.config.get("tags")).toEqual(["p", "t"]);
  expect(model.config.get("grants")).toEqual(new Map([["select", ["w", "x", "y"]]]));
  expect(model.config.get("docs")).toEqual(
    new Map<string, unknown>([
      ["show", true],
      ["node_color", null],
    ]),
  );
});

test("semantic models, metrics and saved queries that the semantic layer would refuse", async () => {
  const { diagnostics } = await parse({
    "models/m.sql": "select 1 as id, date '2024-01-01' as ds",
    "models/s.yml": `
semantic_models:
  - name: good
    model: ref('m')
    defaults: {agg_time_dimension: ds}
    entities: [{name: ent, type: primary, expr: id}]
    dimensions: [{name: ds, type: time, type_params: {time_granularity: day}}, {name: cat, type: categorical}]
    measures: [{name: amount, agg: sum, create_metric: true}]
  - name: bad_one
    model: ref('m')
    entities: [{name: day, type: primary, expr: id}, {name: e2, type: primary}]
    dimensions: [{name: ds, type: time}, {name: cat, type: categorical}, {name: cat, type: categorical}]
    measures:
      - {name: amount, agg: sum, agg_time_dimension: ds}
      - {name: Big, agg: sum, agg_time_dimension: cat}
      - {name: x__y, agg: sum, agg_time_dimension: dss}
      - {name: e2, agg: sum}
  - name: bad_two
    model: ref('m')
    entities: [{name: fk, type: foreign, expr: id}]
    dimensions: [{name: ds, type: time}]
  - name: bad_three
    model: ref('m')
    primary_entity: pe
    entities: [{name: pp, type: primary, expr: id}]
metrics:
  - {name: metric_time, label: x, type: simple, type_params: {measure: amount}}
saved_queries:
  - {name: S_q, query_params: {metrics: [amount]}}
`,
  });
  // What dbt's validator says of the same file, in our words.
  const told = diagnostics.map(({ code, message, help }) => [code, message, help]);
  expect(told.sort((a, b) => (String(a[1]) < String(b[1]) ? -1 : 1))).toEqual(
    [
      ['semantic model "bad_one": the name "day" is reserved by the semantic layer', "take another name"],
      ['semantic model "bad_one": the entity "e2" has the name of another measure', "rename one of them"],
      [
        'semantic model "bad_one": the dimension "cat" has the name of another dimension',
        "rename one of them",
      ],
      ['semantic model "bad_one": "Big" cannot be a name in the semantic layer', expect.any(String)],
      ['semantic model "bad_one": "x__y" cannot be a name in the semantic layer', expect.any(String)],
      [
        'semantic model "bad_one": the measure "amount" is one of semantic model "good", too',
        "rename one of them",
      ],
      [
        'semantic model "bad_one": "cat", along which the measure "Big" is aggregated, is not a time dimension',
        "its time dimensions: ds",
      ],
      [
        'semantic model "bad_one": "dss", along which the measure "x__y" is aggregated, is not a time dimension',
        'did you mean "ds"?',
      ],
      [
        'semantic model "bad_one": the measure "e2" has no agg_time_dimension',
        "add defaults: {agg_time_dimension: ...} to the semantic model",
      ],
      [
        'semantic model "bad_one": it has more than one primary entity: day, e2',
        "keep type: primary on one of them",
      ],
      [
        'semantic model "bad_two": it has dimensions, but no primary entity',
        "add type: primary to an entity, or primary_entity: ...",
      ],
      [
        'semantic model "bad_three": it has the primary entity "pp" and primary_entity: pe',
        "keep one of the two",
      ],
      ['metric "metric_time": the name "metric_time" is reserved by the semantic layer', "take another name"],
      ['saved query "S_q": "S_q" cannot be a name in the semantic layer', expect.any(String)],
    ]
      .map(([message, help]) => ["semantic-invalid", message, help])
      .sort((a, b) => (String(a[1]) < String(b[1]) ? -1 : 1)),
  );
});

test("entries of one package describe models and seeds of another that has no such node enabled itself", async () => {
  const pack = {
    "packages.yml": "packages: [{local: pack}]",
    "dbt_project.yml": `${PROJECT}seeds: {pack: {codes: {+enabled: false}}}\n`,
    "dbt_packages/pack/dbt_project.yml": "name: pack\nversion: '1.0'\n",
    "dbt_packages/pack/models/built.sql": "select 1 as id",
    "dbt_packages/pack/seeds/codes.csv": "id\n1\n",
    "dbt_packages/pack/seeds/s.yml":
      "seeds: [{name: codes, description: of the package, config: {tags: [x]}}]",
    "seeds/codes.csv": "id\n2\n",
  };
  const entry = (more = "") =>
    `models: [{name: built, description: of the project, config: {materialized: table}, columns: [{name: id, data_tests: [unique]}]}${more}]`;
  const { value, diagnostics } = await parse({ ...pack, "models/s.yml": entry() });
  expect(diagnostics).toEqual([]);
  const { resources } = value.manifest;
  expect(resources.get("model.pack.built")).toMatchObject({
    description: "of the project",
    patchPath: "shop://models/s.yml",
    columns: new Map([["id", expect.objectContaining({ name: "id" })]]),
  });
  expect((resources.get("model.pack.built") as Model).config.get("materialized")).toBe("table");
  expect(resources.get("seed.shop.codes")).toMatchObject({ description: "of the package", tags: ["x"] });
  expect([...resources.keys()].filter((id) => id.startsWith("test."))).toEqual([
    expect.stringMatching(/^test\.shop\.unique_built_id\./),
  ]);

  const twice = await parse({ ...pack, "dbt_packages/pack/models/m.yml": "models: [{name: built}]" });
  expect(twice.diagnostics).toMatchObject([
    {
      code: "duplicate-properties",
      place: { file: "models/s.yml" },
      notes: [{ message: "the other place" }],
    },
  ]);
});

test("wrong arguments of a test are an error where dbt calls the test's macro while parsing, else a warning", async () => {
  const tests = "[unique: {extra: 1}, not_null, relationships: {to: ref('a')}, accepted_values: {vals: [1]}]";
  const { value, diagnostics } = await parse({
    "models/a.sql": "select 1 as id",
    "models/s.yml": `models: [{name: a, columns: [{name: id, data_tests: ${tests}}]}]`,
  });
  expect(diagnostics.filter(({ code }) => code === "test-invalid")).toMatchObject([
    {
      severity: "warning",
      message: 'the data test "unique" takes no argument "extra", so it will fail when it runs',
      help: "it takes no arguments of its own",
    },
    {
      severity: "warning",
      message: 'the data test "relationships" lacks "field", so it will fail when it runs',
    },
    { severity: "error", message: 'the data test "accepted_values" takes no argument "vals"' },
  ]);
  const ids = [...value.manifest.resources.keys()];
  expect(ids).toContainEqual(expect.stringMatching(/^test\.shop\.unique_a_id__1\./));
  expect(ids).toContainEqual(expect.stringMatching(/^test\.shop\.relationships_a_id__ref_a_\./));
});

test("a test belongs to the model that it stands at, whichever its macro refers to last", async () => {
  const test_ =
    "{% test same(model, other) %}select 1 from {{ model }} join {{ other }} using (id) {{ ref('c') }}{% endtest %}";
  const { value } = await parse({
    "macros/t.sql": test_,
    "models/a.sql": "select 1 as id",
    "models/b.sql": "select 1 as id",
    "models/c.sql": "select 1 as id",
    "models/s.yml": "models: [{name: a, data_tests: [{same: {arguments: {other: ref('b')}}}]}]",
  });
  const found = [...value.manifest.resources.values()].find(({ resourceType }) => resourceType === "test");
  expect(found).toMatchObject({
    attachedNode: "model.shop.a",
    dependsOnNodes: expect.arrayContaining(["model.shop.b", "model.shop.c"]),
  });
});

test("a source that a template of plain calls names twice is one of its sources once, as in dbt's static parser", async () => {
  const { value } = await parse({
    "models/plain.sql": "select * from {{ source('raw', 'a') }} union select * from {{ source('raw', 'a') }}",
    "models/loop.sql": "{% for n in [1, 2] %}select * from {{ source('raw', 'a') }};{% endfor %}",
    "models/s.yml": "sources: [{name: raw, tables: [{name: a}]}]",
  });
  const sourcesOf = (id: string) => (value.manifest.resources.get(id) as Model).sources.length;
  expect([sourcesOf("model.shop.plain"), sourcesOf("model.shop.loop")]).toEqual([1, 2]);
});

test("a list that only holds anchors is not warned of where its name says so", async () => {
  const { diagnostics } = await parse({
    "models/a.sql": "select 1 as id",
    "models/s.yml":
      "x-common: [&key {name: id, description: the key}]\nmodels: [{name: a, columns: [*key]}]\ncommon: [1]\n",
  });
  expect(diagnostics).toMatchObject([{ code: "properties-key", place: { line: 3 } }]);
});

test("tags beside config: of a model count for nothing, as in dbt, and this is told", async () => {
  const { value, diagnostics } = await parse({
    "models/a.sql": "select 1 as id",
    "models/s.yml":
      "models: [{name: a, tags: [lost], config: {tags: [kept]}, columns: [{name: id, tags: [column]}]}]",
  });
  expect(diagnostics).toMatchObject([
    {
      severity: "warning",
      code: "properties-key",
      message: 'model "a" has no key "tags", so it is ignored',
      help: "tags belongs under config:",
    },
  ]);
  expect(value.manifest.resources.get("model.shop.a")).toMatchObject({ tags: ["kept"] });
});

test("what fails when it runs is told before, with the way out", async () => {
  const { diagnostics } = await parse({
    "models/a.sql": "{{ config(contract={'enforced': true}) }} select 1 as id",
    "models/s.yml": "models: [{name: a, columns: [{name: id, data_tests: [uniqe, gone.there]}]}]",
  });
  expect(diagnostics).toMatchObject([
    { code: "contract-invalid", severity: "warning", help: "add data_type: ... below the name" },
    { code: "test-unknown", severity: "warning", help: 'did you mean "unique"?' },
    { code: "test-unknown", severity: "warning", help: "add it to packages.yml and run etl deps" },
  ]);
});

test("a config of a test that stands beside config and in it is refused, as in dbt", async () => {
  const { diagnostics } = await parse({
    "models/a.sql": "select 1 as id",
    "models/s.yml":
      "models: [{name: a, columns: [{name: id, data_tests: [{unique: {severity: warn, config: {severity: error}}}]}]}]",
  });
  expect(diagnostics).toMatchObject([
    {
      code: "test-invalid",
      severity: "error",
      message: 'the data test "unique" has "severity" both beside config and in it',
    },
  ]);
});

test("an empty loaded_at_field and an enabled that is no boolean are refused, as in dbt", async () => {
  const { diagnostics } = await parse({
    "models/s.yml":
      'sources: [{name: raw, loaded_at_field: "", tables: [{name: t, loaded_at_field: ""}, {name: u, loaded_at_field: null}]}]\n' +
      "saved_queries: [{name: weekly, config: {enabled: perhaps}, query_params: {metrics: []}}]\n",
  });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([
    { code: "properties-invalid", message: "loaded_at_field cannot be empty", place: { line: 1 } },
    { code: "properties-invalid", message: "loaded_at_field cannot be empty", place: { line: 1 } },
    { code: "config-value", message: expect.stringContaining('"enabled" of saved query "weekly"') },
  ]);
});

test("what refers to a disabled metric or function is told that it is disabled", async () => {
  const { diagnostics } = await parse({
    "models/a.sql": "{% set m = metric('people') %} select {{ function('twice') }}(1) as id",
    "models/s.yml":
      "metrics: [{name: people, label: People, type: derived, type_params: {expr: '1', metrics: []}, config: {enabled: false}}]",
    "functions/twice.sql": "select x * 2",
    "functions/s.yml":
      "functions: [{name: twice, config: {enabled: false}, arguments: [{name: x, data_type: int}], returns: {data_type: int}}]",
  });
  expect(diagnostics).toMatchObject([
    { code: "ref-disabled", message: 'model "a" refers to the metric "people", which is disabled' },
    { code: "function-not-found", message: "model \"a\" calls function('twice'), which is disabled" },
  ]);
});

test("a unit test of a model that asks is_incremental() says what it is, and gives `this` where it is true", async () => {
  const unit = (name: string, more: string) =>
    `  - {name: ${name}, model: inc, expect: {rows: [{id: 1}]}, given: [{input: ref('a'), rows: [{id: 1}]}${more}}\n`;
  const { diagnostics } = await parse({
    "models/a.sql": "select 1 as id",
    "models/inc.sql":
      "{{ config(materialized='incremental') }} select * from {{ ref('a') }}{% if is_incremental() %} where id > 1{% endif %}",
    "models/s.yml":
      "unit_tests:\n" +
      unit("silent", "]") +
      unit("lacks_this", "], overrides: {macros: {is_incremental: true}}") +
      unit("whole", "], overrides: {macros: {is_incremental: false}}") +
      unit("full", ", {input: this, rows: []}], overrides: {macros: {is_incremental: true}}") +
      unit("disabled", "], config: {enabled: false}"),
  });
  expect(diagnostics).toMatchObject([
    {
      code: "unit-test-invalid",
      message: expect.stringContaining('"silent" of "inc" does not say'),
      place: { line: 2 },
    },
    {
      code: "unit-test-invalid",
      message: expect.stringContaining('"lacks_this" of "inc" is incremental'),
      place: { line: 3 },
    },
  ]);
});

test("a list tests: at the top of a properties file is none that dbt reads", async () => {
  const { value, diagnostics } = await parse({
    "models/a.sql": "select 1 as id",
    "tests/single.sql": "select * from {{ ref('a') }} where false",
    "models/s.yml":
      "tests:\n  - name: single\n    config: {severity: warn}\n    sql: select * from {{ ref('a') }}\n  - no_name\n",
  });
  expect(diagnostics).toMatchObject([
    { code: "properties-key", help: 'did you mean "data_tests"?', place: { line: 1 } },
  ]);
  expect(value.manifest.resources.get("test.shop.single")?.config.get("severity")).toBe("ERROR");
});

test("a test of a package of which the project has one of the same name is not called while parsing", async () => {
  const { value, diagnostics } = await parse({
    "packages.yml": "packages: [{local: lib}]",
    "dbt_packages/lib/dbt_project.yml": "name: lib\nversion: '1.0'\n",
    "dbt_packages/lib/macros/same.sql":
      "{% test same(model, a, b=none) %}{{ config(fail_calc='sum(x)') }}{{ adapter.dispatch('test_same', 'lib')(model, a, b) }}{% endtest %}" +
      "{% macro default__test_same(model, a, b) %}select 1 as x{% endmacro %}",
    "macros/same.sql":
      "{% test same(model, a) %}{{ lib.test_same(model, a) }}{% endtest %}{% macro default__test_same(model, a) %}select 1 as x{% endmacro %}",
    "models/a.sql": "select 1 as id",
    "models/s.yml":
      "models:\n  - name: a\n    data_tests: [lib.same: {arguments: {a: \"{{ var('a', 1) }}\"}, config: {tags: [t]}}]\n",
  });
  expect(diagnostics).toEqual([]);
  const found = [...value.manifest.resources.values()].find(({ resourceType }) => resourceType === "test");
  expect(found?.config.get("fail_calc")).toBe("count(*)");
  const written = JSON.parse(manifestText(value.manifest, value.shared));
  expect(written.nodes[found?.id ?? ""].depends_on.macros.sort()).toEqual([
    "macro.dbt.get_where_subquery",
    "macro.lib.test_same",
    "macro.shop.test_same",
  ]);
});

test("what switches the models of a project off switches its hooks off, too", async () => {
  const { value } = await parse({
    "dbt_project.yml": `${PROJECT}on-run-end: [select 1]\nmodels: {shop: {+enabled: false}}\n`,
    "models/a.sql": "select 1 as id",
  });
  expect([...value.manifest.resources.keys()]).toEqual([]);
  expect([...value.manifest.disabled.keys()]).toEqual(["model.shop.a", "operation.shop.shop-on-run-end-0"]);
});

test("the config of a version is laid over its model's: lists of the version first, what stands beside v is nothing", async () => {
  const { value } = await parse({
    "models/a_v1.sql": "select 1 as id",
    "models/a_v2.sql": "{{ config(tags=['file']) }}select 1 as id",
    "models/m.yml": `models:
  - name: a
    config: {tags: [base], meta: {a: 1, list: [1]}, materialized: table, access: public}
    docs: {show: false}
    versions:
      - {v: 1, config: {tags: [one], meta: {b: 2, list: [2]}, materialized: view}}
      - {v: 2, access: private, docs: {show: true}, config: {tags: two}}
`,
  });
  const manifest = JSON.parse(manifestText(value.manifest, value.shared));
  const of = (v: number) => manifest.nodes[`model.shop.a.v${v}`];
  expect(of(1).config).toMatchObject({
    tags: ["one", "base"],
    meta: { a: 1, b: 2, list: [2, 1] },
    materialized: "view",
    access: "public",
  });
  expect(of(1).unrendered_config.tags).toEqual(["one", "base"]);
  expect(of(2).config).toMatchObject({ tags: ["two", "file"], access: "public", docs: { show: false } });
});

test("tests take a version 0 for none, as in dbt", async () => {
  const { value } = await parse({
    "models/a_v0.sql": "select 1 as id",
    "models/a_v1.sql": "select 1 as id",
    "models/m.yml": `models:
  - {name: a, latest_version: 0, columns: [{name: id, data_tests: [not_null]}], versions: [{v: 0}, {v: 1}]}
`,
  });
  const { nodes, parent_map } = JSON.parse(manifestText(value.manifest, value.shared));
  const tests = Object.keys(nodes).filter((id) => id.startsWith("test."));
  expect(tests.map((id) => [nodes[id].name, parent_map[id]])).toEqual([
    ["not_null_a_id", ["model.shop.a.v0"]],
    ["not_null_a_v1_id", ["model.shop.a.v1"]],
  ]);
});

test("the config quoting of a node changes no name of a relation, as in dbt; that of the project does", async () => {
  const { value } = await parse({
    "dbt_project.yml": `${PROJECT}quoting: {identifier: false, schema: false, database: false}\nmodels: {+quoting: {identifier: true}}\n`,
    "models/a.sql": "select 1 as id",
  });
  const { nodes } = JSON.parse(manifestText(value.manifest, value.shared));
  expect(nodes["model.shop.a"].relation_name).toMatch(/^[\w.]+\.a$/);
  expect(nodes["model.shop.a"].config.quoting).toEqual({ identifier: true });
});

test("texts of a model of plain calls keep their backslashes, as in dbt's static parser; rendered ones do not", async () => {
  const { value } = await parse({
    "models/read.sql": String.raw`{{ config(meta={'a': '\d+\n', 'b': ["it\"s"], 'c': True}) }} select 1`,
    "models/number.sql": String.raw`{{ config(meta={'a': '\t', 'b': 1}) }} select 1`,
    "models/block.sql": String.raw`{% set x = 1 %}{{ config(meta={'a': '\t'}) }} select 1`,
    "models/trimmed.sql": String.raw`{{- config(meta={'a': '\t'}) -}} select 1`,
  });
  const metas = [...value.manifest.resources.values()].map((one) => [
    one.name,
    Object.fromEntries((one as Model).meta),
  ]);
  expect(Object.fromEntries(metas)).toEqual({
    read: { a: String.raw`\d+\n`, b: [String.raw`it\"s`], c: true },
    number: { a: "\t", b: 1 },
    block: { a: "\t" },
    trimmed: { a: "\t" },
  });
});
