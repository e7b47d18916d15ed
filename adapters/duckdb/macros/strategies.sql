{#
  SQL of the incremental strategies without merge: delete+insert, which is the default, and microbatch. Users write
  unique_key and predicates as SQL, so keys are not quoted.
#}

{% macro duckdb__get_incremental_default_sql(arg_dict) %}
  {%- do return(get_incremental_delete_insert_sql(arg_dict)) -%}
{% endmacro %}


{# A list of keys is matched by a join, in which the target is called DBT_INCREMENTAL_TARGET. #}
{% macro duckdb__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {%- set conditions = [] -%}
  {%- if unique_key is string -%}
    {%- do conditions.append('(' ~ unique_key ~ ') in (select (' ~ unique_key ~ ') from ' ~ source ~ ')') -%}
  {%- else -%}
    {%- for key in unique_key or [] -%}
      {%- do conditions.append(source ~ '.' ~ key ~ ' = DBT_INCREMENTAL_TARGET.' ~ key) -%}
    {%- endfor -%}
  {%- endif -%}

  {%- if conditions -%}
    delete from {{ target }} {{ 'as DBT_INCREMENTAL_TARGET using ' ~ source if unique_key is not string }}
    where {{ (conditions + (incremental_predicates or [])) | join('\n  and ') }};
  {% endif -%}
  {{ get_insert_into_sql(target, source, dest_columns) }}
{%- endmacro %}


{# Replaces the rows of one batch; the bounds are UTC. Rows outside of the batch that the query gives are left out. #}
{% macro duckdb__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set event_time, first, last = microbatch_bounds() -%}
  {%- if config.get('unique_key') -%}
    {%- do exceptions.raise_compiler_error(
      "The microbatch strategy replaces rows by event_time and takes no 'unique_key': remove it, or use incremental_strategy='merge'") -%}
  {%- endif -%}
  {%- set in_batch = event_time ~ " >= '" ~ first ~ "' and " ~ event_time ~ " < '" ~ last ~ "'" -%}
  {%- set target = arg_dict['target_relation'] -%}
  delete from {{ target }}
  where {{ in_batch }}
  {%- for predicate in normalize_incremental_predicates(arg_dict.get('incremental_predicates')) %}
    and ({{ predicate }})
  {%- endfor %};
  {{ get_insert_into_sql(target, arg_dict['temp_relation'], arg_dict['dest_columns']) }}
  where {{ in_batch }};
{%- endmacro %}


{%- macro normalize_incremental_predicates(incremental_predicates) -%}
  {%- do return(normalize_string_or_list(incremental_predicates, 'incremental_predicates')) -%}
{%- endmacro -%}


{# Configs that may be one text or a list of texts, as a list. #}
{%- macro normalize_string_or_list(raw, field_name) -%}
  {%- if raw is none -%}
    {%- do return([]) -%}
  {%- elif raw is string -%}
    {%- do return([raw]) -%}
  {%- elif raw is mapping or raw is not sequence -%}
    {%- do exceptions.raise_compiler_error(field_name ~ ' is a text or a list of texts, not ' ~ raw) -%}
  {%- endif -%}
  {%- for item in raw if item is not string -%}
    {%- do exceptions.raise_compiler_error(field_name ~ ' is a list of texts, and ' ~ item ~ ' is none') -%}
  {%- endfor -%}
  {%- do return(raw | list) -%}
{%- endmacro -%}
