// A small project with a file of every kind that `etl` reads, so that each reader has something to misread.

type Files = Readonly<Record<string, string>>;

const settings: Files = {
  "dbt_project.yml": `name: shop
version: "1.0"
profile: shop
require-dbt-version: [">=1.0.0", "<3.0.0"]
on-run-start: ["select 1"]
on-run-end: "select {{ results | length }}"
dispatch: [{macro_namespace: dbt, search_order: [shop, dbt]}]
quoting: {identifier: true}
query-comment: {comment: "run {{ target.name }}", append: true}
flags: {send_anonymous_usage_stats: false, warn_error_options: {silence: [key-unknown]}}
models:
  +materialized: "{{ 'table' if target.name == 'prod' else 'view' }}"
  shop: {marts: {+tags: [daily], +post-hook: ["select 1"], +meta: {owner: x}}}
seeds: {shop: {orders: {+column_types: {amount: "decimal(10,2)"}}}}
snapshots: {+target_schema: history}
data_tests: {+severity: warn, +limit: 5}
`,
  "profiles.yml": `shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: ":memory:"
      threads: 2
      settings: {memory_limit: 500MB}
`,
  "packages.yml": `packages:
  - local: inner
`,
  "package-lock.yml": `packages:
  - local: inner
    name: inner
sha1_hash: 8fc9ab8f0a6bd0d6a2fe4a4d0fe5c2ed6a3b0a42
`,
  "selectors.yml": `selectors:
  - name: daily
    definition:
      union:
        - method: tag
          value: daily
          children: true
        - exclude: [{method: path, value: models/staging}]
        - "config.materialized:view"
`,
  "vars.yml": "vars: {first_day: 2026-01-01, shop: {batch: 1}}\n",
  ".env": 'SHOP_SCHEMA=main\nexport SHOP_OTHER="two words"\n',
  ".user.yml": "id: 0a1b2c3d-0000-4000-8000-000000000000\n",
  ".dbtignore": "models/ignored/\n*.bak\n",
  "inner/dbt_project.yml": "name: inner\nversion: '1.0'\n",
  "inner/macros/twice.sql": "{% macro twice(x) %}{{ x }} * 2{% endmacro %}\n",
};

const templates: Files = {
  "macros/cents.sql": `{% macro cents(column, digits=2) -%}
  round({{ column }} / 100.0, {{ digits }})
{%- endmacro %}
{% test positive(model, column_name, least=0) %}
select * from {{ model }} where {{ column_name }} <= {{ least }}
{% endtest %}
{% macro hello(name) %}{% do log("hello " ~ name, info=true) %}{{ return(name | upper) }}{% endmacro %}
`,
  "models/staging/stg_orders.sql": `{{ config(materialized='view', tags=['daily']) }}
{% set columns = ['id', 'customer'] %}
select {% for column in columns %}{{ column }}{{ "," if not loop.last }} {% endfor %},
  {{ cents('amount') }} as amount, cast(ordered_on as date) as ordered_on
from {{ ref('orders') }}
`,
  "models/marts/customers.sql": `{{ config(materialized='table') }}
select customer, sum(amount) as revenue, '{{ var("first_day") }}' as since, '{{ env_var("SHOP_OTHER", "x") }}' as other
from {{ ref('stg_orders') }} group by customer
`,
  "models/marts/all_events.sql": `{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert', on_schema_change='append_new_columns') }}
select * from {{ ref('events') }}
{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
`,
  "models/ephemeral.sql": "{{ config(materialized='ephemeral') }} select 1 as id\n",
  "models/uses.sql":
    "-- depends_on: {{ ref('events') }}\nselect {{ inner.twice(2) }} as four, * from {{ ref('ephemeral') }}, {{ source('raw', 'events') }}\n",
  "snapshots/history.sql": `{% snapshot customers_history %}
{{ config(strategy='check', unique_key='customer', check_cols=['revenue'], hard_deletes='invalidate') }}
select * from {{ ref('customers') }}
{% endsnapshot %}
`,
  "tests/no_negative.sql": "select * from {{ ref('customers') }} where revenue < 0\n",
  "analyses/top.sql": "select * from {{ ref('customers') }} order by revenue desc limit 3\n",
  "models/docs.md": "{% docs orders %}\nOne row an *order*.\n{% enddocs %}\n",
};

const properties: Files = {
  "models/schema.yml": `version: 2
models:
  - name: stg_orders
    description: "{{ doc('orders') }}"
    config: {meta: {a: 1}, contract: {enforced: false}}
    columns:
      - name: id
        data_type: integer
        data_tests:
          - unique
          - not_null: {config: {severity: warn, where: "id > 0"}}
          - relationships: {arguments: {to: ref('orders'), field: id}}
      - name: customer
        data_tests: [{accepted_values: {arguments: {values: [ann, bob]}, name: known_customers}}]
      - {name: amount, data_tests: [positive]}
  - name: customers
    access: public
    group: finance
    latest_version: 1
    versions: [{v: 1, defined_in: customers}]
sources:
  - name: raw
    schema: main
    loaded_at_field: happened_at
    config: {freshness: {warn_after: {count: 1, period: day}}}
    tables: [{name: events, identifier: events, columns: [{name: id, data_tests: [unique]}]}]
exposures:
  - {name: board, type: dashboard, owner: {email: a@b.c}, depends_on: [ref('customers')]}
groups: [{name: finance, owner: {name: F}}]
unit_tests:
  - name: adds_up
    model: customers
    given: [{input: ref('stg_orders'), rows: [{customer: ann, amount: 1}, {customer: ann, amount: 2}]}]
    expect: {rows: [{customer: ann, revenue: 3}]}
    overrides: {vars: {first_day: 2026-01-02}}
semantic_models:
  - name: orders
    model: ref('stg_orders')
    defaults: {agg_time_dimension: ordered_on}
    entities: [{name: id, type: primary}]
    dimensions: [{name: ordered_on, type: time, type_params: {time_granularity: day}}]
    measures: [{name: total, agg: sum, expr: amount}]
metrics:
  - {name: total, label: Total, type: simple, type_params: {measure: total}}
saved_queries:
  - {name: totals_by_day, query_params: {metrics: [total], group_by: ["TimeDimension('id__ordered_on', 'day')"]}}
`,
  "macros/macros.yml": "macros: [{name: cents, description: d, arguments: [{name: column, type: string}]}]\n",
  "snapshots/more.yml":
    "snapshots: [{name: orders_history, relation: ref('orders'), config: {strategy: timestamp, unique_key: id, updated_at: ordered_on}}]\n",
  "seeds/seeds.yml":
    "seeds: [{name: orders, config: {quote_columns: false, delimiter: ','}, columns: [{name: id}]}]\n",
};

const seeds: Files = {
  "seeds/orders.csv":
    'id,customer,amount,ordered_on\n1,ann,1000,2026-01-01\n2,bob,2550,2026-01-02\n3,"ann ""a""",-5,\n',
  "seeds/raw/events.csv": "id,happened_at,kind\n1,2026-01-01 10:00:00,open\n2,2026-01-01 11:00:00,close\n",
};

/** Path to text, for each kind of file. */
export const fuzzFiles = { settings, templates, properties, seeds } as const;

/** The whole project. */
export const fuzzProject: Files = { ...settings, ...templates, ...properties, ...seeds };
