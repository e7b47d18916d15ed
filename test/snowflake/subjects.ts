// Small projects, one for each thing that the adapter builds: what they send is kept (golden.test.ts).

import { model } from "../adapter/lab.ts";

const people = "select 1 as id, 'a' as name, date '2024-01-01' as day";
const incremental = (config: string, sql = people): string =>
  model(`materialized='incremental', ${config}`, sql);

/** What is sent by building it, then again. */
export const subjects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  view: { "models/v.sql": people },
  "a secure view": {
    "models/v.sql": model(
      "secure=true, copy_grants=true, row_access_policy='policies.by_id on (id)', table_tag=\"team = 'it'\", persist_docs={'columns': true}",
      people,
    ),
    "models/v.yml": "models: [{name: v, columns: [{name: id, description: it's the key}]}]",
  },
  table: { "models/t.sql": model("materialized='table'", people) },
  "table with options": {
    "models/t.sql": model(
      "materialized='table', transient=false, cluster_by=['id', 'name'], automatic_clustering=true, copy_grants=true, copy_tags=true, row_access_policy='policies.by_id on (id)', table_tag=\"team = 'it'\", change_tracking=true",
      people,
    ),
  },
  "table for which names are quoted": {
    "dbt_project.yml":
      "name: shop\nprofile: shop\nquery-comment: null\nquoting: {schema: true, identifier: true}\n",
    "models/odd.sql": model("alias='Odd Name'", "select 1 as id"),
    "models/t.sql": model("materialized='table'", "select * from {{ ref('odd') }}"),
  },
  "a node's tag and warehouse": {
    "models/t.sql": model(
      "materialized='table', query_tag=\"it's mine\", snowflake_warehouse='large'",
      people,
    ),
  },
  append: { "models/i.sql": incremental("incremental_strategy='append'") },
  merge: { "models/i.sql": incremental("unique_key='id'") },
  "merge by two keys": {
    "models/i.sql": incremental(
      "unique_key=['id', 'name'], merge_exclude_columns=['day'], incremental_predicates=['DBT_INTERNAL_DEST.id > 0'], tmp_relation_type='table'",
    ),
  },
  "delete+insert": {
    "models/i.sql": incremental("incremental_strategy='delete+insert', unique_key='id'"),
  },
  "delete+insert with a transient table": {
    "models/i.sql": incremental(
      "incremental_strategy='delete+insert', unique_key='id', tmp_relation_type='transient'",
    ),
  },
  insert_overwrite: {
    "models/i.sql": incremental(
      "incremental_strategy='insert_overwrite', overwrite_columns=['id', 'name', 'day']",
    ),
  },
  microbatch: {
    "models/i.sql": incremental(
      "incremental_strategy='microbatch', event_time='day', batch_size='year', begin='2024-01-01'",
      "select * from {{ ref('events') }}",
    ),
    "models/events.sql": model(
      "materialized='table', event_time='day'",
      "select 1 as id, cast('2024-01-01' as timestamp_ntz) as day",
    ),
  },
  "columns that change": {
    "models/i.sql": incremental(
      "on_schema_change='sync_all_columns', unique_key='id'",
      "select 1 as id {% if is_incremental() %}, 2 as more, cast(1.5 as number(10, 2)) as amount {% else %}, 'x' as gone {% endif %}",
    ),
  },
  "a watermark": {
    "models/i.sql": incremental(
      "incremental_strategy='append', watermark={'column': 'day'}",
      "select * from (select 1 as id, cast('2024-01-01' as timestamp_ntz) as day) {% if is_incremental() %} where {{ watermark_filter() }} {% endif %}",
    ),
  },
  snapshot: {
    "models/people.sql": people,
    "snapshots/s.yml":
      "snapshots: [{name: history, relation: ref('people'), config: {unique_key: id, strategy: check, check_cols: all, hard_deletes: new_record}}]",
  },
  seed: { "seeds/s.csv": "id,name,day\n1,it's,2024-01-31\n2,,\n" },
  "a contract, comments, grants, tests": {
    "models/t.sql": model("materialized='table'", "select 1 as id, 'a' as name"),
    "models/t.yml": `models:
  - name: t
    description: it's a table
    config: {contract: {enforced: true}, persist_docs: {relation: true, columns: true}, grants: {select: [reader]}}
    columns:
      - {name: id, data_type: integer, description: the key, constraints: [{type: not_null}], data_tests: [unique, {not_null: {config: {store_failures: true}}}]}
      - {name: name, data_type: varchar}
unit_tests:
  - {name: u, model: t, given: [], expect: {rows: [{id: 1, name: a}]}}
`,
  },
  "a dynamic table": {
    "models/t.sql": model("materialized='table'", people),
    "models/d.sql": model(
      "materialized='dynamic_table', snowflake_warehouse='wh', target_lag='1 minute', refresh_mode='incremental', initialize='on_schedule', cluster_by='id'",
      "select id from {{ ref('t') }}",
    ),
  },
  "a function": {
    "functions/twice.sql": "x * 2",
    "functions/twice.yml":
      "functions: [{name: twice, config: {volatility: deterministic}, arguments: [{name: x, data_type: integer}], returns: {data_type: integer}}]",
    "models/v.sql": "select {{ function('twice') }}(2) as four",
  },
  "functions in other languages": {
    "functions/in_python.py": "def main(x):\n  return x * 2  # $$\n",
    "functions/in_js.js": "return x * 2;\n",
    "functions/total.py": "class Total:\n  def __init__(self):\n    self.sum = 0\n",
    "functions/f.yml": `functions:
  - {name: in_python, config: {runtime_version: '3.12', entry_point: main, packages: [numpy, pandas]}, arguments: [{name: x, data_type: integer, default_value: 1}], returns: {data_type: integer}}
  - {name: in_js, config: {volatility: deterministic}, arguments: [{name: x, data_type: float}], returns: {data_type: float}}
  - {name: total, config: {type: aggregate, runtime_version: '3.12', entry_point: Total}, arguments: [{name: x, data_type: integer}], returns: {data_type: integer}}
`,
    "models/v.sql": "select {{ function('in_python') }}(2) as four, {{ function('in_js') }}(2.0) as too",
  },
  "an iceberg table": {
    "models/t.sql": model(
      "materialized='table', table_format='iceberg', external_volume='lake', base_location_root='root', base_location_subpath='sub', partition_by=['id'], cluster_by='id', storage_serialization_policy='optimized', iceberg_version=3, max_data_extension_time_in_days=7",
      people,
    ),
    "models/m.sql": incremental(
      "unique_key='id', table_format='iceberg', external_volume='snowflake_managed'",
    ),
  },
  "iceberg tables of a catalog": {
    "catalogs.yml": `catalogs:
  - name: lake
    active_write_integration: prod
    write_integrations:
      - name: dev
        catalog_type: built_in
      - name: prod
        catalog_type: BUILT_IN
        table_format: iceberg
        external_volume: lake_volume
        adapter_properties: {change_tracking: true, data_retention_time_in_days: 3, storage_serialization_policy: COMPATIBLE}
`,
    "models/t.sql": model("materialized='table', catalog_name='LAKE', cluster_by='id'", people),
    "models/m.sql": incremental("unique_key='id', catalog_name='lake', data_retention_time_in_days=0"),
    "models/d.sql": model(
      "materialized='dynamic_table', snowflake_warehouse='wh', target_lag='1 minute', catalog_name='lake', transient=true",
      "select id from {{ ref('t') }}",
    ),
  },
  "tables of another catalog": {
    "catalogs.yml": `catalogs:
  - name: open
    write_integrations:
      - name: polaris
        catalog_type: iceberg_rest
        table_format: iceberg
        adapter_properties: {catalog_linked_database: db, target_file_size: 128MB, auto_refresh: true}
`,
    "models/t.sql": model(
      "materialized='table', catalog_name='open', partition_by=['id', 'bucket(16, name)']",
      people,
    ),
    "models/m.sql": incremental("unique_key='id', catalog_name='open', tmp_relation_type='view'"),
  },
  "tables of glue": {
    "catalogs.yml": `catalogs:
  - name: glue
    write_integrations:
      - name: glue_prod
        catalog_type: iceberg_rest
        adapter_properties: {catalog_linked_database: db, catalog_linked_database_type: glue}
`,
    "dbt_project.yml":
      "name: shop\nprofile: shop\nquery-comment: null\nquoting: {schema: true, identifier: true}\n",
    "models/t.sql": model(
      "materialized='table', catalog_name='glue', partition_by='ID'",
      "select 1 as id, 1.50 as amount, 'a' as name",
    ),
  },
};
