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


{# Statements for indexes by which rows are found, one for each list of columns; none unless the engine's macro makes some. #}
{% macro state_create_indexes(relation, lookups) %}
  {{- return(adapter.dispatch('state_create_indexes', 'dbt')(relation, lookups)) -}}
{% endmacro %}

{% macro default__state_create_indexes(relation, lookups) %}{% endmacro %}


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


{#
  Rows of one table; `conditions` are what `state_condition` takes. With `newest_of` only the newest
  row (by the first column of `order_by`) of those that are equal in these columns.
#}
{% macro state_select(relation, columns, conditions=[], order_by=[], limit=none, newest_of=[]) %}
  {{- return(adapter.dispatch('state_select', 'dbt')(relation, columns, conditions, order_by, limit, newest_of)) -}}
{% endmacro %}

{% macro default__state_select(relation, columns, conditions, order_by, limit, newest_of) %}
select
  {%- for name, type in columns %}
  kept.{{ adapter.quote(name) }}{{ ',' if not loop.last }}
  {%- endfor %}
from {{ relation }} as kept
{%- if newest_of %}
join (
  select {% for name in newest_of %}{{ adapter.quote(name) }}, {% endfor %}max({{ adapter.quote(order_by[0]) }}) as newest
  from {{ relation }}
  group by {% for name in newest_of %}{{ adapter.quote(name) }}{{ ', ' if not loop.last }}{% endfor %}
) as latest
  on latest.newest = kept.{{ adapter.quote(order_by[0]) }}
  {%- for name in newest_of %} and latest.{{ adapter.quote(name) }} = kept.{{ adapter.quote(name) }}{% endfor %}
{%- endif %}
{%- for condition in conditions %}
{{ 'where' if loop.first else 'and' }} {{ state_condition(*condition) }}
{%- endfor %}
{%- if order_by %}
order by {% for name in order_by %}kept.{{ adapter.quote(name) }} desc{{ ', ' if not loop.last }}{% endfor %}
{%- endif %}
{%- if limit is not none %}
limit {{ limit }}
{%- endif %}
{% endmacro %}


{# `sign` is "=", "in" (a list of literals) or ">=" (a literal of the type of the column). #}
{% macro state_condition(name, sign, literal, type=none) -%}
  kept.{{ adapter.quote(name) }} {{ sign }}
  {%- if sign == 'in' %} ({{ literal | join(', ') }})
  {%- elif type is none %} {{ literal }}
  {%- else %} cast({{ literal }} as {{ type }})
  {%- endif -%}
{%- endmacro %}


{# A query for the size of relations: schema, name, bytes. No text where the engine would have to read them for it. #}
{% macro relation_bytes(relations) %}
  {{- return(adapter.dispatch('relation_bytes', 'dbt')(relations)) -}}
{% endmacro %}

{% macro default__relation_bytes(relations) %}{% endmacro %}


{#
  Nodes of a run that took more than half as long again as the median of at least five of the runs before, and a second
  longer.
#}
{% macro state_slower_nodes(results, run, before) %}
  {{- return(adapter.dispatch('state_slower_nodes', 'dbt')(results, run, before)) -}}
{% endmacro %}

{% macro default__state_slower_nodes(results, run, before) %}
{%- set node, seconds = adapter.quote('node_id'), adapter.quote('seconds') -%}
{%- set run_id, status = adapter.quote('run_id'), adapter.quote('status') -%}
select ended.{{ node }}, ended.{{ seconds }}, usual.{{ seconds }} as {{ adapter.quote('usual_seconds') }}
from {{ results }} as ended
join (
  select {{ node }}, count(*) as runs, {{ adapter.dispatch('column_measure', 'dbt')('median', seconds) }} as {{ seconds }}
  from {{ results }}
  where {{ run_id }} in ({{ before | join(', ') }}) and {{ status }} in ('success', 'pass', 'warn')
  group by {{ node }}
) as usual
  on usual.{{ node }} = ended.{{ node }}
where ended.{{ run_id }} = {{ run }}
  and ended.{{ status }} in ('success', 'pass', 'warn')
  and usual.runs >= 5
  and ended.{{ seconds }} > 1.5 * usual.{{ seconds }}
  and ended.{{ seconds }} > usual.{{ seconds }} + 1
order by ended.{{ seconds }} - usual.{{ seconds }} desc
limit 3
{% endmacro %}
