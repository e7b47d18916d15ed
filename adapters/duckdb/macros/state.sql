{#
  Rows of what etl remembers. DuckDB gives literals the types of the columns by itself; asked by casts it plans twice as long.
#}

{% macro duckdb__state_insert(relation, columns, rows) %}
insert into {{ relation }} (
  {%- for name, type in columns %}{{ adapter.quote(name) }}{{ ', ' if not loop.last }}{% endfor -%}
)
values
  {%- for row in rows %}
  ({{ row | join(', ') }}){{ ',' if not loop.last }}
  {%- endfor %}
{% endmacro %}
