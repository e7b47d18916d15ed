{#
  Smaller things that DuckDB does its own way: comments, indexes, grants, snapshots, seeds and the clock.
#}

{% macro duckdb__alter_relation_comment(relation, comment) %}
  {%- do return('comment on ' ~ relation.type ~ ' ' ~ relation ~ ' is ' ~ duckdb_escape_comment(comment) ~ ';') -%}
{% endmacro %}


{# Columns come with the names that the database has for them: see `validate_doc_columns`. #}
{% macro duckdb__alter_column_comment(relation, column_dict) -%}
  {%- for name, column in column_dict.items() -%}
    comment on column {{ relation }}.{{ adapter.quote(name) }} is {{ duckdb_escape_comment(column['description']) }};
  {% endfor -%}
{%- endmacro %}


{% macro duckdb_escape_comment(comment) -%}
  {%- if comment is not string -%}
    {%- do exceptions.raise_compiler_error('A comment is a text, not ' ~ comment) -%}
  {%- endif -%}
  {{ dbt.text_literal(comment) }}
{%- endmacro %}


{% macro duckdb__get_create_index_sql(relation, index_dict) -%}
  {%- set index = adapter.parse_index(index_dict) -%}
  create {{ 'unique' if index.unique }} index "{{ index.render(relation) }}" on {{ relation }} ({{ index.columns | join(', ') }});
{%- endmacro %}


{# For materializations that rename: DuckDB renames no table that has indexes. #}
{% macro drop_indexes_on_relation(relation) -%}
  {%- call statement('get_indexes_on_relation', fetch_result=True, auto_begin=False) -%}
    select index_name
    from duckdb_indexes()
    where database_name = {{ dbt.text_literal(relation.database) }}
      and schema_name = {{ dbt.text_literal(relation.schema) }}
      and table_name = {{ dbt.text_literal(relation.identifier) }}
  {%- endcall -%}
  {%- for row in load_result('get_indexes_on_relation').table -%}
    {%- call statement('drop_index', auto_begin=false) -%}
      drop index {{ adapter.quote(relation.database) }}.{{ adapter.quote(relation.schema) }}.{{ adapter.quote(row[0]) }}
    {%- endcall -%}
  {%- endfor -%}
{%- endmacro %}


{% macro duckdb__apply_grants(relation, grant_config, should_revoke=True) %}
  {%- if grant_config -%}
    {%- do adapter.warn_once('DuckDB knows no users, so the config "grants" has no effect') -%}
  {%- endif -%}
{% endmacro %}


{% macro duckdb__current_timestamp() -%}
  now()
{%- endmacro %}


{# Without time zone, as the columns of a snapshot are. #}
{% macro duckdb__snapshot_get_time() -%}
  {{ current_timestamp() }}::timestamp
{%- endmacro %}


{% macro duckdb__snapshot_string_as_time(timestamp) %}
  {%- do return("'" ~ timestamp ~ "'::timestamp") -%}
{% endmacro %}


{# DuckDB's own MERGE needs a newer version than snapshots do. #}
{% macro duckdb__snapshot_merge_sql(target, source, insert_cols) -%}
  {%- do return(snapshot_update_and_insert_sql(target, source, insert_cols)) -%}
{%- endmacro %}


{% macro build_snapshot_staging_table(strategy, sql, target_relation) %}
  {%- set staging = duckdb__dispatch_temporary_relation(target_relation) -%}
  {%- set changes_sql = snapshot_staging_table(strategy, sql, target_relation) -%}
  {%- call statement('build_snapshot_staging_relation') -%}
    {{ create_table_as(staging.temporary, staging.relation, changes_sql) }}
  {%- endcall -%}
  {%- do return(staging.relation) -%}
{% endmacro %}


{# Also a temporary table is dropped: its connection lives on. #}
{% macro duckdb__post_snapshot(temporary_relation) %}
  {%- do return(drop_relation(temporary_relation)) -%}
{% endmacro %}


{% macro duckdb__get_binding_char() %}
  {%- do return(adapter.get_binding_char()) -%}
{% endmacro %}


{% macro duckdb__get_batch_size() %}
  {%- do return(10000) -%}
{% endmacro %}


{# Streams the file, also where `fast: false` asked for inserts: both give the same rows. #}
{% macro duckdb__load_csv_rows(model, agate_table) %}
  {%- do return(default__load_csv_rows(model, agate_table)) -%}
{% endmacro %}


{#
  A scalar function is a macro of DuckDB: it has no types for its parameters and no volatility, so the result is cast
  to the declared type. The body is an expression or a query with one value.
#}
{% macro duckdb__scalar_function_sql(target_relation) -%}
  create or replace function {{ target_relation.render() }}({{ formatted_scalar_function_args_sql() }}) as (
    cast((
      {{ model.compiled_code }}
    ) as {{ model.returns.data_type }})
  );
{%- endmacro %}

{% macro duckdb__formatted_scalar_function_args_sql() -%}
  {%- for argument in model.arguments -%}
    {%- set default = argument.get('default_value', none) -%}
    {{ argument.name }}{{ ' := ' ~ default if default is not none }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}
