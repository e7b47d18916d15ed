{#
  incremental: the first run and a full refresh build the table whole; any other run puts the query's rows into a
  temporary table and lets the strategy write the SQL that brings them into the target.
#}

{% materialization incremental, default -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set rebuild = existing_relation is not none and (should_full_refresh() or not existing_relation.is_table) -%}
  {%- set leftovers = [] -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}

  {%- if existing_relation is none -%}
    {%- call statement('main') -%}
      {{ get_create_table_as_sql(False, target_relation, sql) }}
    {%- endcall -%}
    {%- do create_indexes(target_relation) -%}
  {%- elif rebuild -%}
    {%- set leftovers = publish_relation(existing_relation, target_relation, sql) -%}
  {%- else -%}
    {%- set temp_relation = make_temp_relation(target_relation) -%}
    {%- set leftovers = [temp_relation] -%}
    {%- call statement('new_rows') -%}
      {{ get_create_table_as_sql(True, temp_relation, sql) }}
    {%- endcall -%}
    {%- do keep_changed(existing_relation) -%}
    {%- if not config.get('contract').enforced -%}
      {%- do adapter.expand_target_column_types(from_relation=temp_relation, to_relation=target_relation) -%}
    {%- endif -%}
    {%- do adapter.note_new_rows(temp_relation) -%}
    {%- call statement('main') -%}
      {{ strategy(incremental_arguments(existing_relation, target_relation, temp_relation)) }}
    {%- endcall -%}
  {%- endif -%}

  {%- set revoke = should_revoke(existing_relation, full_refresh_mode=(rebuild or should_full_refresh())) -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=revoke) -%}
  {%- do persist_docs(target_relation, model) -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}
  {%- do drop_leftovers(leftovers) -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}

  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}


{#
  What a strategy macro takes. Brings the target's columns in line first, as `on_schema_change` asks; the columns to
  write are then those of the new rows, with "ignore" those of the target.
#}
{% macro incremental_arguments(existing_relation, target_relation, temp_relation) %}
  {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
  {%- set dest_columns = process_schema_changes(on_schema_change, temp_relation, existing_relation) -%}
  {%- if not dest_columns -%}
    {%- set dest_columns = adapter.get_columns_in_relation(existing_relation) -%}
  {%- endif -%}
  {%- do return({
    'target_relation': target_relation,
    'temp_relation': temp_relation,
    'unique_key': config.get('unique_key'),
    'dest_columns': dest_columns,
    'incremental_predicates': config.get('predicates', none) or config.get('incremental_predicates', none),
  }) -%}
{% endmacro %}
