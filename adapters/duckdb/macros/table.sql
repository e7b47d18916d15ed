{#
  The table materialization, for SQL and Python models. DuckDB's DDL is transactional, so the old relation is dropped
  and the new one created under its own name in one transaction: readers see either, and nothing is renamed but kept versions
  (renames and drops of parallel transactions are what makes DuckDB fail).
#}

{% materialization table, adapter="duckdb", supported_languages=['sql', 'python'] %}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- do duckdb__build_in_place(existing_relation, target_relation, compiled_code, model['language']) -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) -%}
  {%- do persist_docs(target_relation, model) -%}

  {%- do adapter.commit() -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}

  {%- do return({'relations': [target_relation]}) -%}
{% endmaterialization %}


{# Views, and tables of materializations that know nothing of DuckDB. No relation is left to be dropped. #}
{% macro duckdb__publish_relation(existing_relation, target_relation, sql) %}
  {%- do duckdb__build_in_place(existing_relation, target_relation, sql, 'sql') -%}
  {%- do return([]) -%}
{% endmacro %}


{#
  Drops what has the name, of whatever kind, and builds the target, in the transaction that the caller commits. A query
  that reads the very relation that it replaces is run first, into a temporary table.
#}
{% macro duckdb__build_in_place(existing_relation, target_relation, compiled_code, language) %}
  {%- set code, staged, dropped = compiled_code, none, [] -%}
  {%- if existing_relation is not none -%}
    {%- if language == 'sql' and not target_relation.is_view and target_relation.render() in compiled_code -%}
      {%- set staged = duckdb__make_temp_relation(target_relation, '__dbt_tmp') -%}
      {%- call statement('staged') -%}
        {{ create_table_as(True, staged, compiled_code) }}
      {%- endcall -%}
      {%- set code = 'select * from ' ~ staged -%}
    {%- endif -%}
    {%- if not keep_replaced(existing_relation) -%}
      {%- set dropped = drop_relation_for_rebuild(existing_relation) -%}
    {%- endif -%}
  {%- endif -%}

  {%- call statement('main', language=language) -%}
    {%- if target_relation.is_view -%}
      {{ get_create_view_as_sql(target_relation, code) }}
    {%- else -%}
      {{- create_table_as(
        False, target_relation, code, language,
        partitioned_by=duckdb__get_partitioned_by(target_relation, false),
        sorted_by=duckdb__get_sorted_by(target_relation, false)) }}
    {%- endif -%}
  {%- endcall -%}

  {%- do restore_foreign_key_dependents(dropped) -%}
  {%- do drop_relation_if_exists(staged) -%}
  {%- if not target_relation.is_view -%}
    {%- do create_indexes(target_relation) -%}
  {%- endif -%}
{% endmacro %}
