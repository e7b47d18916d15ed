{#
  Iceberg tables in the catalog of another (type iceberg_rest), written through a database that is linked to it. There they
  can be neither replaced nor renamed, there are no temporary tables and no transactions: the old table goes when its new
  query was tried, and new rows of incremental models are a table for the time of the run. Glue takes no CREATE ... AS.
#}

{% macro snowflake__is_linked() %}
  {%- set catalog = snowflake__catalog() -%}
  {%- do return(catalog is not none and catalog.catalog_type == 'ICEBERG_REST') -%}
{% endmacro %}


{# The name in dbt-snowflake: of a node (`config.model`), or of what build_catalog_relation gave. #}
{% macro snowflake__is_catalog_linked_database(relation=none, catalog_relation=none) %}
  {%- set catalog = catalog_relation if catalog_relation is not none else adapter.build_catalog_relation(relation) -%}
  {%- do return(catalog is not none and catalog.catalog_linked_database is defined and catalog.catalog_linked_database is not none) -%}
{% endmacro %}


{% macro snowflake__create_linked_table(relation, sql) -%}
  {%- set catalog = snowflake__catalog() -%}
  {%- set is_glue = catalog.catalog_linked_database_type == 'glue' -%}
  {%- if is_glue -%}
    {%- set columns = adapter.query_column_types(sql) -%}
  {%- endif %}
  create iceberg table {{ relation }}
  {%- if is_glue %}
  (
    {%- for column in columns %}
    {{ adapter.quote(column.name | lower) }} {{ snowflake__iceberg_type(column.type) }}{{ ',' if not loop.last }}
    {%- endfor %}
  )
  {%- elif config.get('contract').enforced %}
  {{ get_assert_columns_equivalent(sql) }}
  {{ get_table_columns_and_constraints() }}
  {%- set sql = get_select_subquery(sql) %}
  {%- endif %}
  {{ snowflake__linked_properties(catalog, is_glue) }}
  {%- if is_glue %};
  insert into {{ relation }}
  {{ sql }};
  {%- else %}
  as (
    {{ sql }}
  );
  {%- endif %}
{%- endmacro %}


{% macro snowflake__linked_properties(catalog, is_glue) -%}
  {%- set keys = [] -%}
  {%- for key in get_partition_by_keys(catalog) -%}
    {%- do keys.append(adapter.quote(key | lower) if is_glue else key) -%}
  {%- endfor %}
  {{ 'partition by (' ~ keys | join(', ') ~ ')' if keys }}
  {%- if catalog.target_file_size %}
  target_file_size = {{ dbt.text_literal(catalog.target_file_size) }}
  {%- endif %}
  {%- for name in ['auto_refresh', 'max_data_extension_time_in_days'] if catalog[name] is not none %}
  {{ name }} = {{ catalog[name] }}
  {%- endfor %}
  {{ snowflake__policies() }}
{%- endmacro %}


{# Texts of Iceberg tables have one length. #}
{% macro snowflake__iceberg_type(type) -%}
  {{ 'string' if type | upper | trim | truncate(7, true, '', 0) == 'VARCHAR' else type }}
{%- endmacro %}


{# Nothing takes the place of a table there but itself, so its query is tried before the old one goes. #}
{% macro snowflake__publish_linked(existing_relation, target_relation, sql) %}
  {%- if existing_relation is not none -%}
    {%- do adapter.query_column_types(sql) -%}
    {%- do adapter.drop_relation(existing_relation) -%}
  {%- endif -%}
  {%- do build_unpublished(target_relation, sql) -%}
  {%- do return([]) -%}
{% endmacro %}


{# Nothing there goes by itself when the session ends. #}
{% macro snowflake__post_snapshot(staging_relation) %}
  {%- if snowflake__is_linked() -%}
    {%- do adapter.drop_relation(staging_relation) -%}
  {%- endif -%}
{% endmacro %}


{# Linked databases know no CASCADE. #}
{% macro snowflake__drop_table(relation) -%}
  {{ 'drop table if exists ' ~ relation.render() if snowflake__is_linked() else default__drop_table(relation) }}
{%- endmacro %}


{# A linked database names the tables of its catalog, unless the node says otherwise (parse/names.ts follows this rule). #}
{% macro snowflake__generate_database_name(custom_database_name=none, node=none) -%}
  {%- set catalog = adapter.build_catalog_relation(node) if custom_database_name is none and node is not none -%}
  {%- if catalog and catalog.catalog_linked_database -%}
    {{ catalog.catalog_linked_database }}
  {%- else -%}
    {{ target.database if custom_database_name is none else custom_database_name }}
  {%- endif -%}
{%- endmacro %}


{# Glue knows no capitals. #}
{% macro snowflake__generate_schema_name(custom_schema_name, node) -%}
  {%- set name = default__generate_schema_name(custom_schema_name, node) | trim -%}
  {%- set catalog = adapter.build_catalog_relation(node) if node is not none -%}
  {{ name | lower if catalog and catalog.catalog_linked_database_type == 'glue' else name }}
{%- endmacro %}
