{#
  DDL of materialized views. Nothing of their configuration can change without a full refresh. What has the name goes
  first: a materialized view cannot take the place of a table in one statement.
#}

{% macro trino__get_create_materialized_view_as_sql(relation, sql) -%}
  create materialized view {{ relation }}
  {{ 'grace period ' ~ config.get('grace_period') if config.get('grace_period') is not none }}
  {{ trino__properties() }}
  as
  {{ sql }}
{%- endmacro %}


{% macro trino__refresh_materialized_view(relation) -%}
  refresh materialized view {{ relation }}
{%- endmacro %}


{% macro trino__get_materialized_view_configuration_changes(existing_relation, new_config) %}
  {%- do return(none) -%}
{% endmacro %}


{% macro trino__get_rename_materialized_view_sql(relation, new_name) -%}
  alter materialized view {{ relation }} rename to {{ relation.incorporate(path={'identifier': new_name}) }}
{%- endmacro %}


{% macro trino__get_rename_table_sql(relation, new_name) -%}
  alter table {{ relation }} rename to {{ relation.incorporate(path={'identifier': new_name}) }}
{%- endmacro %}


{% macro trino__get_rename_view_sql(relation, new_name) -%}
  alter view {{ relation }} rename to {{ relation.incorporate(path={'identifier': new_name}) }}
{%- endmacro %}
