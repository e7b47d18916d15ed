{% macro cents(column, scale=2) -%}
  {{ column }} * 100
{%- endmacro %}
