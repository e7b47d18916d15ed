{% macro shop__star(relation) %}not dispatched{% endmacro %}
{% macro default__star(relation) %}own star of {{ relation }}{% endmacro %}
{% macro shout(text) %}{{ text | upper }}!{% endmacro %}
{% macro with_caller() %}[{{ caller() }}]{% endmacro %}
{% macro seven() %}{% do return(7) %}{% endmacro %}
{% macro duckdb__own_thing() %}duckdb{% endmacro %}
{% macro default__own_thing() %}default{% endmacro %}
