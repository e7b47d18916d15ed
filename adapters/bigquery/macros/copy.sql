{#
  copy: the tables that a model refers to, by a copy job: without cost, and without its SQL. copy_materialization says
  whether the rows replace what is there (table) or are added to it (incremental).
#}

{% materialization copy, adapter='bigquery' %}
  {%- set destination = this.incorporate(type='table') -%}
  {%- do run_hooks(pre_hooks) -%}
  {%- set sources = [] -%}
  {%- for reference in model.refs -%}
    {%- do sources.append(ref(reference.get('package'), reference.name, version=reference.get('version')) if reference.get('package') else ref(reference.name, version=reference.get('version'))) -%}
  {%- endfor -%}
  {%- for names in model.sources -%}
    {%- do sources.append(source(*names)) -%}
  {%- endfor -%}
  {%- set message = adapter.copy_table(sources, destination, config.get('copy_materialization', 'table')) -%}
  {%- do store_raw_result('main', message=message, code='COPY TABLE', rows_affected='-1') -%}
  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do apply_grants(destination, config.get('grants'), should_revoke=True) -%}
  {%- do adapter.commit() -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}
  {%- do return({'relations': [destination]}) -%}
{% endmaterialization %}
