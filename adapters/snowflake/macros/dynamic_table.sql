{#
  dynamic_table: a table that Snowflake keeps up to date by itself. Created once; when the configs differ from what the
  warehouse has, `on_configuration_change` decides. As in dbt-snowflake, a changed query needs a full refresh.
#}

{% materialization dynamic_table, adapter='snowflake' %}
  {%- set entered = snowflake__enter_node() -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='dynamic_table') -%}
  {%- set wanted = snowflake__dynamic_table_config() -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- set steps = snowflake__dynamic_table_steps(existing_relation, target_relation, wanted) -%}
  {%- if steps == 'swap' and snowflake__is_iceberg() -%}
    {%- do snowflake__swap_in_iceberg(existing_relation, target_relation, wanted) -%}
  {%- elif steps == 'swap' -%}
    {%- set new_relation = make_intermediate_relation(target_relation) -%}
    {%- do drop_relation_if_exists(load_cached_relation(new_relation)) -%}
    {%- call statement('main') -%}
      {{ snowflake__create_dynamic_table(new_relation, wanted, sql) }}
    {%- endcall -%}
    {%- do snowflake__swap_in(new_relation, target_relation) -%}
  {%- elif steps -%}
    {%- call statement('main') -%}
      {{ steps | join(';\n') }}
    {%- endcall -%}
  {%- else -%}
    {%- do store_raw_result(name='main', message='skip ' ~ target_relation, code='skip', rows_affected='-1') -%}
  {%- endif -%}
  {%- if steps -%}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) -%}
    {%- do persist_docs(target_relation, model) -%}
  {%- endif -%}
  {%- if wanted['scheduler'] == 'DISABLE' -%}
    {%- do run_query('alter dynamic table ' ~ target_relation ~ ' refresh') -%}
  {%- endif -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}

  {%- do snowflake__leave_node(entered) -%}
  {%- do return({'relations': [target_relation]}) -%}
{% endmaterialization %}


