{#
  What Trino tells of schemas, relations and columns, and how they are dropped and renamed. It keeps all names in lower
  case, however they were written. A catalog is a database.
#}

{# Nothing cascades: what is in the schema goes first. #}
{% macro trino__drop_schema(relation) -%}
  {%- for row in list_relations_without_caching(relation) -%}
    {%- do drop_relation(api.Relation.create(database=row[0], identifier=row[1], schema=row[2], type=row[3])) -%}
  {%- endfor -%}
  {%- call statement('drop_schema') -%}
    drop schema if exists {{ relation.without_identifier() }}
  {%- endcall -%}
{%- endmacro %}


{% macro trino__information_schema_name(database) -%}
  {{ adapter.quote(database) ~ '.' if database }}information_schema
{%- endmacro %}


{% macro trino__list_schemas(database) %}
  {%- do return(run_query('select schema_name from ' ~ information_schema_name(database) ~ '.schemata')) -%}
{% endmacro %}


{% macro trino__check_schema_exists(information_schema, schema) %}
  {%- do return(run_query(
    'select count(*) from ' ~ information_schema_name(information_schema.database)
    ~ '.schemata where schema_name = ' ~ dbt.text_literal(schema | lower))) -%}
{% endmacro %}


{% macro trino__list_relations_without_caching(schema_relation) %}
  {%- set catalog = schema_relation.database | lower -%}
  {%- set schema = dbt.text_literal(schema_relation.schema | lower) -%}
  {%- call statement('list_relations_without_caching', fetch_result=True) -%}
    select
      t.table_catalog as database,
      t.table_name as name,
      t.table_schema as schema,
      case
        when m.name is not null then 'materialized_view'
        when t.table_type = 'VIEW' then 'view'
        else 'table'
      end as type
    from {{ information_schema_name(catalog) }}.tables t
    left join (
      select name
      from system.metadata.materialized_views
      where catalog_name = {{ dbt.text_literal(catalog) }} and schema_name = {{ schema }}
    ) m on m.name = t.table_name
    where t.table_schema = {{ schema }}
  {%- endcall -%}
  {%- do return(load_result('list_relations_without_caching').table) -%}
{% endmacro %}


{% macro trino__get_columns_in_relation(relation) -%}
  {%- call statement('get_columns_in_relation', fetch_result=True) -%}
    select column_name, data_type
    from {{ information_schema_name(relation.database) }}.columns
    where table_schema = {{ dbt.text_literal(relation.schema | lower) }}
      and table_name = {{ dbt.text_literal(relation.identifier | lower) }}
    order by ordinal_position
  {%- endcall -%}
  {%- do return(sql_convert_columns_in_relation(load_result('get_columns_in_relation').table)) -%}
{%- endmacro %}


{% macro trino__drop_table(relation) -%}
  drop table if exists {{ relation.render() }}
{%- endmacro %}


{% macro trino__drop_view(relation) -%}
  drop view if exists {{ relation.render() }}
{%- endmacro %}


{% macro trino__drop_materialized_view(relation) -%}
  drop materialized view if exists {{ relation.render() }}
{%- endmacro %}


{# The new name in full: without its schema it would be looked for in the session's. #}
{% macro trino__rename_relation(from_relation, to_relation) -%}
  {%- call statement('rename_relation') -%}
    alter {{ from_relation.type | replace('_', ' ') }} {{ from_relation.render() }} rename to {{ to_relation.render() }}
  {%- endcall -%}
{%- endmacro %}


{# One column a statement. #}
{% macro trino__alter_relation_add_remove_columns(relation, add_columns, remove_columns) %}
  {%- for column in add_columns or [] -%}
    {%- do run_query('alter table ' ~ relation.render() ~ ' add column ' ~ column.quoted ~ ' ' ~ column.data_type) -%}
  {%- endfor -%}
  {%- for column in remove_columns or [] -%}
    {%- do run_query('alter table ' ~ relation.render() ~ ' drop column ' ~ column.quoted) -%}
  {%- endfor -%}
{% endmacro %}


{# By way of a new column, which moves to the end: connectors change only few types in place. #}
{% macro trino__alter_column_type(relation, column_name, new_column_type) -%}
  {%- set table, old, new = relation.render(), adapter.quote(column_name), adapter.quote(column_name ~ '__dbt_alter') -%}
  {%- call statement('alter_column_type') -%}
    alter table {{ table }} add column {{ new }} {{ new_column_type }};
    update {{ table }} set {{ new }} = cast({{ old }} as {{ new_column_type }});
    alter table {{ table }} drop column {{ old }};
    alter table {{ table }} rename column {{ new }} to {{ old }}
  {%- endcall -%}
{%- endmacro %}
