{#
  What Postgres tells of schemas, relations and columns. One connection sees one database, so another one is refused
  (`verify_database`).
#}

{% macro postgres__create_schema(relation) -%}
  {%- if relation.database -%}
    {%- do adapter.verify_database(relation.database) -%}
  {%- endif -%}
  {%- call statement('create_schema') -%}
    create schema if not exists {{ relation.without_identifier().include(database=False) }}
  {%- endcall -%}
{%- endmacro %}


{% macro postgres__drop_schema(relation) -%}
  {%- if relation.database -%}
    {%- do adapter.verify_database(relation.database) -%}
  {%- endif -%}
  {%- call statement('drop_schema') -%}
    drop schema if exists {{ relation.without_identifier().include(database=False) }} cascade
  {%- endcall -%}
{%- endmacro %}


{% macro postgres__information_schema_name(database) -%}
  information_schema
{%- endmacro %}


{% macro postgres__list_schemas(database) %}
  {%- if database -%}
    {%- do adapter.verify_database(database) -%}
  {%- endif -%}
  {%- do return(run_query('select nspname from pg_namespace')) -%}
{% endmacro %}


{% macro postgres__check_schema_exists(information_schema, schema) %}
  {%- if information_schema.database -%}
    {%- do adapter.verify_database(information_schema.database) -%}
  {%- endif -%}
  {%- do return(run_query("select count(*) from pg_namespace where nspname = " ~ dbt.text_literal(schema))) -%}
{% endmacro %}


{% macro postgres__list_relations_without_caching(schema_relation) %}
  {%- call statement('list_relations_without_caching', fetch_result=True) -%}
    select {{ dbt.text_literal(schema_relation.database) }} as database, name, schema, type
    from (
      select tablename as name, schemaname as schema, 'table' as type from pg_tables
      union all
      select viewname, schemaname, 'view' from pg_views
      union all
      select matviewname, schemaname, 'materialized_view' from pg_matviews
      union all
      select distinct proname, nspname, 'function'
      from pg_proc
      join pg_namespace on pg_namespace.oid = pronamespace
    ) as relations_and_functions
    where lower(schema) = lower({{ dbt.text_literal(schema_relation.schema) }})
  {%- endcall -%}
  {%- do return(load_result('list_relations_without_caching').table) -%}
{% endmacro %}


{# A temporary relation has no schema: its name alone must tell it. #}
{% macro postgres__get_columns_in_relation(relation) -%}
  {%- call statement('get_columns_in_relation', fetch_result=True) -%}
    select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale
    from {{ relation.information_schema('columns') }}
    where table_name = {{ dbt.text_literal(relation.identifier) }}
      {{ 'and table_schema = ' ~ dbt.text_literal(relation.schema) if relation.schema }}
    order by ordinal_position
  {%- endcall -%}
  {%- do return(sql_convert_columns_in_relation(load_result('get_columns_in_relation').table)) -%}
{%- endmacro %}


{# Pairs of a view and a relation that it reads, for the whole database. #}
{% macro postgres__get_relations() -%}
  {%- call statement('relations', fetch_result=True) -%}
    select distinct
      view_schema.nspname as dependent_schema,
      view.relname as dependent_name,
      source_schema.nspname as referenced_schema,
      source.relname as referenced_name
    from pg_depend
    join pg_rewrite on pg_rewrite.oid = pg_depend.objid
    join pg_class as view on view.oid = pg_rewrite.ev_class
    join pg_namespace as view_schema on view_schema.oid = view.relnamespace
    join pg_class as source on source.oid = pg_depend.refobjid and source.oid <> view.oid
    join pg_namespace as source_schema on source_schema.oid = source.relnamespace
    where pg_depend.classid = 'pg_rewrite'::regclass
      and pg_depend.refclassid = 'pg_class'::regclass
      and source_schema.nspname <> 'information_schema'
      and source_schema.nspname not like 'pg\_%'
    order by 1, 2, 3, 4
  {%- endcall -%}
  {%- do return(load_result('relations').table) -%}
{%- endmacro %}

{# The older name. #}
{% macro postgres_get_relations() %}
  {%- do return(postgres__get_relations()) -%}
{% endmacro %}


{% macro postgres__get_catalog(information_schema, schemas) -%}
  {%- set relations = [] -%}
  {%- for schema in schemas -%}
    {%- do relations.append({'schema': schema}) -%}
  {%- endfor -%}
  {%- do return(postgres__get_catalog_relations(information_schema, relations)) -%}
{%- endmacro %}


{# Tables, views and their like, without temporary ones. `relations` without an identifier stand for a whole schema. #}
{% macro postgres__get_catalog_relations(information_schema, relations) -%}
  {%- do adapter.verify_database(information_schema.database) -%}
  {%- call statement('catalog', fetch_result=True) -%}
    select
      {{ dbt.text_literal(information_schema.database) }} as table_database,
      pg_namespace.nspname as table_schema,
      pg_class.relname as table_name,
      case pg_class.relkind when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW' else 'BASE TABLE' end as table_type,
      obj_description(pg_class.oid, 'pg_class') as table_comment,
      pg_attribute.attname as column_name,
      pg_attribute.attnum as column_index,
      format_type(pg_attribute.atttypid, pg_attribute.atttypmod) as column_type,
      col_description(pg_class.oid, pg_attribute.attnum) as column_comment,
      pg_get_userbyid(pg_class.relowner) as table_owner
    from pg_class
    join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    join pg_attribute on pg_attribute.attrelid = pg_class.oid and pg_attribute.attnum > 0 and not pg_attribute.attisdropped
    where pg_class.relkind in ('r', 'v', 'f', 'p', 'm')
      and pg_class.relpersistence in ('p', 'u')
      and (
        false
        {%- for relation in relations %}
        or (
          upper(pg_namespace.nspname) = upper({{ dbt.text_literal(relation.schema) }})
          {{ "and upper(pg_class.relname) = upper(" ~ dbt.text_literal(relation.identifier) ~ ")" if relation.identifier }}
        )
        {%- endfor %}
      )
    order by 2, 3, 7
  {%- endcall -%}
  {%- do return(load_result('catalog').table) -%}
{%- endmacro %}
