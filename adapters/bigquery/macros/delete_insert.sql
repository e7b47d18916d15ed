{#
  delete+insert, which dbt-bigquery does not have: for keys that are not unique in the new rows. Both statements are one
  transaction of one script, so readers see the old rows or the new ones.
#}

{% macro bigquery__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {%- set conditions = [] -%}
  {%- for key in ([unique_key] if unique_key is string else unique_key or []) -%}
    {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
  {%- endfor -%}
  begin transaction;
  {% if conditions -%}
  delete from {{ target }} as DBT_INTERNAL_DEST
  where exists (
    select 1 from {{ source }} as DBT_INTERNAL_SOURCE
    where {{ conditions | join(' and ') }}
  )
  {%- for predicate in incremental_predicates or [] %}
    and ({{ predicate }})
  {%- endfor -%}
  ;
  {% endif -%}
  {{ get_insert_into_sql(target, source, dest_columns) }};
  commit transaction
{%- endmacro %}
