{#
  Keys of rows (config `unique_key`) in the SQL of watermarks and of the quarantine.
#}

{# The condition that two rows have the same keys. #}
{% macro same_keys(keys, one, other) -%}
  {%- for key in keys -%}
    {{ one }}.{{ key }} = {{ other }}.{{ key }}{{ ' and ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}
