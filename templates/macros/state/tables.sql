{#
  The tables in which etl remembers runs and watermarks. Values arrive as SQL literals, made by the adapter; columns as
  pairs of name and type.
#}

{% macro state_create_table(relation, columns) %}
  {{- return(adapter.dispatch('state_create_table', 'dbt')(relation, columns)) -}}
{% endmacro %}

{% macro default__state_create_table(relation, columns) %}
create table if not exists {{ relation }} (
  {%- for name, type in columns %}
  {{ adapter.quote(name) }} {{ type }}{{ ',' if not loop.last }}
  {%- endfor %}
)
{% endmacro %}


{% macro state_insert(relation, columns, rows) %}
  {{- return(adapter.dispatch('state_insert', 'dbt')(relation, columns, rows)) -}}
{% endmacro %}

{% macro default__state_insert(relation, columns, rows) %}
insert into {{ relation }} (
  {%- for name, type in columns %}{{ adapter.quote(name) }}{{ ', ' if not loop.last }}{% endfor -%}
)
values
  {%- for row in rows %}
  (
    {%- for literal in row -%}
      cast({{ literal }} as {{ columns[loop.index0][1] }}){{ ', ' if not loop.last }}
    {%- endfor -%}
  ){{ ',' if not loop.last }}
  {%- endfor %}
{% endmacro %}


{# Rows of one table; `conditions` are pairs of a column and a literal, or a list of literals. #}
{% macro state_select(relation, columns, conditions=[], order_by=[], limit=none) %}
  {{- return(adapter.dispatch('state_select', 'dbt')(relation, columns, conditions, order_by, limit)) -}}
{% endmacro %}

{% macro default__state_select(relation, columns, conditions, order_by, limit) %}
select
  {%- for name, type in columns %}
  {{ adapter.quote(name) }}{{ ',' if not loop.last }}
  {%- endfor %}
from {{ relation }}
{%- for name, literal in conditions %}
{{ 'where' if loop.first else 'and' }} {{ adapter.quote(name) }} {{ '= ' ~ literal if literal is string else 'in (' ~ literal | join(', ') ~ ')' }}
{%- endfor %}
{%- if order_by %}
order by {% for name in order_by %}{{ adapter.quote(name) }} desc{{ ', ' if not loop.last }}{% endfor %}
{%- endif %}
{%- if limit is not none %}
limit {{ limit }}
{%- endif %}
{% endmacro %}


{#
  Nodes of a run that took more than half as long again as the median of at least five of the runs before, and a second
  longer.
#}
{% macro state_slower_nodes(results, run, before) %}
  {{- return(adapter.dispatch('state_slower_nodes', 'dbt')(results, run, before)) -}}
{% endmacro %}

{% macro default__state_slower_nodes(results, run, before) %}
select ended.node_id, ended.seconds, usual.seconds as usual_seconds
from {{ results }} as ended
join (
  select node_id, count(*) as runs, percentile_cont(0.5) within group (order by seconds) as seconds
  from {{ results }}
  where run_id in ({{ before | join(', ') }}) and status in ('success', 'pass', 'warn')
  group by node_id
) as usual
  on usual.node_id = ended.node_id
where ended.run_id = {{ run }}
  and ended.status in ('success', 'pass', 'warn')
  and usual.runs >= 5
  and ended.seconds > 1.5 * usual.seconds
  and ended.seconds > usual.seconds + 1
order by ended.seconds - usual.seconds desc
limit 3
{% endmacro %}
