{#
  Iceberg tables in Snowflake's own catalog (`table_format: iceberg`, or a catalog of type built_in). They cannot be renamed,
  and no table of one format replaces one of the other, so what changes its format is made anew. Those in the catalog of
  another are in linked_tables.sql.
#}

{# The catalog that the node is written to, as catalogs.yml and its configs have it; none outside of nodes. #}
{% macro snowflake__catalog() %}
  {%- do return(adapter.build_catalog_relation(config.model)) -%}
{% endmacro %}


{% macro snowflake__is_iceberg() %}
  {%- set catalog = snowflake__catalog() -%}
  {%- do return(catalog is not none and catalog.table_format == 'ICEBERG') -%}
{% endmacro %}


{# ALTER and COMMENT name the format. #}
{% macro snowflake__table_word() -%}
  {{ 'iceberg table' if snowflake__is_iceberg() else 'table' }}
{%- endmacro %}


{# Where the files lie: a volume of the account with a path of its own for each table, or Snowflake's storage. #}
{% macro snowflake__iceberg_place(catalog) -%}
  {%- if catalog.external_volume %}
  external_volume = {{ dbt.text_literal(catalog.external_volume) }}
  {%- endif %}
  catalog = 'SNOWFLAKE'
  {%- if (catalog.external_volume or '') | upper != 'SNOWFLAKE_MANAGED' %}
  base_location = {{ dbt.text_literal(catalog.base_location) }}
  {%- endif %}
{%- endmacro %}


{% macro snowflake__iceberg_properties() -%}
  {%- set catalog = snowflake__catalog() -%}
  {%- set keys = get_partition_by_keys(catalog) %}
  {{ 'partition by (' ~ keys | join(', ') ~ ')' if keys }}
  {{ snowflake__iceberg_place(catalog) }}
  {%- if catalog.storage_serialization_policy %}
  storage_serialization_policy = {{ dbt.text_literal(catalog.storage_serialization_policy) }}
  {%- endif %}
  {%- if config.get('iceberg_version') %}
  iceberg_version = {{ config.get('iceberg_version') }}
  {%- endif %}
  {%- for name in ['max_data_extension_time_in_days', 'data_retention_time_in_days', 'change_tracking'] if catalog[name] is not none %}
  {{ name }} = {{ catalog[name] }}
  {%- endfor %}
  {{ snowflake__policies() }}
  {{ 'copy grants' if config.get('copy_grants') }}
  {{ 'copy tags' if config.get('copy_tags') }}
{%- endmacro %}


{# The name in dbt-snowflake: a list, whatever the config is. #}
{% macro get_partition_by_keys(catalog_relation) %}
  {%- set keys = catalog_relation.partition_by or [] -%}
  {%- do return([keys] if keys is string else keys) -%}
{% endmacro %}


{# True where the table is there in the other format. #}
{% macro snowflake__changes_format(existing_relation) %}
  {%- do return(existing_relation.is_table and (existing_relation.is_iceberg_format or false) != snowflake__is_iceberg()) -%}
{% endmacro %}


{# Rows of an incremental model would go on into a table of the old format. #}
{% macro snowflake__check_format(relation) %}
  {%- set existing_relation = load_cached_relation(relation) -%}
  {%- if existing_relation is not none and not snowflake__is_linked() and snowflake__changes_format(existing_relation) -%}
    {%- do exceptions.raise_compiler_error(
      'The table ' ~ relation.render() ~ ' is ' ~ ('no ' if snowflake__is_iceberg() else 'an ') ~ 'Iceberg table: run with --full-refresh to make it anew') -%}
  {%- endif -%}
{% endmacro %}


{# It cannot be renamed, so it gets its own name at once: what has that name stands beside it until it is there. #}
{% macro snowflake__publish_iceberg(existing_relation, target_relation, sql) %}
  {%- set old_relation = make_backup_relation(target_relation, existing_relation.type) -%}
  {%- do drop_relation_if_exists(load_cached_relation(old_relation)) -%}
  {%- do adapter.rename_relation(existing_relation, old_relation) -%}
  {%- do build_unpublished(target_relation, sql) -%}
  {%- do adapter.drop_relation(old_relation) -%}
  {%- do return([]) -%}
{% endmacro %}
