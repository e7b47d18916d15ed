{#
  Snapshots: the default, with a staging table that is dropped, and Trino's way to hash. Needs a connector with MERGE.
#}

{% materialization snapshot, adapter='trino' %}
  {%- if (config.get('properties') or {}).get('location') -%}
    {%- do exceptions.raise_compiler_error('A snapshot takes no property "location": its staging table would share the folder') -%}
  {%- endif -%}
  {%- do trino__enter_node() -%}
  {%- do return(materialization_snapshot_default()) -%}
{% endmaterialization %}


{% macro trino__build_snapshot_staging_table(strategy, sql, target_relation) %}
  {%- set staging_relation = make_temp_relation(target_relation) -%}
  {%- do drop_relation_if_exists(load_cached_relation(staging_relation)) -%}
  {%- do return(default__build_snapshot_staging_table(strategy, sql, target_relation)) -%}
{% endmacro %}


{% macro trino__snapshot_hash_arguments(args) -%}
  {%- set parts = [] -%}
  {%- for arg in args -%}
    {%- do parts.append("coalesce(cast(" ~ arg ~ " as varchar), '')") -%}
  {%- endfor -%}
  lower(to_hex(md5(to_utf8({{ parts | join(" || '|' || ") }}))))
{%- endmacro %}


{% macro trino__post_snapshot(staging_relation) %}
  {%- do return(drop_relation(staging_relation)) -%}
{% endmacro %}


{#
  Without a zone: beside it the times of rows that have none would get the session's, and Iceberg keeps such times in UTC,
  so that they came back as others.
#}
{% macro trino__snapshot_get_time() -%}
  cast(current_timestamp as timestamp)
{%- endmacro %}


{% macro trino__snapshot_string_as_time(timestamp) %}
  {%- do return("timestamp '" ~ timestamp ~ "'") -%}
{% endmacro %}
