{#
  The condition of an incremental model that has a watermark: rows after it (less the lookback), and none after the
  moment in which the run began; with `nulls: include` also those whose column is null. True for all rows in a full run.

      select * from {{ ref('events') }}
      {% if is_incremental() %} where {{ watermark_filter() }} {% endif %}

  `column` is an expression of the rows that are read, where it differs from the watermark's column, or the source that
  is read, whose own watermark names its column: watermark_filter(source('raw', 'events')).
#}

{% macro watermark_filter(column=none) %}
  {%- set name = watermark('column', column) -%}
  {%- if name is none -%}
    {%- do exceptions.raise_compiler_error("watermark_filter() needs the config watermark: {column: ...}") -%}
  {%- endif -%}
  {%- set field = column if column is string else config_column(name) -%}
  {%- set lower = watermark() -%}
  {%- set upper = watermark('upper') -%}
  (({{ field }} > {{ lower }}
  {%- if upper is not none %} and {{ field }} <= {{ upper }}{% endif -%}
  )
  {%- if watermark('nulls') == 'include' %} or {{ field }} is null{% endif -%}
  )
{% endmacro %}


{# A column that a config names, in SQL: engines that keep unquoted names in capitals look for those first. #}
{% macro config_column(name) %}
  {%- do return(adapter.dispatch('config_column', 'dbt')(name)) -%}
{% endmacro %}

{% macro default__config_column(name) %}
  {%- do return(adapter.quote(name)) -%}
{% endmacro %}


{#
  What rows say about a watermark: how many there are, how many have no value, how many came late, the greatest value.
  Late are rows not after `mark` whose keys `target` does not have yet; without keys nobody can tell, and it is null.
  Whether the greatest value lies after `mark` is the engine's to say, which alone knows how it orders texts.
#}
{% macro watermark_facts(relation, column, mark=none, target=none, keys=[]) %}
  {{- return(adapter.dispatch('watermark_facts', 'dbt')(relation, column, mark, target, keys)) -}}
{% endmacro %}

{% macro default__watermark_facts(relation, column, mark, target, keys) %}
{%- set field = config_column(column) -%}
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
        where {{ same_keys(keys, 'known', 'new_row') }}
      )
  )
  {%- else %}null{% endif %} as late_rows,
  max({{ field }}) as greatest,
  {{ 'case when max(' ~ field ~ ') > ' ~ mark ~ ' then 1 else 0 end' if mark is not none else 'null' }} as is_after
from {{ relation }}
{% endmacro %}


{#
  How many rows came late, by the minute, hour or day of their value (numbers: by `step`); late as in watermark_facts.
#}
{% macro watermark_late(relation, column, family, step, mark, target, keys) %}
  {{- return(adapter.dispatch('watermark_late', 'dbt')(relation, column, family, step, mark, target, keys)) -}}
{% endmacro %}

{% macro default__watermark_late(relation, column, family, step, mark, target, keys) %}
{%- set field = config_column(column) -%}
select {{ watermark_interval('new_row.' ~ field, family, step) }} as late_at, count(*) as late_rows
from {{ relation }} as new_row
where new_row.{{ field }} <= {{ mark }}
  and not exists (
    select 1
    from {{ target }} as known
    where {{ same_keys(keys, 'known', 'new_row') }}
  )
group by 1
order by 1
{% endmacro %}


{#
  The start of the interval that a value lies in: of the day, hour ... in UTC for times with a zone, as time without one;
  of `step` numbers. All texts lie in one interval.
#}
{% macro watermark_interval(field, family, step) %}
  {{- return(adapter.dispatch('watermark_interval', 'dbt')(field, family, step)) -}}
{% endmacro %}

{% macro default__watermark_interval(field, family, step) -%}
  {%- if family == 'text' -%}
    case when {{ field }} is not null then '' end
  {%- elif family == 'date' -%}
    cast(date_trunc('{{ step }}', {{ field }}) as date)
  {%- elif family == 'timestamp' -%}
    date_trunc('{{ step }}', {{ field }})
  {%- elif family == 'timestamptz' -%}
    date_trunc('{{ step }}', {{ field }} at time zone 'UTC')
  {%- else -%}
    {{ field }} - mod(mod({{ field }}, {{ step }}) + {{ step }}, {{ step }})
  {%- endif -%}
{%- endmacro %}


{#
  A model's query without the rows that lie after the end of its window, which a later run takes (`upper` none: no end),
  and, where `nulls: exclude` says so, without those that have no value.
#}
{% macro watermark_window(sql, column, upper, drop_nulls=false) %}
  {{- return(adapter.dispatch('watermark_window', 'dbt')(sql, column, upper, drop_nulls)) -}}
{% endmacro %}

{% macro default__watermark_window(sql, column, upper, drop_nulls) %}
{%- set field = config_column(column) -%}
select *
from (
{{ sql }}
) as model_rows
where {{ field ~ ' <= ' ~ upper if upper is not none else field ~ ' is not null' }}
  {%- if upper is not none and not drop_nulls %} or {{ field }} is null{% endif %}
{% endmacro %}


{#
  The condition that a value lies in a range: {from, to, closed} with bounds as SQL (`from` none: open; `closed`: `to`
  belongs to it), or {nulls: true} for rows without a value.
#}
{% macro watermark_in_range(field, range) -%}
  {%- if range['to'] is none -%}
    {{ field }} is null
  {%- else -%}
    {{ field ~ ' >= ' ~ range['from'] ~ ' and ' if range['from'] is not none }}{{ field }} {{ '<=' if range['closed'] else '<' }} {{ range['to'] }}
  {%- endif -%}
{%- endmacro %}


{# A model's query with the rows of one range only; `with_nulls`: and those without a value. #}
{% macro watermark_range_rows(sql, range, with_nulls) %}
  {{- return(adapter.dispatch('watermark_range_rows', 'dbt')(sql, range, with_nulls)) -}}
{% endmacro %}

{% macro default__watermark_range_rows(sql, range, with_nulls) %}
{%- set field = config_column(range['column']) -%}
select *
from (
{{ sql }}
) as model_rows
where ({{ watermark_in_range(field, range) }}){{ ' or ' ~ field ~ ' is null' if with_nulls }}
{% endmacro %}


{#
  The strategy of a range that is built again (a chunk of a backfill, a gap), whatever the model's own strategy is: its
  rows take the place of those in the range and of those with the same keys. With `keep_newer` a row of the target whose
  value lies after the range wins over a new one with its keys, since that one is an older version of it.
#}
{% macro get_watermark_range_sql(arg_dict) %}
  {%- do return(adapter.dispatch('get_watermark_range_sql', 'dbt')(arg_dict, watermark_range)) -%}
{% endmacro %}

{% macro default__get_watermark_range_sql(arg_dict, range) -%}
  {%- set target, source = arg_dict['target_relation'], arg_dict['temp_relation'] -%}
  {%- set key = arg_dict['unique_key'] -%}
  {%- set keys = [key] if key is string else (key or []) -%}
  {%- set field = config_column(range['column']) -%}
  {%- set names = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
  delete from {{ target }}
  where {{ watermark_in_range(field, range) }};
  {% if keys -%}
  delete from {{ target }}
  where ({{ keys | join(', ') }}) in (select {{ keys | join(', ') }} from {{ source }})
  {%- if range['keep_newer'] and range['from'] is not none %}
    and ({{ field }} < {{ range['from'] }} or {{ field }} is null)
  {%- endif %};
  {% endif -%}
  insert into {{ target }} ({{ names }})
  select {{ names }}
  from {{ source }} as new_row
  {%- if keys and range['keep_newer'] %}
  where not exists (
    select 1
    from {{ target }} as known
    where {{ same_keys(keys, 'known', 'new_row') }}
  )
  {%- endif %}
{%- endmacro %}
