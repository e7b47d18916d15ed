{#
  test: counts the rows that a test's query gives. With store_failures the rows are kept in a relation of their own,
  which is replaced in one transaction, and counted there.
#}

{%- materialization test, default -%}
  {%- set relations = [] -%}
  {%- set sql_header = config.get('sql_header') if flags.REQUIRE_SQL_HEADER_IN_TEST_CONFIGS else none -%}
  {%- set main_sql -%}
    {{ get_limit_subquery_sql(sql, config.get('limit')) }}
  {%- endset -%}

  {%- if should_store_failures() -%}
    {%- set kind = config.get('store_failures_as') or 'table' -%}
    {%- if kind not in ['table', 'view'] -%}
      {%- do exceptions.raise_compiler_error("store_failures_as must be 'ephemeral', 'table' or 'view', not '" ~ kind ~ "'") -%}
    {%- endif -%}

    {%- set target_relation = api.Relation.create(database=database, schema=schema, identifier=model['alias'], type=kind) -%}
    {%- set existing_relation = adapter.get_relation(database=database, schema=schema, identifier=model['alias']) -%}
    {%- do adapter.ensure_transaction() -%}
    {%- do drop_relation_if_exists(existing_relation) -%}
    {%- call statement(auto_begin=True) -%}
      {{ sql_header if sql_header }}
      {{ get_create_sql(target_relation, main_sql) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {%- do relations.append(target_relation) -%}
    {%- set main_sql = 'select * from ' ~ target_relation -%}
  {%- endif -%}

  {%- call statement('main', fetch_result=True, auto_begin=False) -%}
    {{ sql_header if sql_header }}
    {#- The limit is in main_sql already. -#}
    {{ get_test_sql(main_sql, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), limit=none) }}
  {%- endcall -%}

  {%- do return({'relations': relations}) -%}
{%- endmaterialization -%}
