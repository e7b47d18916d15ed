{#
  Names of dbt-snowflake that macros of projects call, for what is called otherwise here.
#}

{% macro snowflake__get_incremental_append_sql(arg_dict) %}
  {%- do return(default__get_incremental_append_sql(arg_dict)) -%}
{% endmacro %}


{% macro snowflake__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) %}
  {%- do return(default__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates)) -%}
{% endmacro %}


{% macro snowflake__snapshot_merge_sql(target, source, insert_cols) %}
  {%- do return(default__snapshot_merge_sql(target, source, insert_cols)) -%}
{% endmacro %}


{% macro snowflake__insert_overwrite_get_sql(target, source, unique_key, dest_columns) -%}
  {{ snowflake__get_incremental_insert_overwrite_sql({'target_relation': target, 'temp_relation': source}) }}
{%- endmacro %}


{% macro snowflake__create_table_temporary_sql(relation, compiled_code) -%}
  {{ config.get('sql_header', '') or '' }}
  {{ snowflake__create_table(relation, compiled_code, 'temporary') }}
{%- endmacro %}

{% macro snowflake__create_table_transient_sql(relation, compiled_code) -%}
  {{ config.get('sql_header', '') or '' }}
  {{ snowflake__create_table(relation, compiled_code, 'transient') }}
{%- endmacro %}


{# What SHOW tells of it, as adapter.describe_dynamic_table gives it. #}
{% macro snowflake__describe_dynamic_table(relation) %}
  {%- set shown = run_query(
    'show dynamic tables like ' ~ dbt.text_literal(relation.identifier) ~ ' in schema ' ~ relation.without_identifier()) -%}
  {%- do return({'dynamic_table': shown}) -%}
{% endmacro %}


{% macro snowflake__refresh_dynamic_table(relation) -%}
  alter dynamic table {{ relation }} refresh
{%- endmacro %}


{% macro snowflake__get_create_dynamic_table_as_sql(relation, sql) -%}
  {{ snowflake__create_dynamic_table(relation, snowflake__dynamic_table_config(), sql) }}
{%- endmacro %}

{% macro snowflake__get_replace_dynamic_table_sql(relation, sql) -%}
  {{ snowflake__create_dynamic_table(relation, snowflake__dynamic_table_config(), sql, replace=true) }}
{%- endmacro %}
