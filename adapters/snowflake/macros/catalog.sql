{#
  What Snowflake tells of schemas and relations, by dbt's macros, for projects that call them; etl asks in bulk by itself
  (catalog.ts). SHOW needs no warehouse to be running.
#}

{% macro snowflake__list_schemas(database) -%}
  {%- do return(run_query('show terse schemas in database ' ~ database ~ ' limit 10000')) -%}
{%- endmacro %}


{% macro snowflake__check_schema_exists(information_schema, schema) -%}
  {%- do return(run_query(
    'select count(*) from ' ~ information_schema.database ~ '.information_schema.schemata where upper(schema_name) = upper('
    ~ dbt.text_literal(schema) ~ ')')) -%}
{%- endmacro %}


{# database, name, schema, type: the first two of what SHOW OBJECTS tells lie elsewhere. #}
{% macro snowflake__list_relations_without_caching(schema_relation) %}
  {%- call statement('list_relations_without_caching', fetch_result=True) -%}
    select
      table_catalog as "database",
      table_name as "name",
      table_schema as "schema",
      case
        when is_dynamic = 'YES' then 'dynamic_table'
        when table_type = 'BASE TABLE' then 'table'
        when table_type = 'VIEW' then 'view'
        when table_type = 'MATERIALIZED VIEW' then 'materialized_view'
        else 'external'
      end as "type"
    from {{ schema_relation.database }}.information_schema.tables
    where upper(table_schema) = upper({{ dbt.text_literal(schema_relation.schema) }})
      and table_type <> 'LOCAL TEMPORARY'
  {%- endcall -%}
  {%- do return(load_result('list_relations_without_caching').table) -%}
{% endmacro %}


{% macro snowflake__get_relation_last_modified(information_schema, relations) -%}
  {%- call statement('last_modified', fetch_result=True) -%}
    select
      table_schema as "schema",
      table_name as "identifier",
      last_altered as "last_modified",
      {{ current_timestamp() }} as "snapshotted_at"
    from {{ information_schema }}.tables
    where
    {%- for relation in relations %}
      {{ 'or ' if not loop.first }}(
        upper(table_schema) = upper({{ dbt.text_literal(relation.schema) }})
        and upper(table_name) = upper({{ dbt.text_literal(relation.identifier) }})
      )
    {%- endfor %}
  {%- endcall -%}
  {%- do return(load_result('last_modified')) -%}
{%- endmacro %}


{% macro snowflake__get_catalog(information_schema, schemas) -%}
  {%- set relations = [] -%}
  {%- for schema in schemas -%}
    {%- do relations.append({'schema': schema}) -%}
  {%- endfor -%}
  {%- do return(snowflake__get_catalog_relations(information_schema, relations)) -%}
{%- endmacro %}


{# `relations` without an identifier stand for a whole schema. #}
{% macro snowflake__get_catalog_relations(information_schema, relations) -%}
  {%- set wanted = [] -%}
  {%- for relation in relations -%}
    {%- set condition = 'upper(t.table_schema) = upper(' ~ dbt.text_literal(relation.schema) ~ ')' -%}
    {%- if relation.identifier -%}
      {%- set condition = '(' ~ condition ~ ' and upper(t.table_name) = upper(' ~ dbt.text_literal(relation.identifier) ~ '))' -%}
    {%- endif -%}
    {%- do wanted.append(condition) -%}
  {%- endfor -%}
  {%- call statement('catalog', fetch_result=True) -%}
    select
      t.table_catalog as "table_database",
      t.table_schema as "table_schema",
      t.table_name as "table_name",
      case when t.is_dynamic = 'YES' then 'DYNAMIC TABLE' else t.table_type end as "table_type",
      t.comment as "table_comment",
      c.column_name as "column_name",
      c.ordinal_position as "column_index",
      c.data_type as "column_type",
      c.comment as "column_comment",
      t.table_owner as "table_owner"
    from {{ information_schema }}.tables t
    join {{ information_schema }}.columns c
      on c.table_schema = t.table_schema and c.table_name = t.table_name
    where {{ wanted | join(' or ') or 'false' }}
    order by t.table_schema, t.table_name, c.ordinal_position
  {%- endcall -%}
  {%- do return(load_result('catalog').table) -%}
{%- endmacro %}
