{#
  How a freshly built table or view takes the place of what has its name. The content must change in the moment of the
  commit: readers see the old one or the new one, never none. Gives the relations that are dropped after the commit.
#}

{% macro publish_relation(existing_relation, target_relation, sql) %}
  {%- do return(adapter.dispatch('publish_relation', 'dbt')(existing_relation, target_relation, sql)) -%}
{% endmacro %}

{# Built beside the old one, then two renames; for engines whose DDL cannot replace, or not in a transaction. #}
{% macro default__publish_relation(existing_relation, target_relation, sql) %}
  {%- set new_relation = make_intermediate_relation(target_relation) -%}
  {%- set old_relation = make_backup_relation(target_relation, (existing_relation or target_relation).type) -%}
  {%- do adapter.ensure_transaction() -%}
  {%- do drop_relation_if_exists(load_cached_relation(new_relation)) -%}
  {%- do drop_relation_if_exists(load_cached_relation(old_relation)) -%}
  {%- do build_unpublished(new_relation, sql) -%}

  {#- The main statement, or a hook before it, may have dropped the old one. -#}
  {%- set current_relation = load_cached_relation(target_relation) -%}
  {%- set is_kept = keep_replaced(current_relation) -%}
  {%- if current_relation is not none and not is_kept -%}
    {%- do adapter.rename_relation(current_relation, old_relation) -%}
  {%- endif -%}
  {%- do adapter.rename_relation(new_relation, target_relation) -%}

  {%- do return([] if current_relation is none or is_kept else [old_relation]) -%}
{% endmacro %}


{# The node's own statement, for a relation that nobody reads yet; its kind is that of the relation. #}
{% macro build_unpublished(new_relation, sql) %}
  {%- call statement('main') -%}
    {%- if new_relation.is_view -%}
      {{ get_create_view_as_sql(new_relation, sql) }}
    {%- else -%}
      {{ get_create_table_as_sql(False, new_relation, sql) }}
    {%- endif -%}
  {%- endcall -%}
  {%- if not new_relation.is_view -%}
    {%- do create_indexes(new_relation) -%}
  {%- endif -%}
{% endmacro %}


{% macro drop_leftovers(relations) %}
  {%- for relation in relations -%}
    {%- do adapter.drop_relation(relation) -%}
  {%- endfor -%}
{% endmacro %}
