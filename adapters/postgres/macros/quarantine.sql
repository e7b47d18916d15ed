{#
  What tells the rows of a table apart, for rows that go into quarantine.
#}

{% macro postgres__row_identity() -%}
  ctid
{%- endmacro %}
