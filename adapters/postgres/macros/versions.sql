{#
  Keeping versions of tables for `etl undo`. A version lies in the schema of the state, where nobody but its owner looks; its
  indexes, comments and grants go with it.
#}

{% macro postgres__version_schema(relation) %}
  {%- do return(flags.STATE_SCHEMA) -%}
{% endmacro %}


{# Foreign keys of others would hold them to rows that are out of date; a drop takes them along as well. #}
{% macro postgres__put_aside(relation, kept) %}
  {%- call statement('put_aside') -%}
    do $put_aside$
    declare
      reference record;
    begin
      for reference in
        select conrelid::regclass as owner, conname
        from pg_constraint
        where contype = 'f' and confrelid = {{ dbt.text_literal(relation.include(database=False) | string) }}::regclass and conrelid <> confrelid
      loop
        execute format('alter table %s drop constraint %I', reference.owner, reference.conname);
      end loop;
    end
    $put_aside$;
    alter table {{ relation }} rename to {{ adapter.quote(kept.identifier) }};
    alter table {{ relation.incorporate(path={'identifier': kept.identifier}) }} set schema {{ adapter.quote(kept.schema) }}
  {%- endcall -%}
  {%- do adapter.cache_dropped(relation) -%}
  {%- do adapter.cache_added(kept) -%}
  {%- do return('') -%}
{% endmacro %}


{% macro postgres__bring_back(kept, relation) %}
  {%- set moved = relation.incorporate(path={'identifier': kept.identifier}) -%}
  {%- call statement('bring_back') -%}
    alter table {{ kept }} set schema {{ adapter.quote(relation.schema) }};
    alter table {{ moved }} rename to {{ adapter.quote(relation.identifier) }}
  {%- endcall -%}
  {%- do adapter.cache_dropped(kept) -%}
  {%- do adapter.cache_added(relation) -%}
{% endmacro %}


{# With all that LIKE takes along; what it does not (grants) is written down. #}
{% macro postgres__copy_aside(relation, kept) %}
  {%- set table = dbt.text_literal(relation.include(database=False) | string) ~ '::regclass' -%}
  {%- set facts = run_query(
    "select relpersistence, coalesce((" ~ postgres__grants_of('pg_class', dbt.text_literal(relation.include(database=False) | string)) ~ "), '') from pg_class where oid = " ~ table).rows[0] -%}
  {%- call statement('copy_aside') -%}
    create {{ 'unlogged' if facts[0] == 'u' }} table {{ kept }} (like {{ relation }} including all);
    insert into {{ kept }} overriding system value select * from {{ relation }}
  {%- endcall -%}
  {%- do adapter.cache_added(kept) -%}
  {%- do return(facts[1]) -%}
{% endmacro %}


{# A subquery for the statements that grant what a row of pg_class grants; `name` is an expression. #}
{% macro postgres__grants_of(row, name) -%}
  select string_agg(
    'grant ' || privilege_type || ' on ' || {{ name }} || ' to '
    || case when grantee = 0 then 'public' else grantee::regrole::text end
    || case when is_grantable then ' with grant option;' else ';' end, ' ')
  from aclexplode({{ row }}.relacl)
  where grantee <> {{ row }}.relowner
{%- endmacro %}


{# Views and materialized views with their options, indexes, comments and grants. #}
{% macro postgres__view_definitions(relations) %}
with found as (
  select
    pg_class.*,
    nspname,
    case when relkind = 'm' then 'materialized view' else 'view' end as kind,
    format('%I.%I', nspname, relname) as name
  from pg_class
  join pg_namespace on pg_namespace.oid = relnamespace
  where relkind in ('v', 'm')
    and (
      false
      {%- for relation in relations %}
      or (nspname = {{ dbt.text_literal(relation.schema) }} and relname = {{ dbt.text_literal(relation.identifier) }})
      {%- endfor %}
    )
)

select
  nspname,
  relname,
  'create ' || kind || ' ' || name || coalesce(' with (' || array_to_string(reloptions, ', ') || ')', '')
    || ' as ' || rtrim(pg_get_viewdef(found.oid), '; ') || ';'
    || coalesce((select string_agg(pg_get_indexdef(indexrelid) || ';', ' ') from pg_index where indrelid = found.oid), '')
    || coalesce((
      select string_agg(
        'comment on ' || case when attname is null then kind || ' ' || name else format('column %s.%I', name, attname) end
        || ' is ' || quote_literal(description) || ';', ' ')
      from pg_description
      left join pg_attribute on attrelid = objoid and attnum = objsubid and objsubid > 0
      where objoid = found.oid and classoid = 'pg_class'::regclass
    ), '')
    || coalesce(({{ postgres__grants_of('found', 'found.name') }}), '')
from found
{% endmacro %}


{# Rows as the server has last counted them. #}
{% macro postgres__version_sizes(relations) %}
select nspname, relname, case when reltuples >= 0 then reltuples::bigint end, pg_total_relation_size(pg_class.oid)
from pg_class
join pg_namespace on pg_namespace.oid = relnamespace
where false
{%- for relation in relations %}
  or (nspname = {{ dbt.text_literal(relation.schema) }} and relname = {{ dbt.text_literal(relation.identifier) }})
{%- endfor %}
{% endmacro %}


{#
  Views of others on what is exchanged survive: their texts are taken down first, and whatever is missing or reads a version
  that was put aside is made again at the end.
#}
{% macro postgres__undo_relations(steps) %}
  {%- set own, seen, dependents = [], [], [] -%}
  {%- set changed = steps | selectattr('now') | list -%}
  {%- for step in changed -%}
    {%- do own.append(step['now'].include(database=False) | string | replace('"', '')) -%}
  {%- endfor -%}
  {%- for step in changed -%}
    {%- for view in postgres__dependent_views(step['now']) if view['name'] | replace('"', '') not in own + seen -%}
      {%- do seen.append(view['name'] | replace('"', '')) -%}
      {%- do dependents.append(view) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- set asides = default__undo_relations(steps) -%}
  {%- do postgres__restore_views(dependents) -%}
  {%- do postgres__cache_views(dependents) -%}
  {%- do return(asides) -%}
{% endmacro %}
