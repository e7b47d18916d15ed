{#
  How a new table or view takes the place of the old one. One of the same kind is replaced in one statement. Where BigQuery
  refuses that (another kind, other partitions), the new table is complete before the old one goes, and a view's query is
  tried by a dry run; a run that is killed between the two statements is mended by the next.
#}

{% macro bigquery__publish_relation(existing_relation, target_relation, sql) %}
  {%- do bigquery__limit_jobs() -%}
  {%- if target_relation.is_view -%}
    {%- do bigquery__publish_view(existing_relation, target_relation, sql) -%}
  {%- else -%}
    {%- do bigquery__publish_table(existing_relation, target_relation, sql) -%}
  {%- endif -%}
  {%- do return([]) -%}
{% endmacro %}


{% macro bigquery__publish_table(existing_relation, target_relation, sql) %}
  {%- set partition = adapter.parse_partition_by(config.get('partition_by')) -%}
  {%- if existing_relation is none or (existing_relation.is_table and bigquery__is_replaceable(existing_relation, partition, config.get('cluster_by'))) -%}
    {%- do build_unpublished(target_relation, sql) -%}
  {%- elif bigquery__is_iceberg() -%}
    {#- It can be renamed no more than two can share a folder: its query is tried before the old one goes. -#}
    {%- do adapter.get_column_schema_from_query(sql) -%}
    {%- do adapter.drop_relation(existing_relation) -%}
    {%- do build_unpublished(target_relation, sql) -%}
  {%- else -%}
    {%- set new_relation = make_intermediate_relation(target_relation) -%}
    {%- do build_unpublished(new_relation, sql) -%}
    {%- do drop_relation_if_exists(load_cached_relation(target_relation)) -%}
    {%- do adapter.rename_relation(new_relation, target_relation) -%}
  {%- endif -%}
{% endmacro %}


{% macro bigquery__publish_view(existing_relation, target_relation, sql) %}
  {%- if existing_relation is not none and not existing_relation.is_view -%}
    {%- do adapter.get_column_schema_from_query(sql) -%}
    {%- do adapter.drop_relation(existing_relation) -%}
  {%- endif -%}
  {%- do build_unpublished(target_relation, sql) -%}
  {%- if config.get('grant_access_to') -%}
    {%- for target in config.get('grant_access_to') -%}
      {%- do adapter.grant_access_to(target_relation, 'view', none, target) -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}


{# For projects: `role` is none for views. #}
{% macro grant_access_to(entity, entity_type, role, grant_target_dict) -%}
  {%- do adapter.grant_access_to(entity, entity_type, role, grant_target_dict) -%}
{%- endmacro %}


{# What a node's own configs ask of its jobs; the session is the node's, so nothing is to be taken back. #}
{% macro bigquery__limit_jobs() %}
  {%- set seconds, reservation = config.get('job_execution_timeout_seconds'), config.get('reservation') -%}
  {%- if seconds or reservation -%}
    {%- do adapter.limit_jobs(seconds, reservation) -%}
  {%- endif -%}
{% endmacro %}
