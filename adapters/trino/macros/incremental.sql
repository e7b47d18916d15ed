{#
  Incremental models. There are no temporary tables: new rows are a view, where one statement reads it, else a table.
  Users write unique_key and predicates as SQL, so keys are not quoted.
#}

{% macro trino__make_temp_relation(base_relation, suffix) %}
  {%- set relation = default__make_temp_relation(base_relation, suffix) -%}
  {%- if suffix.startswith('__dbt_tmp') and trino__new_rows_as_view() -%}
    {%- do return(relation.incorporate(type='view')) -%}
  {%- endif -%}
  {%- do return(relation.incorporate(type='table')) -%}
{% endmacro %}


{% macro trino__make_intermediate_relation(base_relation, suffix) %}
  {%- do return(default__make_temp_relation(base_relation, suffix)) -%}
{% endmacro %}


{#
  Rows of a view are read anew by each statement, so it serves strategies of one statement only. A watermark is read
  from the new rows besides.
#}
{% macro trino__new_rows_as_view() %}
  {%- if model.resource_type != 'model' or model.config.materialized != 'incremental' -%}
    {%- do return(false) -%}
  {%- endif -%}
  {%- set one_statement = (config.get('incremental_strategy') or 'default') in ['default', 'append', 'merge'] -%}
  {%- do return(config.get('views_enabled', true) and one_statement and not config.get('watermark')) -%}
{% endmacro %}


{% macro trino__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {%- set conditions = [] -%}
  {%- if unique_key is string -%}
    {%- do conditions.append('(' ~ unique_key ~ ') in (select ' ~ unique_key ~ ' from ' ~ source ~ ')') -%}
  {%- elif unique_key -%}
    {%- set matches = [] -%}
    {%- for key in unique_key -%}
      {%- do matches.append(target ~ '.' ~ key ~ ' = new_rows.' ~ key) -%}
    {%- endfor -%}
    {%- do conditions.append('exists (select 1 from ' ~ source ~ ' as new_rows where ' ~ matches | join(' and ') ~ ')') -%}
  {%- endif -%}
  {%- if conditions -%}
    delete from {{ target }}
    where {{ (conditions + (incremental_predicates or [])) | join('\n      and ') }};
  {% endif -%}
  {{ get_insert_into_sql(target, source, dest_columns) }}
{%- endmacro %}


{# Columns of the new rows are qualified: in VALUES both sides could be meant. #}
{% macro trino__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- if not unique_key -%}
    {{ get_insert_into_sql(target, source, dest_columns) }}
  {%- else -%}
    {%- set conditions = [] + (incremental_predicates or []) -%}
    {%- for key in ([unique_key] if unique_key is string else unique_key) -%}
      {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
    {%- endfor -%}
    {%- set updated = get_merge_update_columns(config.get('merge_update_columns'), config.get('merge_exclude_columns'), dest_columns) %}
    {{ config.get('sql_header', '') or '' }}
    merge into {{ target }} as DBT_INTERNAL_DEST
    using {{ source }} as DBT_INTERNAL_SOURCE
    on ({{ conditions | join(') and (') }})
    {%- if updated %}
    when matched then update set
      {%- for column in updated %}
      {{ column }} = DBT_INTERNAL_SOURCE.{{ column }}{{ ',' if not loop.last }}
      {%- endfor %}
    {%- endif %}
    when not matched then insert ({{ get_quoted_csv(dest_columns | map(attribute='name')) }})
      values (
        {%- for column in dest_columns -%}
          DBT_INTERNAL_SOURCE.{{ column.quoted }}{{ ', ' if not loop.last }}
        {%- endfor -%}
      )
  {%- endif -%}
{%- endmacro %}


{# Replaces the rows of one batch; the bounds are UTC. #}
{% macro trino__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set event_time, first, last = microbatch_bounds() -%}
  {%- set target = arg_dict['target_relation'] -%}
  delete from {{ target }}
  where {{ event_time }} >= timestamp '{{ first }}'
    and {{ event_time }} < timestamp '{{ last }}'
  {%- for predicate in arg_dict.get('incremental_predicates') or [] %}
    and ({{ predicate }})
  {%- endfor %};
  {{ get_insert_into_sql(target, arg_dict['temp_relation'], arg_dict['dest_columns']) }}
{%- endmacro %}
