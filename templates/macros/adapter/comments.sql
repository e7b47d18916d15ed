{#
  persist_docs: descriptions of a relation and its columns as comments in the database. An adapter gives the SQL.
#}

{% macro persist_docs(relation, model, for_relation=true, for_columns=true) -%}
  {%- do return(adapter.dispatch('persist_docs', 'dbt')(relation, model, for_relation, for_columns)) -%}
{%- endmacro %}

{% macro default__persist_docs(relation, model, for_relation, for_columns) -%}
  {%- if for_relation and config.persist_relation_docs() and model.description -%}
    {%- do run_query(alter_relation_comment(relation, model.description)) -%}
  {%- endif -%}
  {%- if for_columns and config.persist_column_docs() and model.columns -%}
    {%- set existing = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- set comment_sql = alter_column_comment(relation, validate_doc_columns(relation, model.columns, existing)) -%}
    {%- if comment_sql and comment_sql | trim -%}
      {%- do run_query(comment_sql) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}


{#
  The documented columns that exist, under the names that the database has for them; warns of the others. A name is
  compared by case only when it is quoted, or when another documented column is written exactly like it.
#}
{% macro validate_doc_columns(relation, column_dict, existing_column_names) %}
  {%- set by_lower_name = {} -%}
  {%- for name in existing_column_names -%}
    {%- do by_lower_name.update({name | lower: name}) -%}
  {%- endfor -%}
  {%- set present, absent = {}, [] -%}
  {%- for name, column in column_dict.items() -%}
    {%- set existing = name if name in existing_column_names or column['quote'] else by_lower_name.get(name | lower) -%}
    {%- if existing not in existing_column_names -%}
      {%- do absent.append(name) -%}
    {%- elif existing == name or existing not in column_dict -%}
      {%- do present.update({existing: column}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if absent -%}
    {%- do exceptions.warn(relation.render() ~ ' has no such columns, so their descriptions are not stored: ' ~ absent | join(', ')) -%}
  {%- endif -%}
  {%- do return(present) -%}
{% endmacro %}


{% macro alter_relation_comment(relation, relation_comment) -%}
  {%- do return(adapter.dispatch('alter_relation_comment', 'dbt')(relation, relation_comment)) -%}
{%- endmacro %}

{% macro default__alter_relation_comment(relation, relation_comment) -%}
  {%- do exceptions.raise_not_implemented('The ' ~ adapter.type() ~ ' adapter has no alter_relation_comment') -%}
{%- endmacro %}


{% macro alter_column_comment(relation, column_dict) -%}
  {%- do return(adapter.dispatch('alter_column_comment', 'dbt')(relation, column_dict)) -%}
{%- endmacro %}

{% macro default__alter_column_comment(relation, column_dict) -%}
  {%- do exceptions.raise_not_implemented('The ' ~ adapter.type() ~ ' adapter has no alter_column_comment') -%}
{%- endmacro %}
