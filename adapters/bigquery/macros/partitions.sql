{#
  Partitions. `partition` is what adapter.parse_partition_by() gives: field, data_type, granularity, range,
  time_ingestion_partitioning, copy_partitions. A table that is partitioned by arrival has the pseudo-column _PARTITIONTIME
  in place of the field.
#}

{% macro bigquery__partition_column(partition) -%}
  {{ '_PARTITIONTIME' if partition.time_ingestion_partitioning else partition.field }}
{%- endmacro %}


{# The expression that a table is partitioned by. #}
{% macro bigquery__partition_value(partition, alias=none) -%}
  {%- set by_arrival = '_PARTITIONDATE' if partition.data_type == 'date' else '_PARTITIONTIME' -%}
  {%- set column = (alias ~ '.' if alias else '') ~ (by_arrival if partition.time_ingestion_partitioning else partition.field) -%}
  {%- set is_whole = partition.data_type == 'int64' or (partition.data_type == 'date' and partition.granularity == 'day') -%}
  {{ column if is_whole else partition.data_type ~ '_trunc(' ~ column ~ ', ' ~ partition.granularity ~ ')' }}
{%- endmacro %}


{# The same for any value of the column: of a range the number that its partition begins with. #}
{% macro bigquery__partition_of(partition, alias=none) -%}
  {%- set value = bigquery__partition_value(partition, alias) -%}
  {%- if partition.data_type == 'int64' and partition.range -%}
    ({{ value }} - mod({{ value }} - {{ partition.range.start }}, {{ partition.range.interval }}))
  {%- elif partition.data_type == 'date' and partition.granularity == 'day' and not partition.time_ingestion_partitioning -%}
    date({{ value }})
  {%- else -%}
    {{ value }}
  {%- endif -%}
{%- endmacro %}


{# Columns of a query without the one whose place _PARTITIONTIME takes. #}
{% macro bigquery__columns_without_partition(partition, sql) -%}
  {%- set columns = [] -%}
  {%- for column in adapter.get_column_schema_from_query(sql) if column.name | lower != partition.field | lower and '.' not in column.name -%}
    {%- do columns.append(column) -%}
  {%- endfor -%}
  {%- do return(columns) -%}
{%- endmacro %}


{# The same with their types, as `create table` takes them. #}
{% macro bigquery__columns_by_arrival(partition, sql) -%}
  {%- for column in bigquery__columns_without_partition(partition, sql) -%}
    {{ column.quoted }} {{ column.data_type }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}


{# Rows of a query for a table that is partitioned by arrival. #}
{% macro bigquery__rows_by_arrival(partition, sql) -%}
  select timestamp({{ partition.field }}) as _PARTITIONTIME, * except ({{ partition.field }})
  from (
    {{ sql }}
  )
{%- endmacro %}


{% macro bigquery__insert_by_arrival(relation, partition, sql) -%}
  insert into {{ relation }} (_PARTITIONTIME, {{ bigquery__columns_without_partition(partition, sql) | map(attribute='quoted') | join(', ') }})
  {{ bigquery__rows_by_arrival(partition, sql) }}
{%- endmacro %}


{# `_dbt_max_partition` in a model's query: the last partition of its table, told by a variable before the statement. #}
{% macro declare_dbt_max_partition(relation, partition_by, compiled_code, language='sql') -%}
  {%- if '_dbt_max_partition' in compiled_code -%}
    declare _dbt_max_partition {{ bigquery__type_of_partition(partition_by) }} default (
      select max({{ bigquery__partition_column(partition_by) }}) from {{ this }}
      where {{ bigquery__partition_column(partition_by) }} is not null
    );
  {%- endif -%}
{%- endmacro %}


{% macro bigquery__type_of_partition(partition) -%}
  {%- set by_arrival = 'date' if partition.data_type == 'date' else 'timestamp' -%}
  {{ by_arrival if partition.time_ingestion_partitioning else partition.data_type }}
{%- endmacro %}


{# For projects: the ids of a table's partitions. #}
{% macro get_partitions_metadata(table) -%}
  {%- if execute -%}
    {%- do return(run_query(
      'select partition_id from ' ~ adapter.quote(table.database) ~ '.' ~ adapter.quote(table.schema)
      ~ '.INFORMATION_SCHEMA.PARTITIONS where table_name = ' ~ dbt.text_literal(table.identifier))) -%}
  {%- endif -%}
  {%- do return(none) -%}
{%- endmacro %}


{# For projects: a table of tables, one a day. #}
{% macro date_sharded_table(base_name) %}
  {%- do return(base_name ~ '[DBT__PARTITION_DATE]') -%}
{% endmacro %}


{#
  True when `create or replace table` may take the place of a table: BigQuery replaces none that is partitioned or
  clustered otherwise.
#}
{% macro bigquery__is_replaceable(relation, partition, cluster_by) %}
  {%- set table = adapter.get_bq_table(relation) -%}
  {%- if table is none -%}
    {%- do return(true) -%}
  {%- endif -%}
  {%- set clusters = [cluster_by] if cluster_by is string else (cluster_by or []) -%}
  {%- set existing = (table.get('clustering') or {}).get('fields') or [] -%}
  {%- if (clusters | map('lower') | list) != (existing | map('lower') | list) -%}
    {%- do return(false) -%}
  {%- endif -%}
  {%- do return(bigquery__is_partitioned_as(table, partition)) -%}
{% endmacro %}


{% macro bigquery__is_partitioned_as(table, partition) %}
  {%- set by_time, by_range = table.get('timePartitioning'), table.get('rangePartitioning') -%}
  {%- if partition is none -%}
    {%- do return(not by_time and not by_range) -%}
  {%- elif partition.data_type == 'int64' -%}
    {%- if not by_range -%}
      {%- do return(false) -%}
    {%- endif -%}
    {%- set range = by_range.get('range', {}) -%}
    {%- set same = namespace(value=by_range.get('field', '') | lower == partition.field | lower) -%}
    {%- for end in ['start', 'end', 'interval'] if range.get(end) | string != partition.range.get(end) | string -%}
      {%- set same.value = false -%}
    {%- endfor -%}
    {%- do return(same.value) -%}
  {%- elif not by_time -%}
    {%- do return(false) -%}
  {%- endif -%}
  {%- set field = '' if partition.time_ingestion_partitioning else partition.field -%}
  {%- do return(
    (by_time.get('field') or '') | lower == field | lower
    and (by_time.get('type') or 'DAY') | lower == partition.granularity) -%}
{% endmacro %}
