{#
  Materialized views. BigQuery replaces one by another as a whole; options are changed in place, the query, partitions and
  clusters are not.
#}

{% macro bigquery__get_create_materialized_view_as_sql(relation, sql) -%}
  create or replace materialized view {{ relation }}
  {{ partition_by(adapter.parse_partition_by(config.get('partition_by'))) }}
  {{ cluster_by(config.get('cluster_by')) }}
  {{ bigquery_options(bigquery__materialized_view_options()) }}
  as {{ sql }}
{%- endmacro %}


{% macro bigquery__materialized_view_options() %}
  {%- set options = bigquery__common_options(config, model, false) -%}
  {%- set refreshes = config.get('enable_refresh', true) | string | lower -%}
  {%- do options.update({'enable_refresh': refreshes}) -%}
  {%- if refreshes == 'true' -%}
    {%- do options.update({'refresh_interval_minutes': config.get('refresh_interval_minutes', 30)}) -%}
    {%- if config.get('max_staleness') -%}
      {%- do options.update({'max_staleness': config.get('max_staleness')}) -%}
    {%- endif -%}
  {%- endif -%}
  {%- if config.get('kms_key_name') -%}
    {%- do options.update({'kms_key_name': dbt.text_literal(config.get('kms_key_name'))}) -%}
  {%- endif -%}
  {%- do return(options) -%}
{% endmacro %}


{% macro bigquery__refresh_materialized_view(relation) -%}
  call bq.refresh_materialized_view({{ dbt.text_literal(relation.database ~ '.' ~ relation.schema ~ '.' ~ relation.identifier) }})
{%- endmacro %}


{# What differs: `rebuild` for what cannot be changed in place, and the options that can. None when nothing does. #}
{% macro bigquery__get_materialized_view_configuration_changes(existing_relation, new_config) %}
  {%- set table = adapter.get_bq_table(existing_relation) -%}
  {%- if table is none -%}
    {%- do return(none) -%}
  {%- endif -%}
  {%- set partition = adapter.parse_partition_by(new_config.get('partition_by')) -%}
  {%- set rebuild = not bigquery__is_replaceable(existing_relation, partition, new_config.get('cluster_by')) -%}
  {%- set existing, wanted, changed = table.get('materializedView') or {}, bigquery__materialized_view_options(), {} -%}
  {%- if existing.get('enableRefresh', true) | string | lower != wanted['enable_refresh'] -%}
    {%- do changed.update({'enable_refresh': wanted['enable_refresh']}) -%}
  {%- endif -%}
  {%- if 'refresh_interval_minutes' in wanted
      and (existing.get('refreshIntervalMs') or 1800000) | int != (wanted['refresh_interval_minutes'] | float * 60000) | int -%}
    {%- do changed.update({'refresh_interval_minutes': wanted['refresh_interval_minutes']}) -%}
  {%- endif -%}
  {%- set labels = bigquery__labels(new_config) -%}
  {%- if labels != (table.get('labels') or {}) -%}
    {%- do changed.update({'labels': labels.items() | list}) -%}
  {%- endif -%}
  {%- if 'description' in wanted and table.get('description', '') != model.description -%}
    {%- do changed.update({'description': wanted['description']}) -%}
  {%- endif -%}
  {%- if new_config.get('kms_key_name') and (table.get('encryptionConfiguration') or {}).get('kmsKeyName') != new_config.get('kms_key_name') -%}
    {%- do changed.update({'kms_key_name': wanted['kms_key_name']}) -%}
  {%- endif -%}
  {%- do return({'rebuild': rebuild, 'options': changed} if rebuild or changed else none) -%}
{% endmacro %}


{% macro bigquery__get_alter_materialized_view_as_sql(
  relation, configuration_changes, sql, existing_relation, backup_relation, intermediate_relation
) -%}
  {%- if configuration_changes.rebuild -%}
    {{ bigquery__get_replace_sql(existing_relation, relation, sql) }}
  {%- else -%}
    alter materialized view {{ relation }} set {{ bigquery_options(configuration_changes.options) }}
  {%- endif -%}
{%- endmacro %}


{#
  One that is there is replaced; with other partitions or clusters, or in the place of something else, it is dropped first.
  The query is tried before by a dry run.
#}
{% macro bigquery__get_replace_sql(existing_relation, target_relation, sql) -%}
  {%- set partition = adapter.parse_partition_by(config.get('partition_by')) -%}
  {%- set in_place = existing_relation.is_materialized_view and bigquery__is_replaceable(existing_relation, partition, config.get('cluster_by')) -%}
  {%- if not in_place -%}
    {%- do adapter.get_column_schema_from_query(sql) -%}
    {%- do adapter.drop_relation(existing_relation) -%}
  {%- endif -%}
  {{ get_create_sql(target_relation, sql) }}
{%- endmacro %}
