{#
  DDL of tables and views. Everything is `create or replace`, which BigQuery does as a whole: readers see the old one or
  the new one.
#}

{% macro bigquery__create_table_as(temporary, relation, sql) -%}
  {%- set partition = adapter.parse_partition_by(config.get('partition_by')) -%}
  {%- set is_by_arrival = partition is not none and partition.time_ingestion_partitioning -%}
  {{ config.get('sql_header', '') or '' }}
  create or replace table {{ relation }}
  {%- if config.get('contract').enforced and not temporary %}
  {{ get_assert_columns_equivalent(sql) }}
  {{ get_table_columns_and_constraints() }}
  {%- set sql = get_select_subquery(sql) %}
  {%- elif is_by_arrival %}
  ({{ bigquery__columns_by_arrival(partition, sql) }})
  {%- endif %}
  {{ partition_by(partition) }}
  {{ cluster_by(config.get('cluster_by')) }}
  {{ 'with connection default' if not temporary and bigquery__is_iceberg() }}
  {{ bigquery_table_options(config, model, temporary) }}
  {%- if is_by_arrival -%}
  ;
  {#- A table that is partitioned by arrival takes its rows apart from its columns. #}
  {{ bigquery__insert_by_arrival(relation, partition, sql) }}
  {%- else %}
  as (
    {{ sql }}
  )
  {%- endif %}
{%- endmacro %}


{% macro bigquery__create_view_as(relation, sql) -%}
  {{ config.get('sql_header', '') or '' }}
  create or replace view {{ relation }}
  {{ bigquery_view_options(config, model) }}
  {%- if config.get('contract').enforced %}
  {{ get_assert_columns_equivalent(sql) }}
  {%- endif %}
  as (
    {{ sql }}
  )
{%- endmacro %}


{# Names of dbt-bigquery, which projects override. #}
{% macro partition_by(partition_config) -%}
  {%- if partition_config is none -%}
    {%- do return('') -%}
  {%- elif partition_config.data_type == 'int64' -%}
    {%- set range = partition_config.range -%}
    partition by range_bucket({{ partition_config.field }}, generate_array({{ range.start }}, {{ range.end }}, {{ range.interval }}))
  {%- else -%}
    partition by {{ bigquery__partition_value(partition_config) }}
  {%- endif -%}
{%- endmacro %}


{% macro cluster_by(raw_cluster_by) -%}
  {%- if raw_cluster_by -%}
    cluster by {{ raw_cluster_by if raw_cluster_by is string else raw_cluster_by | join(', ') }}
  {%- endif -%}
{%- endmacro %}


{# Values are SQL; pairs (labels, tags) may be a list of tuples, as projects that change the options write them. #}
{% macro bigquery_options(opts) -%}
  {%- set items = [] -%}
  {%- for name, value in opts.items() -%}
    {%- set is_list = value is iterable and value is not string and value is not mapping -%}
    {%- do items.append(name ~ '=' ~ (bigquery__pairs(value) if is_list else value)) -%}
  {%- endfor -%}
  {{ 'options(' ~ items | join(', ') ~ ')' if items }}
{%- endmacro %}


{% macro bigquery_table_options(config, node, temporary) -%}
  {{ bigquery_options(adapter.get_table_options(config, node, temporary)) }}
{%- endmacro %}


{% macro bigquery_view_options(config, node) -%}
  {{ bigquery_options(adapter.get_view_options(config, node)) }}
{%- endmacro %}


{# adapter.get_table_options #}
{% macro bigquery__table_options(config, node, temporary) %}
  {%- set options = bigquery__common_options(config, node, temporary) -%}
  {%- if config.get('kms_key_name') -%}
    {%- do options.update({'kms_key_name': dbt.text_literal(config.get('kms_key_name'))}) -%}
  {%- endif -%}
  {%- if temporary -%}
    {#- What a killed run leaves behind goes by itself. -#}
    {%- do options.update({'expiration_timestamp': 'timestamp_add(current_timestamp(), interval 12 hour)'}) -%}
  {%- else -%}
    {%- if config.get('require_partition_filter') is not none and config.get('partition_by') -%}
      {%- do options.update({'require_partition_filter': config.get('require_partition_filter') | string | lower}) -%}
    {%- endif -%}
    {%- for name in ['partition_expiration_days', 'enable_change_history'] if config.get(name) is not none -%}
      {%- do options.update({name: config.get(name) | string | lower}) -%}
    {%- endfor -%}
    {%- if bigquery__is_iceberg() -%}
      {%- set catalog = adapter.build_catalog_relation(config.model) -%}
      {%- for name in ['table_format', 'file_format', 'storage_uri'] -%}
        {%- do options.update({name: dbt.text_literal(catalog[name])}) -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endif -%}
  {%- do return(options) -%}
{% endmacro %}


{# adapter.get_view_options #}
{% macro bigquery__view_options(config, node) %}
  {%- if config.get('enable_change_history') -%}
    {%- do exceptions.raise_compiler_error('A view has no enable_change_history') -%}
  {%- endif -%}
  {%- do return(bigquery__common_options(config, node, false)) -%}
{% endmacro %}


{# The node is an Iceberg table, by its catalog: BigQuery's engine over files in a bucket. #}
{% macro bigquery__is_iceberg() %}
  {%- set catalog = adapter.build_catalog_relation(config.model) -%}
  {%- do return(catalog is not none and catalog.table_format == 'iceberg') -%}
{% endmacro %}


{# Options that tables and views share. #}
{% macro bigquery__common_options(config, node, temporary=false) -%}
  {%- set options = {} -%}
  {%- if config.get('hours_to_expiration') is not none and not temporary -%}
    {%- do options.update({
      'expiration_timestamp': 'timestamp_add(current_timestamp(), interval ' ~ config.get('hours_to_expiration') ~ ' hour)'}) -%}
  {%- endif -%}
  {%- if config.persist_relation_docs() and node.description -%}
    {%- do options.update({'description': dbt.text_literal(node.description)}) -%}
  {%- endif -%}
  {%- set labels = bigquery__labels(config) -%}
  {%- if labels -%}
    {%- do options.update({'labels': labels.items() | list}) -%}
  {%- endif -%}
  {%- if config.get('resource_tags') -%}
    {%- do options.update({'tags': config.get('resource_tags').items() | list}) -%}
  {%- endif -%}
  {%- do return(options) -%}
{%- endmacro %}


{# Labels may come of `meta` (labels_from_meta); those that are written win. All are texts, as the warehouse has them. #}
{% macro bigquery__labels(config) -%}
  {%- set written = {} -%}
  {%- if config.get('labels_from_meta') -%}
    {%- do written.update(config.get('meta') or {}) -%}
  {%- endif -%}
  {%- do written.update(config.get('labels') or {}) -%}
  {%- set labels = {} -%}
  {%- for name, value in written.items() -%}
    {%- do labels.update({name: value | string}) -%}
  {%- endfor -%}
  {%- do return(labels) -%}
{%- endmacro %}


{% macro bigquery__pairs(named) -%}
  {%- set pairs = [] -%}
  {%- for name, value in named -%}
    {%- do pairs.append('(' ~ dbt.text_literal(name) ~ ', ' ~ dbt.text_literal(value | string) ~ ')') -%}
  {%- endfor -%}
  {%- do return('[' ~ pairs | join(', ') ~ ']') -%}
{%- endmacro %}
