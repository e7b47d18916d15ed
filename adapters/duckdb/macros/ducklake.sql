{#
  Layout of DuckLake tables: the configs partitioned_by (or partition_by) and sorted_by (or sort_by). Other DuckDB
  tables have no layout; there the configs are ignored with a warning.
#}

{% macro duckdb__get_partitioned_by(relation, temporary) -%}
  {%- set raw = config.get('partitioned_by', none) or config.get('partition_by', none) -%}
  {%- if raw is none or raw == '' -%}
    {%- do return(none) -%}
  {%- endif -%}
  {%- set parts = duckdb__table_layout(relation, temporary, raw, 'partitioned_by/partition_by') -%}
  {%- do return(parts | join(', ') if parts else none) -%}
{%- endmacro %}


{% macro duckdb__get_sorted_by(relation, temporary) -%}
  {%- set sorted_by = config.get('sorted_by', none) -%}
  {%- set raw = config.get('sort_by', none) if sorted_by is none else sorted_by -%}
  {%- if raw is none -%}
    {%- do return(none) -%}
  {%- endif -%}
  {%- set quoted = [] -%}
  {%- for column in duckdb__table_layout(relation, temporary, raw, 'sorted_by/sort_by') -%}
    {%- do quoted.append(adapter.quote(column)) -%}
  {%- endfor -%}
  {%- do return(quoted | join(', ') if quoted else none) -%}
{%- endmacro %}


{# The config as a list; empty for helper relations, which keep no layout, and where there is none to keep. #}
{% macro duckdb__table_layout(relation, temporary, raw, field_name) %}
  {%- set parts = normalize_string_or_list(raw, field_name) -%}
  {%- set is_helper = config.get('materialized') in ['table', 'incremental'] and this is defined
      and relation.identifier and this.identifier and relation.identifier != this.identifier -%}
  {%- if temporary or is_helper -%}
    {%- do return([]) -%}
  {%- elif not parts -%}
    {%- do exceptions.raise_compiler_error(field_name ~ ' must contain at least one column') -%}
  {%- elif not adapter.is_ducklake(relation) -%}
    {%- do adapter.warn_once(field_name ~ ' is only supported for DuckLake relations; ignoring for ' ~ relation) -%}
    {%- do return([]) -%}
  {%- endif -%}
  {%- do return(parts) -%}
{% endmacro %}


{% macro duckdb__alter_table_set_partitioned_by(relation, partitioned_by) -%}
  alter table {{ relation }} set partitioned by ({{ partitioned_by }});
{%- endmacro %}


{% macro duckdb__alter_table_set_sorted_by(relation, sorted_by) -%}
  alter table {{ relation }} set sorted by ({{ sorted_by }});
{%- endmacro %}


{# Statements between the creation of an empty table and its rows. #}
{% macro duckdb__lay_out_table(relation, partitioned_by, sorted_by) -%}
  {{ duckdb__alter_table_set_partitioned_by(relation, partitioned_by) if partitioned_by }}
  {{ duckdb__alter_table_set_sorted_by(relation, sorted_by) if sorted_by }}
{%- endmacro %}
