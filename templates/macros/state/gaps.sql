{#
  Where a table differs from what its model's query gives: by keys and the watermark's value, so columns that differ from
  run to run (a load time) do not count. Rows of both sides are paired by counting, which takes NULL keys as equal.

  `range` is what is compared, as watermark_in_range takes it, with `nulls` true: rows without a value too; `due` is where
  the next run begins to read, {bound, inclusive}. One row an interval that differs: its start (none: rows without a value), rows that
  the table lacks, those of them that are due, rows that it should not have.
#}
{% macro watermark_gaps(query, target, range, due, family, step, keys=[]) %}
  {{- return(adapter.dispatch('watermark_gaps', 'dbt')(query, target, range, due, family, step, keys)) -}}
{% endmacro %}

{% macro default__watermark_gaps(query, target, range, due, family, step, keys) %}
{%- set field = config_column(range['column']) -%}
{%- set condition = '(' ~ watermark_in_range(field, range) ~ ')' ~ (' or ' ~ field ~ ' is null' if range['nulls']) -%}
{%- set identity = keys + [field] -%}
select
  {{ watermark_interval(field, family, step) }} as gap_start,
  sum(case when wanted > held then wanted - held else 0 end) as missing_rows,
  sum(case when wanted > held and {{ field }} {{ '>=' if due['inclusive'] else '>' }} {{ due['bound'] }} then wanted - held else 0 end) as due_rows,
  sum(case when held > wanted then held - wanted else 0 end) as surplus_rows
from (
  select {{ identity | join(', ') }}, sum(wanted) as wanted, sum(held) as held
  from (
    select {{ identity | join(', ') }}, 1 as wanted, 0 as held
    from (
{{ query }}
    ) as model_rows
    where {{ condition }}
    union all
    select {{ identity | join(', ') }}, 0, 1
    from {{ target }}
    where {{ condition }}
  ) as both_sides
  group by {{ identity | join(', ') }}
) as paired
where wanted <> held
group by 1
order by 1
{% endmacro %}


{#
  How late rows arrive, in seconds: for how many it is known, the lateness that a share of them does not exceed, the
  greatest. `zone` is that of times without one.
#}
{% macro watermark_lateness(query, column, family, arrival, arrival_family, zone, share) %}
  {{- return(adapter.dispatch('watermark_lateness', 'dbt')(query, column, family, arrival, arrival_family, zone, share)) -}}
{% endmacro %}

{% macro default__watermark_lateness(query, column, family, arrival, arrival_family, zone, share) %}
{%- set zoned = 'timestamptz' in [family, arrival_family] -%}
select
  count(*) as known_rows,
  percentile_disc({{ share }}) within group (order by lateness) as usual,
  max(lateness) as greatest
from (
  select extract(epoch from
    {{ watermark_moment(config_column(arrival), arrival_family, zoned, zone) }}
    - {{ watermark_moment(config_column(column), family, zoned, zone) }}) as lateness
  from (
{{ query }}
  ) as model_rows
  where {{ config_column(arrival) }} is not null and {{ config_column(column) }} is not null
) as measured
{% endmacro %}


{# A date or time as a timestamp, with a zone where `zoned`. #}
{% macro watermark_moment(field, family, zoned, zone) -%}
  {%- set plain = field if family in ['timestamp', 'timestamptz'] else 'cast(' ~ field ~ ' as ' ~ api.Column.translate_type('timestamp') ~ ')' -%}
  {{ '(' ~ plain ~ " at time zone '" ~ zone ~ "')" if zoned and family != 'timestamptz' else plain }}
{%- endmacro %}
