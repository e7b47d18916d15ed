{#
  Swapping a rebuilt table or view in, all in one transaction. Views that read the old relation follow it when it is
  renamed and would go with it when it is dropped: they are made to read the new one before.
#}

{% macro postgres__publish_relation(existing_relation, target_relation, sql) %}
  {#- Nobody sees it before the commit, so what is new gets its name at once. -#}
  {%- set new_relation = target_relation if existing_relation is none else make_intermediate_relation(target_relation) -%}
  {%- do adapter.ensure_transaction() -%}
  {%- if existing_relation is not none -%}
    {%- do drop_relation_if_exists(load_cached_relation(new_relation)) -%}
  {%- endif -%}
  {%- do build_unpublished(new_relation, sql) -%}

  {%- if existing_relation is not none -%}
    {#- From the first rename on readers wait for the commit: what takes long is done before. -#}
    {%- do adapter.note_unpublished(new_relation) -%}
    {%- set old_relation = make_backup_relation(target_relation, existing_relation.type) -%}
    {%- set dependents = postgres__locked_views(existing_relation) -%}
    {%- set is_kept = keep_replaced(existing_relation) -%}
    {%- if not is_kept -%}
      {%- do drop_relation_if_exists(load_cached_relation(old_relation)) -%}
      {%- do adapter.rename_relation(existing_relation, old_relation) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(new_relation, target_relation) -%}
    {%- do postgres__restore_views(dependents) -%}
    {%- if not is_kept -%}
      {%- do adapter.drop_relation(old_relation) -%}
    {%- endif -%}
    {%- do postgres__cache_views(dependents) -%}
  {%- endif -%}
  {%- do return([]) -%}
{% endmacro %}


{# Replaces a relation of any kind by a script of the core's; for materialized views. #}
{% macro postgres__get_replace_sql(existing_relation, target_relation, sql) -%}
  {%- do adapter.ensure_transaction() -%}
  {%- set dependents = postgres__locked_views(existing_relation) -%}
  {{ default__get_replace_sql(existing_relation, target_relation, sql) }};
  {{ postgres__restore_views_sql(dependents) if dependents }}
{%- endmacro %}


{# By way of a new column, as the core does it: dropping the old one takes the views along that read it. #}
{% macro postgres__alter_column_type(relation, column_name, new_column_type) %}
  {%- do adapter.ensure_transaction() -%}
  {%- set dependents = postgres__locked_views(relation) -%}
  {%- do default__alter_column_type(relation, column_name, new_column_type) -%}
  {%- do postgres__restore_views(dependents) -%}
  {%- do postgres__cache_views(dependents) -%}
{% endmacro %}


{% macro postgres__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
  {%- do adapter.ensure_transaction() -%}
  {%- set dependents = postgres__locked_views(old_relation) if full_refresh else [] -%}
  {%- set reset_sql = default__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
  {%- do postgres__restore_views(dependents) -%}
  {%- do postgres__cache_views(dependents) -%}
  {%- do return(reset_sql) -%}
{% endmacro %}


{#
  Views and materialized views that read the relation, directly or through others, the nearest first. Their definitions
  are taken down as text now, while the relation still has its name; a definition names what it reads.
#}
{% macro postgres__dependent_views(relation) %}
  {%- call statement('dependent_views', fetch_result=True) -%}
    {{ postgres__dependent_views_sql(relation) -}}
    select
      name,
      schema,
      identifier,
      materialized,
      direct,
      rtrim(pg_get_viewdef(oid), '; ') as definition,
      coalesce('with (' || array_to_string(reloptions, ', ') || ')', '') as options,
      (
        select coalesce(string_agg(pg_get_indexdef(indexrelid) || ';', ' '), '')
        from pg_index
        where indrelid = oid
      ) as indexes
    from views
    order by depth, name
  {%- endcall -%}
  {%- do return(load_result('dependent_views').table.rows | list) -%}
{% endmacro %}


{# The views as a CTE, without a look at their definitions: that would lock all that they read. #}
{% macro postgres__dependent_views_sql(relation) -%}
    with recursive readers (oid, depth) as (
      select to_regclass({{ dbt.text_literal(relation.include(database=False) | string) }})::oid, 0
      union
      select pg_rewrite.ev_class, readers.depth + 1
      from readers
      join pg_depend
        on pg_depend.refclassid = 'pg_class'::regclass
        and pg_depend.refobjid = readers.oid
        and pg_depend.classid = 'pg_rewrite'::regclass
      join pg_rewrite on pg_rewrite.oid = pg_depend.objid and pg_rewrite.ev_class <> readers.oid
    ),

    views as (
      select
        pg_class.oid,
        format('%I.%I', pg_namespace.nspname, pg_class.relname) as name,
        pg_namespace.nspname as schema,
        pg_class.relname as identifier,
        pg_class.relkind = 'm' as materialized,
        pg_class.reloptions,
        min(readers.depth) = 1 as direct,
        max(readers.depth) as depth
      from readers
      join pg_class on pg_class.oid = readers.oid
      join pg_namespace on pg_namespace.oid = pg_class.relnamespace
      where readers.depth > 0 and pg_class.relkind in ('v', 'm')
      group by pg_class.oid, pg_namespace.nspname, pg_class.relname, pg_class.relkind, pg_class.reloptions
    )
{% endmacro %}


{#
  The same once nobody else can change them or what they read: before that another run may replace one. Two nodes with a
  view in common would wait for each other for ever if they had read its definition, and so locked its parents, before.
#}
{% macro postgres__locked_views(relation) %}
  {%- set views -%}
    {{ postgres__dependent_views_sql(relation) -}}
    select name from views order by depth desc, name desc
  {%- endset -%}
  {%- set names = run_query(views).columns[0].values() | list -%}
  {%- if not names -%}
    {%- do return([]) -%}
  {%- endif -%}
  {%- call statement('lock_views') -%}
    {{ postgres__lock_views_sql(names, relation) }}
  {%- endcall -%}
  {%- do return(postgres__dependent_views(relation)) -%}
{% endmacro %}


{#
  Views are locked before what they read, as their readers lock them: the other way round a reader and a run would wait
  for each other, and the server ends one of them. LOCK TABLE would lock all that the views read; a change of the owner to
  the same one locks the view alone.
  A run that replaces one of the views has read the relation already and waits for its view: so nothing is held for long
  while the relation is not to be had, and all is tried again. That lets readers in between, too, who would have to
  queue behind a lock that is waited for.
#}
{% macro postgres__lock_views_sql(views, relation) -%}
  {%- set names = views + [relation.include(database=False) | string] -%}
  do $lock_views$
  declare
    patience text := current_setting('lock_timeout');
    attempt integer := 0;
    name text;
    owner text;
  begin
    loop
      attempt := attempt + 1;
      begin
        {#- After half a minute the server's own rules hold. #}
        perform set_config('lock_timeout', case when attempt <= 100 then '250ms' else patience end, true);
        foreach name in array array[
          {%- for name in names %}{{ dbt.text_literal(name) }}{{ ', ' if not loop.last }}{% endfor -%}
        ]
        loop
          owner := (select relowner::regrole from pg_class where oid = to_regclass(name));
          {#- Whoever replaces a view right now is waited for as well: the name stands for another one then. #}
          if owner is null and to_regclass(name) is not null then
            raise exception using errcode = 'lock_not_available';
          end if;
          begin
            if owner is not null then
              execute format('alter table %s owner to %s', name, owner);
            end if;
          exception when insufficient_privilege then
            raise notice '% belongs to another role', name;
          end;
        end loop;
        exit;
      exception when lock_not_available then
        if attempt > 100 then
          raise;
        end if;
        {#- Not in step with another one. #}
        perform pg_sleep(0.05 + random() * 0.1);
      end;
    end loop;
    perform set_config('lock_timeout', patience, true);
  end
  $lock_views$;
{%- endmacro %}


{% macro postgres__restore_views(dependents) %}
  {%- if dependents -%}
    {%- call statement('restore_views') -%}
      {{ postgres__restore_views_sql(dependents) }}
    {%- endcall -%}
  {%- endif -%}
{% endmacro %}


{# Tells the relation cache which of the views are there after all, since it takes them for dropped by the cascade. #}
{% macro postgres__cache_views(dependents) %}
  {%- if dependents -%}
    {%- set checks = [] -%}
    {%- for view in dependents -%}
      {%- do checks.append('to_regclass(' ~ dbt.text_literal(view['name']) ~ ') is not null') -%}
    {%- endfor -%}
    {%- set present = run_query('select ' ~ checks | join(', ')).rows[0] -%}
    {%- for view in dependents -%}
      {%- set relation = api.Relation.create(
        database=target.database,
        schema=view['schema'],
        identifier=view['identifier'],
        type='materialized_view' if view['materialized'] else 'view') -%}
      {%- if present[loop.index0] -%}
        {%- do adapter.cache_added(relation) -%}
      {%- else -%}
        {%- do log(view['name'] ~ ' went with the relation that it reads: its query does not fit the new columns') -%}
        {%- do adapter.cache_dropped(relation) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}


{#
  One script for all dependents. A view that reads the relation is replaced in place, which keeps its grants, its comment
  and the views on it; where its columns changed it is created anew, and so are those that went with it. A view that the
  new columns do not allow any more goes, as with the old relation: its own model says what is wrong with it.
#}
{% macro postgres__restore_views_sql(dependents) -%}
  do $restore_views$
  begin
    {%- for view in dependents %}
    {%- set kind = 'materialized view' if view['materialized'] else 'view' %}
    {%- set create -%}
      {{ kind }} {{ view['name'] }} {{ view['options'] }} as {{ view['definition'] }}; {{ view['indexes'] }}
    {%- endset %}
    begin
      if to_regclass({{ dbt.text_literal(view['name']) }}) is null then
        execute {{ dbt.text_literal('create ' ~ create) }};
      {%- if view['direct'] %}
      else
        {%- if not view['materialized'] %}
        begin
          execute {{ dbt.text_literal('create or replace ' ~ create) }};
        exception when others then
          execute {{ dbt.text_literal('drop view ' ~ view['name'] ~ ' cascade; create ' ~ create) }};
        end;
        {%- else %}
        execute {{ dbt.text_literal('drop materialized view ' ~ view['name'] ~ ' cascade; create ' ~ create) }};
        {%- endif %}
      {%- endif %}
      end if;
    exception when others then
      raise notice '% was not restored: %', {{ dbt.text_literal(view['name']) }}, sqlerrm;
      begin
        execute {{ dbt.text_literal('drop ' ~ kind ~ ' if exists ' ~ view['name'] ~ ' cascade') }};
      exception when others then
        raise notice '% stays: %', {{ dbt.text_literal(view['name']) }}, sqlerrm;
      end;
    end;
    {%- endfor %}
  end
  $restore_views$
{%- endmacro %}
