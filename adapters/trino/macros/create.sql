{#
  DDL of tables and views. `properties` are SQL expressions by name, as dbt-trino's users write them: {format: "'ORC'"}.
#}

{% macro trino__create_table_as(temporary, relation, sql, on_exists=none) -%}
  {%- set verb = {'replace': 'create or replace table', 'skip': 'create table if not exists'}.get(on_exists, 'create table') -%}
  {{ config.get('sql_header', '') or '' }}
  {%- if temporary and relation.is_view %}
  create or replace view {{ relation }} security invoker as
  {{ sql }}
  {%- elif config.get('contract').enforced and not temporary %}
  {{ get_assert_columns_equivalent(sql) }}
  {{ verb }} {{ relation }}
  {{ get_table_columns_and_constraints() }}
  {{ trino__properties(temporary) }};

  insert into {{ relation }}
  {{ get_select_subquery(sql) }}
  {%- else %}
  {{ verb }} {{ relation }}
  {{ trino__properties(temporary) }}
  as
  {{ sql }}
  {%- endif %}
{%- endmacro %}


{# There are no temporary tables: what a killed run left under the name goes first. #}
{% macro trino__get_create_table_as_sql(temporary, relation, sql) -%}
  {%- set leftover = load_cached_relation(relation) if temporary -%}
  {%- if leftover and leftover.type != relation.type or leftover and not relation.is_view -%}
    {{ get_drop_sql(leftover) }};
  {%- endif %}
  {{ create_table_as(temporary, relation, sql) }}
{%- endmacro %}


{% macro trino__create_view_as(relation, sql) -%}
  {%- set security = config.get('view_security', 'definer') -%}
  {%- if security not in ['definer', 'invoker'] -%}
    {%- do exceptions.warn('view_security must be definer or invoker, not "' ~ security ~ '"; definer is taken') -%}
    {%- set security = 'definer' -%}
  {%- endif -%}
  {{ config.get('sql_header', '') or '' }}
  {%- if config.get('contract').enforced %}
  {{ get_assert_columns_equivalent(sql) }}
  {%- endif %}
  create or replace view {{ relation }} security {{ security }} as
  {{ sql }}
{%- endmacro %}


{% macro trino__properties(temporary=false) -%}
  {%- set given = {} -%}
  {%- do given.update(config.get('properties') or {}) -%}
  {%- for key, property in [('file_format', 'format'), ('table_format', 'type')] if config.get(key) -%}
    {%- if given.get(property) -%}
      {%- do exceptions.raise_compiler_error(key ~ ' and properties.' ~ property ~ ' mean the same: keep one of them') -%}
    {%- endif -%}
    {%- do given.update({property: dbt.text_literal(config.get(key))}) -%}
  {%- endfor -%}
  {#- What the node does not say, its catalog may. -#}
  {%- set catalog = adapter.build_catalog_relation(config.model) or {} -%}
  {%- for key, property in [('file_format', 'format'), ('table_format', 'type'), ('storage_uri', 'location')] if catalog[key] and not given.get(property) -%}
    {%- do given.update({property: dbt.text_literal(catalog[key])}) -%}
  {%- endfor -%}
  {%- if temporary and given.get('location') -%}
    {#- Two tables cannot share a folder. -#}
    {%- do given.update({'location': given['location'][:-1] ~ "__dbt_tmp'"}) -%}
  {%- endif -%}
  {%- if given -%}
    with (
    {%- for name, value in given.items() %}
      {{ name }} = {{ value }}{{ ',' if not loop.last }}
    {%- endfor %}
    )
  {%- endif -%}
{%- endmacro %}

{# The name in dbt-trino, for macros of projects. #}
{% macro properties(temporary=false) -%}
  {{ trino__properties(temporary) }}
{%- endmacro %}
