{#
  Snapshots: the default, with a staging table that is dropped, and BigQuery's way to hash.
#}

{% macro bigquery__snapshot_hash_arguments(args) -%}
  {%- set parts = [] -%}
  {%- for arg in args -%}
    {%- do parts.append('coalesce(cast(' ~ arg ~ " as string), '')") -%}
  {%- endfor -%}
  to_hex(md5(concat({{ parts | join(", '|', ") }})))
{%- endmacro %}


{% macro bigquery__build_snapshot_table(strategy, sql) %}
  {%- do bigquery__limit_jobs() -%}
  {%- do return(default__build_snapshot_table(strategy, sql)) -%}
{% endmacro %}

{% macro bigquery__snapshot_staging_table(strategy, source_sql, target_relation) %}
  {%- do bigquery__limit_jobs() -%}
  {%- do return(default__snapshot_staging_table(strategy, source_sql, target_relation)) -%}
{% endmacro %}


{% macro bigquery__post_snapshot(staging_relation) %}
  {%- do adapter.drop_relation(staging_relation) -%}
{% endmacro %}


{% macro bigquery__snapshot_string_as_time(timestamp) %}
  {%- do return("timestamp('" ~ timestamp ~ "')") -%}
{% endmacro %}