{#
  A dynamic Iceberg table cannot be renamed either: what has its name stands beside it until it is there, or goes before
  where it cannot be renamed itself.
#}
{% macro snowflake__swap_in_iceberg(existing_relation, target_relation, wanted) %}
  {%- set old_relation = make_backup_relation(target_relation, existing_relation.type) -%}
  {%- set is_kept = existing_relation.can_be_renamed and not existing_relation.is_iceberg_format and not existing_relation.is_dynamic_table -%}
  {%- if is_kept -%}
    {%- do drop_relation_if_exists(load_cached_relation(old_relation)) -%}
    {%- do adapter.rename_relation(existing_relation, old_relation) -%}
  {%- else -%}
    {%- do adapter.query_column_types(sql) -%}
    {%- do adapter.drop_relation(existing_relation) -%}
  {%- endif -%}
  {%- call statement('main') -%}
    {{ snowflake__create_dynamic_table(target_relation, wanted, sql) }}
  {%- endcall -%}
  {%- if is_kept -%}
    {%- do adapter.drop_relation(old_relation) -%}
  {%- endif -%}
{% endmacro %}


{# What the model asks for; names of modes in upper case, what it does not say is none. #}
{% macro snowflake__dynamic_table_config() %}
  {%- set lag = config.get('target_lag') -%}
  {%- set scheduler = (config.get('scheduler') or ('ENABLE' if lag else 'DISABLE')) | upper -%}
  {%- if scheduler not in ['ENABLE', 'DISABLE'] -%}
    {%- do exceptions.raise_compiler_error('scheduler must be ENABLE or DISABLE, not "' ~ config.get('scheduler') ~ '"') -%}
  {%- elif scheduler == 'ENABLE' and not lag -%}
    {%- do exceptions.raise_compiler_error('A dynamic table with scheduler: ENABLE needs target_lag') -%}
  {%- elif scheduler == 'DISABLE' and lag -%}
    {%- do exceptions.raise_compiler_error('A dynamic table with scheduler: DISABLE takes no target_lag') -%}
  {%- endif -%}
  {%- set warehouse = config.get('refresh_warehouse') or config.get('snowflake_warehouse') -%}
  {%- if not warehouse -%}
    {%- do exceptions.raise_compiler_error('A dynamic table needs snowflake_warehouse (or refresh_warehouse): the warehouse that refreshes it') -%}
  {%- endif -%}
  {%- do return({
    'target_lag': lag,
    'warehouse': warehouse,
    'initialization_warehouse': config.get('snowflake_initialization_warehouse'),
    'refresh_mode': (config.get('refresh_mode') or 'AUTO') | upper,
    'initialize': (config.get('initialize') or 'ON_CREATE') | upper,
    'scheduler': scheduler,
    'cluster_by': snowflake__cluster_by(),
    'immutable_where': config.get('immutable_where'),
    'transient': none if snowflake__is_iceberg() else config.get('transient'),
  }) -%}
{% endmacro %}


{# The statements that bring the warehouse to what is wanted, or 'swap' where something else has the name. #}
{% macro snowflake__dynamic_table_steps(existing_relation, target_relation, wanted) %}
  {%- if existing_relation is none -%}
    {%- do return([snowflake__create_dynamic_table(target_relation, wanted, sql)]) -%}
  {%- elif not existing_relation.is_dynamic_table -%}
    {%- do return('swap') -%}
  {%- elif should_full_refresh() and (existing_relation.is_iceberg_format or false) != snowflake__is_iceberg() -%}
    {#- No table of one format replaces one of the other. -#}
    {%- do return('swap') -%}
  {%- elif should_full_refresh() -%}
    {%- do return([snowflake__create_dynamic_table(target_relation, wanted, sql, replace=true)]) -%}
  {%- endif -%}

  {%- set changed = snowflake__dynamic_table_changes(existing_relation, wanted) -%}
  {%- set reaction = config.get('on_configuration_change') -%}
  {%- if not changed -%}
    {%- do return([]) -%}
  {%- elif reaction == 'continue' -%}
    {%- do exceptions.warn(
      target_relation.render() ~ ' is configured otherwise in the warehouse (' ~ changed | join(', ') ~ '); on_configuration_change is "continue", so it stays as it is') -%}
    {%- do return([]) -%}
  {%- elif reaction == 'fail' -%}
    {%- do exceptions.raise_fail_fast_error(
      target_relation.render() ~ ' is configured otherwise in the warehouse (' ~ changed | join(', ') ~ '), and on_configuration_change is "fail"') -%}
  {%- elif 'refresh_mode' in changed or 'transient' in changed -%}
    {%- do return([snowflake__create_dynamic_table(target_relation, wanted, sql, replace=true)]) -%}
  {%- endif -%}
  {%- do return(snowflake__alter_dynamic_table(target_relation, wanted, changed)) -%}
{% endmacro %}


{# Names of the settings that differ. Whether it is transient is asked only of models that say so. #}
{% macro snowflake__dynamic_table_changes(relation, wanted) %}
  {%- set row = snowflake__shown('dynamic tables', relation) -%}
  {%- if row is none -%}
    {%- do return(['name']) -%}
  {%- endif -%}
  {%- set known = row.keys() -%}
  {%- set settings = {
    'target_lag': row['target_lag'],
    'warehouse': row['warehouse'],
    'refresh_mode': row['refresh_mode'],
    'initialization_warehouse': row['initialization_warehouse'] if 'initialization_warehouse' in known else none,
    'scheduler': row['scheduler'] if 'scheduler' in known else none,
    'cluster_by': row['cluster_by'] if 'cluster_by' in known else none,
    'immutable_where': row['immutable_where'] if 'immutable_where' in known else none,
  } -%}
  {%- set changed = [] -%}
  {%- for name, current in settings.items() -%}
    {%- set current = snowflake__plain_setting(current) -%}
    {%- set new = snowflake__plain_setting(wanted[name]) -%}
    {%- set is_silent = (name in ['target_lag', 'refresh_mode'] and new in ['', 'AUTO']) or (name == 'scheduler' and current == '') -%}
    {%- if current != new and not is_silent -%}
      {%- do changed.append(name) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if wanted['transient'] is not none and snowflake__is_transient(relation) != wanted['transient'] -%}
    {%- do changed.append('transient') -%}
  {%- endif -%}
  {%- do return(changed) -%}
{% endmacro %}


{# Upper case, without what SHOW adds: "LINEAR(a, b)", "IMMUTABLE WHERE (...)", the word NONE. #}
{% macro snowflake__plain_setting(value) %}
  {%- set text = (value | string | trim | upper) if value is not none else '' -%}
  {%- for prefix in ['LINEAR(', 'IMMUTABLE WHERE ('] if text.startswith(prefix) -%}
    {%- do return(text[prefix | length:-1]) -%}
  {%- endfor -%}
  {%- do return('' if text == 'NONE' else text) -%}
{% endmacro %}


{# What SHOW tells of one relation, or none. In its LIKE an underscore stands for any character. #}
{% macro snowflake__shown(kind, relation) %}
  {%- for row in run_query('show ' ~ kind ~ ' like ' ~ dbt.text_literal(relation.identifier) ~ ' in schema ' ~ relation.without_identifier()) -%}
    {%- if row['name'] | upper == relation.identifier | upper -%}
      {%- do return(row) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do return(none) -%}
{% endmacro %}


{% macro snowflake__is_transient(relation) %}
  {%- set row = snowflake__shown('tables', relation) -%}
  {%- do return(row is not none and row['kind'] == 'TRANSIENT') -%}
{% endmacro %}


{% macro snowflake__create_dynamic_table(relation, wanted, sql, replace=false) -%}
  {%- set is_iceberg = snowflake__is_iceberg() -%}
  {#- What the model leaves open, the flag decides when the table is made; no table is rebuilt for it. -#}
  {%- set by_flag = wanted['transient'] is none and not is_iceberg and adapter.behavior.snowflake_default_transient_dynamic_tables -%}
  create {{ 'or replace' if replace }} {{ 'transient' if wanted['transient'] or by_flag }} dynamic {{ 'iceberg ' if is_iceberg }}table {{ relation }}
  {{ 'target_lag = ' ~ dbt.text_literal(wanted['target_lag']) if wanted['target_lag'] }}
  {{ "scheduler = '" ~ wanted['scheduler'] ~ "'" if config.get('scheduler') or not wanted['target_lag'] }}
  warehouse = {{ wanted['warehouse'] }}
  {{ 'initialization_warehouse = ' ~ wanted['initialization_warehouse'] if wanted['initialization_warehouse'] }}
  {{- snowflake__iceberg_place(snowflake__catalog()) if is_iceberg }}
  refresh_mode = {{ wanted['refresh_mode'] }}
  initialize = {{ wanted['initialize'] }}
  {{ 'cluster by (' ~ wanted['cluster_by'] ~ ')' if wanted['cluster_by'] }}
  {{ 'immutable where (' ~ wanted['immutable_where'] ~ ')' if wanted['immutable_where'] }}
  {{ snowflake__policies() }}
  {{ 'copy grants' if replace and config.get('copy_grants') }}
  as (
    {{ sql }}
  )
{%- endmacro %}


{# One statement each for what SET does not take. #}
{% macro snowflake__alter_dynamic_table(relation, wanted, changed) %}
  {%- set alter = 'alter dynamic table ' ~ relation -%}
  {%- set values, steps = [], [] -%}
  {%- if 'target_lag' in changed -%}
    {%- do values.append("target_lag = '" ~ wanted['target_lag'] ~ "'") -%}
  {%- endif -%}
  {%- if 'warehouse' in changed -%}
    {%- do values.append('warehouse = ' ~ wanted['warehouse']) -%}
  {%- endif -%}
  {%- if 'initialization_warehouse' in changed and wanted['initialization_warehouse'] -%}
    {%- do values.append('initialization_warehouse = ' ~ wanted['initialization_warehouse']) -%}
  {%- endif -%}
  {%- if 'scheduler' in changed -%}
    {%- do values.append("scheduler = '" ~ wanted['scheduler'] ~ "'") -%}
  {%- endif -%}
  {%- if values -%}
    {%- do steps.append(alter ~ ' set ' ~ values | join(' ')) -%}
  {%- endif -%}
  {%- if 'initialization_warehouse' in changed and not wanted['initialization_warehouse'] -%}
    {%- do steps.append(alter ~ ' unset initialization_warehouse') -%}
  {%- endif -%}
  {%- if 'immutable_where' in changed -%}
    {%- do steps.append(alter ~ (' set immutable where (' ~ wanted['immutable_where'] ~ ')' if wanted['immutable_where'] else ' unset immutable where')) -%}
  {%- endif -%}
  {%- if 'cluster_by' in changed -%}
    {%- do steps.append(alter ~ (' cluster by (' ~ wanted['cluster_by'] ~ ')' if wanted['cluster_by'] else ' drop clustering key')) -%}
  {%- endif -%}
  {%- do return(steps) -%}
{% endmacro %}
