{% macro seconds_between(start, stop) -%}
    {{ dbt.datediff(start, stop, 'second') }}
{%- endmacro %}
