// Small projects, one for each thing that the adapter builds: what they send is kept (golden.test.ts), and they are built on
// the emulator (emulator.test.ts).

import { model } from "../adapter/lab.ts";

const people = "select 1 as id, 'a' as name, date '2024-01-01' as day";
const incremental = (config: string, sql = people): string =>
  model(`materialized='incremental', ${config}`, sql);

/** What is sent by building it, then again. */
export const subjects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  view: { "models/v.sql": people },
  table: { "models/t.sql": model("materialized='table'", people) },
  "table with options": {
    "models/t.sql": model(
      "materialized='table', partition_by={'field': 'day', 'data_type': 'date', 'granularity': 'month'}, cluster_by=['id', 'name'], labels={'team': 'it\\'s'}, hours_to_expiration=4, require_partition_filter=true, partition_expiration_days=7, kms_key_name='projects/p/key'",
      people,
    ),
  },
  "table by range": {
    "models/t.sql": model(
      "materialized='table', partition_by={'field': 'id', 'data_type': 'int64', 'range': {'start': 0, 'end': 100, 'interval': 10}}",
      people,
    ),
  },
  append: { "models/i.sql": incremental("incremental_strategy='append'") },
  merge: { "models/i.sql": incremental("unique_key='id'") },
  "merge by two keys": {
    "models/i.sql": incremental(
      "unique_key=['id', 'name'], merge_exclude_columns=['name'], incremental_predicates=['DBT_INTERNAL_DEST.id > 0']",
    ),
  },
  "delete+insert": {
    "models/i.sql": incremental("incremental_strategy='delete+insert', unique_key=['id', 'name']"),
  },
  "merge with a filter": {
    "models/i.sql": incremental(
      "unique_key='id', partition_by={'field': 'day', 'data_type': 'date'}, require_partition_filter=true",
    ),
  },
  "insert_overwrite of partitions of the rows": {
    "models/i.sql": incremental(
      "incremental_strategy='insert_overwrite', partition_by={'field': 'day', 'data_type': 'date'}",
    ),
  },
  "insert_overwrite of named partitions": {
    "models/i.sql": incremental(
      "incremental_strategy='insert_overwrite', partition_by={'field': 'day', 'data_type': 'date'}, partitions=[\"date '2024-01-01'\"]",
    ),
  },
  "insert_overwrite by copies": {
    "models/i.sql": incremental(
      "incremental_strategy='insert_overwrite', partition_by={'field': 'day', 'data_type': 'date', 'copy_partitions': true}",
    ),
  },
  "merge, partitioned by arrival": {
    "models/i.sql": incremental(
      "unique_key='id', partition_by={'field': 'day', 'data_type': 'date', 'time_ingestion_partitioning': true}",
    ),
  },
  "insert_overwrite, partitioned by arrival in hours": {
    "models/i.sql": incremental(
      "incremental_strategy='insert_overwrite', partition_by={'field': 'seen', 'data_type': 'timestamp', 'granularity': 'hour', 'time_ingestion_partitioning': true}",
      "select 1 as id, timestamp '2024-01-01 10:30:00' as seen",
    ),
  },
  "the last partition": {
    "models/i.sql": incremental(
      "incremental_strategy='insert_overwrite', partition_by={'field': 'day', 'data_type': 'date'}, partitions=[\"date '2024-01-01'\"]",
      `${people}{% if is_incremental() %} from (select 1) where date '2024-01-01' >= _dbt_max_partition{% endif %}`,
    ),
  },
  "columns that change": {
    "models/i.sql": incremental(
      "on_schema_change='sync_all_columns', unique_key='id'",
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
    "models/t.sql": model(
      "materialized='table'",
      "select 1 as id, 'a' as name, struct(1 as x, struct('b' as z) as y) as nested",
    ),
    "models/t.yml": `models:
  - name: t
    description: it's a table
    config: {contract: {enforced: true}, persist_docs: {relation: true, columns: true}}
    constraints: [{type: primary_key, columns: [id], warn_unenforced: false}]
    columns:
      - {name: id, data_type: int64, description: the key, constraints: [{type: not_null}], data_tests: [unique, {not_null: {config: {store_failures: true}}}]}
      - {name: name, data_type: string, policy_tags: [projects/p/tag]}
      - {name: nested.x, data_type: int64, description: inside}
      - {name: nested.y.z, data_type: string}
unit_tests:
  - {name: u, model: t, given: [], expect: {rows: [{id: 1, name: a}]}}
`,
  },
  "a materialized view": {
    "models/t.sql": model("materialized='table'", people),
    "models/m.sql": model(
      "materialized='materialized_view', cluster_by='id'",
      "select id from {{ ref('t') }}",
    ),
  },
  rights: {
    "models/t.sql": model(
      "materialized='table', grants={'roles/bigquery.dataViewer': ['user:a@b.c']}",
      people,
    ),
    "models/v.sql": model(
      "materialized='view', grant_access_to=[{'project': 'test-project', 'dataset': 'main'}]",
      "select * from {{ ref('t') }}",
    ),
  },
  "a copy": {
    "models/t.sql": model("materialized='table'", people),
    "models/c.sql": model("materialized='copy'", "{{ ref('t') }}"),
  },
  "functions in other languages": {
    "functions/in_python.py": "def main(x):\n  return x * 2  # '''\n",
    "functions/in_js.js": "return x * 2;\n",
    "functions/total.sql": "sum(x) / count(*)",
    "functions/f.yml": `functions:
  - {name: in_python, config: {runtime_version: '3.11', entry_point: main, packages: [numpy, pandas]}, arguments: [{name: x, data_type: int64}], returns: {data_type: int64}}
  - {name: in_js, config: {volatility: deterministic}, arguments: [{name: x, data_type: float64}], returns: {data_type: float64}}
  - {name: total, config: {type: aggregate}, arguments: [{name: x, data_type: float64}], returns: {data_type: float64}}
`,
  },
  "iceberg tables": {
    "catalogs.yml": `catalogs:
  - name: lake
    write_integrations:
      - name: lake_prod
        catalog_type: biglake_metastore
        table_format: iceberg
        file_format: parquet
        external_volume: 'gs://lake'
`,
    "models/t.sql": model(
      "materialized='table', catalog_name='lake', base_location_root='root', base_location_subpath='sub', cluster_by='id'",
      people,
    ),
    "models/own.sql": model(
      "materialized='table', catalog_name='managed_iceberg', storage_uri='gs://mine/own'",
      people,
    ),
    "models/i.sql": incremental(
      "unique_key='id', catalog_name='lake', on_schema_change='append_new_columns'",
    ),
  },
};

const READS_TABLES = "its MERGE reads tables only";
const NO_COLUMNS = "its dry runs tell no columns";

/** What the emulator does not do, by the names of subjects. */
export const emulatorCannot: Readonly<Record<string, string>> = {
  merge: READS_TABLES,
  "merge by two keys": READS_TABLES,
  "merge with a filter": READS_TABLES,
  "insert_overwrite of partitions of the rows": READS_TABLES,
  "insert_overwrite of named partitions": READS_TABLES,
  "the last partition": READS_TABLES,
  "insert_overwrite by copies": "it has no copy jobs",
  "columns that change": "it forgets columns that ALTER TABLE adds",
  snapshot: NO_COLUMNS,
  "merge, partitioned by arrival": NO_COLUMNS,
  "insert_overwrite, partitioned by arrival in hours": NO_COLUMNS,
  "a materialized view": "it has none",
  rights: "it keeps no rights",
  "a copy": "it has no copy jobs",
  "functions in other languages": "it runs functions in SQL and JavaScript only",
  "iceberg tables": "it has no buckets",
};
