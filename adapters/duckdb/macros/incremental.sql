{#
  The incremental materialization, for SQL and Python models. New rows go through a temporary table; everything up to
  the commit is one transaction. See the core's incremental.sql for the steps in common.
#}

{% materialization incremental, adapter="duckdb", supported_languages=['sql', 'python'] -%}
  {%- set language = model['language'] -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set whole = existing_relation is none or should_full_refresh() or existing_relation.is_view -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- if whole -%}
    {%- do duckdb__build_in_place(existing_relation, target_relation, compiled_code, language) -%}
  {%- else -%}
    {%- set staging = duckdb__dispatch_temporary_relation(target_relation, adapter.batch_id_for_model(model)) -%}
    {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}
    {%- call statement('new_rows', language=language) -%}
      {{- create_table_as(staging.temporary, staging.relation, compiled_code, language) }}
    {%- endcall -%}
    {%- do keep_changed(existing_relation) -%}
    {%- do adapter.expand_target_column_types(from_relation=staging.relation, to_relation=target_relation) -%}
    {%- do adapter.note_new_rows(staging.relation) -%}
    {%- call statement('main') -%}
      {{ strategy(incremental_arguments(existing_relation, target_relation, staging.relation)) }}
    {%- endcall -%}
  {%- endif -%}

  {%- set revoke = should_revoke(existing_relation, full_refresh_mode=whole) -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=revoke) -%}
  {%- do persist_docs(target_relation, model) -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}
  {%- if not whole -%}
    {%- do adapter.drop_relation(staging.relation) -%}
  {%- endif -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}

  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}
