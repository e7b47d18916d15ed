// Small projects, one for each thing that the adapter builds: what they send is kept (golden.test.ts).

import { model } from "../adapter/lab.ts";

const people = "select 1 as id, 'a' as name, timestamp '2024-01-01 10:00:00' as day";

/** What is sent by building it, then again. */
export const subjects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  view: { "models/v.sql": people },
  table: { "models/t.sql": model("materialized='table', properties={'format': \"'ORC'\"}", people) },
  "table, replaced": { "models/t.sql": model("materialized='table', on_table_exists='drop'", people) },
  append: { "models/i.sql": model("materialized='incremental'", people) },
  "delete+insert": {
    "models/i.sql": model(
      "materialized='incremental', incremental_strategy='delete+insert', unique_key='id'",
      people,
    ),
  },
  "delete+insert by two keys": {
    "models/i.sql": model(
      "materialized='incremental', incremental_strategy='delete+insert', unique_key=['id', 'name'], incremental_predicates=['id > 0']",
      people,
    ),
  },
  merge: {
    "models/i.sql": model(
      "materialized='incremental', incremental_strategy='merge', unique_key='id'",
      people,
    ),
  },
  "columns that change": {
    "models/i.sql": model(
      "materialized='incremental', on_schema_change='sync_all_columns', incremental_strategy='delete+insert', unique_key='id'",
      "select 1 as id {% if is_incremental() %}, 2 as more {% else %}, 'x' as gone {% endif %}",
    ),
  },
  snapshot: {
    "models/people.sql": people,
    "snapshots/s.yml":
      "snapshots: [{name: history, relation: ref('people'), config: {unique_key: id, strategy: check, check_cols: all, hard_deletes: new_record}}]",
  },
  seed: { "seeds/s.csv": "id,name,day\n1,it's,2024-01-31\n2,,\n" },
  "a contract, comments, tests": {
    "models/t.sql": model("materialized='table'", "select 1 as id, 'a' as name"),
    "models/t.yml": `models:
  - name: t
    description: it's a table
    config: {contract: {enforced: true}, persist_docs: {relation: true, columns: true}}
    columns:
      - {name: id, data_type: integer, description: the key, constraints: [{type: not_null}], data_tests: [unique, {not_null: {config: {store_failures: true}}}]}
      - {name: name, data_type: varchar}
unit_tests:
  - {name: u, model: t, given: [], expect: {rows: [{id: 1, name: a}]}}
`,
  },
  "a materialized view": {
    "models/t.sql": model("materialized='table'", people),
    "models/m.sql": model("materialized='materialized_view'", "select id from {{ ref('t') }}"),
  },
  "tables of a catalog": {
    "catalogs.yml": `catalogs:
  - name: lake
    write_integrations:
      - {name: prod, catalog_type: trino, file_format: parquet, external_volume: 's3://lake'}
`,
    "models/t.sql": model("materialized='table', catalog_name='lake', base_location_subpath='sub'", people),
    "models/u.sql": model(
      "materialized='table', catalog_name='lake', storage_uri='s3://mine', file_format='orc'",
      people,
    ),
    "models/i.sql": model(
      "materialized='incremental', catalog_name='lake', omit_base_location_root=true",
      people,
    ),
  },
};
