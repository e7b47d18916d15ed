{#
  Tests that hold a table against its own past: how many rows it has, how old its newest row is, what its columns and
  categories look like. Each takes measures (columns metric, segment, value) and compares them with those of earlier runs,
  which etl keeps in the table `measures` of its state. A measure is anomalous when it lies outside of

      mean -/+ sensitivity x (1 + 4 / points) x standard deviation

  of the earlier points; the factor is wide while few are known. With fewer than `min_points` nothing is judged yet.

      sensitivity    standard deviations that are normal, 3
      min_points     how many earlier points are needed, 7
      training_days  how far back they are taken from, 60
      seasonality    'weekday' compares with the same day of the week only (UTC)
      direction      'both', or only a 'spike' or a 'drop'
      tolerance      share of the mean that is always normal, 0.01
#}

{% test volume_anomalies(model, sensitivity=3, min_points=7, training_days=60, seasonality=none, direction='both', tolerance=0.01) %}
  {{- remember_measures() -}}
  {%- set measures -%}
    select {{ measure_columns('row_count', 'count(*)') }} from {{ model }}
  {%- endset -%}
  {{- anomalies_sql(model, 'volume', measures, sensitivity, min_points, training_days, seasonality, direction, tolerance) -}}
{% endtest %}


{# The age of the newest row in seconds; only one that is older than usual is an anomaly. #}
{% test freshness_anomalies(model, timestamp_column, sensitivity=3, min_points=7, training_days=60, seasonality=none, direction='spike', tolerance=0.01) %}
  {{- remember_measures() -}}
  {%- set age = dbt.datediff('max(' ~ timestamp_column ~ ')', dbt.current_timestamp(), 'second') -%}
  {%- set measures -%}
    select {{ measure_columns('age_seconds', age) }} from {{ model }}
  {%- endset -%}
  {{- anomalies_sql(model, 'freshness ' ~ timestamp_column, measures, sensitivity, min_points, training_days, seasonality, direction, tolerance) -}}
{% endtest %}


{# Measures of one column, by the names in `column_measure`. #}
{% test column_anomalies(model, column_name, metrics=['null_rate', 'distinct_count'], sensitivity=3, min_points=7, training_days=60, seasonality=none, direction='both', tolerance=0.01) %}
  {{- remember_measures() -}}
  {%- set measures -%}
    with aggregated as (
      select
        {%- for metric in metrics %}
        {{ adapter.dispatch('column_measure', 'dbt')(metric, column_name) }} as measure_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
      from {{ model }}
    )
    {% for metric in metrics -%}
    select {{ measure_columns(metric, 'measure_' ~ loop.index) }} from aggregated
    {{ 'union all' if not loop.last }}
    {% endfor -%}
  {%- endset -%}
  {{- anomalies_sql(model, 'column ' ~ column_name, measures, sensitivity, min_points, training_days, seasonality, direction, tolerance) -}}
{% endtest %}


{#
  The share of rows that each category has; `dimensions` are columns or expressions. A category that is new or gone counts
  as one whose share was or is zero.
#}
{% test dimension_anomalies(model, dimensions=none, column_name=none, sensitivity=3, min_points=7, training_days=60, seasonality=none, direction='both', tolerance=0.01) %}
  {{- remember_measures() -}}
  {%- set columns = dimensions if dimensions else [column_name] -%}
  {%- if columns == [none] -%}
    {%- do exceptions.raise_compiler_error('dimension_anomalies needs dimensions, a list of columns, where it is no test of one column') -%}
  {%- endif -%}
  {%- set parts = [] -%}
  {%- for column in columns -%}
    {%- do parts.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '(null)')") -%}
  {%- endfor -%}
  {%- set measures -%}
    with categories as (
      select {{ parts | join(" || '; ' || ") }} as category from {{ model }}
    )
    select
      'share' as metric,
      category as segment,
      cast(count(*) as {{ measure_type() }}) / (select count(*) from categories) as value
    from categories
    group by category
  {%- endset -%}
  {{- anomalies_sql(model, 'dimensions ' ~ columns | join(', '), measures, sensitivity, min_points, training_days, seasonality, direction, tolerance, fill=true) -}}
{% endtest %}


{# Tells etl to keep what a test has measured, and that only anomalous rows are failures. #}
{% macro remember_measures() -%}
  {{- config(remembers_measures=true, fail_calc='coalesce(sum(is_anomalous), 0)') -}}
{%- endmacro %}


{% macro measure_type() -%}
  {{- return(adapter.dispatch('measure_type', 'dbt')()) -}}
{%- endmacro %}

{% macro default__measure_type() -%}
  double precision
{%- endmacro %}


{% macro measure_columns(metric, expression) -%}
  '{{ metric }}' as metric, cast('' as {{ dbt.type_string() }}) as segment, cast({{ expression }} as {{ measure_type() }}) as value
{%- endmacro %}


{# An aggregate over a column, by the name of the measure. #}
{% macro default__column_measure(metric, column) -%}
  {%- set quantiles = {'p01': 0.01, 'p05': 0.05, 'p25': 0.25, 'median': 0.5, 'p75': 0.75, 'p95': 0.95, 'p99': 0.99} -%}
  {%- set aggregates = {
    'null_rate': 'avg(case when ' ~ column ~ ' is null then 1.0 else 0.0 end)',
    'zero_rate': 'avg(case when ' ~ column ~ ' = 0 then 1.0 else 0.0 end)',
    'distinct_count': 'count(distinct ' ~ column ~ ')',
    'mean': 'avg(' ~ column ~ ')',
    'sum': 'sum(' ~ column ~ ')',
    'min': 'min(' ~ column ~ ')',
    'max': 'max(' ~ column ~ ')',
    'stddev': 'stddev_samp(' ~ column ~ ')',
    'mean_length': 'avg(length(' ~ column ~ '))',
  } -%}
  {%- if metric in quantiles -%}
    percentile_cont({{ quantiles[metric] }}) within group (order by {{ column }})
  {%- elif metric in aggregates -%}
    {{ aggregates[metric] }}
  {%- else -%}
    {%- do exceptions.raise_compiler_error("column_anomalies knows no metric '" ~ metric ~ "'; known: " ~ (aggregates.keys() | list + quantiles.keys() | list) | join(', ')) -%}
  {%- endif -%}
{%- endmacro %}


{#
  A row a measure with the band in which it is normal. `series` names what is measured: the relation (with its `where`)
  and the test's own subject. With `fill` a segment that was not there had the value 0.
#}
{% macro anomalies_sql(model, subject, measures, sensitivity, min_points, training_days, seasonality, direction, tolerance, fill=false) %}
  {%- if seasonality not in [none, 'weekday'] -%}
    {%- do exceptions.raise_compiler_error("seasonality must be 'weekday' or left out, not '" ~ seasonality ~ "'") -%}
  {%- endif -%}
  {%- if direction not in ['both', 'spike', 'drop'] -%}
    {%- do exceptions.raise_compiler_error("direction must be 'both', 'spike' or 'drop', not '" ~ direction ~ "'") -%}
  {%- endif -%}
  {%- set series = dbt.text_literal(subject ~ ' of ' ~ model) -%}
  {%- set weekday = run_started_at.strftime('%w') if seasonality == 'weekday' else none -%}
  {%- set since = (run_started_at - modules.datetime.timedelta(days=training_days)).strftime('%Y-%m-%d %H:%M:%S') -%}
  {{- adapter.dispatch('anomalies_sql', 'dbt')(series, measures, measure_points(series, since, weekday), sensitivity, min_points, direction, tolerance, fill) -}}
{% endmacro %}

{% macro default__anomalies_sql(series, measures, points, sensitivity, min_points, direction, tolerance, fill) %}
with measured as (
  {{ measures }}
),

points as (
  {{ points }}
),

names as (
  select metric, segment from measured
  {%- if fill %}
  union
  select metric, segment from points
  {%- endif %}
),

earlier as (
  {%- if fill %}
  select
    names.metric,
    names.segment,
    coalesce(points.value, 0) as value,
    coalesce(points.is_anomalous, 0) as is_anomalous
  from names
  cross join (select distinct run_id from points) as moments
  left join points
    on points.run_id = moments.run_id and points.metric = names.metric and points.segment = names.segment
  {%- else %}
  select metric, segment, value, is_anomalous from points where value is not null
  {%- endif %}
),

{# Anomalies would hide the next one; but once there are as many as are needed to judge, they are what is normal now. #}
usable as (
  select earlier.metric, earlier.segment, earlier.value
  from earlier
  join (
    select metric, segment, sum(is_anomalous) as anomalies from earlier group by metric, segment
  ) as counted
    on counted.metric = earlier.metric and counted.segment = earlier.segment
  where earlier.is_anomalous = 0 or counted.anomalies >= {{ min_points }}
),

expected as (
  select
    metric,
    segment,
    count(*) as points,
    avg(value) as mean,
    greatest(
      {{ sensitivity }} * (1 + 4.0 / count(*)) * coalesce(stddev_samp(value), 0),
      {{ tolerance }} * abs(avg(value))
    ) as band
  from usable
  group by metric, segment
),

compared as (
  select
    names.metric,
    names.segment,
    {{ 'coalesce(measured.value, 0)' if fill else 'measured.value' }} as value,
    coalesce(expected.points, 0) as points,
    expected.mean - expected.band as expected_low,
    expected.mean + expected.band as expected_high
  from names
  left join measured on measured.metric = names.metric and measured.segment = names.segment
  left join expected on expected.metric = names.metric and expected.segment = names.segment
)

select
  {{ series }} as series,
  metric,
  segment,
  value,
  expected_low,
  expected_high,
  points,
  {{ min_points }} as needed,
  case
    when points < {{ min_points }} then 0
    {%- if direction != 'spike' %}
    when value < expected_low then 1
    {%- endif %}
    {%- if direction != 'drop' %}
    when value > expected_high then 1
    {%- endif %}
    else 0
  end as is_anomalous
from compared
{% endmacro %}


{# What earlier runs measured of a series; no rows where nothing is remembered yet. #}
{% macro measure_points(series, since, weekday) -%}
  {%- set table = adapter.get_relation(database=target.database, schema=flags.STATE_SCHEMA, identifier='measures') if execute else none -%}
  {%- if table -%}
  {#- What etl remembers has quoted names, which are not those of words in SQL everywhere. -#}
  {%- set quoted = adapter.quote -%}
  select
    {%- for name in ['run_id', 'metric', 'segment', 'value', 'is_anomalous'] %}
    {{ quoted(name) }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
  from {{ table }}
  where {{ quoted('series') }} = {{ series }}
    and {{ quoted('run_id') }} <> '{{ invocation_id }}'
    and {{ quoted('measured_at') }} >= cast('{{ since }}' as {{ dbt.type_timestamp() }})
    {%- if weekday is not none %}
    and {{ quoted('weekday') }} = {{ weekday }}
    {%- endif %}
  {%- else -%}
  select cast('' as {{ dbt.type_string() }}) as run_id, metric, segment, value, 0 as is_anomalous
  from measured
  where 1 = 0
  {%- endif -%}
{%- endmacro %}
