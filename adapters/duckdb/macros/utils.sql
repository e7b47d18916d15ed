{#
  DuckDB's spelling of the functions in the core's utils.
#}

{% macro duckdb__any_value(expression) -%}
  arbitrary({{ expression }})
{%- endmacro %}


{% macro duckdb__date(year, month, day) -%}
  make_date({{ year }}, {{ month }}, {{ day }})
{%- endmacro %}


{# By multiplying an interval, since DuckDB's `interval` takes no column as its number and knows no quarters. #}
{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) -%}
  {%- set part = datepart | lower -%}
  {%- set factor, unit = {'quarter': (' * 3', 'month'), 'week': (' * 7', 'day')}.get(part, ('', part)) -%}
  ({{ from_date_or_timestamp }} + (cast({{ interval }} as bigint){{ factor }}) * interval 1 {{ unit }})
{%- endmacro %}


{# Weeks begin on Sunday, as in other warehouses; DuckDB's own begin on Monday. #}
{% macro duckdb__datediff(first_date, second_date, datepart) -%}
  {%- if datepart == 'week' -%}
    {%- set first_weekday = "date_part('dow', (" ~ first_date ~ ")::timestamp)" -%}
    {%- set second_weekday = "date_part('dow', (" ~ second_date ~ ")::timestamp)" -%}
    ({{ datediff(first_date, second_date, 'day') }} // 7 + case
      when {{ first_date }} <= {{ second_date }} then (case when {{ first_weekday }} <= {{ second_weekday }} then 0 else 1 end)
      else (case when {{ first_weekday }} <= {{ second_weekday }} then -1 else 0 end)
    end)
  {%- else -%}
    (date_diff('{{ datepart }}', {{ first_date }}::timestamp, {{ second_date }}::timestamp))
  {%- endif -%}
{%- endmacro %}


{% macro duckdb__last_day(date, datepart) -%}
  {{ dbt.default_last_day(date, datepart) }}
{%- endmacro %}


{% macro duckdb__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- if limit_num -%}
    list_aggr((array_agg({{ measure }} {{ order_by_clause or '' }}))[1:{{ limit_num }}], 'string_agg', {{ delimiter_text }})
  {%- else -%}
    string_agg({{ measure }}, {{ delimiter_text }} {{ order_by_clause or '' }})
  {%- endif -%}
{%- endmacro %}


{% macro duckdb__split_part(string_text, delimiter_text, part_number) -%}
  string_split({{ string_text }}, {{ delimiter_text }})[{{ part_number }}]
{%- endmacro %}


{% macro duckdb__generate_series(upper_bound) -%}
  select generate_series as generated_number
  from generate_series(1, {{ upper_bound }})
{%- endmacro %}
