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


{# Rows of one table; `conditions` are pairs of a column and a literal. #}
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
{{ 'where' if loop.first else 'and' }} {{ adapter.quote(name) }} = {{ literal }}
{%- endfor %}
{%- if order_by %}
order by {% for name in order_by %}{{ adapter.quote(name) }} desc{{ ', ' if not loop.last }}{% endfor %}
{%- endif %}
{%- if limit is not none %}
limit {{ limit }}
{%- endif %}
{% endmacro %}
