{#
  Queries of a snapshot: the first version of all rows, and the changes since the last run. Each change has a
  dbt_change_type: "insert" is a new version, "update" and "delete" end the version with their dbt_scd_id.
#}

{% macro build_snapshot_table(strategy, sql) -%}
  {%- do return(adapter.dispatch('build_snapshot_table', 'dbt')(strategy, sql)) -%}
{%- endmacro %}

{% macro default__build_snapshot_table(strategy, sql) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  select
    *,
    {{ strategy.scd_id }} as {{ columns.dbt_scd_id }},
    {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
    {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
    {{ get_dbt_valid_to_current(strategy, columns) }}
    {%- if strategy.hard_deletes == 'new_record' %},
    'False' as {{ columns.dbt_is_deleted }}
    {%- endif %}
  from (
    {{ sql }}
  ) as first_versions
{%- endmacro %}


{% macro snapshot_staging_table(strategy, source_sql, target_relation) -%}
  {%- do return(adapter.dispatch('snapshot_staging_table', 'dbt')(strategy, source_sql, target_relation)) -%}
{%- endmacro %}

{#
  `snapshotted_data` are the current versions, `source_data` the rows of the query: the strategy's row_changed names
  both. The branches of the union have their columns in the same order: the query's, the keys, dbt_updated_at,
  dbt_valid_from, dbt_valid_to, dbt_scd_id and, where deletions are recorded, dbt_is_deleted.
#}
{% macro default__snapshot_staging_table(strategy, source_sql, target_relation) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- set keys = strategy.unique_key -%}
  {%- set records_deletes = strategy.hard_deletes == 'new_record' -%}
  {%- set finds_deletes = records_deletes or strategy.hard_deletes == 'invalidate' -%}
  {%- set was_deleted = 'snapshotted_data.' ~ columns.dbt_is_deleted ~ " = 'True'" -%}
  {%- set changed -%}
    ({{ strategy.row_changed }}{{ ' or ' ~ was_deleted if records_deletes }})
  {%- endset -%}
  with snapshot_query as (
    {{ source_sql }}
  ),

  snapshotted_data as (
    select *, {{ unique_key_fields(keys) }}
    from {{ target_relation }}
    where {{ snapshot_is_current(columns) }}
  ),

  new_versions as (
    select
      *,
      {{ unique_key_fields(keys) }},
      {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
      {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
      {{ get_dbt_valid_to_current(strategy, columns) }},
      {{ strategy.scd_id }} as {{ columns.dbt_scd_id }}
    from snapshot_query
  ),

  version_ends as (
    select
      *,
      {{ unique_key_fields(keys) }},
      {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
      {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
      {{ strategy.updated_at }} as {{ columns.dbt_valid_to }}
    from snapshot_query
  )

  {%- if finds_deletes %},

  present_rows as (
    select *, {{ unique_key_fields(keys) }}
    from snapshot_query
  )
  {%- endif %}

  select
    'insert' as dbt_change_type,
    source_data.*
    {{- ", 'False' as " ~ columns.dbt_is_deleted if records_deletes }}
  from new_versions as source_data
  left join snapshotted_data on {{ unique_key_join_on(keys, 'snapshotted_data', 'source_data') }}
  where {{ unique_key_is_null(keys, 'snapshotted_data') }} or {{ changed }}

  union all

  select
    'update' as dbt_change_type,
    source_data.*,
    snapshotted_data.{{ columns.dbt_scd_id }}
    {{- ', snapshotted_data.' ~ columns.dbt_is_deleted if records_deletes }}
  from version_ends as source_data
  join snapshotted_data on {{ unique_key_join_on(keys, 'snapshotted_data', 'source_data') }}
  where {{ changed }}

  {%- if finds_deletes %}

  union all

  select
    'delete' as dbt_change_type,
    source_data.*,
    {{ snapshot_get_time() }} as {{ columns.dbt_updated_at }},
    {{ snapshot_get_time() }} as {{ columns.dbt_valid_from }},
    {{ snapshot_get_time() }} as {{ columns.dbt_valid_to }},
    snapshotted_data.{{ columns.dbt_scd_id }}
    {{- ', snapshotted_data.' ~ columns.dbt_is_deleted if records_deletes }}
  {{ snapshot_vanished_rows(strategy, columns) }}
  {%- endif %}

  {%- if records_deletes %}

  union all

  {{ snapshot_deletion_records(strategy, source_sql, target_relation, columns) }}
  {%- endif %}
{%- endmacro %}


{#
  From and where of the current versions whose key the query no longer gives. A version that already records the
  deletion is left alone.
#}
{% macro snapshot_vanished_rows(strategy, columns) -%}
  {%- set keys = strategy.unique_key -%}
  from snapshotted_data
  left join present_rows as source_data on {{ unique_key_join_on(keys, 'snapshotted_data', 'source_data') }}
  where {{ unique_key_is_null(keys, 'source_data') }}
  {%- if strategy.hard_deletes == 'new_record' %}
    {%- set current = config.get('dbt_valid_to_current') %}
    and not (
      snapshotted_data.{{ columns.dbt_is_deleted }} = 'True'
      and snapshotted_data.{{ columns.dbt_valid_to }} {{ '= ' ~ current if current else 'is null' }}
    )
  {%- endif -%}
{%- endmacro %}


{# hard_deletes "new_record": a version that says that the row is gone, with the last known values. #}
{% macro snapshot_deletion_records(strategy, source_sql, target_relation, columns) -%}
  {%- set keys = strategy.unique_key -%}
  {%- set history_names = get_list_of_column_names(get_columns_in_relation(target_relation)) -%}
  select
    'insert' as dbt_change_type,
    {%- for name in get_columns_in_query(source_sql) %}
    {{ 'snapshotted_data' if name in history_names else 'source_data' }}.{{ adapter.quote(name) }},
    {%- endfor %}
    {%- if keys | is_list %}
    {%- for key in keys %}
    snapshotted_data.{{ key }} as dbt_unique_key_{{ loop.index }},
    {%- endfor %}
    {%- else %}
    snapshotted_data.dbt_unique_key as dbt_unique_key,
    {%- endif %}
    {{ snapshot_get_time() }} as {{ columns.dbt_updated_at }},
    {{ snapshot_get_time() }} as {{ columns.dbt_valid_from }},
    snapshotted_data.{{ columns.dbt_valid_to }} as {{ columns.dbt_valid_to }},
    {{ snapshot_hash_arguments([columns.dbt_scd_id, snapshot_get_time()]) }} as {{ columns.dbt_scd_id }},
    'True' as {{ columns.dbt_is_deleted }}
  {{ snapshot_vanished_rows(strategy, columns) }}
{%- endmacro %}


{% macro build_snapshot_staging_table(strategy, sql, target_relation) %}
  {%- set staging_relation = make_temp_relation(target_relation) -%}
  {%- set changes_sql = snapshot_staging_table(strategy, sql, target_relation) -%}
  {%- call statement('build_snapshot_staging_relation') -%}
    {{ create_table_as(True, staging_relation, changes_sql) }}
  {%- endcall -%}
  {%- do return(staging_relation) -%}
{% endmacro %}


{# For adapters whose staging table is not temporary. #}
{% macro post_snapshot(staging_relation) %}
  {%- do return(adapter.dispatch('post_snapshot', 'dbt')(staging_relation)) -%}
{% endmacro %}

{% macro default__post_snapshot(staging_relation) %}
{% endmacro %}
