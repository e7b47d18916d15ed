{#
  Trino's spelling of the functions and types in the core's utils.
#}

{% macro trino__type_float() -%}
  double
{%- endmacro %}

{% macro trino__type_string() -%}
  varchar
{%- endmacro %}

{% macro trino__type_numeric() -%}
  decimal(28, 6)
{%- endmacro %}

{%- macro trino__type_int() -%}
  integer
{%- endmacro -%}


{% macro trino__safe_cast(field, type) -%}
  try_cast({{ field }} as {{ type }})
{%- endmacro %}


{% macro trino__any_value(expression) -%}
  min({{ expression }})
{%- endmacro %}


{% macro trino__hash(field) -%}
  lower(to_hex(md5(to_utf8(cast({{ field }} as varchar)))))
{%- endmacro %}


{% macro trino__array_append(array, new_element) -%}
  {{ array_concat(array, array_construct([new_element])) }}
{%- endmacro %}


{% macro trino__array_concat(array_1, array_2) -%}
  concat({{ array_1 }}, {{ array_2 }})
{%- endmacro %}


{% macro trino__array_construct(inputs, data_type) -%}
  {{ 'array[' ~ inputs | join(', ') ~ ']' if inputs else 'null' }}
{%- endmacro %}


{% macro trino__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- set values = 'array_agg(' ~ measure ~ ' ' ~ (order_by_clause or '') ~ ')' -%}
  array_join({{ 'slice(' ~ values ~ ', 1, ' ~ limit_num ~ ')' if limit_num else values }}, {{ delimiter_text }})
{%- endmacro %}


{% macro trino__right(string_text, length_expression) -%}
  case when {{ length_expression }} = 0 then '' else substr({{ string_text }}, -1 * ({{ length_expression }})) end
{%- endmacro %}


{% macro trino__split_part(string_text, delimiter_text, part_number) -%}
  {%- if part_number >= 0 -%}
    {{ dbt.default__split_part(string_text, delimiter_text, part_number) }}
  {%- else -%}
    {{ dbt._split_part_negative(string_text, delimiter_text, part_number) }}
  {%- endif -%}
{%- endmacro %}


{% macro trino__date(year, month, day) -%}
  date '{{ modules.datetime.date(year, month, day).isoformat() }}'
{%- endmacro %}


{% macro trino__dateadd(datepart, interval, from_date_or_timestamp) -%}
  date_add('{{ datepart }}', {{ interval }}, {{ from_date_or_timestamp }})
{%- endmacro %}


{#
  Boundaries that lie between two moments, not whole parts that have passed, which is what date_diff counts: both are
  cut to the part first. Weeks begin on Monday.
#}
{% macro trino__datediff(first_date, second_date, datepart) -%}
  {%- set part = datepart | lower -%}
  {%- set first, second = 'cast(' ~ first_date ~ ' as timestamp)', 'cast(' ~ second_date ~ ' as timestamp)' -%}
  {%- if part in ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'] -%}
    date_diff('{{ part }}', date_trunc('{{ part }}', {{ first }}), date_trunc('{{ part }}', {{ second }}))
  {%- elif part == 'millisecond' -%}
    date_diff('millisecond', {{ first }}, {{ second }})
  {%- elif execute -%}
    {%- do exceptions.raise_compiler_error('datediff knows no "' ~ datepart ~ '" in Trino') -%}
  {%- endif -%}
{%- endmacro %}


{# The start may be a text, and the day is all that counts. #}
{% macro trino__date_spine(datepart, start_date, end_date) -%}
  {{ dbt.default__date_spine(datepart, 'cast(' ~ start_date ~ ' as date)', 'cast(' ~ end_date ~ ' as date)') }}
{%- endmacro %}
