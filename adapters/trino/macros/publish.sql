{#
  How a new table or view takes the place of the old one, where nothing can be taken back. The new one is complete before
  the old one is touched; a run that is killed between two renames leaves both under other names, and the next one builds
  anew and drops them. `on_table_exists` chooses the way: rename (usual), replace, drop, skip.
#}

{% macro trino__publish_relation(existing_relation, target_relation, sql) %}
  {%- if target_relation.is_view -%}
    {%- do trino__publish_view(existing_relation, target_relation, sql) -%}
  {%- else -%}
    {%- do trino__publish_table(existing_relation, target_relation, sql) -%}
  {%- endif -%}
  {%- do return([]) -%}
{% endmacro %}


{% macro trino__on_table_exists(known) %}
  {%- set way = config.get('on_table_exists', 'rename') -%}
  {%- if way in known -%}
    {%- do return(way) -%}
  {%- endif -%}
  {%- do exceptions.warn('on_table_exists must be one of ' ~ known | join(', ') ~ ', not "' ~ way ~ '"; rename is taken') -%}
  {%- do return('rename') -%}
{% endmacro %}


{% macro trino__publish_table(existing_relation, target_relation, sql) %}
  {%- set known = ['rename', 'drop', 'replace', 'skip'] if model.config.materialized == 'table' else ['rename', 'drop', 'replace'] -%}
  {%- set way = trino__on_table_exists(known) -%}
  {%- set in_the_way = existing_relation is not none and not existing_relation.is_table -%}
  {%- if way == 'drop' or (way != 'rename' and in_the_way) -%}
    {%- do drop_relation_if_exists(existing_relation) -%}
  {%- endif -%}

  {%- set swaps = way == 'rename' and existing_relation is not none -%}
  {%- set new_relation = make_intermediate_relation(target_relation) if swaps else target_relation -%}
  {%- if swaps -%}
    {%- do drop_relation_if_exists(load_cached_relation(new_relation)) -%}
  {%- endif -%}
  {%- call statement('main') -%}
    {{ trino__create_table_as(False, new_relation, sql, way) }}
  {%- endcall -%}
  {%- if swaps -%}
    {%- do trino__swap_in(new_relation, target_relation) -%}
  {%- endif -%}
{% endmacro %}


{# Renames a finished table to its own name; what had the name goes. #}
{% macro trino__swap_in(new_relation, target_relation) %}
  {#- The main statement, or a hook before it, may have dropped the old one. -#}
  {%- set current_relation = load_cached_relation(target_relation) -%}
  {%- set old_relation = make_backup_relation(target_relation, (current_relation or target_relation).type) -%}
  {%- do drop_relation_if_exists(load_cached_relation(old_relation)) -%}
  {%- if current_relation is not none and current_relation.is_table -%}
    {%- do adapter.rename_relation(current_relation, old_relation) -%}
  {%- else -%}
    {#- Not all connectors rename views, and nothing is lost with one. -#}
    {%- do drop_relation_if_exists(current_relation) -%}
  {%- endif -%}
  {%- do adapter.rename_relation(new_relation, target_relation) -%}
  {%- if current_relation is not none and current_relation.is_table -%}
    {%- do adapter.drop_relation(old_relation) -%}
  {%- endif -%}
{% endmacro %}


{# A view is replaced in place. In place of a table it is tried under another name first: its query may be wrong. #}
{% macro trino__publish_view(existing_relation, target_relation, sql) %}
  {%- set replaces = existing_relation is none or existing_relation.is_view -%}
  {%- set way = 'rename' if replaces else trino__on_table_exists(['rename', 'drop', 'replace', 'skip']) -%}
  {%- if not replaces -%}
    {%- set trial = make_intermediate_relation(target_relation) -%}
    {%- do drop_relation_if_exists(load_cached_relation(trial)) -%}
    {%- call statement('trial') -%}
      {{ get_create_view_as_sql(trial, sql) }}
    {%- endcall -%}
    {%- do adapter.drop_relation(trial) -%}
    {%- set old_relation = make_backup_relation(target_relation, existing_relation.type) -%}
    {%- do drop_relation_if_exists(load_cached_relation(old_relation)) -%}
    {%- if way == 'rename' and existing_relation.is_table -%}
      {%- do adapter.rename_relation(existing_relation, old_relation) -%}
    {%- else -%}
      {%- do adapter.drop_relation(existing_relation) -%}
    {%- endif -%}
  {%- endif -%}
  {%- call statement('main') -%}
    {{ get_create_view_as_sql(target_relation, sql) }}
  {%- endcall -%}
  {%- if not replaces and way == 'rename' and existing_relation.is_table -%}
    {%- do adapter.drop_relation(old_relation) -%}
  {%- endif -%}
{% endmacro %}
