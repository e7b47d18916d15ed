{#
  Times of a snapshot's versions, and the warning when updated_at and the clock have different types.
#}

{# The names of the columns that a snapshot adds, where snapshot_meta_column_names does not change them. #}
{% macro get_snapshot_table_column_names() %}
  {%- set names = {} -%}
  {%- for name in ['dbt_valid_to', 'dbt_valid_from', 'dbt_scd_id', 'dbt_updated_at', 'dbt_is_deleted'] -%}
    {%- do names.update({name: name}) -%}
  {%- endfor -%}
  {%- do return(names) -%}
{% endmacro %}


{# The end of a version that is still valid: null or `dbt_valid_to_current`, with the type of updated_at. #}
{% macro get_dbt_valid_to_current(strategy, columns) -%}
  {%- set end = config.get('dbt_valid_to_current') or 'null' -%}
  case when false then {{ strategy.updated_at }} else {{ end }} end as {{ columns.dbt_valid_to }}
{%- endmacro %}


{# Condition for the versions of the history that are still valid. #}
{% macro snapshot_is_current(columns, qualifier='') -%}
  {%- set valid_to = qualifier ~ columns.dbt_valid_to -%}
  {%- set current = config.get('dbt_valid_to_current') -%}
  {%- if current -%}
    ({{ equals(valid_to, current | trim) | trim }} or {{ valid_to }} is null)
  {%- else -%}
    {{ valid_to }} is null
  {%- endif -%}
{%- endmacro %}


{%- macro snapshot_get_time() -%}
  {%- do return(adapter.dispatch('snapshot_get_time', 'dbt')()) -%}
{%- endmacro -%}

{% macro default__snapshot_get_time() -%}
  {{ current_timestamp() }}
{%- endmacro %}


{% macro snapshot_string_as_time(timestamp) -%}
  {%- do return(adapter.dispatch('snapshot_string_as_time', 'dbt')(timestamp)) -%}
{%- endmacro %}

{% macro default__snapshot_string_as_time(timestamp) %}
  {%- do exceptions.raise_not_implemented('The ' ~ adapter.type() ~ ' adapter has no snapshot_string_as_time') -%}
{% endmacro %}


{% macro get_snapshot_get_time_data_type() %}
  {%- set columns = get_column_schema_from_query('select ' ~ snapshot_get_time() ~ ' as dbt_snapshot_time') -%}
  {%- do return(columns[0].dtype or none) -%}
{% endmacro %}


{% macro get_updated_at_column_data_type(snapshot_sql) %}
  {%- set matches = get_column_schema_from_query(snapshot_sql) | selectattr('column', 'in', ['dbt_updated_at', 'DBT_UPDATED_AT']) | list -%}
  {%- do return(matches[-1].dtype if matches else none) -%}
{% endmacro %}


{% macro check_time_data_types(sql) %}
  {%- if exceptions.warn_snapshot_timestamp_data_types -%}
    {%- set updated_at_type = get_updated_at_column_data_type(sql) -%}
    {%- set clock_type = get_snapshot_get_time_data_type() if updated_at_type is not none -%}
    {%- if updated_at_type is not none and clock_type is not none and updated_at_type != clock_type -%}
      {%- do exceptions.warn_snapshot_timestamp_data_types(clock_type, updated_at_type) -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}
