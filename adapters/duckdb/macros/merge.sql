{#
  The merge strategy. Simple configs (merge_update_columns, merge_update_condition ...) make one "when matched" and one
  "when not matched" clause; `merge_clauses` lists them in full. Which configs go together is checked in
  merge_validation.sql.
#}

{% macro duckdb__get_incremental_merge_sql(args_dict) %}
  {%- do return(duckdb__get_merge_sql(
    args_dict['target_relation'],
    args_dict['temp_relation'],
    args_dict['unique_key'],
    args_dict['dest_columns'],
    normalize_incremental_predicates(args_dict.get('incremental_predicates')))) -%}
{% endmacro %}


{% macro duckdb__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- set predicates = normalize_incremental_predicates(incremental_predicates) -%}
  {%- do validate_merge_config(config, target) -%}

  {%- set updated = config.get('merge_update_columns', []) -%}
  {%- set excluded = config.get('merge_exclude_columns', []) -%}
  {%- set expressions = config.get('merge_update_set_expressions', {}) -%}
  {%- set defaults = merge_clause_defaults(
    config.get('merge_update_condition', none), config.get('merge_insert_condition', none), updated, excluded, expressions) -%}
  {%- set update = 'when_matched_update_explicit' if updated or excluded or expressions else 'when_matched_update_by_name' -%}
  {%- set clauses = config.get('merge_clauses', {}) -%}
  {%- set returning = config.get('merge_returning_columns', []) -%}

  {{ config.get('sql_header', '') or '' }}
  merge into {{ target }} as DBT_INTERNAL_DEST
  using {{ source }} as DBT_INTERNAL_SOURCE
  {{ duckdb__merge_join_clause(unique_key, config.get('merge_on_using_columns', []), predicates) }}
  {%- for clause in clauses.get('when_matched', [defaults[update]]) %}
  when matched {{ duckdb__merge_condition(clause) }}
    then {{ duckdb__merge_action(clause, clause.get('update', {}), dest_columns) }}
  {%- endfor %}
  {%- for clause in clauses.get('when_not_matched', [defaults.when_not_matched_insert_by_name]) %}
  when not matched {{ 'by ' ~ clause.get('by') if clause.get('by') }} {{ duckdb__merge_condition(clause) }}
    then {{ duckdb__merge_action(clause, {'set_expressions': clause.get('set_expressions', {})}, []) }}
  {%- endfor %}
  {{ 'returning ' ~ (returning if returning is string else returning | join(', ')) if returning }}
{%- endmacro %}


{% macro duckdb__merge_join_clause(unique_key, merge_on_using_columns, incremental_predicates) -%}
  {%- set predicates = incremental_predicates or [] -%}
  {%- if merge_on_using_columns -%}
    using ({{ merge_on_using_columns | join(', ') }})
    {{ 'on (' ~ predicates | join(') and (') ~ ')' if predicates }}
  {%- else -%}
    {%- set matches = [] -%}
    {%- for key in ([unique_key] if unique_key is string else unique_key or []) -%}
      {%- do matches.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
    {%- endfor -%}
    on ({{ ((matches or ['false']) + predicates) | join(') and (') }})
  {%- endif -%}
{%- endmacro %}


{# A clause's condition is one text or a list that must hold together. #}
{% macro duckdb__merge_condition(clause) -%}
  {%- set condition = clause.get('condition') -%}
  {%- if condition is string -%}
    {{ 'and ' ~ condition if condition }}
  {%- elif condition -%}
    and ({{ condition | join(') and (') }})
  {%- endif -%}
{%- endmacro %}


{# What follows "then". `update` is {include, exclude, set_expressions} of an update that names its columns. #}
{% macro duckdb__merge_action(clause, update, dest_columns) -%}
  {%- set action, mode = clause.get('action'), clause.get('mode') -%}
  {%- set modes = {'by_name': 'by name', 'by_position': 'by position'} -%}
  {%- if action == 'update' -%}
    {%- if mode in modes -%}
      update {{ modes[mode] }}
    {%- elif mode == 'star' -%}
      update set *
    {%- else -%}
      update set {{ duckdb__merge_assignments(update, dest_columns) }}
    {%- endif -%}
  {%- elif action == 'insert' -%}
    {%- if mode in modes -%}
      insert {{ modes[mode] }}
    {%- elif mode == 'star' -%}
      insert *
    {%- else -%}
      {%- set insert = clause.get('insert', {}) -%}
      insert ({{ insert.get('columns', []) | join(', ') }}) values ({{ insert.get('values', []) | join(', ') }})
    {%- endif -%}
  {%- elif action == 'error' -%}
    error {{ "'" ~ clause.get('error_message') | replace("'", "''") ~ "'" if clause.get('error_message') }}
  {%- else -%}
    {{ {'delete': 'delete', 'do_nothing': 'do nothing'}.get(action) }}
  {%- endif -%}
{%- endmacro %}


{# The set expressions, then all other updated columns from the source. #}
{% macro duckdb__merge_assignments(update, dest_columns) -%}
  {%- set expressions = update.get('set_expressions', {}) -%}
  {%- set assignments = [] -%}
  {%- for column, expression in expressions.items() -%}
    {%- do assignments.append(column ~ ' = ' ~ expression) -%}
  {%- endfor -%}
  {%- for column in get_merge_update_columns(update.get('include', []), update.get('exclude', []), dest_columns) -%}
    {%- if column.replace('"', '').replace("'", '') not in expressions -%}
      {%- do assignments.append(column ~ ' = DBT_INTERNAL_SOURCE.' ~ column) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ assignments | join(', ') }}
{%- endmacro %}


{# The clauses that stand for a merge without `merge_clauses`. #}
{% macro merge_clause_defaults(
  merge_update_condition,
  merge_insert_condition,
  merge_update_columns=[],
  merge_exclude_columns=[],
  merge_update_set_expressions={}
) -%}
  {%- do return({
    'when_matched_update_by_name': {'action': 'update', 'mode': 'by_name', 'condition': merge_update_condition},
    'when_matched_update_explicit': {
      'action': 'update',
      'mode': 'explicit',
      'condition': merge_update_condition,
      'update': {
        'include': merge_update_columns,
        'exclude': merge_exclude_columns,
        'set_expressions': merge_update_set_expressions,
      },
    },
    'when_not_matched_insert_by_name': {'action': 'insert', 'mode': 'by_name', 'condition': merge_insert_condition},
  }) -%}
{%- endmacro %}
