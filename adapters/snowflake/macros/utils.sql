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
