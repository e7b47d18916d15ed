{#
  What DuckDB tells of schemas, relations and columns. `describe` reads one relation, where information_schema would
  load the whole catalog of an attached database.
#}

{% macro duckdb__create_schema(relation) -%}
  {%- set foreign = run_query(
    "select type from duckdb_databases() where type <> 'duckdb' and lower(database_name) = " ~ dbt.text_literal(relation.database | lower)) -%}
  {%- set engine = foreign.columns[0].values()[0] if foreign | length > 0 else 'duckdb' -%}
  {%- if engine == 'sqlite' and relation.schema != 'main' -%}
    {%- do exceptions.raise_compiler_error("A SQLite database has only the schema 'main', not '" ~ relation.schema ~ "'") -%}
  {%- elif engine not in ['sqlite', 'mysql'] -%}
    {%- call statement('create_schema') -%}
      create schema if not exists {{ relation.without_identifier() }}
    {%- endcall -%}
  {%- endif -%}
{%- endmacro %}


{% macro duckdb__drop_schema(relation) -%}
  {%- call statement('drop_schema') -%}
    drop schema if exists {{ relation.without_identifier() }} cascade
  {%- endcall -%}
{%- endmacro %}


{% macro duckdb__list_schemas(database) -%}
  {%- set filter = ' where lower(catalog_name) = ' ~ dbt.text_literal(database | lower) if database is not none else '' -%}
  {%- do return(run_query('select schema_name from system.information_schema.schemata' ~ filter)) -%}
{%- endmacro %}


{% macro duckdb__check_schema_exists(information_schema, schema) -%}
  {%- do return(run_query(
    "select count(*) from system.information_schema.schemata where lower(schema_name) = " ~ dbt.text_literal(schema | lower)
    ~ " and lower(catalog_name) = " ~ dbt.text_literal(information_schema.database | lower))) -%}
{%- endmacro %}


{% macro duckdb__list_relations_without_caching(schema_relation) %}
  {%- call statement('list_relations_without_caching', fetch_result=True) -%}
    select
      {{ dbt.text_literal(schema_relation.database) }} as database,
      table_name as name,
      table_schema as schema,
      case when table_type = 'VIEW' then 'view' when table_type in ('BASE TABLE', 'LOCAL TEMPORARY') then 'table' end as type
    from system.information_schema.tables
    where lower(table_catalog) = {{ dbt.text_literal(schema_relation.database | lower) }}
      and lower(table_schema) = {{ dbt.text_literal(schema_relation.schema | lower) }}
  {%- endcall -%}
  {%- do return(load_result('list_relations_without_caching').table) -%}
{% endmacro %}


{# Of what DuckDB's catalog functions list: what lies in the relation's schema. Names have no case. #}
{% macro duckdb__in_schema_of(relation) -%}
  lower(database_name) = lower({{ dbt.text_literal(relation.database) }}) and lower(schema_name) = lower({{ dbt.text_literal(relation.schema) }})
{%- endmacro %}


{# The type's text holds length and precision, so the columns for these are empty. #}
{% macro duckdb__get_columns_in_relation(relation) -%}
  {%- call statement('get_columns_in_relation', fetch_result=True) -%}
    select
      column_name,
      column_type as data_type,
      null::bigint as character_maximum_length,
      null::bigint as numeric_precision,
      null::bigint as numeric_scale
    from (describe {{ relation.render() }})
  {%- endcall -%}
  {%- do return(sql_convert_columns_in_relation(load_result('get_columns_in_relation').table)) -%}
{%- endmacro %}


{# DESCRIBE takes a query but no statements before it, so the header is run by itself. #}
{% macro duckdb__get_empty_subquery_sql(select_sql, select_sql_header=none) -%}
  {%- if select_sql_header is not none -%}
    {%- do run_query(select_sql_header) -%}
  {%- endif -%}
  {{ default__get_empty_subquery_sql(select_sql) }}
{%- endmacro %}


{% macro duckdb__get_catalog(information_schema, schemas) -%}
  {%- do return(duckdb__run_catalog_query(information_schema, duckdb__get_catalog_schemas_where_clause_sql(schemas))) -%}
{%- endmacro %}


{% macro duckdb__get_catalog_relations(information_schema, relations) -%}
  {%- do return(duckdb__run_catalog_query(information_schema, duckdb__get_catalog_relations_where_clause_sql(relations))) -%}
{%- endmacro %}


{% macro duckdb__run_catalog_query(information_schema, where_clause) %}
  {%- set query -%}
    with tables as (
      {{ duckdb__get_catalog_tables_sql(information_schema) }}
      {{ where_clause }}
    ),

    columns as (
      {{ duckdb__get_catalog_columns_sql(information_schema) }}
      {{ where_clause }}
    )

    {{ duckdb__get_catalog_results_sql() }}
  {%- endset -%}
  {%- do return(run_query(query)) -%}
{% endmacro %}


{% macro duckdb__get_catalog_tables_sql(information_schema) -%}
  {%- set database = dbt.text_literal(information_schema.database) -%}
  select *
  from (
    select database_name as table_database, schema_name as table_schema, table_name, 'BASE TABLE' as table_type, comment as table_comment
    from duckdb_tables()
    where upper(database_name) = upper({{ database }})
    union all
    select database_name, schema_name, view_name, 'VIEW', comment
    from duckdb_views()
    where upper(database_name) = upper({{ database }})
  ) as relations_of_database
{%- endmacro %}


{% macro duckdb__get_catalog_columns_sql(information_schema) -%}
  select *
  from (
    select
      database_name as table_database,
      schema_name as table_schema,
      table_name,
      column_name,
      column_index,
      data_type as column_type,
      comment as column_comment
    from duckdb_columns()
    where upper(database_name) = upper({{ dbt.text_literal(information_schema.database) }})
  ) as columns_of_database
{%- endmacro %}


{% macro duckdb__get_catalog_results_sql() -%}
  select
    table_database, table_schema, table_name, table_type, table_comment,
    column_name, column_index, column_type, column_comment,
    null as table_owner
  from tables
  join columns using (table_database, table_schema, table_name)
  order by table_schema, table_name, column_index
{%- endmacro %}


{% macro duckdb__get_catalog_schemas_where_clause_sql(schemas) -%}
  where false
  {%- for schema in schemas %}
    or upper(table_schema) = upper({{ dbt.text_literal(schema) }})
  {%- endfor -%}
{%- endmacro %}


{% macro duckdb__get_catalog_relations_where_clause_sql(relations) -%}
  where false
  {%- for relation in relations %}
    {%- if not relation.schema -%}
      {%- do exceptions.raise_compiler_error('get_catalog_relations needs relations with a schema') -%}
    {%- endif %}
    or (
      upper(table_schema) = upper({{ dbt.text_literal(relation.schema) }})
      {{ 'and upper(table_name) = upper(' ~ dbt.text_literal(relation.identifier) ~ ')' if relation.identifier }}
    )
  {%- endfor -%}
{%- endmacro %}
