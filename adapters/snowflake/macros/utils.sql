{#
  Snowflake's spelling of the functions and types in the core's utils.
#}

{% macro snowflake__current_timestamp() -%}
  convert_timezone('UTC', current_timestamp())
{%- endmacro %}


{% macro snowflake__snapshot_get_time() -%}
  to_timestamp_ntz({{ current_timestamp() }})
{%- endmacro %}


{% macro snowflake__snapshot_string_as_time(timestamp) %}
  {%- do return("to_timestamp_ntz('" ~ timestamp ~ "')") -%}
{% endmacro %}


{% macro snowflake__current_timestamp_backcompat() -%}
  current_timestamp::{{ type_timestamp() }}
{%- endmacro %}


{% macro snowflake__current_timestamp_in_utc_backcompat() -%}
  convert_timezone('UTC', {{ snowflake__current_timestamp_backcompat() }})::{{ type_timestamp() }}
{%- endmacro %}


{% macro snowflake__array_construct(inputs, data_type) -%}
  array_construct({{ inputs | join(', ') }})
{%- endmacro %}


{% macro snowflake__bool_or(expression) -%}
  boolor_agg({{ expression }})
{%- endmacro %}


{% macro snowflake__escape_single_quotes(expression) -%}
  {{ expression | replace('\\', '\\\\') | replace("'", "\\'") }}
{%- endmacro %}


{% macro snowflake__cast(field, type) -%}
  {%- set functions = {'GEOGRAPHY': 'to_geography', 'GEOMETRY': 'to_geometry'} -%}
  {%- set function = functions.get(type | upper) -%}
  {{ function ~ '(' ~ field ~ ')' if function else 'cast(' ~ field ~ ' as ' ~ type ~ ')' }}
{%- endmacro %}


{# try_cast takes texts alone, and no documents and places. #}
{% macro snowflake__safe_cast(field, type) -%}
  {%- set functions = {'GEOGRAPHY': 'try_to_geography', 'GEOMETRY': 'try_to_geometry'} -%}
  {%- if type | upper in functions -%}
    {{ functions[type | upper] }}({{ field }})
  {%- elif type | upper == 'VARIANT' -%}
    {{ cast(field, type) }}
  {%- else -%}
    try_cast({{ string_literal(field) if field is number else field }} as {{ type }})
  {%- endif -%}
{%- endmacro %}


{% macro snowflake__right(string_text, length_expression) -%}
  case when {{ length_expression }} = 0 then '' else right({{ string_text }}, {{ length_expression }}) end
{%- endmacro %}


{# Names in dbt-snowflake's own macros, for those of projects. #}
{% macro optional(name, value, quote_char='', equals_char='= ') -%}
  {%- if value is not none -%}
    {{ name }} {{ equals_char }}{{ quote_char }}{{ value }}{{ ')' if quote_char == '(' else quote_char }}
  {%- endif -%}
{%- endmacro %}


{# A name in small letters is one that was not quoted. #}
{% macro snowflake__config_column(name) %}
  {%- do return(adapter.quote(name | upper if name == name | lower else name)) -%}
{% endmacro %}


{% macro snowflake__watermark_interval(field, family, step) -%}
  {%- if family == 'timestamptz' -%}
    date_trunc('{{ step }}', convert_timezone('UTC', {{ field }})::timestamp_ntz)
  {%- else -%}
    {{ default__watermark_interval(field, family, step) }}
  {%- endif -%}
{%- endmacro %}


{# Times are not subtracted from each other here, and zones are converted by a function. #}
{% macro snowflake__watermark_lateness(query, column, family, arrival, arrival_family, zone, share) %}
{%- set zoned = 'timestamptz' in [family, arrival_family] -%}
{%- set late, seen = config_column(column), config_column(arrival) -%}
select
  count(*) as known_rows,
  percentile_disc({{ share }}) within group (order by lateness) as usual,
  max(lateness) as greatest
from (
  select datediff('second',
    {{ snowflake__watermark_moment(late, family, zoned, zone) }},
    {{ snowflake__watermark_moment(seen, arrival_family, zoned, zone) }}) as lateness
  from (
{{ query }}
  ) as model_rows
  where {{ seen }} is not null and {{ late }} is not null
) as measured
{% endmacro %}


{# A date or time as a timestamp without a zone; where one of two has a zone, both are told in UTC. #}
{% macro snowflake__watermark_moment(field, family, zoned, zone) -%}
  {%- if family == 'timestamptz' -%}
    convert_timezone('UTC', {{ field }})::timestamp_ntz
  {%- elif zoned -%}
    convert_timezone({{ dbt.text_literal(zone) }}, 'UTC', cast({{ field }} as timestamp_ntz))
  {%- else -%}
    cast({{ field }} as timestamp_ntz)
  {%- endif -%}
{%- endmacro %}
