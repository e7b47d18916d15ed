{#
  Datasets, relations and columns: what BigQuery tells of them, and how they are made, dropped and renamed. Columns are read
  by the API, which costs nothing.
#}

{# The dataset is made where the jobs run. #}
{% macro bigquery__create_schema(relation) -%}
  {%- call statement('create_schema') -%}
    create schema if not exists {{ relation.without_identifier() }}
    {%- if target.location %} options(location={{ dbt.text_literal(target.location) }}){% endif %}
  {%- endcall -%}
{%- endmacro %}


{% macro bigquery__information_schema_name(database) -%}
  {{ adapter.quote(database) ~ '.' if database }}INFORMATION_SCHEMA
{%- endmacro %}


{% macro bigquery__list_schemas(database) %}
  {%- do return(run_query('select schema_name from ' ~ information_schema_name(database) ~ '.SCHEMATA')) -%}
{% endmacro %}


{% macro bigquery__check_schema_exists(information_schema, schema) %}
  {%- do return(run_query(
    'select count(*) from ' ~ information_schema_name(information_schema.database)
    ~ '.SCHEMATA where schema_name = ' ~ dbt.text_literal(schema))) -%}
{% endmacro %}


{% macro bigquery__list_relations_without_caching(schema_relation) %}
  {%- call statement('list_relations_without_caching', fetch_result=True) -%}
    select
      table_catalog as database,
      table_name as name,
      table_schema as schema,
      case table_type
        when 'BASE TABLE' then 'table'
        when 'CLONE' then 'table'
        when 'SNAPSHOT' then 'table'
        when 'VIEW' then 'view'
        when 'MATERIALIZED VIEW' then 'materialized_view'
        else 'external'
      end as type
    from {{ schema_relation.without_identifier() }}.INFORMATION_SCHEMA.TABLES
  {%- endcall -%}
  {%- do return(load_result('list_relations_without_caching').table) -%}
{% endmacro %}


{% macro bigquery__get_columns_in_relation(relation) -%}
  {%- set columns = [] -%}
  {%- set table = adapter.get_bq_table(relation) -%}
  {%- for column in (table or {}).get('columns', []) -%}
    {%- do columns.append(api.Column(column.name, column.data_type)) -%}
  {%- endfor -%}
  {%- do return(columns) -%}
{%- endmacro %}


{# Condition of dbt-bigquery: a query that asks for the clock is never answered from the cache. #}
{% macro bigquery__get_empty_subquery_sql(select_sql, select_sql_header=none) -%}
  {{ select_sql_header if select_sql_header is not none }}
  select * from (
    {{ select_sql }}
  ) as __dbt_sbq
  where false and current_timestamp() = current_timestamp()
  limit 0
{%- endmacro %}


{% macro bigquery__get_columns_in_query(select_sql) %}
  {%- set names = [] -%}
  {%- for column in adapter.get_column_schema_from_query(select_sql) if column.name.split('.')[0] not in names -%}
    {%- do names.append(column.name.split('.')[0]) -%}
  {%- endfor -%}
  {%- do return(names) -%}
{% endmacro %}


{% macro bigquery__drop_table(relation) -%}
  drop table if exists {{ relation.render() }}
{%- endmacro %}

{% macro bigquery__drop_view(relation) -%}
  drop view if exists {{ relation.render() }}
{%- endmacro %}

{% macro bigquery__drop_materialized_view(relation) -%}
  drop materialized view if exists {{ relation.render() }}
{%- endmacro %}


{# A table is renamed within its dataset. #}
{% macro bigquery__rename_relation(from_relation, to_relation) -%}
  {%- call statement('rename_relation') -%}
    {{ bigquery__get_rename_table_sql(from_relation, to_relation.identifier) }}
  {%- endcall -%}
{%- endmacro %}

{% macro bigquery__get_rename_table_sql(relation, new_name) -%}
  alter table {{ relation.render() }} rename to {{ adapter.quote(new_name) }}
{%- endmacro %}


{# Names have 1024 bytes, which are as many characters for most. #}
{% macro bigquery__make_temp_relation(base_relation, suffix) %}
  {%- do return(bigquery__make_intermediate_relation(base_relation, suffix).incorporate(type='table')) -%}
{% endmacro %}

{% macro bigquery__make_intermediate_relation(base_relation, suffix) %}
  {%- set identifier = base_relation.identifier[:1024 - suffix | length] ~ suffix -%}
  {%- do return(base_relation.incorporate(path={'identifier': identifier})) -%}
{% endmacro %}

{% macro bigquery__make_backup_relation(base_relation, backup_relation_type, suffix) %}
  {%- set relation = bigquery__make_intermediate_relation(base_relation, suffix) -%}
  {%- do return(relation.incorporate(type=backup_relation_type)) -%}
{% endmacro %}


{# adapter.get_columns_in_select_sql, by a dry run, which costs nothing. #}
{% macro bigquery__columns_of_query(select_sql) %}
  {%- do return(adapter.get_column_schema_from_query(select_sql)) -%}
{% endmacro %}


{% macro bigquery__alter_relation_add_columns(relation, add_columns) %}
  {%- do bigquery__alter_relation_add_remove_columns(relation, add_columns, none) -%}
{% endmacro %}

{% macro bigquery__alter_relation_drop_columns(relation, drop_columns) %}
  {%- do bigquery__alter_relation_add_remove_columns(relation, none, drop_columns) -%}
{% endmacro %}

{% macro bigquery__alter_relation_add_remove_columns(relation, add_columns, remove_columns=none) %}
  {%- set drops, additions = [], [] -%}
  {%- for column in remove_columns or [] -%}
    {%- do drops.append('drop column ' ~ column.quoted) -%}
  {%- endfor -%}
  {%- for column in add_columns or [] -%}
    {%- do additions.append('add column ' ~ column.quoted ~ ' ' ~ column.data_type) -%}
  {%- endfor -%}
  {%- for changes in [drops, additions] if changes -%}
    {%- do run_query('alter table ' ~ relation.render() ~ ' ' ~ changes | join(', ')) -%}
  {%- endfor -%}
{% endmacro %}


{#
  The table is written anew with the column cast, as dbt-bigquery does: BigQuery changes few types in place. All of it is
  read and billed.
#}
{% macro bigquery__alter_column_type(relation, column_name, new_column_type) -%}
  {%- set items = [] -%}
  {%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- do items.append('cast(' ~ column.quoted ~ ' as ' ~ new_column_type ~ ') as ' ~ column.quoted if column.name == column_name else column.quoted) -%}
  {%- endfor -%}
  {%- call statement('alter_column_type') -%}
    create or replace table {{ relation }}
    {{ partition_by(adapter.parse_partition_by(config.get('partition_by'))) }}
    {{ cluster_by(config.get('cluster_by')) }}
    {{ 'with connection default' if bigquery__is_iceberg() }}
    {{ bigquery_table_options(config, model, false) }}
    as (
      select {{ items | join(', ') }}
      from {{ relation }}
    )
  {%- endcall -%}
{%- endmacro %}


{% macro bigquery__create_columns(relation, columns) %}
  {%- do bigquery__alter_relation_add_remove_columns(relation, columns, none) -%}
{% endmacro %}


{% macro bigquery__can_clone_table() %}
  {%- do return(True) -%}
{% endmacro %}

{% macro bigquery__create_or_replace_clone(this_relation, defer_relation) -%}
  create or replace table {{ this_relation.render() }} clone {{ defer_relation.render() }}
{%- endmacro %}
