{#
  How a snapshot notices that a row changed. A strategy is the macro snapshot_<name>_strategy, possibly of a package
  ("package.name"), and gives a dict of SQL expressions: unique_key, updated_at, row_changed, scd_id, and hard_deletes.
#}

{% macro strategy_dispatch(name) -%}
  {%- set package, strategy = name.split('.', 1) if '.' in name else (none, name) -%}
  {%- if package is not none and package not in context -%}
    {%- do exceptions.raise_compiler_error("The snapshot strategy '" ~ name ~ "' names the package '" ~ package ~ "', which is not installed") -%}
  {%- endif -%}

  {%- set macros = context if package is none else context[package] -%}
  {%- set macro_name = 'snapshot_' ~ strategy ~ '_strategy' -%}
  {%- if macro_name not in macros -%}
    {%- do exceptions.raise_compiler_error(
      "There is no snapshot strategy '" ~ name ~ "': no macro " ~ macro_name ~ (' in package ' ~ package if package else '')) -%}
  {%- endif -%}
  {%- do return(macros[macro_name]) -%}
{%- endmacro %}


{% macro snapshot_timestamp_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
  {%- set updated_at = config.get('updated_at') -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {#- Compared with the version's own start, since the history may come from a time without this updated_at column. -#}
  {%- set row_changed = '(' ~ snapshotted_rel ~ '.' ~ columns.dbt_valid_from ~ ' < ' ~ current_rel ~ '.' ~ updated_at ~ ')' -%}
  {%- do return(snapshot_strategy_result(updated_at, row_changed)) -%}
{% endmacro %}


{% macro snapshot_check_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
  {%- set column_added, check_cols = snapshot_check_all_get_existing_columns(node, target_exists, config.get('check_cols')) -%}
  {%- set differences = [] -%}
  {%- for column in check_cols -%}
    {%- set old, new = snapshotted_rel ~ '.' ~ column, current_rel ~ '.' ~ column -%}
    {%- do differences.append(
      '(' ~ old ~ ' <> ' ~ new
      ~ ' or (' ~ old ~ ' is null and ' ~ new ~ ' is not null)'
      ~ ' or (' ~ old ~ ' is not null and ' ~ new ~ ' is null))') -%}
  {%- endfor -%}
  {%- set row_changed = '(' ~ (get_true_sql() if column_added else differences | join('\n or ')) ~ ')' -%}
  {%- do return(snapshot_strategy_result(config.get('updated_at') or snapshot_get_time(), row_changed)) -%}
{% endmacro %}


{# What both strategies give, filled in from the snapshot's config. #}
{% macro snapshot_strategy_result(updated_at, row_changed) %}
  {%- set unique_key = config.get('unique_key') -%}
  {%- set hard_deletes = adapter.get_hard_deletes_behavior(config) -%}
  {%- do return({
    'unique_key': unique_key,
    'updated_at': updated_at,
    'row_changed': row_changed,
    'scd_id': snapshot_hash_arguments(api.Relation.scd_args(unique_key, updated_at)),
    'invalidate_hard_deletes': hard_deletes == 'invalidate',
    'hard_deletes': hard_deletes,
  }) -%}
{% endmacro %}


{# A pair: did the query gain a checked column, and the quoted checked columns that the history has. #}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) -%}
  {%- if not target_exists -%}
    {%- do return((false, [])) -%}
  {%- endif -%}

  {%- if check_cols_config == 'all' -%}
    {%- set checked = get_columns_in_query(node['compiled_code']) -%}
  {%- elif check_cols_config is iterable and check_cols_config -%}
    {#- Asked of the database, since names must be written the way that it knows them. -#}
    {%- set query -%}
      select {{ check_cols_config | join(', ') }} from (
        {{ node['compiled_code'] }}
      ) as checked
    {%- endset -%}
    {%- set checked = get_columns_in_query(query) -%}
  {%- else -%}
    {%- do exceptions.raise_compiler_error("check_cols must be 'all' or a list of columns, not " ~ check_cols_config) -%}
  {%- endif -%}

  {%- set history = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
  {%- set known = adapter.get_columns_in_relation(history) | map(attribute='name') | list -%}
  {%- set common = checked | select('in', known) | list -%}
  {%- set quoted = [] -%}
  {%- for name in common -%}
    {%- do quoted.append(adapter.quote(name)) -%}
  {%- endfor -%}
  {%- do return((common | length < checked | length, quoted)) -%}
{%- endmacro %}


{# The id of one version of a row. #}
{% macro snapshot_hash_arguments(args) -%}
  {%- do return(adapter.dispatch('snapshot_hash_arguments', 'dbt')(args)) -%}
{%- endmacro %}

{% macro default__snapshot_hash_arguments(args) -%}
  {%- set parts = [] -%}
  {%- for arg in args -%}
    {%- do parts.append("coalesce(cast(" ~ arg ~ " as varchar), '')") -%}
  {%- endfor -%}
  md5({{ parts | join(" || '|' || ") }})
{%- endmacro %}


{% macro get_true_sql() -%}
  {%- do return(adapter.dispatch('get_true_sql', 'dbt')()) -%}
{%- endmacro %}

{% macro default__get_true_sql() %}
  {%- do return('TRUE') -%}
{% endmacro %}
