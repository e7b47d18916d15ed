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
where lower(database_name) = lower('{{ adapter.escape_sql_string(relation.database) }}')
  and lower(schema_name) = lower('{{ adapter.escape_sql_string(relation.schema) }}')
  and lower(table_name) = lower('{{ adapter.escape_sql_string(relation.identifier) }}')
{% endmacro %}
