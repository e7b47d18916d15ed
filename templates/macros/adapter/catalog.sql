{#
  What an adapter tells of the relations that exist. None of it is portable: the defaults name the macro that the
  adapter lacks.
#}

{% macro list_relations_without_caching(schema_relation) %}
  {%- do return(adapter.dispatch('list_relations_without_caching', 'dbt')(schema_relation)) -%}
{% endmacro %}

{% macro default__list_relations_without_caching(schema_relation) %}
  {%- do exceptions.raise_not_implemented('The ' ~ adapter.type() ~ ' adapter has no list_relations_without_caching') -%}
{% endmacro %}


{% macro list_function_relations_without_caching(schema_relation) %}
  {%- do return(adapter.dispatch('list_function_relations_without_caching', 'dbt')(schema_relation)) -%}
{% endmacro %}

{% macro default__list_function_relations_without_caching(schema_relation) %}
  {%- do exceptions.raise_not_implemented('The ' ~ adapter.type() ~ ' adapter has no list_function_relations_without_caching') -%}
{% endmacro %}


{% macro get_relations() %}
  {%- do return(adapter.dispatch('get_relations', 'dbt')()) -%}
{% endmacro %}

{% macro default__get_relations() %}
  {%- do exceptions.raise_not_implemented('The ' ~ adapter.type() ~ ' adapter has no get_relations') -%}
{% endmacro %}


{% macro get_catalog(information_schema, schemas) -%}
  {%- do return(adapter.dispatch('get_catalog', 'dbt')(information_schema, schemas)) -%}
{%- endmacro %}

{% macro default__get_catalog(information_schema, schemas) -%}
  {%- do exceptions.raise_compiler_error('The ' ~ adapter.type() ~ ' adapter has no get_catalog') -%}
{%- endmacro %}


{% macro get_catalog_relations(information_schema, relations) -%}
  {%- do return(adapter.dispatch('get_catalog_relations', 'dbt')(information_schema, relations)) -%}
{%- endmacro %}

{% macro default__get_catalog_relations(information_schema, relations) -%}
  {%- do exceptions.raise_compiler_error('The ' ~ adapter.type() ~ ' adapter has no get_catalog_relations') -%}
{%- endmacro %}


{% macro get_catalog_for_single_relation(relation) %}
  {%- do return(adapter.dispatch('get_catalog_for_single_relation', 'dbt')(relation)) -%}
{% endmacro %}

{% macro default__get_catalog_for_single_relation(relation) %}
  {%- do exceptions.raise_not_implemented('The ' ~ adapter.type() ~ ' adapter has no get_catalog_for_single_relation') -%}
{% endmacro %}


{% macro get_relation_last_modified(information_schema, relations) %}
  {%- do return(adapter.dispatch('get_relation_last_modified', 'dbt')(information_schema, relations)) -%}
{% endmacro %}

{% macro default__get_relation_last_modified(information_schema, relations) %}
  {%- do exceptions.raise_not_implemented('The ' ~ adapter.type() ~ ' adapter has no get_relation_last_modified') -%}
{% endmacro %}
