{#
  Functions in SQL, Python and JavaScript, and aggregates in Python. Arguments of JavaScript are quoted, since its code knows
  unquoted ones in capitals alone (`snowflake: {quote_args: false}` leaves them so).
#}

{% macro snowflake__scalar_function_create_replace_signature_sql(target_relation) -%}
  create or replace function {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }})
  returns {{ model.returns.data_type }}
  language sql
  {{ scalar_function_volatility_sql() }}
  as
{%- endmacro %}


{% macro snowflake__scalar_function_body_sql() -%}
  $$
  {{ model.compiled_code }}
  $$
{%- endmacro %}


{% macro snowflake__scalar_function_volatility_sql() -%}
  {{ function_volatility({'deterministic': 'immutable', 'non-deterministic': 'volatile'}) }}
{%- endmacro %}


{% macro snowflake__scalar_function_python(target_relation) -%}
  create or replace function {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }})
  returns {{ model.returns.data_type }}
  language python
  {{ scalar_function_volatility_sql() }}
  {{ get_function_python_options() }}
  as
  {{ snowflake__function_text() }}
{%- endmacro %}


{% macro snowflake__scalar_function_javascript(target_relation) -%}
  create or replace function {{ target_relation.render() }} ({{ formatted_scalar_function_args_javascript() }})
  returns {{ model.returns.data_type }}
  language javascript
  {{ scalar_function_volatility_sql() }}
  as
  {{ snowflake__function_text() }}
{%- endmacro %}


{% macro snowflake__aggregate_function_python(target_relation) -%}
  {{ get_aggregate_function_create_replace_signature(target_relation) }}
  {{ snowflake__function_text() }}
{%- endmacro %}


{% macro snowflake__formatted_scalar_function_args_sql() -%}
  {{ snowflake__function_arguments(quoted=false) }}
{%- endmacro %}

{% macro snowflake__formatted_scalar_function_args_javascript() -%}
  {{ snowflake__function_arguments(quoted=model.config.get('snowflake', {}).get('quote_args', true)) }}
{%- endmacro %}

{% macro snowflake__function_arguments(quoted) -%}
  {%- for argument in model.arguments -%}
    {{ adapter.quote(argument.name) if quoted else argument.name }} {{ argument.data_type -}}
    {{ ' default ' ~ argument.default_value if argument.get('default_value') is not none }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}


{# Its lines stay as they are, since Python counts spaces. #}
{% macro snowflake__function_text() -%}
  {%- if '$$' in model.compiled_code -%}
    {{ dbt.text_literal(model.compiled_code) }}
  {%- else -%}
    $$
{{ model.compiled_code }}
$$
  {%- endif -%}
{%- endmacro %}
