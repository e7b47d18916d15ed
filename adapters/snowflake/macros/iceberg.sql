{#
  Iceberg tables in Snowflake's own catalog (`table_format: iceberg`). They cannot be renamed, and no table of one format
  replaces one of the other, so what changes its format is made anew.
#}

{% macro snowflake__is_iceberg() %}
  {%- set catalog = (config.get('catalog_name') or 'info_schema') | lower -%}
  {%- if catalog not in ['info_schema', 'snowflake'] -%}
    {%- do exceptions.raise_compiler_error(
      'The catalog "' ~ config.get('catalog_name') ~ '" is not supported: Iceberg tables are made in the catalog of Snowflake itself (table_format: iceberg)') -%}
  {%- endif -%}
  {%- do return(catalog == 'snowflake' or (config.get('table_format') or '') | lower == 'iceberg') -%}
{% endmacro %}


{# ALTER and COMMENT name the format. #}
{% macro snowflake__table_word() -%}
  {{ 'iceberg table' if snowflake__is_iceberg() else 'table' }}
{%- endmacro %}


{# Where the files lie: a volume of the account with a path of its own for each table, or Snowflake's storage. #}
{% macro snowflake__iceberg_properties() -%}
  {%- set volume = config.get('external_volume') -%}
  {%- set keys = config.get('partition_by') or [] -%}
  {%- if keys %}
  partition by ({{ keys if keys is string else keys | join(', ') }})
  {%- endif %}
  {%- if volume %}
  external_volume = {{ dbt.text_literal(volume) }}
  {%- endif %}
  catalog = 'SNOWFLAKE'
  {%- if (volume or '') | upper != 'SNOWFLAKE_MANAGED' %}
  base_location = {{ dbt.text_literal(snowflake__base_location()) }}
  {%- endif %}
  {%- if config.get('storage_serialization_policy') %}
  storage_serialization_policy = {{ dbt.text_literal(config.get('storage_serialization_policy')) }}
  {%- endif %}
  {%- for name in ['iceberg_version', 'max_data_extension_time_in_days', 'data_retention_time_in_days'] if config.get(name) %}
  {{ name }} = {{ config.get(name) }}
  {%- endfor %}
  {{ snowflake__policies() }}
  {{ 'copy grants' if config.get('copy_grants') }}
  {{ 'copy tags' if config.get('copy_tags') }}
{%- endmacro %}

{% macro snowflake__base_location() %}
  {%- set parts = [config.get('base_location_root') or '_dbt', model.schema, model.alias] -%}
  {%- if config.get('base_location_subpath') -%}
    {%- do parts.append(config.get('base_location_subpath')) -%}
  {%- endif -%}
  {%- do return(parts | join('/')) -%}
{% endmacro %}


{# True where the table is there in the other format. #}
{% macro snowflake__changes_format(existing_relation) %}
  {%- do return(existing_relation.is_table and (existing_relation.is_iceberg_format or false) != snowflake__is_iceberg()) -%}
{% endmacro %}


{# Rows of an incremental model would go on into a table of the old format. #}
{% macro snowflake__check_format(relation) %}
  {%- set existing_relation = load_cached_relation(relation) -%}
  {%- if existing_relation is not none and snowflake__changes_format(existing_relation) -%}
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
