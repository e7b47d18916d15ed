{#
  Versions that a relation had before runs changed it (config `keep_versions`), so that `etl undo` can bring them back.
  A table that is replaced is renamed aside, which costs nothing; one that is changed in place is copied before its first
  change of the run. Materializations call `keep_replaced` and `keep_changed`, which do nothing where nothing is to be kept.
#}

{# Call it in the place of a drop or a rename of the old relation. True: the relation has no longer its name. #}
{% macro keep_replaced(relation) %}
  {%- set kept = version_relation(relation) -%}
  {%- if kept is none -%}
    {%- do return(False) -%}
  {%- endif -%}
  {%- do adapter.ensure_transaction() -%}
  {%- if not can_be_put_aside(relation) -%}
    {%- do adapter.note_version(kept, 'copied', copy_aside(relation, kept)) -%}
    {%- do return(False) -%}
  {%- endif -%}
  {%- do adapter.note_version(kept, 'moved', put_aside(relation, kept)) -%}
  {%- do return(True) -%}
{% endmacro %}


{# Call it in the transaction that changes rows of a table, before it does. #}
{% macro keep_changed(relation) %}
  {%- set kept = version_relation(relation) -%}
  {%- if kept is not none -%}
    {%- do adapter.ensure_transaction() -%}
    {%- do adapter.note_version(kept, 'copied', copy_aside(relation, kept)) -%}
  {%- endif -%}
{% endmacro %}


{# Where a table is to be kept; none: it is not. Views are known by their text, which the run has read when it began. #}
{% macro version_relation(relation) %}
  {%- set name = adapter.version_name() if relation is not none and relation.is_table else none -%}
  {%- if name is none -%}
    {%- do return(none) -%}
  {%- endif -%}
  {%- do return(relation.incorporate(path={'schema': version_schema(relation), 'identifier': name})) -%}
{% endmacro %}


{# Engines whose tables can change their schema keep them apart from those that people read. #}
{% macro version_schema(relation) %}
  {%- do return(adapter.dispatch('version_schema', 'dbt')(relation)) -%}
{% endmacro %}

{% macro default__version_schema(relation) %}
  {%- do return(relation.schema) -%}
{% endmacro %}


{% macro can_be_put_aside(relation) %}
  {%- do return(adapter.dispatch('can_be_put_aside', 'dbt')(relation)) -%}
{% endmacro %}

{% macro default__can_be_put_aside(relation) %}
  {%- do return(True) -%}
{% endmacro %}


{# Gives a table the name of its version, and what must be run once it has its own name back: statements, or ''. #}
{% macro put_aside(relation, kept) %}
  {%- do return(adapter.dispatch('put_aside', 'dbt')(relation, kept)) -%}
{% endmacro %}

{% macro default__put_aside(relation, kept) %}
  {%- do adapter.rename_relation(relation, kept) -%}
  {%- do return('') -%}
{% endmacro %}


{# A copy of a table that could take its place, and what must be run then. Costs as much as writing the table. #}
{% macro copy_aside(relation, kept) %}
  {%- do return(adapter.dispatch('copy_aside', 'dbt')(relation, kept)) -%}
{% endmacro %}

{% macro default__copy_aside(relation, kept) %}
  {%- call statement('copy_aside') -%}
    create table {{ kept }} as select * from {{ relation }}
  {%- endcall -%}
  {%- do return('') -%}
{% endmacro %}


{# The way back of `put_aside`. #}
{% macro bring_back(kept, relation) %}
  {%- do return(adapter.dispatch('bring_back', 'dbt')(kept, relation)) -%}
{% endmacro %}

{% macro default__bring_back(kept, relation) %}
  {%- do adapter.rename_relation(kept, relation) -%}
{% endmacro %}


{# A query for the statements that make views again as they are: schema, name, text. #}
{% macro view_definitions(relations) %}
  {%- do return(adapter.dispatch('view_definitions', 'dbt')(relations)) -%}
{% endmacro %}

{% macro default__view_definitions(relations) %}
  {%- for relation in relations %}
select table_schema, table_name, {{ dbt.text_literal('create view ' ~ relation ~ ' as ') }} || view_definition
from {{ relation.information_schema('views') }}
where table_schema = {{ dbt.text_literal(relation.schema) }} and table_name = {{ dbt.text_literal(relation.identifier) }}
{{ 'union all' if not loop.last }}
  {%- endfor %}
{% endmacro %}


{# A query for the size of tables: schema, name, rows, bytes (null: not known). #}
{% macro version_sizes(relations) %}
  {{- return(adapter.dispatch('version_sizes', 'dbt')(relations)) -}}
{% endmacro %}

{% macro default__version_sizes(relations) %}
  {%- for relation in relations %}
select
  {{ dbt.text_literal(relation.schema) }} as table_schema,
  {{ dbt.text_literal(relation.identifier) }} as table_name,
  count(*) as all_rows,
  cast(null as {{ type_bigint() }}) as bytes
from {{ relation }}
{{ 'union all' if not loop.last }}
  {%- endfor %}
{% endmacro %}


{#
  Puts relations into the state that they had before a run. Each step: `now` (what is there, none: nothing), `name` (under
  which it is kept, where it is a table), `before` (what comes there, none: nothing), `kept` (where its rows are, for a
  table), `script` (what makes it a view, or finishes it). Gives for each table that was put aside, by `name`, the pair of
  the relation that it is now and what must be run when it comes back.
#}
{% macro undo_relations(steps) %}
  {%- do return(adapter.dispatch('undo_relations', 'dbt')(steps)) -%}
{% endmacro %}

{% macro default__undo_relations(steps) %}
  {%- set asides = undo_put_aside(steps) -%}
  {%- do undo_bring_back(steps) -%}
  {%- do return(asides) -%}
{% endmacro %}

{# What reads others goes before what it reads. #}
{% macro undo_put_aside(steps) %}
  {%- set asides = {} -%}
  {%- set gone = steps | selectattr('now') | reverse | list -%}
  {%- for step in gone if not step['now'].is_table -%}
    {%- do adapter.drop_relation(step['now']) -%}
  {%- endfor -%}
  {%- for step in gone if step['now'].is_table -%}
    {%- set relation = step['now'] -%}
    {%- set kept = relation.incorporate(path={'schema': version_schema(relation), 'identifier': step['name']}) -%}
    {%- if can_be_put_aside(relation) -%}
      {%- do asides.update({step['name']: [kept, put_aside(relation, kept)]}) -%}
    {%- else -%}
      {%- do asides.update({step['name']: [kept, copy_aside(relation, kept)]}) -%}
      {%- do adapter.drop_relation(relation) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do return(asides) -%}
{% endmacro %}

{% macro undo_bring_back(steps) %}
  {%- for step in steps if step['before'] is not none -%}
    {%- if step['kept'] is not none -%}
      {%- do bring_back(step['kept'], step['before']) -%}
    {%- endif -%}
    {%- if step['script'] -%}
      {%- call statement('undo_script') -%}
        {{ step['script'] }}
      {%- endcall -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}
