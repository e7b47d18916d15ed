{#
  The strategies, found by name as get_incremental_<strategy>_sql ("+" becomes "_"). Each takes a dict: target_relation,
  temp_relation, unique_key, dest_columns, incremental_predicates. A project adds one by defining such a macro.
#}

{% macro get_incremental_default_sql(arg_dict) %}
  {%- do return(adapter.dispatch('get_incremental_default_sql', 'dbt')(arg_dict)) -%}
{% endmacro %}

{% macro default__get_incremental_default_sql(arg_dict) %}
  {%- do return(get_incremental_append_sql(arg_dict)) -%}
{% endmacro %}


{% macro get_incremental_append_sql(arg_dict) %}
  {%- do return(adapter.dispatch('get_incremental_append_sql', 'dbt')(arg_dict)) -%}
{% endmacro %}

{% macro default__get_incremental_append_sql(arg_dict) %}
  {%- do return(get_insert_into_sql(arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['dest_columns'])) -%}
{% endmacro %}


{% macro get_incremental_delete_insert_sql(arg_dict) %}
  {%- do return(adapter.dispatch('get_incremental_delete_insert_sql', 'dbt')(arg_dict)) -%}
{% endmacro %}

{% macro default__get_incremental_delete_insert_sql(arg_dict) %}
  {%- do return(get_delete_insert_merge_sql(
    arg_dict['target_relation'],
    arg_dict['temp_relation'],
    arg_dict['unique_key'],
    arg_dict['dest_columns'],
    arg_dict['incremental_predicates'])) -%}
{% endmacro %}


{% macro get_incremental_merge_sql(arg_dict) %}
  {%- do return(adapter.dispatch('get_incremental_merge_sql', 'dbt')(arg_dict)) -%}
{% endmacro %}

{% macro default__get_incremental_merge_sql(arg_dict) %}
  {%- do return(get_merge_sql(
    arg_dict['target_relation'],
    arg_dict['temp_relation'],
    arg_dict['unique_key'],
    arg_dict['dest_columns'],
    arg_dict['incremental_predicates'])) -%}
{% endmacro %}


{% macro get_incremental_insert_overwrite_sql(arg_dict) %}
  {%- do return(adapter.dispatch('get_incremental_insert_overwrite_sql', 'dbt')(arg_dict)) -%}
{% endmacro %}

{% macro default__get_incremental_insert_overwrite_sql(arg_dict) %}
  {%- do return(get_insert_overwrite_merge_sql(
    arg_dict['target_relation'],
    arg_dict['temp_relation'],
    arg_dict['dest_columns'],
    arg_dict['incremental_predicates'])) -%}
{% endmacro %}


{% macro get_incremental_microbatch_sql(arg_dict) %}
  {%- do return(adapter.dispatch('get_incremental_microbatch_sql', 'dbt')(arg_dict)) -%}
{% endmacro %}

{% macro default__get_incremental_microbatch_sql(arg_dict) %}
  {%- do exceptions.raise_not_implemented('The ' ~ adapter.type() ~ ' adapter has no microbatch strategy') -%}
{% endmacro %}


{# The column of event_time and the bounds of the batch that is built, as UTC texts without a zone. #}
{% macro microbatch_bounds() %}
  {%- set event_time = config.get('event_time') -%}
  {%- set batch = model.get('batch') or {} -%}
  {%- set first, last = batch.get('event_time_start'), batch.get('event_time_end') -%}
  {%- if not (event_time and first and last) -%}
    {%- do exceptions.raise_compiler_error("The microbatch strategy needs the config 'event_time' and the bounds of the batch") -%}
  {%- endif -%}
  {%- do return([event_time, first, last]) -%}
{% endmacro %}
