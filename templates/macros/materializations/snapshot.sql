{#
  snapshot: keeps the history of a query's rows. The first run takes all rows as the first version; later runs put
  the changes into a staging table and merge them. New columns of the query are added to the history.
#}

{% materialization snapshot, default %}
  {%- set exists, target_relation = get_or_create_relation(
    database=model.database,
    schema=model.schema,
    identifier=model.get('alias', model.get('name')),
    type='table') -%}
  {%- if not target_relation.is_table -%}
    {%- do exceptions.relation_wrong_type(target_relation, 'table') -%}
  {%- endif -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {#- The aliases are those of `snapshot_staging_table`; the fourth argument is kept for strategies of packages. -#}
  {%- set strategy_macro = strategy_dispatch(config.get('strategy')) -%}
  {%- set strategy = strategy_macro(model, 'snapshotted_data', 'source_data', model['config'], exists) -%}

  {%- if exists -%}
    {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
    {%- do adapter.assert_valid_snapshot_target_given_strategy(target_relation, columns, strategy) -%}
    {%- set changes_sql = snapshot_staging_table(strategy, sql, target_relation) -%}
    {%- set staging_relation = build_snapshot_staging_table(strategy, sql, target_relation) -%}
    {%- do keep_changed(target_relation) -%}
    {%- set insert_columns = snapshot_align_columns(strategy, staging_relation, target_relation) -%}
    {%- set main_sql = snapshot_merge_sql(target=target_relation, source=staging_relation, insert_cols=insert_columns) -%}
  {%- else -%}
    {%- set changes_sql = build_snapshot_table(strategy, model['compiled_code']) -%}
    {%- set main_sql = create_table_as(False, target_relation, changes_sql) -%}
  {%- endif -%}

  {%- do check_time_data_types(changes_sql) -%}
  {%- call statement('main') -%}
    {{ main_sql }}
  {%- endcall -%}

  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(exists, full_refresh_mode=False)) -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- if not exists -%}
    {%- do create_indexes(target_relation) -%}
  {%- endif -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}
  {%- if staging_relation is defined -%}
    {%- do post_snapshot(staging_relation) -%}
  {%- endif -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}

  {%- do return({'relations': [target_relation]}) -%}
{% endmaterialization %}


{#
  Widens and adds columns of the history so that it can take the staged rows; gives the quoted names to insert, which
  are the staged ones without the helpers of the merge.
#}
{% macro snapshot_align_columns(strategy, staging_relation, target_relation) %}
  {%- do adapter.expand_target_column_types(from_relation=staging_relation, to_relation=target_relation) -%}

  {%- set helpers = ['dbt_change_type', 'dbt_unique_key'] -%}
  {%- if strategy.unique_key | is_list -%}
    {%- for _ in strategy.unique_key -%}
      {%- do helpers.append('dbt_unique_key_' ~ loop.index) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- set helpers = helpers + (helpers | map('upper') | list) -%}

  {%- set missing = adapter.get_missing_columns(staging_relation, target_relation) | rejectattr('name', 'in', helpers) | list -%}
  {%- do create_columns(target_relation, missing) -%}

  {%- set names = [] -%}
  {%- for column in adapter.get_columns_in_relation(staging_relation) if column.name not in helpers -%}
    {%- do names.append(adapter.quote(column.name)) -%}
  {%- endfor -%}
  {%- do return(names) -%}
{% endmacro %}
