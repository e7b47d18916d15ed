{#
  Functions in other languages than SQL, and aggregates, for which only some engines have DDL: their adapters bring the
  macros, all others refuse in a sentence.
#}

{% macro scalar_function_python(target_relation) %}
  {%- do return(adapter.dispatch('scalar_function_python', 'dbt')(target_relation)) -%}
{% endmacro %}

{% macro default__scalar_function_python(target_relation) %}
  {%- do refuse_function('in Python') -%}
{% endmacro %}


{% macro scalar_function_javascript(target_relation) %}
  {%- do return(adapter.dispatch('scalar_function_javascript', 'dbt')(target_relation)) -%}
{% endmacro %}

{% macro default__scalar_function_javascript(target_relation) %}
  {%- do refuse_function('in JavaScript') -%}
{% endmacro %}


{% macro aggregate_function_sql(target_relation) %}
  {%- do return(adapter.dispatch('aggregate_function_sql', 'dbt')(target_relation)) -%}
{% endmacro %}

{% macro default__aggregate_function_sql(target_relation) %}
  {%- do refuse_function('of type aggregate in SQL') -%}
{% endmacro %}


{% macro aggregate_function_python(target_relation) %}
  {%- do return(adapter.dispatch('aggregate_function_python', 'dbt')(target_relation)) -%}
{% endmacro %}

{% macro default__aggregate_function_python(target_relation) %}
  {%- do refuse_function('of type aggregate in Python') -%}
{% endmacro %}


{% macro aggregate_function_javascript(target_relation) %}
  {%- do return(adapter.dispatch('aggregate_function_javascript', 'dbt')(target_relation)) -%}
{% endmacro %}

{% macro default__aggregate_function_javascript(target_relation) %}
  {%- do refuse_function('of type aggregate in JavaScript') -%}
{% endmacro %}


{% macro refuse_function(kind) %}
  {%- do exceptions.raise_compiler_error(
    'The function ' ~ model.name ~ ' cannot be made: the ' ~ adapter.type() ~ ' adapter has no functions ' ~ kind) -%}
{% endmacro %}
