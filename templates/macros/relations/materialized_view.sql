{#
  DDL of materialized views. Nothing is portable here, so every default says that the adapter has none.
  Configuration changes are passed from the one that finds them to the one that applies them in a form of the
  adapter's own.
#}

{% macro get_create_materialized_view_as_sql(relation, sql) -%}
  {%- do return(adapter.dispatch('get_create_materialized_view_as_sql', 'dbt')(relation, sql)) -%}
{%- endmacro %}

{% macro default__get_create_materialized_view_as_sql(relation, sql) -%}
  {%- do exceptions.raise_compiler_error('The ' ~ adapter.type() ~ ' adapter has no materialized views') -%}
{%- endmacro %}


{% macro refresh_materialized_view(relation) %}
  {%- do log('Applying REFRESH to: ' ~ relation) -%}
  {%- do return(adapter.dispatch('refresh_materialized_view', 'dbt')(relation)) -%}
{% endmacro %}

{% macro default__refresh_materialized_view(relation) %}
  {%- do exceptions.raise_compiler_error('The ' ~ adapter.type() ~ ' adapter has no materialized views') -%}
{% endmacro %}


{% macro get_materialized_view_configuration_changes(existing_relation, new_config) %}
  {%- do log('Determining configuration changes on: ' ~ existing_relation) -%}
  {%- do return(adapter.dispatch('get_materialized_view_configuration_changes', 'dbt')(existing_relation, new_config)) -%}
{% endmacro %}

{% macro default__get_materialized_view_configuration_changes(existing_relation, new_config) %}
  {%- do exceptions.raise_compiler_error('The ' ~ adapter.type() ~ ' adapter has no materialized views') -%}
{% endmacro %}


{% macro get_alter_materialized_view_as_sql(
  relation, configuration_changes, sql, existing_relation, backup_relation, intermediate_relation
) %}
  {%- do log('Applying ALTER to: ' ~ relation) -%}
  {%- set implementation = adapter.dispatch('get_alter_materialized_view_as_sql', 'dbt') -%}
  {%- do return(implementation(relation, configuration_changes, sql, existing_relation, backup_relation, intermediate_relation)) -%}
{% endmacro %}

{% macro default__get_alter_materialized_view_as_sql(
  relation, configuration_changes, sql, existing_relation, backup_relation, intermediate_relation
) %}
  {%- do exceptions.raise_compiler_error('The ' ~ adapter.type() ~ ' adapter has no materialized views') -%}
{% endmacro %}
