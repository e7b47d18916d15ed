{#
  Smaller things that BigQuery does its own way: descriptions, rights, contracts, freshness, checks and the
  clock. Descriptions of tables come with the DDL; those of columns are written by the API, down to the fields of structs.
#}

{% macro bigquery__persist_docs(relation, model, for_relation, for_columns) -%}
  {%- if for_relation and config.persist_relation_docs() and model.description and (model.resource_type == 'snapshot' or model.config.materialized == 'incremental') -%}
    {#- What was not made by this run keeps its old description. -#}
    {%- do adapter.update_table_description(relation.database, relation.schema, relation.identifier, model.description) -%}
  {%- endif -%}
  {%- if for_columns and config.persist_column_docs() and model.columns -%}
    {%- set existing = [] -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
      {%- do existing.append(column.name) -%}
      {%- for leaf in column.flatten() if '.' in leaf.name -%}
        {%- for end in range(2, leaf.name.split('.') | length + 1) -%}
          {%- do existing.append(leaf.name.split('.')[:end] | join('.')) -%}
        {%- endfor -%}
      {%- endfor -%}
    {%- endfor -%}
    {%- do adapter.update_columns(relation, bigquery__documented(validate_doc_columns(relation, model.columns, existing))) -%}
  {%- endif -%}
{%- endmacro %}


{% macro bigquery__documented(columns) %}
  {%- set facts = {} -%}
  {%- for name, column in columns.items() -%}
    {%- set tags = column.get('policy_tags') or (column.get('config') or {}).get('policy_tags') -%}
    {%- do facts.update({name: {'description': column.description, 'policy_tags': tags} if tags else {'description': column.description}}) -%}
  {%- endfor -%}
  {%- do return(facts) -%}
{% endmacro %}


{# For projects. #}
{% macro bigquery__alter_column_comment(relation, column_dict) -%}
  {%- do adapter.update_columns(relation, bigquery__documented(column_dict)) -%}
{%- endmacro %}

{% macro bigquery__alter_relation_comment(relation, relation_comment) -%}
  {%- do adapter.update_table_description(relation.database, relation.schema, relation.identifier, relation_comment) -%}
{%- endmacro %}


{# Rights of the one who asks are left alone. #}
{% macro bigquery__get_show_grant_sql(relation) -%}
  select privilege_type, grantee
  from {{ adapter.quote(relation.database) }}.{{ adapter.quote('region-' ~ adapter.get_dataset_location(relation) | lower) }}.INFORMATION_SCHEMA.OBJECT_PRIVILEGES
  where object_schema = {{ dbt.text_literal(relation.schema) }}
    and object_name = {{ dbt.text_literal(relation.identifier) }}
    and split(grantee, ':')[offset(1)] != session_user()
{%- endmacro %}


{% macro bigquery__get_grant_sql(relation, privilege, grantees) -%}
  grant {{ adapter.quote(privilege) }} on {{ relation.type | replace('_', ' ') }} {{ relation }} to {{ bigquery__texts(grantees) }}
{%- endmacro %}

{% macro bigquery__get_revoke_sql(relation, privilege, grantees) -%}
  revoke {{ adapter.quote(privilege) }} on {{ relation.type | replace('_', ' ') }} {{ relation }} from {{ bigquery__texts(grantees) }}
{%- endmacro %}

{% macro bigquery__texts(values) -%}
  {%- set texts = [] -%}
  {%- for value in values -%}
    {%- do texts.append(dbt.text_literal(value)) -%}
  {%- endfor -%}
  {{ texts | join(', ') }}
{%- endmacro %}


{# Columns with dots are fields of structs. Keys are promises that nobody checks, which must be said. #}
{% macro bigquery__get_table_columns_and_constraints() -%}
  {%- set lines = [] -%}
  {%- for line in adapter.render_raw_columns_constraints(raw_columns=adapter.nest_column_data_types(model['columns']))
      + adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
    {%- set line = line if 'not enforced' in line | lower else modules.re.sub('(primary key(?! *\\()|primary key *\\([^)]*\\)|references [^(]*\\([^)]*\\))', '\\1 not enforced', line) -%}
    {%- do lines.append(line) -%}
  {%- endfor -%}
  (
    {{ lines | join(',\n    ') }}
  )
{%- endmacro %}


{% macro bigquery__get_empty_schema_sql(columns) -%}
  {%- do return(default__get_empty_schema_sql(adapter.nest_column_data_types(columns))) -%}
{%- endmacro %}


{% macro bigquery__get_column_names() -%}
  {%- set items = [] -%}
  {%- for name, column in adapter.nest_column_data_types(model['columns']).items() -%}
    {%- set shown = adapter.quote(name) if column.get('quote') else name -%}
    {%- do items.append(adapter.struct_selection(shown, column.get('data_type') or '')) -%}
  {%- endfor -%}
  {{ items | join(', ') }}
{%- endmacro %}


{% macro bigquery__format_column(column) -%}
  {%- do return({
    'name': column.name,
    'data_type': column.data_type,
    'formatted': column.column.lower() ~ ' ' ~ column.data_type,
  }) -%}
{%- endmacro %}


{# By the API, which costs nothing: when each table was last changed. #}
{% macro bigquery__get_relation_last_modified(information_schema, relations) -%}
  {%- set rows = [] -%}
  {%- for relation in relations -%}
    {%- set table = adapter.get_bq_table(relation) -%}
    {%- if table is not none and table.get('lastModifiedTime') -%}
      {%- do rows.append(
        'select ' ~ dbt.text_literal(relation.schema) ~ ' as schema, ' ~ dbt.text_literal(relation.identifier)
        ~ ' as identifier, timestamp_millis(' ~ table.lastModifiedTime ~ ') as last_modified, current_timestamp() as snapshotted_at') -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if not rows -%}
    {%- do rows.append("select '' as schema, '' as identifier, current_timestamp() as last_modified, current_timestamp() as snapshotted_at limit 0") -%}
  {%- endif -%}
  {%- call statement('last_modified', fetch_result=True) -%}
    {{ rows | join('\nunion all\n') }}
  {%- endcall -%}
  {%- do return(load_result('last_modified')) -%}
{%- endmacro %}


{# A dry run. #}
{% macro bigquery__validate_sql(sql) -%}
  {%- do adapter.get_column_schema_from_query(sql) -%}
{%- endmacro %}


{% macro bigquery__current_timestamp() -%}
  current_timestamp()
{%- endmacro %}

{% macro bigquery__current_timestamp_backcompat() -%}
  current_timestamp()
{%- endmacro %}
