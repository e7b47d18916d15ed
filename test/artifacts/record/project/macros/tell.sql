{% macro tell(model) %}
  {%- if execute and var('tell', false) %}{{ log('MODEL ' ~ tojson(model), info=true) }}{% endif -%}
{% endmacro %}
