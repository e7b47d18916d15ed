{#
  seed: a CSV file as a table. The file is loaded into a temporary table, whose rows then take the place of the old ones in one
  statement: a bad row leaves what was there, and readers never see a part.
#}

{% materialization seed, adapter='snowflake' %}
  {%- set entered = snowflake__enter_node() -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set loaded_relation = make_intermediate_relation(target_relation) -%}
  {%- set full_refresh = should_full_refresh() -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- if existing_relation is not none and not existing_relation.is_table -%}
    {%- do exceptions.raise_compiler_error('Cannot seed ' ~ existing_relation.render() ~ ': a ' ~ existing_relation.type | replace('_', ' ') ~ ' has this name') -%}
  {%- endif -%}

  {%- set types = adapter.seed_column_types(model) -%}
  {%- set quote_columns = model['config'].get('quote_columns', none) -%}
  {%- set ddl = 'create or replace temporary table ' ~ loaded_relation ~ ' (' ~ dbt.seed_column_definitions(model) ~ ')' -%}
  {%- call statement('create_seed') -%}
    {{ ddl }}
  {%- endcall -%}
  {%- set rows = adapter.load_seed(loaded_relation, types, quote_columns) -%}

  {%- set names = get_seed_column_quoted_csv(model, types.keys()) -%}
  {%- call statement('publish_seed') -%}
    {%- if existing_relation is none or full_refresh -%}
      create or replace {{ snowflake__table_kind() }} table {{ target_relation }}
      {{ snowflake__table_properties() }}
      as (
        select {{ names }} from {{ loaded_relation }}
      )
    {%- else -%}
      insert overwrite into {{ target_relation }} ({{ names }})
      select {{ names }} from {{ loaded_relation }}
    {%- endif -%}
  {%- endcall -%}
  {%- set code = 'CREATE' if full_refresh else 'INSERT' -%}
  {%- call noop_statement('main', code ~ ' ' ~ rows, code, rows) -%}
    {{ get_csv_sql(ddl, '-- ' ~ rows ~ ' rows of ' ~ model['original_file_path']) }}
  {%- endcall -%}

  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh)) -%}
  {%- do persist_docs(target_relation, model) -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}
  {%- do adapter.drop_relation(loaded_relation) -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}

  {%- do snowflake__leave_node(entered) -%}
  {%- do return({'relations': [target_relation]}) -%}
{% endmaterialization %}
