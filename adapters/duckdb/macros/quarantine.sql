{#
  What quarantine asks of DuckDB: what tells the rows of a table apart, and whether a table is there.
#}

{% macro duckdb__row_identity() -%}
  rowid
{%- endmacro %}


{# information_schema names no database here. #}
{% macro duckdb__is_built(relation) %}
select count(*)
from duckdb_tables()
where {{ duckdb__in_schema_of(relation) }}
  and lower(table_name) = lower({{ dbt.text_literal(relation.identifier) }})
{% endmacro %}
