{#
  on_schema_change: what happens when the query's columns are no longer those of the incremental table.
#}

{% macro incremental_validate_on_schema_change(on_schema_change, default='ignore') %}
  {%- if on_schema_change in ['ignore', 'fail', 'append_new_columns', 'sync_all_columns'] -%}
    {%- do return(on_schema_change) -%}
  {%- endif -%}
  {%- do log('on_schema_change cannot be "' ~ on_schema_change ~ '", so "' ~ default ~ '" is taken') -%}
  {%- do return(default) -%}
{% endmacro %}


{# Brings the target in line as asked, and gives the columns to write; an empty dict leaves them to the caller. #}
{% macro process_schema_changes(on_schema_change, source_relation, target_relation) %}
  {%- do return(adapter.dispatch('process_schema_changes', 'dbt')(on_schema_change, source_relation, target_relation)) -%}
{% endmacro %}

{% macro default__process_schema_changes(on_schema_change, source_relation, target_relation) %}
  {%- if on_schema_change == 'ignore' -%}
    {%- do return({}) -%}
  {%- endif -%}

  {%- set changes = check_for_schema_changes(source_relation, target_relation) -%}
  {%- if changes['schema_changed'] -%}
    {%- if on_schema_change == 'fail' -%}
      {%- set message -%}
        The query of this incremental model and its table no longer have the same columns, and on_schema_change is "fail":
        {{- describe_schema_changes(changes) }}
        Ways out: on_schema_change "append_new_columns" or "sync_all_columns"; a run with --full-refresh; altering the table by hand.
      {%- endset -%}
      {%- do exceptions.raise_compiler_error(message) -%}
    {%- endif -%}
    {%- do sync_column_schemas(on_schema_change, target_relation, changes) -%}
  {%- endif -%}
  {%- do return(changes['source_columns']) -%}
{% endmacro %}


{# One line for each column that came, went or has another type. #}
{% macro describe_schema_changes(changes) -%}
  {%- for column in changes['source_not_in_target'] %}
          added    {{ column.name }} {{ column.data_type }}
  {%- endfor -%}
  {%- for column in changes['target_not_in_source'] %}
          removed  {{ column.name }} {{ column.data_type }}
  {%- endfor -%}
  {%- for change in changes['new_target_types'] %}
    {%- set current = changes['target_columns'] | selectattr('name', 'equalto', change['column_name']) | first %}
          changed  {{ change['column_name'] }} from {{ current.data_type }} to {{ change['new_type'] }}
  {%- endfor -%}
{%- endmacro %}


{% macro check_for_schema_changes(source_relation, target_relation) %}
  {%- do return(adapter.dispatch('check_for_schema_changes', 'dbt')(source_relation, target_relation)) -%}
{% endmacro %}

{% macro default__check_for_schema_changes(source_relation, target_relation) %}
  {%- set source_columns = adapter.get_columns_in_relation(source_relation) -%}
  {%- set target_columns = adapter.get_columns_in_relation(target_relation) -%}
  {%- set added = diff_columns(source_columns, target_columns) -%}
  {%- set gone = diff_columns(target_columns, source_columns) -%}
  {%- set retyped = diff_column_data_types(source_columns, target_columns) -%}
  {%- set changes = {
    'schema_changed': (added or gone or retyped) | length > 0,
    'source_not_in_target': added,
    'target_not_in_source': gone,
    'source_columns': source_columns,
    'target_columns': target_columns,
    'new_target_types': retyped,
  } -%}
  {%- do log('Changes of the columns of ' ~ target_relation ~ ':' ~ (describe_schema_changes(changes) or ' none')) -%}
  {%- do return(changes) -%}
{% endmacro %}


{% macro sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) %}
  {%- do return(adapter.dispatch('sync_column_schemas', 'dbt')(on_schema_change, target_relation, schema_changes_dict)) -%}
{% endmacro %}

{% macro default__sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) %}
  {%- set added = schema_changes_dict['source_not_in_target'] -%}
  {%- set whole = on_schema_change == 'sync_all_columns' -%}
  {%- set gone = schema_changes_dict['target_not_in_source'] if whole else [] -%}
  {%- set retyped = schema_changes_dict['new_target_types'] if whole else [] -%}

  {%- if on_schema_change in ['append_new_columns', 'sync_all_columns'] and (added or gone) -%}
    {%- do alter_relation_add_remove_columns(target_relation, added, gone or none) -%}
  {%- endif -%}
  {%- for change in retyped -%}
    {%- do alter_column_type(target_relation, change['column_name'], change['new_type']) -%}
  {%- endfor -%}
{% endmacro %}


{# Columns of the first list whose name the second one lacks. #}
{% macro diff_columns(source_columns, target_columns) %}
  {%- set known = target_columns | map(attribute='column') | list -%}
  {%- do return(source_columns | rejectattr('name', 'in', known) | list) -%}
{% endmacro %}


{% macro diff_column_data_types(source_columns, target_columns) %}
  {%- do return(adapter.dispatch('diff_column_data_types', 'dbt')(source_columns, target_columns)) -%}
{% endmacro %}

{% macro default__diff_column_data_types(source_columns, target_columns) %}
  {%- set changes = [] -%}
  {%- for column in source_columns -%}
    {%- set current = target_columns | selectattr('name', 'equalto', column.name) | list | first -%}
    {%- if current and column.expanded_data_type != current.expanded_data_type and not column.can_expand_to(other_column=current) -%}
      {%- do changes.append({'column_name': current.name, 'new_type': column.expanded_data_type}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do return(changes) -%}
{% endmacro %}
