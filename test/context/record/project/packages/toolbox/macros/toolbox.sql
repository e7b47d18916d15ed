{% macro star(relation) %}{{ return(adapter.dispatch('star', 'toolbox')(relation)) }}{% endmacro %}
{% macro default__star(relation) %}star of {{ relation }}{% endmacro %}
{% macro twice(x) %}{% do return(x * 2) %}{% endmacro %}
{% macro only_here() %}only here{% endmacro %}
{% macro defaulted(a, b=2, c='x') %}{{ a }}-{{ b }}-{{ c }}{% endmacro %}
