{#
  The condition of an incremental model that has a watermark: rows after it (less the lookback), and none after the
  moment in which the run began; with `nulls: include` also those whose column is null. True for all rows in a full run.

      select * from {{ ref('events') }}
      {% if is_incremental() %} where {{ watermark_filter() }} {% endif %}

  `column` is an expression of the rows that are read, where it differs from the watermark's column.
#}

{% macro watermark_filter(column=none) %}
  {%- set settings = config.get('watermark') -%}
  {%- if settings is not mapping -%}
    {%- do exceptions.raise_compiler_error("watermark_filter() needs the config watermark: {column: ...}") -%}
  {%- endif -%}
  {%- set field = column or adapter.quote(settings['column']) -%}
  {%- set lower = watermark() -%}
  {%- set upper = watermark('upper') -%}
  (({{ field }} > {{ lower }}
  {%- if upper is not none %} and {{ field }} <= {{ upper }}{% endif -%}
  )
  {%- if settings.get('nulls') == 'include' %} or {{ field }} is null{% endif -%}
  )
{% endmacro %}


{#
  What rows say about a watermark: how many there are, how many have no value, how many came late, the greatest value.
  Late are rows not after `mark` whose keys `target` does not have yet; without keys nobody can tell, and it is null.
#}
{% macro watermark_facts(relation, column, mark=none, target=none, keys=[]) %}
  {{- return(adapter.dispatch('watermark_facts', 'dbt')(relation, column, mark, target, keys)) -}}
{% endmacro %}

{% macro default__watermark_facts(relation, column, mark, target, keys) %}
{%- set field = adapter.quote(column) -%}
select
  count(*) as all_rows,
  count(*) - count({{ field }}) as null_rows,
  {% if mark is not none and keys -%}
  (
    select count(*)
    from {{ relation }} as new_row
    where new_row.{{ field }} <= {{ mark }}
      and not exists (
        select 1
        from {{ target }} as known
        where {% for key in keys %}known.{{ key }} = new_row.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
      )
  )
  {%- else %}null{% endif %} as late_rows,
  max({{ field }}) as greatest
from {{ relation }}
{% endmacro %}


{# A model's query without the rows that lie after the end of its window, which a later run takes. #}
{% macro watermark_window(sql, column, upper) %}
  {{- return(adapter.dispatch('watermark_window', 'dbt')(sql, column, upper)) -}}
{% endmacro %}

{% macro default__watermark_window(sql, column, upper) %}
select *
from (
{{ sql }}
) as model_rows
where {{ adapter.quote(column) }} <= {{ upper }} or {{ adapter.quote(column) }} is null
{% endmacro %}
