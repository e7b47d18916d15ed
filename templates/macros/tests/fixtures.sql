{#
  Rows of unit tests as SQL. Values are cast to the types of the relation that they stand for; columns that a row does
  not name are null. Names are compared in lower case.
#}

{# Rows in place of an input; `column_name_to_data_types` is given when the input need not exist. #}
{% macro get_fixture_sql(rows, column_name_to_data_types) -%}
  {%- set types, quoted, nulls = {}, {}, {} -%}
  {%- if column_name_to_data_types -%}
    {%- do types.update(column_name_to_data_types) -%}
  {%- else -%}
    {%- set relation = defer_relation if defer_relation and not load_relation(this) else this -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
      {%- do types.update({column.name | lower: column.data_type}) -%}
      {%- do quoted.update({column.name | lower: column.quoted}) -%}
    {%- endfor -%}
    {%- if not types -%}
      {%- do exceptions.raise_compiler_error("The unit test input '" ~ model.name ~ "' needs the columns of " ~ this ~ ', which does not exist\nWays out: build it first: etl run --select +' ~ model.name ~ ' --empty') -%}
    {%- endif -%}
  {%- endif -%}
  {%- for name, type in types.items() -%}
    {%- do nulls.update({name: safe_cast('null', type) | trim}) -%}
  {%- endfor -%}

  {%- do validate_fixture_rows(rows, row_number) -%}
  {%- for row in rows -%}
    {%- set values = nulls.copy() -%}
    {%- do values.update(format_row(row, types)) -%}
    {{ fixture_select(values, quoted) }}{{ '\nunion all\n' if not loop.last }}
  {%- else -%}
    {{ fixture_select(nulls, quoted) }}
    limit 0
  {%- endfor -%}
{%- endmacro %}


{# Rows that a unit test expects. #}
{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) -%}
  {%- for row in rows -%}
    {{ fixture_select(format_row(row, column_name_to_data_types), column_name_to_quoted) }}{{ '\nunion all\n' if not loop.last }}
  {%- else -%}
    select * from dbt_internal_unit_test_actual
    limit 0
  {%- endfor -%}
{%- endmacro %}


{% macro fixture_select(values, column_name_to_quoted) -%}
  select
  {%- for name, value in values.items() %} {{ value }} as {{ column_name_to_quoted.get(name, name) }}{{ ',' if not loop.last }}{% endfor -%}
{%- endmacro %}


{# A row as dict of lower case name to SQL. #}
{%- macro format_row(row, column_name_to_data_types) -%}
  {%- set formatted = {} -%}
  {%- for given_name, given_value in row.items() -%}
    {%- set name = given_name | lower -%}
    {%- if name not in column_name_to_data_types -%}
      {%- set place = 'the expected rows' if model.resource_type == 'unit_test' else "the input '" ~ model.name ~ "'" -%}
      {%- do exceptions.raise_compiler_error(
        "Invalid column name: '" ~ name ~ "' in unit test fixture for " ~ place
        ~ '; its columns are ' ~ column_name_to_data_types.keys() | join(', ')) -%}
    {%- endif -%}

    {%- set type = column_name_to_data_types[name] -%}
    {%- if given_value is none -%}
      {%- set value = 'null' -%}
    {%- elif given_value is string -%}
      {#- Without the length of a varchar, which would cut the text in silence. -#}
      {%- set type = type.split('(')[0] if 'varying' in type or (type | lower).startswith('varchar(') else type -%}
      {%- set value = dbt.text_literal(given_value) -%}
    {%- else -%}
      {%- set value = given_value -%}
    {%- endif -%}
    {%- do formatted.update({name: safe_cast(value, type) | trim}) -%}
  {%- endfor -%}
  {%- do return(formatted) -%}
{%- endmacro -%}


{# For adapters that must refuse some values. #}
{%- macro validate_fixture_rows(rows, row_number) -%}
  {%- do return(adapter.dispatch('validate_fixture_rows', 'dbt')(rows, row_number)) -%}
{%- endmacro -%}

{%- macro default__validate_fixture_rows(rows, row_number) -%}
{%- endmacro -%}
