{#
  unit: a unit test. The model's query over its fixtures is compared with the expected rows by giving both, told apart
  by the column actual_or_expected. An empty table of the query's shape tells the types that expected values get.
#}

{%- materialization unit, default -%}
  {%- set sql_header = config.get('sql_header') if flags.REQUIRE_SQL_HEADER_IN_TEST_CONFIGS else none -%}
  {%- set expected_rows = config.get('expected_rows') -%}
  {%- set tested_names = expected_rows[0].keys() if expected_rows else get_columns_in_query(sql) -%}

  {%- set shape = make_temp_relation(this.incorporate(type='table')) -%}
  {%- do run_query(get_create_table_as_sql(True, shape, get_empty_subquery_sql(sql))) -%}
  {%- set types, quoted = {}, {} -%}
  {%- for column in adapter.get_columns_in_relation(shape) -%}
    {%- do types.update({column.name | lower: column.data_type}) -%}
    {%- do quoted.update({column.name | lower: column.quoted}) -%}
  {%- endfor -%}

  {%- set tested_columns = [] -%}
  {%- for name in tested_names -%}
    {%- do tested_columns.append(quoted[name | lower]) -%}
  {%- endfor -%}

  {%- set expected_sql = config.get('expected_sql') or get_expected_sql(expected_rows, types, quoted) -%}
  {%- call statement('main', fetch_result=True, auto_begin=False) -%}
    {{ sql_header if sql_header }}
    {{ get_unit_test_sql(sql, expected_sql, tested_columns) }}
  {%- endcall -%}
  {%- do adapter.drop_relation(shape) -%}

  {%- do return({'relations': []}) -%}
{%- endmaterialization -%}
