{#
  Steps of a seed: create or empty its table, then load the file. The default loads by one call to the runner, which
  streams; `get_binding_char`, `get_batch_size` and `get_seed_column_quoted_csv` serve macros that insert by themselves.
#}

{% macro create_csv_table(model, agate_table) -%}
  {%- do return(adapter.dispatch('create_csv_table', 'dbt')(model, agate_table)) -%}
{%- endmacro %}

{% macro default__create_csv_table(model, agate_table) %}
  {%- set ddl = 'create table ' ~ this.render() ~ ' (' ~ dbt.seed_column_definitions(model) ~ ')' -%}
  {%- call statement('_') -%}
    {{ ddl }}
  {%- endcall -%}
  {%- do return(ddl) -%}
{% endmacro %}


{# The columns of a seed with their types, as DDL has them. #}
{% macro seed_column_definitions(model) %}
  {%- set quote_columns = model['config'].get('quote_columns', none) -%}
  {%- set columns = [] -%}
  {%- for name, type in adapter.seed_column_types(model).items() -%}
    {%- do columns.append(adapter.quote_seed_column(name, quote_columns) ~ ' ' ~ type) -%}
  {%- endfor -%}
  {%- do return(columns | join(', ')) -%}
{% endmacro %}


{% macro reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
  {%- do return(adapter.dispatch('reset_csv_table', 'dbt')(model, full_refresh, old_relation, agate_table)) -%}
{%- endmacro %}

{% macro default__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
  {%- do adapter.ensure_transaction() -%}
  {%- if full_refresh -%}
    {%- do adapter.drop_relation(old_relation) -%}
    {%- do return(create_csv_table(model, agate_table)) -%}
  {%- endif -%}
  {%- do adapter.truncate_relation(old_relation) -%}
  {%- do return('truncate table ' ~ old_relation.render()) -%}
{% endmacro %}


{# Fills the table, stores the number of rows as the result "load_csv_rows", and gives the text for target/run. #}
{% macro load_csv_rows(model, agate_table) -%}
  {%- do return(adapter.dispatch('load_csv_rows', 'dbt')(model, agate_table)) -%}
{%- endmacro %}

{% macro default__load_csv_rows(model, agate_table) %}
  {%- set rows = adapter.load_seed(this, adapter.seed_column_types(model), model['config'].get('quote_columns', none)) -%}
  {%- do store_raw_result('load_csv_rows', message='INSERT ' ~ rows, code='INSERT', rows_affected=rows) -%}
  {%- do return('-- ' ~ rows ~ ' rows of ' ~ model['original_file_path']) -%}
{% endmacro %}


{% macro get_csv_sql(create_or_truncate_sql, insert_sql) %}
  {%- do return(adapter.dispatch('get_csv_sql', 'dbt')(create_or_truncate_sql, insert_sql)) -%}
{% endmacro %}

{% macro default__get_csv_sql(create_or_truncate_sql, insert_sql) -%}
  {{ create_or_truncate_sql }};
  {{ insert_sql }}
{%- endmacro %}


{% macro get_binding_char() -%}
  {%- do return(adapter.dispatch('get_binding_char', 'dbt')()) -%}
{%- endmacro %}

{% macro default__get_binding_char() %}
  {%- do return('%s') -%}
{% endmacro %}


{% macro get_batch_size() -%}
  {%- do return(adapter.dispatch('get_batch_size', 'dbt')()) -%}
{%- endmacro %}

{% macro default__get_batch_size() %}
  {%- do return(10000) -%}
{% endmacro %}


{% macro get_seed_column_quoted_csv(model, column_names) %}
  {%- set quote_columns = model['config'].get('quote_columns', none) -%}
  {%- set quoted = [] -%}
  {%- for name in column_names -%}
    {%- do quoted.append(adapter.quote_seed_column(name, quote_columns)) -%}
  {%- endfor -%}
  {%- do return(quoted | join(', ')) -%}
{% endmacro %}
