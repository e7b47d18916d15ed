{#
  Rows that break a test go aside into a table of their own (config `quarantine`), the others are published. Everything here
  is the text of a statement; the run sends it in the transaction of the model. `rows` is a temporary view of the new
  rows with the column etl_row, which tells each from all others; `marks` names the rows that go aside, and why.
#}

{# Whether a table is there for the transaction that asks: 0 or 1. #}
{% macro is_built(relation) %}
  {{- return(adapter.dispatch('is_built', 'dbt')(relation)) -}}
{% endmacro %}

{% macro default__is_built(relation) %}
select count(*)
from {{ relation.information_schema('tables') }}
where lower(table_schema) = lower({{ dbt.text_literal(relation.schema) }})
  and lower(table_name) = lower({{ dbt.text_literal(relation.identifier) }})
{% endmacro %}


{% macro quarantine_view(rows, relation) %}
  {{- return(adapter.dispatch('quarantine_view', 'dbt')(rows, relation)) -}}
{% endmacro %}

{% macro default__quarantine_view(rows, relation) %}
create temporary view {{ rows }} as
select *, {{ row_identity() }} as etl_row
from {{ relation }}
{% endmacro %}


{# An expression over a table that is different for each of its rows, and stays the same within a transaction. #}
{% macro row_identity() %}
  {{- return(adapter.dispatch('row_identity', 'dbt')()) -}}
{% endmacro %}

{% macro default__row_identity() %}
  {%- do exceptions.raise_compiler_error('quarantine is not known on ' ~ adapter.type() ~ ': nothing tells rows of a table apart') -%}
{% endmacro %}


{#
  `faults` are dicts: `reason` (a literal), `field` (whose value is shown; none: no value), and `query` of the test, which
  gives etl_row, or with `values` true values of the field.
#}
{% macro quarantine_marks(marks, rows, faults) %}
  {{- return(adapter.dispatch('quarantine_marks', 'dbt')(marks, rows, faults)) -}}
{% endmacro %}

{% macro default__quarantine_marks(marks, rows, faults) %}
create temporary table {{ marks }} as
select etl_row, string_agg(reason, '; ' order by fault_number) as reason
from (
  {%- for fault in faults %}
  select
    new_rows.etl_row,
    {{ loop.index }} as fault_number,
    {{ fault['reason'] }}
    {%- if fault['field'] is not none %} || coalesce(substr(cast(new_rows.{{ fault['field'] }} as {{ type_string() }}), 1, 200), 'null'){% endif %} as reason
  from {{ rows }} as new_rows
  where new_rows.{{ fault['field'] if fault['values'] else 'etl_row' }} in (
    select {{ fault['column'] }}
    from (
      {{ fault['query'] }}
    ) as fault
  )
  {{ 'union all' if not loop.last }}
  {%- endfor %}
) as faults
group by etl_row
{% endmacro %}


{% macro quarantine_marked(marks) %}
select count(*) from {{ marks }}
{% endmacro %}


{# The table of the rows that went aside, with the columns of the new rows. #}
{% macro quarantine_create(quarantine, relation) %}
  {{- return(adapter.dispatch('quarantine_create', 'dbt')(quarantine, relation)) -}}
{% endmacro %}

{% macro default__quarantine_create(quarantine, relation) %}
create table if not exists {{ quarantine }} as
select
  cast(null as {{ type_string() }}) as etl_run_id,
  cast(null as {{ type_timestamp() }}) as etl_kept_at,
  cast(null as {{ type_string() }}) as etl_reason,
  new_rows.*
from {{ relation }} as new_rows
where false
{% endmacro %}


{% macro quarantine_add_column(quarantine, name, type) %}
alter table {{ quarantine }} add column {{ adapter.quote(name) }} {{ type }}
{% endmacro %}


{# Puts the marked rows aside. `run_id` and `now` are literals. #}
{% macro quarantine_keep(quarantine, rows, marks, columns, run_id, now) %}
insert into {{ quarantine }} (etl_run_id, etl_kept_at, etl_reason
  {%- for column in columns %}, {{ adapter.quote(column) }}{% endfor %})
select {{ run_id }}, cast({{ now }} as {{ type_timestamp() }}), marks.reason
  {%- for column in columns %}, new_rows.{{ adapter.quote(column) }}{% endfor %}
from {{ rows }} as new_rows
join {{ marks }} as marks on marks.etl_row = new_rows.etl_row
{% endmacro %}


{% macro quarantine_remove(relation, marks) %}
delete from {{ relation }} where {{ row_identity() }} in (select etl_row from {{ marks }})
{% endmacro %}


{#
  Rows that went aside before and came again, good or bad, are out of date: those with the keys of the new rows, or that
  meet a condition.
#}
{% macro quarantine_supersede(quarantine, rows, keys=none, condition=none) %}
{%- set conditions = [] if condition is none else ['(' ~ condition ~ ')'] -%}
{%- if keys is string -%}
  {%- do conditions.append('(' ~ keys ~ ') in (select (' ~ keys ~ ') from ' ~ rows ~ ')') -%}
{%- elif keys is not none -%}
  {%- do conditions.append('exists (select 1 from ' ~ rows ~ ' as new_rows where ' ~ same_keys(keys, 'new_rows', 'kept') ~ ')') -%}
{%- endif -%}
delete from {{ quarantine }} as kept
where {{ conditions | join(' or ') }}
{% endmacro %}


{#
  The rows that are tried again: what the model's query gives now for their keys; those that it does not give any more, and
  all where there are no keys, as they were put aside.
#}
{% macro quarantine_replay(quarantine, code, keys, columns) %}
  {{- return(adapter.dispatch('quarantine_replay', 'dbt')(quarantine, code, keys, columns)) -}}
{% endmacro %}

{% macro default__quarantine_replay(quarantine, code, keys, columns) %}
  {%- set keys = [keys] if keys is string else keys -%}
  {%- set names = get_quoted_csv(columns) -%}
  {%- if not keys -%}
select {{ names }}
from {{ quarantine }}
  {%- else -%}
with etl_model as (
{{ code }}
)

select {{ names }}
from etl_model
where exists (
  select 1 from {{ quarantine }} as kept where {{ same_keys(keys, 'kept', 'etl_model') }}
)
union all
select {{ names }}
from {{ quarantine }} as kept
where not exists (
  select 1 from etl_model where {{ same_keys(keys, 'kept', 'etl_model') }}
)
  {%- endif -%}
{% endmacro %}


{% macro quarantine_count(quarantine) %}
select count(*) as kept_rows, min(etl_kept_at) as since
from {{ quarantine }}
{% endmacro %}


{% macro quarantine_rows(quarantine, limit) %}
select *
from {{ quarantine }}
order by etl_kept_at, etl_reason
{{ 'limit ' ~ limit if limit >= 0 }}
{% endmacro %}
