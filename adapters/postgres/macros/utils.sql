{#
  Postgres' spelling of the functions in the core's utils.
#}

{# `any_value` came with Postgres 16. #}
{% macro postgres__any_value(expression) -%}
  min({{ expression }})
{%- endmacro %}


{% macro postgres__equals(expr1, expr2) -%}
  ({{ expr1 }} {{ 'is not distinct from' if adapter.behavior.enable_truthy_nulls_equals_macro.no_warn else '=' }} {{ expr2 }})
{%- endmacro %}


{% macro postgres__dateadd(datepart, interval, from_date_or_timestamp) -%}
  {{ from_date_or_timestamp }} + ((interval '1 {{ datepart }}') * ({{ interval }}))
{%- endmacro %}


{# An interval knows no quarters. #}
{% macro postgres__last_day(date, datepart) -%}
  {%- if datepart == 'quarter' -%}
    {%- set next_start = dbt.dateadd('month', '3', dbt.date_trunc('quarter', date)) -%}
    cast({{ dbt.dateadd('day', '-1', next_start) }} as date)
  {%- else -%}
    {{ dbt.default_last_day(date, datepart) }}
  {%- endif -%}
{%- endmacro %}


{# Boundaries that lie between the two: each part is counted from the next larger one. Weeks begin on Sunday. #}
{% macro postgres__datediff(first_date, second_date, datepart) -%}
  {%- set larger = {
    'quarter': ('year', 4),
    'month': ('year', 12),
    'hour': ('day', 24),
    'minute': ('hour', 60),
    'second': ('minute', 60),
    'millisecond': ('minute', 60000),
    'microsecond': ('minute', 60000000),
  } -%}
  {%- if datepart == 'day' -%}
    (({{ second_date }})::date - ({{ first_date }})::date)
  {%- elif datepart == 'year' -%}
    (date_part('year', ({{ second_date }})::date) - date_part('year', ({{ first_date }})::date))
  {%- elif datepart == 'week' -%}
    {%- set first_weekday = "date_part('dow', (" ~ first_date ~ ")::timestamp)" -%}
    {%- set second_weekday = "date_part('dow', (" ~ second_date ~ ")::timestamp)" -%}
    ({{ datediff(first_date, second_date, 'day') }} / 7 + case
      when {{ first_date }} <= {{ second_date }} then (case when {{ first_weekday }} <= {{ second_weekday }} then 0 else 1 end)
      else (case when {{ first_weekday }} <= {{ second_weekday }} then -1 else 0 end)
    end)
  {%- elif datepart in larger -%}
    {%- set parent, factor = larger[datepart] -%}
    ({{ datediff(first_date, second_date, parent) }} * {{ factor }}
      + floor(date_part('{{ datepart }}', ({{ second_date }})::timestamp)) - floor(date_part('{{ datepart }}', ({{ first_date }})::timestamp)))
  {%- else -%}
    {%- do exceptions.raise_compiler_error("datediff of Postgres has no part '" ~ datepart ~ "'") -%}
  {%- endif -%}
{%- endmacro %}


{% macro postgres__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- if limit_num -%}
    array_to_string((array_agg({{ measure }} {{ order_by_clause or '' }}))[1:{{ limit_num }}], {{ delimiter_text }})
  {%- else -%}
    string_agg({{ measure }}, {{ delimiter_text }} {{ order_by_clause or '' }})
  {%- endif -%}
{%- endmacro %}


{% macro postgres__split_part(string_text, delimiter_text, part_number) -%}
  {%- if part_number >= 0 -%}
    {{ dbt.default__split_part(string_text, delimiter_text, part_number) }}
  {%- else -%}
    {{ dbt._split_part_negative(string_text, delimiter_text, part_number) }}
  {%- endif -%}
{%- endmacro %}
