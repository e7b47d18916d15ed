{#
  Incremental models. The session sends BEGIN before the first statement that changes rows and COMMIT when the model is done
  (session.ts), so a strategy's statements, and what etl remembers of them, are kept together. New rows are a view where one
  statement reads them, else a temporary table; `tmp_relation_type` chooses.
#}

{% macro snowflake__make_temp_relation(base_relation, suffix) %}
  {%- set relation = default__make_temp_relation(base_relation, suffix) -%}
  {%- if suffix.startswith('__dbt_tmp') and model.resource_type == 'model' and model.config.materialized == 'incremental' -%}
    {%- do snowflake__check_format(base_relation) if not should_full_refresh() -%}
    {%- set type = dbt_snowflake_get_tmp_relation_type(config.get('incremental_strategy') or 'default', config.get('unique_key'), 'sql') -%}
    {%- do return(resolve_incremental_tmp_relation(relation.incorporate(type='view' if type == 'view' else 'table'))) -%}
  {%- endif -%}
  {%- do return(relation.incorporate(type='table')) -%}
{% endmacro %}


{% macro snowflake__make_intermediate_relation(base_relation, suffix) %}
  {%- do return(default__make_temp_relation(base_relation, suffix)) -%}
{% endmacro %}


{# view, table (temporary) or transient; two statements must see the same rows, so they get a table. #}
{% macro dbt_snowflake_get_tmp_relation_type(strategy, unique_key, language) %}
  {%- if snowflake__is_linked() -%}
    {%- do return('table') -%}
  {%- endif -%}
  {%- set wanted = config.get('tmp_relation_type') -%}
  {%- set rereads = strategy in ['delete+insert', 'microbatch'] and unique_key is not none -%}
  {%- if wanted is not none and wanted not in ['table', 'view', 'transient'] -%}
    {%- do exceptions.raise_compiler_error('tmp_relation_type must be table, view or transient, not "' ~ wanted ~ '"') -%}
  {%- elif wanted == 'view' and rereads -%}
    {%- do exceptions.raise_compiler_error(
      'The strategy ' ~ strategy ~ ' reads the new rows twice when there is a unique_key, so tmp_relation_type must be table or transient') -%}
  {%- elif wanted is not none -%}
    {%- do return(wanted) -%}
  {%- endif -%}
  {#- A watermark is read from the new rows besides. -#}
  {%- do return('table' if rereads or strategy == 'microbatch' or config.get('watermark') or watermark_range is defined else 'view') -%}
{% endmacro %}


{# Override it to have the new rows in a schema of their own. #}
{% macro resolve_incremental_tmp_relation(tmp_relation) %}
  {%- do return(adapter.dispatch('resolve_incremental_tmp_relation', 'dbt')(tmp_relation)) -%}
{% endmacro %}

{% macro snowflake__resolve_incremental_tmp_relation(tmp_relation) %}
  {%- do return(tmp_relation) -%}
{% endmacro %}


{# For macros of projects that change rows; within a materialization the session opens the transaction by itself. #}
{% macro snowflake_dml_explicit_transaction(dml) %}
  {%- do return('begin;\n' ~ dml ~ ';\ncommit;') -%}
{% endmacro %}


{% macro snowflake__get_incremental_default_sql(arg_dict) %}
  {%- do return(get_incremental_merge_sql(arg_dict)) -%}
{% endmacro %}


{# A merge on a condition that is never true is refused. #}
{% macro snowflake__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- if not unique_key -%}
    {{ config.get('sql_header', '') or '' }}
    {{ get_insert_into_sql(target, source, dest_columns) }}
  {%- else -%}
    {{ default__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) }}
  {%- endif -%}
{%- endmacro %}


{# INSERT OVERWRITE empties the whole table, whatever the new rows are, as in dbt-snowflake. #}
{% macro snowflake__get_incremental_insert_overwrite_sql(arg_dict) -%}
  {%- set columns = config.get('overwrite_columns') or [] -%}
  {{ config.get('sql_header', '') or '' }}
  insert overwrite into {{ arg_dict['target_relation'] }} {{ '(' ~ columns | join(', ') ~ ')' if columns }}
  select {{ columns | join(', ') or '*' }}
  from {{ arg_dict['temp_relation'] }}
{%- endmacro %}


{# Replaces the rows of one batch; the bounds are UTC. #}
{% macro snowflake__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set event_time, first, last = microbatch_bounds() -%}
  {%- set target = arg_dict['target_relation'] -%}
  delete from {{ target }} as DBT_INTERNAL_TARGET
  where DBT_INTERNAL_TARGET.{{ event_time }} >= to_timestamp_tz('{{ first }}')
    and DBT_INTERNAL_TARGET.{{ event_time }} < to_timestamp_tz('{{ last }}')
  {%- for predicate in arg_dict.get('incremental_predicates') or [] %}
    and ({{ predicate }})
  {%- endfor %};
  {{ get_insert_into_sql(target, arg_dict['temp_relation'], arg_dict['dest_columns']) }}
{%- endmacro %}
