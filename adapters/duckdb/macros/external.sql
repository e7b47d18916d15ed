{#
  The external materialization: the query's rows as files (parquet, csv, json), with a view that reads them. A file
  cannot be without rows and yet have columns, so an empty result is written as one row of nulls that the view hides.
#}

{% materialization external, adapter="duckdb", supported_languages=['sql', 'python'] %}
  {%- set options = render_write_options(config) -%}
  {%- set location = render(config.get('location', default=external_location(this, config))) -%}
  {%- if adapter.is_single_local_file(location, options) -%}
    {%- do options.update({'use_tmp_file': true}) -%}
  {%- endif -%}
  {%- set write_options = adapter.external_write_options(location, options) -%}
  {%- set read_location = adapter.external_read_location(location, options) -%}
  {%- set format = duckdb__external_format(config, options) -%}

  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='view') -%}
  {%- set rows_relation = make_intermediate_relation(this.incorporate(type='table')) -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- call statement('create_table', language=model['language']) -%}
    {{- create_table_as(False, rows_relation, compiled_code, model['language']) }}
  {%- endcall -%}
  {%- set columns = adapter.get_columns_in_relation(rows_relation) -%}
  {%- set is_empty = run_query('select count(*) from ' ~ rows_relation)[0][0] == 0 -%}
  {%- if is_empty -%}
    {%- do run_query('insert into ' ~ rows_relation ~ ' values (' ~ (['null'] * columns | length) | join(', ') ~ ')') -%}
  {%- endif -%}
  {%- do write_to_file(rows_relation, location, write_options) -%}
  {%- do adapter.drop_relation(rows_relation) -%}

  {%- if existing_relation is not none -%}
    {%- do drop_relation_for_rebuild(existing_relation) -%}
  {%- endif -%}
  {%- call statement('main') -%}
    create view {{ target_relation }} as (
      select * from {{ duckdb__external_reader(format, read_location, config, options) }}
      {%- for column in columns if is_empty %}
      {{ 'where' if loop.first else 'and' }} {{ adapter.quote(column.name) }} is not null
      {%- endfor %}
    );
  {%- endcall -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- do adapter.commit() -%}
  {%- do duckdb__register_external(config, target_relation, location, format) -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}

  {%- do return({'relations': [target_relation]}) -%}
{% endmaterialization %}


{# The configured format, else the one in which the files are written. #}
{% macro duckdb__external_format(config, options) %}
  {%- set allowed = ['csv', 'parquet', 'json'] -%}
  {%- set format = config.get('format') -%}
  {%- if format and format not in allowed -%}
    {%- do exceptions.raise_compiler_error('Invalid format: ' ~ format ~ '. Allowed formats are: ' ~ allowed | join(', ')) -%}
  {%- endif -%}
  {%- set written = options['format'] | lower -%}
  {%- do return(format or (written if written in allowed else 'parquet')) -%}
{% endmacro %}


{# A call of read_parquet, read_csv or read_json with the reader's options; DuckDB does not see every compression by the name. #}
{% macro duckdb__external_reader(format, read_location, config, options) -%}
  {%- set defaults = {'parquet': {'union_by_name': False}, 'csv': {'auto_detect': True}, 'json': {'auto_detect': True}} -%}
  {%- set read_options = config.get(format ~ '_read_options', defaults[format]) -%}
  {%- set arguments = ["'" ~ (read_location | replace("'", "''")) ~ "'"] -%}
  {%- for key, value in read_options.items() -%}
    {%- do arguments.append(key ~ '=' ~ ("'" ~ (value | replace("'", "''")) ~ "'" if value is string else value)) -%}
  {%- endfor -%}
  {%- if format != 'parquet' and options.get('compression') and 'compression' not in read_options -%}
    {%- do arguments.append("compression='" ~ (options['compression'] | replace("'", "''")) ~ "'") -%}
  {%- endif -%}
  read_{{ format }}({{ arguments | join(', ') }})
{%- endmacro %}


{# Tells a catalog of the files, where a plugin for one is configured (`glue_register` is the older config). #}
{% macro duckdb__register_external(config, relation, location, format) %}
  {%- set plugin = 'glue|' ~ config.get('glue_database', 'default') if config.get('glue_register', default=false) else config.get('plugin') -%}
  {%- if plugin is not none -%}
    {%- do store_relation(plugin, relation, location, format, config) -%}
  {%- endif -%}
{% endmacro %}


{%- macro external_location(relation, config) -%}
  {{- adapter.external_root() }}/{{ relation.identifier -}}
  {%- if config.get('options', {}).get('partition_by') is none -%}
    .{{ config.get('format', 'parquet') }}
  {%- endif -%}
{%- endmacro -%}


{% macro location_exists(location) -%}
  {%- do return(adapter.location_exists(location)) -%}
{%- endmacro %}


{% macro write_to_file(relation, location, options) -%}
  {%- call statement('write_to_file') -%}
    copy {{ relation }} to '{{ location | replace("'", "''") }}' ({{ options }})
  {%- endcall -%}
{%- endmacro %}


{% macro store_relation(plugin, relation, location, format, config) -%}
  {%- do adapter.store_relation(plugin, relation, adapter.get_columns_in_relation(relation), location, format, config) -%}
{%- endmacro %}


{# The `options` config, rendered; `format` and `delimiter` may also stand beside it. #}
{% macro render_write_options(config) -%}
  {%- set options = config.get('options', {}) -%}
  {%- if options is not mapping -%}
    {%- do exceptions.raise_compiler_error('options must be a dictionary') -%}
  {%- endif -%}
  {%- set rendered = {} -%}
  {%- for key, value in options.items() -%}
    {%- do rendered.update({key: render(value)}) -%}
  {%- endfor -%}
  {%- for key in ['format', 'delimiter'] if config.get(key) -%}
    {%- do rendered.update({key: render(config.get(key))}) -%}
  {%- endfor -%}
  {%- do return(rendered) -%}
{%- endmacro %}


{#
  For on-run-start with an in-memory database: views on the files of external models that are read by selected nodes
  but not built by this run.
#}
{%- macro register_upstream_external_models() -%}
  {%- if execute -%}
    {%- set seen, schemas = [], [] -%}
    {%- for id in selected_resources if id in graph['nodes'] -%}
      {%- for upstream_id in graph['nodes'][id]['depends_on']['nodes'] if upstream_id not in seen and upstream_id not in selected_resources -%}
        {%- do seen.append(upstream_id) -%}
        {%- set node = graph['nodes'].get(upstream_id) -%}
        {%- if node and node.resource_type in ('model', 'seed') and node.config.materialized == 'external' -%}
          {%- set relation = api.Relation.create(database=node['database'], schema=node['schema'], identifier=node['alias']) -%}
          {%- set location = node.config.get('location', external_location(relation, node.config)) -%}
          {%- set read_location = adapter.external_read_location(location, render_write_options(node.config)) -%}
          {%- if relation.schema not in schemas -%}
            {%- do schemas.append(relation.schema) -%}
            {%- call statement('main') -%}
              create schema if not exists {{ relation.without_identifier() }}
            {%- endcall -%}
          {%- endif -%}
          {%- call statement('main') -%}
            create or replace view {{ relation }} as (
              select * from '{{ read_location | replace("'", "''") }}'
            );
          {%- endcall -%}
        {%- endif -%}
      {%- endfor -%}
    {%- endfor -%}
    {%- if schemas -%}
      {%- do adapter.commit() -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro -%}
