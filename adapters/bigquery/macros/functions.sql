{#
  Functions in SQL, Python and JavaScript, and aggregates in SQL and JavaScript.
#}

{% macro bigquery__scalar_function_create_replace_signature_sql(target_relation) -%}
  create or replace function {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }})
  returns {{ model.returns.data_type }}
  {{ scalar_function_volatility_sql() }}
  as
{%- endmacro %}

{% macro bigquery__scalar_function_body_sql() -%}
  (
    {{ model.compiled_code }}
  )
{%- endmacro %}

{% macro bigquery__scalar_function_volatility_sql() -%}
  {%- if model.config.get('volatility') is not none -%}
    {%- do unsupported_volatility_warning(model.config.get('volatility')) -%}
  {%- endif -%}
{%- endmacro %}


{% macro bigquery__scalar_function_python(target_relation) -%}
  create or replace function {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }})
  returns {{ model.returns.data_type }}
  language python
  {{ get_function_python_options() }}
  {{ scalar_function_volatility_sql() }}
  as
  {{ bigquery__function_text() }}
{%- endmacro %}


{% macro bigquery__scalar_function_javascript(target_relation) -%}
  create or replace function {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }})
  returns {{ model.returns.data_type }}
  {{ scalar_function_volatility_javascript() }}
  language js
  as
  {{ bigquery__function_text() }}
{%- endmacro %}

{% macro bigquery__scalar_function_volatility_javascript() -%}
  {{ function_volatility({'deterministic': 'deterministic', 'non-deterministic': 'not deterministic'}) }}
{%- endmacro %}


{% macro bigquery__aggregate_function_sql(target_relation) -%}
  {{ get_aggregate_function_create_replace_signature(target_relation) }}
  {{ scalar_function_body_sql() }}
{%- endmacro %}

{% macro bigquery__aggregate_function_javascript(target_relation) -%}
  {{ get_aggregate_function_create_replace_signature(target_relation) }}
  {{ bigquery__function_text() }}
{%- endmacro %}


{% macro bigquery__get_function_python_options() -%}
  {%- set packages = [] -%}
  {%- for name in model.config.get('packages') or [] -%}
    {%- do packages.append(dbt.text_literal(name)) -%}
  {%- endfor -%}
  options(
    runtime_version = {{ dbt.text_literal('python-' ~ model.config.get('runtime_version')) }},
    entry_point = {{ dbt.text_literal(model.config.get('entry_point')) }}
    {%- if packages %},
    packages = [{{ packages | join(', ') }}]
    {%- endif %}
  )
{%- endmacro %}


{# As it is written: neither backslashes nor lines mean anything else than in the file. #}
{% macro bigquery__function_text() -%}
  {%- set quotes = '"""' if "'''" in model.compiled_code else "'''" -%}
  r{{ quotes }}
{{ model.compiled_code }}
{{ quotes }}
{%- endmacro %}
