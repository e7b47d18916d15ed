{#
  The catalog by dbt's macros, for projects that call them; `docs` asks in bulk by itself.
#}

{% macro trino__get_catalog(information_schema, schemas) -%}
  {%- set relations = [] -%}
  {%- for schema in schemas -%}
    {%- do relations.append({'schema': schema}) -%}
  {%- endfor -%}
  {%- do return(trino__get_catalog_relations(information_schema, relations)) -%}
{%- endmacro %}


{# `relations` without an identifier stand for a whole schema. #}
{% macro trino__get_catalog_relations(information_schema, relations) -%}
  {%- set catalog = information_schema.database | lower -%}
  {%- set wanted = [] -%}
  {%- for relation in relations -%}
    {%- set condition = 't.table_schema = ' ~ dbt.text_literal(relation.schema | lower) -%}
    {%- if relation.identifier -%}
      {%- set condition = '(' ~ condition ~ ' and t.table_name = ' ~ dbt.text_literal(relation.identifier | lower) ~ ')' -%}
    {%- endif -%}
    {%- do wanted.append(condition) -%}
  {%- endfor -%}
  {%- call statement('catalog', fetch_result=True) -%}
    select
      t.table_catalog as table_database,
      t.table_schema,
      t.table_name,
      t.table_type,
      k.comment as table_comment,
      c.column_name,
      c.ordinal_position as column_index,
      c.data_type as column_type,
      c.comment as column_comment,
      cast(null as varchar) as table_owner
    from {{ information_schema_name(catalog) }}.tables t
    join {{ information_schema_name(catalog) }}.columns c
      on c.table_schema = t.table_schema and c.table_name = t.table_name
    left join (
      select schema_name, table_name, comment
      from system.metadata.table_comments
      where catalog_name = {{ dbt.text_literal(catalog) }}
        and schema_name in ({% for relation in relations %}{{ dbt.text_literal(relation.schema | lower) }}{{ ', ' if not loop.last }}{% endfor %})
    ) k on k.schema_name = t.table_schema and k.table_name = t.table_name
    where {{ wanted | join(' or ') or 'false' }}
    order by t.table_schema, t.table_name, c.ordinal_position
  {%- endcall -%}
  {%- do return(load_result('catalog').table) -%}
{%- endmacro %}
