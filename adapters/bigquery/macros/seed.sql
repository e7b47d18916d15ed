{#
  seed: a CSV file as a table. The file is loaded by one job into a table beside the old one, which is then replaced in one
  statement; a bad row leaves what was there.
#}

{% materialization seed, adapter='bigquery' %}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set new_relation = make_temp_relation(target_relation, '__dbt_seed') -%}
  {%- set full_refresh = should_full_refresh() -%}

  {%- do bigquery__limit_jobs() -%}
  {%- do run_hooks(pre_hooks) -%}

  {%- if existing_relation is not none and existing_relation.is_view -%}
    {%- do exceptions.raise_compiler_error('Cannot seed ' ~ existing_relation.render() ~ ': a view has this name') -%}
  {%- endif -%}

  {%- set types = adapter.seed_column_types(model) -%}
  {%- set columns = [] -%}
  {%- for name, type in types.items() -%}
    {%- do columns.append(adapter.quote(name) ~ ' ' ~ type) -%}
  {%- endfor -%}
  {%- call statement('create_seed') -%}
    create or replace table {{ new_relation.render() }} ({{ columns | join(', ') }})
    options(expiration_timestamp=timestamp_add(current_timestamp(), interval 12 hour))
  {%- endcall -%}
  {%- set rows = adapter.load_seed(new_relation, types, true) -%}
  {%- set sql = 'select * from ' ~ new_relation.render() -%}
  {%- do bigquery__publish_table(existing_relation, target_relation, sql) -%}
  {%- do adapter.drop_relation(new_relation) -%}
  {%- set code = 'CREATE' if full_refresh else 'INSERT' -%}
  {%- call noop_statement('main', code ~ ' ' ~ rows, code, rows) -%}
    -- {{ rows }} rows of {{ model['original_file_path'] }}
  {%- endcall -%}

  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) -%}
  {%- do persist_docs(target_relation, model) -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}

  {%- do return({'relations': [target_relation]}) -%}
{% endmaterialization %}
