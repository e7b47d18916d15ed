{#
  Smaller things that Postgres does its own way: comments, grants, strategies, snapshots, functions and the clock.
#}

{% macro postgres__alter_relation_comment(relation, comment) %}
  {%- set kind = 'materialized view' if relation.type == 'materialized_view' else relation.type -%}
  {%- do return('comment on ' ~ kind ~ ' ' ~ relation ~ ' is ' ~ postgres_escape_comment(comment) ~ ';') -%}
{% endmacro %}


{# Columns come with the names that the database has for them: see `validate_doc_columns`. #}
{% macro postgres__alter_column_comment(relation, column_dict) -%}
  {%- for name, column in column_dict.items() -%}
    comment on column {{ relation }}.{{ adapter.quote(name) }} is {{ postgres_escape_comment(column['description']) }};
  {% endfor -%}
{%- endmacro %}


{% macro postgres_escape_comment(comment) -%}
  {%- if comment is not string -%}
    {%- do exceptions.raise_compiler_error('A comment is a text, not ' ~ comment) -%}
  {%- endif -%}
  {{ dbt.text_literal(comment) }}
{%- endmacro %}


{# Rights that this role gave to others. #}
{%- macro postgres__get_show_grant_sql(relation) -%}
  select grantee, privilege_type
  from {{ relation.information_schema('role_table_grants') }}
  where table_schema = {{ dbt.text_literal(relation.schema) }}
    and table_name = {{ dbt.text_literal(relation.identifier) }}
    and grantor = current_role
    and grantee <> current_role
{%- endmacro -%}


{% macro postgres__copy_grants() %}
  {%- do return(False) -%}
{% endmacro %}


{% macro postgres__get_incremental_default_sql(arg_dict) %}
  {%- do return(get_incremental_delete_insert_sql(arg_dict) if arg_dict['unique_key'] else get_incremental_append_sql(arg_dict)) -%}
{% endmacro %}


{% macro postgres__get_incremental_microbatch_sql(arg_dict) %}
  {%- if not arg_dict['unique_key'] -%}
    {%- do exceptions.raise_compiler_error('The microbatch strategy of Postgres merges, so it needs the config `unique_key`') -%}
  {%- endif -%}
  {%- do return(adapter.dispatch('get_incremental_merge_sql', 'dbt')(arg_dict)) -%}
{% endmacro %}


{# MERGE came with Postgres 15. #}
{% macro postgres__snapshot_merge_sql(target, source, insert_cols) -%}
  {%- do return(snapshot_update_and_insert_sql(target, source, insert_cols)) -%}
{%- endmacro %}


{# The staging table is temporary, but its session lives on. #}
{% macro postgres__post_snapshot(staging_relation) %}
  {%- do return(drop_relation(staging_relation)) -%}
{% endmacro %}


{% macro postgres__formatted_scalar_function_args_sql() -%}
  {%- for argument in model.arguments -%}
    {%- set default = argument.get('default_value', none) -%}
    {{ argument.name }} {{ argument.data_type }}{{ ' default ' ~ default if default is not none }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}


{% macro postgres__current_timestamp() -%}
  now()
{%- endmacro %}


{% macro postgres__snapshot_get_time() -%}
  {{ current_timestamp() }}::timestamp without time zone
{%- endmacro %}


{% macro postgres__snapshot_string_as_time(timestamp) %}
  {%- do return("'" ~ timestamp ~ "'::timestamp without time zone") -%}
{% endmacro %}


{% macro postgres__current_timestamp_backcompat() -%}
  current_timestamp::{{ type_timestamp() }}
{%- endmacro %}


{% macro postgres__current_timestamp_in_utc_backcompat() -%}
  (current_timestamp at time zone 'utc')::{{ type_timestamp() }}
{%- endmacro %}
