{#
  Keeping versions of tables for `etl undo`. A table of DuckDB cannot change its schema, so versions lie beside the tables.
  Those that cannot be renamed are copied: a table in a foreign key, and one with indexes, since DuckDB forgets under which
  name other transactions know the table of an index (their queries of its catalog fail).
#}

{% macro duckdb__can_be_put_aside(relation) %}
  {%- set name = 'lower(' ~ dbt.text_literal(relation.identifier) ~ ')' -%}
  {%- set place = duckdb__in_schema_of(relation) -%}
  {%- set found = run_query(
    "select (select count(*) from duckdb_indexes() where " ~ place ~ " and lower(table_name) = " ~ name ~ ")"
    ~ " + (select count(*) from duckdb_constraints() where constraint_type = 'FOREIGN KEY' and " ~ place
    ~ " and " ~ name ~ " in (lower(table_name), lower(referenced_table)))") -%}
  {%- do return(found.rows[0][0] == 0) -%}
{% endmacro %}


{# With the constraints of the table, where its text can be taken over: foreign keys would hold what they point at. #}
{% macro duckdb__copy_aside(relation, kept) %}
  {%- set found = run_query(
    'select sql, table_name from duckdb_tables() where ' ~ duckdb__in_schema_of(relation)
    ~ ' and lower(table_name) = lower(' ~ dbt.text_literal(relation.identifier) ~ ')') -%}
  {%- set text = found.rows[0][0] if found.rows else '' -%}
  {%- set plain = not text or 'FOREIGN KEY' in text or 'REFERENCES' in text or '(' in relation.identifier or '(' in relation.schema -%}
  {%- if plain -%}
    {%- do run_query('create table ' ~ kept ~ ' as select * from ' ~ relation) -%}
  {%- else -%}
    {%- do run_query('create table ' ~ kept ~ ' (' ~ text.split('(', 1)[1]) -%}
    {%- do run_query('insert into ' ~ kept ~ ' select * from ' ~ relation) -%}
  {%- endif -%}
  {%- do return(duckdb__indexes_of(relation)) -%}
{% endmacro %}


{# The statements that make a table's indexes, in one text. #}
{% macro duckdb__indexes_of(relation) %}
  {%- set found = run_query(
    'select index_name, is_unique, sql from duckdb_indexes() where ' ~ duckdb__in_schema_of(relation)
    ~ ' and lower(table_name) = lower(' ~ dbt.text_literal(relation.identifier) ~ ') and sql is not null order by index_oid') -%}
  {%- set statements = [] -%}
  {%- for row in found.rows -%}
    {#- What stands in parentheses behind the names of index and table. -#}
    {%- set columns = row[2][(row[0] ~ relation.identifier) | length:].split('(', 1)[1].rstrip('; ') -%}
    {%- do statements.append('create ' ~ ('unique ' if row[1] else '') ~ 'index ' ~ adapter.quote(row[0]) ~ ' on ' ~ relation ~ ' (' ~ columns) -%}
  {%- endfor -%}
  {%- do return(statements | join('; ')) -%}
{% endmacro %}


{# The text that DuckDB keeps names no database, so its head is written anew. #}
{% macro duckdb__view_definitions(relations) %}
{%- set database = relations[0].include(schema=False, identifier=False) -%}
select
  schema_name,
  view_name,
  {{ dbt.text_literal('create view ' ~ database ~ '."') }} || replace(schema_name, '"', '""') || '"."' || replace(view_name, '"', '""')
    || '" as ' || substr(sql, instr(substr(sql, 12 + length(view_name)), ' AS ') + 15 + length(view_name))
    || case when comment is null then '' else
      {{ dbt.text_literal(' comment on view ' ~ database ~ '."') }} || replace(schema_name, '"', '""') || '"."' || replace(view_name, '"', '""')
      || '" is ''' || replace(comment, '''', '''''') || ''';'
    end
from duckdb_views()
where database_name = {{ dbt.text_literal(relations[0].database) }}
  and (
    false
    {%- for relation in relations %}
    or (schema_name = {{ dbt.text_literal(relation.schema) }} and view_name = {{ dbt.text_literal(relation.identifier) }})
    {%- endfor %}
  )
{% endmacro %}
