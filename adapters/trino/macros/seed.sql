{#
  seed: a CSV file as a table. Rows are inserted in several statements, so they go into a table beside the old one, which
  takes its name when all are in; a bad row leaves what was there. Where tables cannot be renamed, `on_table_exists` (drop,
  replace) fills the table under its own name.
#}

{% materialization seed, adapter='trino' %}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set way = trino__on_table_exists(['rename', 'drop', 'replace']) -%}
  {%- set new_relation = make_intermediate_relation(target_relation) if way == 'rename' else target_relation -%}
  {%- set full_refresh = should_full_refresh() -%}

  {%- do trino__enter_node() -%}
  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- if existing_relation is not none and existing_relation.is_view -%}
    {%- do exceptions.raise_compiler_error('Cannot seed ' ~ existing_relation.render() ~ ': a view has this name') -%}
  {%- endif -%}
  {%- if way != 'replace' -%}
    {%- do drop_relation_if_exists(load_cached_relation(new_relation)) -%}
  {%- endif -%}

  {%- set ddl = trino__seed_table_sql(new_relation, way) -%}
  {%- call statement('create_seed') -%}
    {{ ddl }}
  {%- endcall -%}
  {%- set rows = adapter.load_seed(new_relation, adapter.seed_column_types(model), model['config'].get('quote_columns', none)) -%}
  {%- if way == 'rename' -%}
    {%- do trino__swap_in(new_relation, target_relation) -%}
  {%- endif -%}
  {%- set code = 'CREATE' if full_refresh else 'INSERT' -%}
  {%- call noop_statement('main', code ~ ' ' ~ rows, code, rows) -%}
    {{ get_csv_sql(ddl, '-- ' ~ rows ~ ' rows of ' ~ model['original_file_path']) }}
  {%- endcall -%}

  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) -%}
  {%- do persist_docs(target_relation, model) -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}

  {%- do return({'relations': [target_relation]}) -%}
{% endmaterialization %}


{% macro trino__seed_table_sql(relation, way) -%}
  create {{ 'or replace ' if way == 'replace' }}table {{ relation.render() }} ({{ dbt.seed_column_definitions(model) }}) {{ trino__properties() }}
{%- endmacro %}
