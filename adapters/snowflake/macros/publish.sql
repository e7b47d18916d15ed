{#
  How a new table or view takes the place of the old one. One of its own kind is replaced in place. In place of another kind
  it is built beside it first, since its query may be wrong, and then they change names; a run that is killed in between
  leaves both under other names, and the next one builds anew and drops them.
#}

{% macro snowflake__publish_relation(existing_relation, target_relation, sql) %}
  {%- set in_table_format = target_relation.is_table and snowflake__is_iceberg() -%}
  {%- if target_relation.is_table and snowflake__is_linked() -%}
    {%- do return(snowflake__publish_linked(existing_relation, target_relation, sql)) -%}
  {%- elif existing_relation is not none and not existing_relation.is_iceberg_format and in_table_format -%}
    {%- do return(snowflake__publish_iceberg(existing_relation, target_relation, sql)) -%}
  {%- elif existing_relation is none or (existing_relation.type == target_relation.type and (existing_relation.is_iceberg_format or false) == in_table_format) -%}
    {%- do build_unpublished(target_relation, sql) -%}
    {%- do return([]) -%}
  {%- endif -%}

  {%- set new_relation = make_intermediate_relation(target_relation) -%}
  {%- do drop_relation_if_exists(load_cached_relation(new_relation)) -%}
  {%- do build_unpublished(new_relation, sql) -%}
  {%- do snowflake__swap_in(new_relation, target_relation) -%}
  {%- do return([]) -%}
{% endmacro %}


{# Renames a finished relation to its own name; what had the name goes. #}
{% macro snowflake__swap_in(new_relation, target_relation) %}
  {#- The main statement, or a hook before it, may have dropped the old one. -#}
  {%- set current_relation = load_cached_relation(target_relation) -%}
  {%- if current_relation is not none and current_relation.can_be_renamed and not current_relation.is_iceberg_format -%}
    {%- set old_relation = make_backup_relation(target_relation, current_relation.type) -%}
    {%- do drop_relation_if_exists(load_cached_relation(old_relation)) -%}
    {%- do adapter.rename_relation(current_relation, old_relation) -%}
    {%- do adapter.rename_relation(new_relation, target_relation) -%}
    {%- do adapter.drop_relation(old_relation) -%}
  {%- else -%}
    {%- do drop_relation_if_exists(current_relation) -%}
    {%- do adapter.rename_relation(new_relation, target_relation) -%}
  {%- endif -%}
{% endmacro %}


{# The new name in full: without its schema it would be looked for in the session's. #}
{% macro snowflake__rename_relation(from_relation, to_relation) -%}
  {%- call statement('rename_relation') -%}
    alter {{ from_relation.type | replace('_', ' ') }} {{ from_relation.render() }} rename to {{ to_relation.render() }}
  {%- endcall -%}
{%- endmacro %}


{% macro snowflake__get_rename_table_sql(relation, new_name) -%}
  alter table {{ relation }} rename to {{ new_name }}
{%- endmacro %}


{% macro snowflake__get_rename_view_sql(relation, new_name) -%}
  alter view {{ relation }} rename to {{ new_name }}
{%- endmacro %}


{% macro snowflake__get_replace_table_sql(relation, sql) -%}
  {{ snowflake__create_table_as(False, relation, sql) }}
{%- endmacro %}


{% macro snowflake__get_replace_view_sql(relation, sql) -%}
  {{ snowflake__create_view_as(relation, sql) }}
{%- endmacro %}


{% macro snowflake__get_drop_sql(relation) -%}
  {%- if relation.is_dynamic_table -%}
    drop dynamic table if exists {{ relation }}
  {%- else -%}
    {{ default__get_drop_sql(relation) }}
  {%- endif -%}
{%- endmacro %}


{# Views take no CASCADE. #}
{% macro snowflake__drop_view(relation) -%}
  drop view if exists {{ relation }}
{%- endmacro %}


{# TRUNCATE would end the transaction. #}
{% macro snowflake__truncate_relation(relation) -%}
  {%- call statement('truncate_relation') -%}
    delete from {{ relation.render() }}
  {%- endcall -%}
{%- endmacro %}
