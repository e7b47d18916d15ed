{#
  Smaller things that Trino does its own way: comments, grants, functions, checks and the clock.
#}

{% macro trino__alter_relation_comment(relation, relation_comment) %}
  {#- A materialized view is a table to COMMENT. -#}
  comment on {{ 'view' if relation.is_view else 'table' }} {{ relation }} is {{ dbt.text_literal(relation_comment) }}
{% endmacro %}


{% macro trino__alter_column_comment(relation, column_dict) -%}
  {%- for name, column in column_dict.items() -%}
    comment on column {{ relation }}.{{ adapter.quote(name) }} is {{ dbt.text_literal(column['description']) if column['description'] else 'null' }};
  {% endfor -%}
{%- endmacro %}


{# Trino keeps all names in lower case, so documented columns are found however they are written. #}
{% macro trino__persist_docs(relation, model, for_relation, for_columns) -%}
  {%- do default__persist_docs(relation, model, for_relation, false) -%}
  {%- if for_columns and config.persist_column_docs() and model.columns -%}
    {%- set existing = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- set documented = {} -%}
    {%- for name, column in model.columns.items() -%}
      {%- do documented.update({name | lower: column}) -%}
    {%- endfor -%}
    {%- set comment_sql = alter_column_comment(relation, validate_doc_columns(relation, documented, existing)) -%}
    {%- if comment_sql | trim -%}
      {%- do run_query(comment_sql) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}


{%- macro trino__get_show_grant_sql(relation) -%}
  select grantee, lower(privilege_type) as privilege_type
  from {{ information_schema_name(relation.database) }}.table_privileges
  where table_schema = {{ dbt.text_literal(relation.schema | lower) }}
    and table_name = {{ dbt.text_literal(relation.identifier | lower) }}
{%- endmacro -%}


{% macro trino__copy_grants() %}
  {%- do return(False) -%}
{% endmacro %}


{% macro trino__get_grant_sql(relation, privilege, grantees) -%}
  grant {{ privilege }} on {{ relation.render() }} to {{ adapter.quote(grantees[0]) }}
{%- endmacro %}


{% macro trino__support_multiple_grantees_per_dcl_statement() %}
  {%- do return(False) -%}
{% endmacro %}


{# A function is one expression; connectors that keep functions are few (Hive, memory). #}
{% macro trino__scalar_function_create_replace_signature_sql(target_relation) -%}
  create or replace function {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }})
  returns {{ model.returns.data_type }}
  {{ scalar_function_volatility_sql() }}
  {{ 'comment ' ~ dbt.text_literal(model.description) if model.description }}
{%- endmacro %}


{% macro trino__scalar_function_body_sql() -%}
  return {{ model.compiled_code | trim }}
{%- endmacro %}


{% macro trino__scalar_function_volatility_sql() -%}
  {{ function_volatility({'deterministic': 'deterministic', 'non-deterministic': 'not deterministic'}) }}
{%- endmacro %}


{# There are neither rights nor comments of functions. #}
{% macro trino__function_execute_build_sql(build_sql, existing_relation, target_relation) %}
  {%- if config.get('grants') -%}
    {%- do exceptions.warn('Functions have no rights in Trino, so the grants of ' ~ model.name ~ ' are left out') -%}
  {%- endif -%}
  {%- call statement('main') -%}
    {{ build_sql }}
  {%- endcall -%}
{% endmacro %}


{% macro trino__validate_sql(sql) -%}
  {%- call statement('validate_sql') -%}
    explain (type validate) {{ sql }}
  {%- endcall -%}
  {%- do return(load_result('validate_sql')) -%}
{%- endmacro %}


{% macro trino__current_timestamp() -%}
  current_timestamp
{%- endmacro %}


{% macro trino__current_timestamp_backcompat() -%}
  cast(current_timestamp as timestamp)
{%- endmacro %}


{% macro trino__current_timestamp_in_utc_backcompat() -%}
  cast(current_timestamp at time zone 'UTC' as timestamp)
{%- endmacro %}
