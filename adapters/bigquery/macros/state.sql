{#
  What etl remembers, in BigQuery's words: times are cut by functions of their own, quantiles are approximate, and a range
  that is built again is one script whose changes are kept together.
#}

{% macro bigquery__watermark_interval(field, family, step) -%}
  {%- if family == 'date' -%}
    date_trunc({{ field }}, {{ step }})
  {%- elif family == 'timestamp' -%}
    datetime_trunc({{ field }}, {{ step }})
  {%- elif family == 'timestamptz' -%}
    datetime_trunc(datetime({{ field }}), {{ step }})
  {%- else -%}
    {{ default__watermark_interval(field, family, step) }}
  {%- endif -%}
{%- endmacro %}


{% macro bigquery__watermark_moment(field, family, zoned, zone) -%}
  {%- if not zoned -%}
    cast({{ field }} as datetime)
  {%- elif family == 'timestamptz' -%}
    {{ field }}
  {%- else -%}
    timestamp(cast({{ field }} as datetime), {{ dbt.text_literal(zone) }})
  {%- endif -%}
{%- endmacro %}

{% macro bigquery__watermark_lateness(query, column, family, arrival, arrival_family, zone, share) %}
{%- set zoned = 'timestamptz' in [family, arrival_family] -%}
select
  count(*) as known_rows,
  approx_quantiles(lateness, 1000)[offset({{ (share * 1000) | int }})] as usual,
  max(lateness) as greatest
from (
  select {{ 'timestamp' if zoned else 'datetime' }}_diff(
    {{ bigquery__watermark_moment(config_column(arrival), arrival_family, zoned, zone) }},
    {{ bigquery__watermark_moment(config_column(column), family, zoned, zone) }},
    second) as lateness
  from (
{{ query }}
  ) as model_rows
  where {{ config_column(arrival) }} is not null and {{ config_column(column) }} is not null
) as measured
{% endmacro %}


{% macro bigquery__get_watermark_range_sql(arg_dict, range) -%}
  {%- set target, source = arg_dict['target_relation'], arg_dict['temp_relation'] -%}
  {%- set key = arg_dict['unique_key'] -%}
  {%- set keys = [key] if key is string else (key or []) -%}
  {%- set field = config_column(range['column']) -%}
  {%- set names = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
  {%- set matches = [] -%}
  {%- for one in keys -%}
    {%- do matches.append('known.' ~ one ~ ' = new_row.' ~ one) -%}
  {%- endfor -%}
  begin transaction;
  delete from {{ target }}
  where {{ watermark_in_range(field, range) }};
  {% if keys -%}
  delete from {{ target }} as known
  where exists (select 1 from {{ source }} as new_row where {{ matches | join(' and ') }})
  {%- if range['keep_newer'] and range['from'] is not none %}
    and (known.{{ field }} < {{ range['from'] }} or known.{{ field }} is null)
  {%- endif %};
  {% endif -%}
  insert into {{ target }} ({{ names }})
  select {{ names }}
  from {{ source }} as new_row
  {%- if keys and range['keep_newer'] %}
  where not exists (select 1 from {{ target }} as known where {{ matches | join(' and ') }})
  {%- endif %};
  commit transaction
{%- endmacro %}


{% macro bigquery__measure_type() -%}
  float64
{%- endmacro %}

{% macro bigquery__column_measure(metric, column) -%}
  {%- set quantiles = {'p01': 1, 'p05': 5, 'p25': 25, 'median': 50, 'p75': 75, 'p95': 95, 'p99': 99} -%}
  {%- if metric in quantiles -%}
    approx_quantiles({{ column }}, 100)[offset({{ quantiles[metric] }})]
  {%- else -%}
    {{ default__column_measure(metric, column) }}
  {%- endif -%}
{%- endmacro %}
