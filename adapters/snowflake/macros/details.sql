{#
  Smaller things that Snowflake does its own way: columns, comments, grants.
#}

{% macro snowflake__get_columns_in_relation(relation) -%}
  {%- set columns = [] -%}
  {%- for row in run_query('describe table ' ~ relation.render()) -%}
    {#- The parameters of these are types. -#}
    {%- set is_nested = row['type'].split('(')[0] | upper in ['ARRAY', 'OBJECT', 'MAP', 'VECTOR'] -%}
    {%- do columns.append(api.Column(row['name'], row['type']) if is_nested else api.Column.from_description(row['name'], row['type'])) -%}
  {%- endfor -%}
  {%- do return(columns) -%}
{%- endmacro %}


{% macro snowflake__alter_column_type(relation, column_name, new_column_type) -%}
  {%- call statement('alter_column_type') -%}
    alter {{ snowflake__table_word() }} {{ relation.render() }} alter column {{ adapter.quote(column_name) }} set data type {{ new_column_type }}
  {%- endcall -%}
{%- endmacro %}


{% macro snowflake__alter_relation_add_remove_columns(relation, add_columns, remove_columns) %}
  {%- set kind = (relation.type or 'table') | replace('_', ' ') -%}
  {%- set alter = 'alter ' ~ (snowflake__table_word() if kind == 'table' else kind) ~ ' ' ~ relation.render() -%}
  {%- set added, removed = [], [] -%}
  {%- for column in add_columns or [] -%}
    {#- Texts of Iceberg tables have one length. -#}
    {%- do added.append(column.quoted ~ ' ' ~ ('string' if column.is_string() and snowflake__is_iceberg() else column.data_type)) -%}
  {%- endfor -%}
  {%- for column in remove_columns or [] -%}
    {%- do removed.append(column.quoted) -%}
  {%- endfor -%}
  {%- if added -%}
    {%- do run_query(alter ~ ' add column ' ~ added | join(', ')) -%}
  {%- endif -%}
  {%- if removed -%}
    {%- do run_query(alter ~ ' drop column ' ~ removed | join(', ')) -%}
  {%- endif -%}
{% endmacro %}


{% macro snowflake__alter_relation_comment(relation, relation_comment) -%}
  {%- if relation.is_table and snowflake__is_iceberg() -%}
    alter iceberg table {{ relation.render() }} set comment = {{ dbt.text_literal(relation_comment) }}
  {%- else -%}
    comment on {{ relation.type | replace('_', ' ') }} {{ relation.render() }} is {{ dbt.text_literal(relation_comment) }}
  {%- endif -%}
{%- endmacro %}


{# Only tables: a view's columns are described when it is created. #}
{% macro snowflake__alter_column_comment(relation, column_dict) -%}
  {%- set comments = [] -%}
  {%- for name, column in column_dict.items() if column['description'] and not relation.is_view -%}
    {%- do comments.append('column ' ~ snowflake__column_comment(name, column_dict)) -%}
  {%- endfor -%}
  {%- if comments -%}
    alter {{ snowflake__table_word() }} {{ relation.render() }} alter {{ comments | join(', ') }}
  {%- endif -%}
{%- endmacro %}


{% macro snowflake__copy_grants() %}
  {%- do return(config.get('copy_grants', False)) -%}
{% endmacro %}


{% macro snowflake__support_multiple_grantees_per_dcl_statement() %}
  {%- do return(False) -%}
{% endmacro %}
