{#
  DDL of tables and views, and names of helper relations, which are cut so that Postgres does not cut them itself
  (63 bytes).
#}

{% macro postgres__create_table_as(temporary, relation, sql) -%}
  {%- set enforced = config.get('contract').enforced -%}
  {%- if enforced -%}
    {%- do get_assert_columns_equivalent(sql) -%}
  {%- endif -%}
  {%- set kind = 'temporary' if temporary else 'unlogged' if config.get('unlogged', default=false) else '' -%}
  {{ config.get('sql_header', '') or '' }}
  create {{ kind }} table {{ relation }}
  {%- if enforced and not temporary %} {{ get_table_columns_and_constraints() }};
  insert into {{ relation }} ({{ adapter.dispatch('get_column_names', 'dbt')() }}) (
    {{ get_select_subquery(sql) }}
  );
  {%- else %} as (
    {{ sql }}
  );
  {%- endif -%}
{%- endmacro %}


{% macro postgres__make_relation_with_suffix(base_relation, suffix, dstring) %}
  {%- set ending = suffix ~ (modules.datetime.datetime.now().strftime('%H%M%S%f') if dstring else '') -%}
  {%- set room = base_relation.relation_max_name_length() - ending | length -%}
  {%- if room < 0 -%}
    {%- do exceptions.raise_compiler_error("The suffix '" ~ ending ~ "' is longer than a name may be (" ~ base_relation.relation_max_name_length() ~ ')') -%}
  {%- endif -%}
  {%- do return(base_relation.incorporate(path={'identifier': base_relation.identifier[:room] ~ ending})) -%}
{% endmacro %}


{% macro postgres__make_intermediate_relation(base_relation, suffix) %}
  {%- do return(postgres__make_relation_with_suffix(base_relation, suffix, dstring=False)) -%}
{% endmacro %}


{# Temporary tables live in a schema of their session, which is never written; the time makes the name new. #}
{% macro postgres__make_temp_relation(base_relation, suffix) %}
  {%- set relation = postgres__make_relation_with_suffix(base_relation, suffix, dstring=True) -%}
  {%- do return(relation.incorporate(path={'database': none, 'schema': none})) -%}
{% endmacro %}


{% macro postgres__make_backup_relation(base_relation, backup_relation_type, suffix) %}
  {%- set relation = postgres__make_relation_with_suffix(base_relation, suffix, dstring=False) -%}
  {%- do return(relation.incorporate(type=backup_relation_type)) -%}
{% endmacro %}


{% macro postgres__drop_table(relation) -%}
  drop table if exists {{ relation }} cascade
{%- endmacro %}


{% macro postgres__drop_view(relation) -%}
  drop view if exists {{ relation }} cascade
{%- endmacro %}


{% macro postgres__get_rename_table_sql(relation, new_name) -%}
  alter table {{ relation }} rename to {{ new_name }}
{%- endmacro %}


{% macro postgres__get_rename_view_sql(relation, new_name) -%}
  alter view {{ relation }} rename to {{ new_name }}
{%- endmacro %}


{% macro postgres__get_replace_view_sql(relation, sql) -%}
  {%- if config.get('contract').enforced -%}
    {%- do get_assert_columns_equivalent(sql) -%}
  {%- endif -%}
  {{ config.get('sql_header', '') or '' }}
  create or replace view {{ relation }} as (
    {{ sql }}
  );
{%- endmacro %}


{# Postgres cannot replace a table in place, so this is two statements for the caller's transaction. #}
{% macro postgres__get_replace_table_sql(relation, sql) -%}
  {{ drop_table(relation) }};
  {{ get_create_table_as_sql(False, relation, sql) }}
{%- endmacro %}


{% macro postgres__get_create_index_sql(relation, index_dict) -%}
  {%- set index = adapter.parse_index(index_dict) -%}
  create {{ 'unique' if index.unique }} index if not exists {{ adapter.quote(index.render(relation)) }} on {{ relation }}
  {{ 'using ' ~ index.type if index.type }} ({{ index.columns | join(', ') }})
{%- endmacro %}


{% macro postgres__get_drop_index_sql(relation, index_name) -%}
  drop index if exists {{ adapter.quote(relation.schema) }}.{{ adapter.quote(index_name) }}
{%- endmacro %}


{% macro postgres__get_show_indexes_sql(relation) -%}
  select
    index_class.relname as name,
    pg_am.amname as method,
    pg_index.indisunique as "unique",
    string_agg(pg_attribute.attname, ',') as column_names
  from pg_index
  join pg_class as index_class on index_class.oid = pg_index.indexrelid
  join pg_am on pg_am.oid = index_class.relam
  join pg_class as owner on owner.oid = pg_index.indrelid and owner.relkind in ('r', 'm')
  join pg_namespace on pg_namespace.oid = owner.relnamespace
  join pg_attribute on pg_attribute.attrelid = owner.oid and pg_attribute.attnum = any (pg_index.indkey)
  where owner.relname = {{ dbt.text_literal(relation.identifier) }}
    and pg_namespace.nspname = {{ dbt.text_literal(relation.schema) }}
  group by 1, 2, 3
  order by 1, 2, 3
{%- endmacro %}
