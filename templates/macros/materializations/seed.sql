{#
  seed: a CSV file as a table. The first run and a full refresh create the table, others empty and fill it, all in
  one transaction. The file is streamed by the runner; its rows pass through templates only when a macro asks for them.
#}

{% materialization seed, default %}
  {%- set full_refresh = should_full_refresh() -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set is_new = existing_relation is none or not existing_relation.is_table -%}
  {%- set agate_table = load_agate_table() -%}
  {%- do store_result('agate_table', response='OK', agate_table=agate_table) -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- if existing_relation is not none and existing_relation.is_view -%}
    {%- do exceptions.raise_compiler_error('Cannot seed ' ~ existing_relation.render() ~ ': a view has this name') -%}
  {%- endif -%}

  {%- do keep_changed(existing_relation) -%}
  {%- if is_new -%}
    {%- set prepare_sql = create_csv_table(model, agate_table) -%}
  {%- else -%}
    {%- set prepare_sql = reset_csv_table(model, full_refresh, existing_relation, agate_table) -%}
  {%- endif -%}
  {%- set insert_sql = load_csv_rows(model, agate_table) -%}

  {#- A macro of the project that inserts rows by itself leaves no count: then the rows of the file are counted. -#}
  {%- set loaded = load_result('load_csv_rows') -%}
  {%- set rows = loaded.response.rows_affected if loaded else agate_table.rows | length -%}
  {%- set code = 'CREATE' if full_refresh else 'INSERT' -%}
  {%- call noop_statement('main', code ~ ' ' ~ rows, code, rows) -%}
    {{ get_csv_sql(prepare_sql, insert_sql) }};
  {%- endcall -%}

  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh)) -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- if full_refresh or is_new -%}
    {%- do create_indexes(target_relation) -%}
  {%- endif -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}

  {%- do return({'relations': [target_relation]}) -%}
{% endmaterialization %}
