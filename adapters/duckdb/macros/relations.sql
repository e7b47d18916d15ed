{#
  DDL of tables and views, temporary relations, dropping and renaming. Nothing here says "or replace": a table that
  nobody knew of (another run's first build, a snapshot's history) must make the statement fail, never be lost.
#}

{# Takes where a DuckLake table is partitioned and sorted, beside what the core's macro of this name takes. #}
{% macro create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
  {%- set implementation = adapter.dispatch('create_table_as', 'dbt') -%}
  {%- do return(implementation(temporary, relation, compiled_code, language, partitioned_by=partitioned_by, sorted_by=sorted_by)) -%}
{%- endmacro %}

{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
  {%- if language == 'python' -%}
    {%- do return(py_write_table(temporary, relation, compiled_code, partitioned_by, sorted_by)) -%}
  {%- elif language != 'sql' -%}
    {%- do exceptions.raise_compiler_error("DuckDB builds tables from sql and python, not from '" ~ language ~ "'") -%}
  {%- endif -%}

  {%- set enforced = config.get('contract').enforced -%}
  {%- if enforced -%}
    {%- do get_assert_columns_equivalent(compiled_code) -%}
  {%- endif -%}
  {{ config.get('sql_header', '') or '' }}
  create {{ 'temporary' if temporary }} table {{ relation.include(database=(not temporary), schema=(not temporary)) }}
  {%- if enforced and not temporary %}
  {{ get_table_columns_and_constraints() }};
  {{ duckdb__lay_out_table(relation, partitioned_by, sorted_by) }}
  insert into {{ relation }} {{ get_column_names() }} (
    {{ get_select_subquery(compiled_code) }}
  );
  {%- elif partitioned_by or sorted_by %} as (
    select * from (
      {{ compiled_code }}
    ) as model_subq
    limit 0
  );
  {{ duckdb__lay_out_table(relation, partitioned_by, sorted_by) }}
  insert into {{ relation }}
  select * from (
    {{ compiled_code }}
  ) as model_subq;
  {%- else %} as (
    {{ compiled_code }}
  );
  {%- endif -%}
{%- endmacro %}

{# The columns of the contract in parentheses. #}
{% macro get_column_names() -%}
  ({{ default__get_column_names() }})
{%- endmacro %}


{% macro duckdb__create_view_as(relation, sql) -%}
  {%- if config.get('contract').enforced -%}
    {%- do get_assert_columns_equivalent(sql) -%}
  {%- endif -%}
  {{ config.get('sql_header', '') or '' }}
  create view {{ relation }} as (
    {{ sql }}
  );
{%- endmacro %}


{# DuckLake alone refuses "cascade"; elsewhere it takes the indexes along. #}
{% macro duckdb__drop_relation(relation) -%}
  {%- call statement('drop_relation', auto_begin=False) -%}
    drop {{ relation.type }} if exists {{ relation }} {{ 'cascade' if not adapter.is_ducklake(relation) }}
  {%- endcall -%}
{%- endmacro %}


{# A table cannot be altered as a view nor a view as a table, so the statement names the kind. #}
{% macro duckdb__rename_relation(from_relation, to_relation) -%}
  {%- call statement('rename_relation') -%}
    alter {{ to_relation.type }} {{ from_relation }} rename to {{ adapter.quote_as_configured(to_relation.identifier, 'identifier') }}
  {%- endcall -%}
{%- endmacro %}


{# One column a statement, as DuckDB's ALTER wants. #}
{% macro duckdb__alter_relation_add_remove_columns(relation, add_columns, remove_columns) %}
  {%- set alter = 'alter ' ~ relation.type ~ ' ' ~ relation -%}
  {%- for column in add_columns or [] -%}
    {%- do run_query(alter ~ ' add column ' ~ adapter.quote(column.name) ~ ' ' ~ column.data_type) -%}
  {%- endfor -%}
  {%- for column in remove_columns or [] -%}
    {%- do run_query(alter ~ ' drop column ' ~ adapter.quote(column.name)) -%}
  {%- endfor -%}
{% endmacro %}


{# In place: several alterations and an update of one table do not commit together. #}
{% macro duckdb__alter_column_type(relation, column_name, new_column_type) -%}
  {%- call statement('alter_column_type') -%}
    alter table {{ relation }} alter column {{ adapter.quote(column_name) }} type {{ new_column_type }}
  {%- endcall -%}
{%- endmacro %}


{# A temporary table belongs to its connection and has neither database nor schema; the time makes the name new. #}
{% macro duckdb__make_temp_relation(base_relation, suffix) %}
  {%- do return(base_relation.incorporate(path={
    'database': none,
    'schema': none,
    'identifier': base_relation.identifier ~ suffix ~ py_current_timestring(),
  })) -%}
{% endmacro %}


{# {relation, temporary} for new rows. MotherDuck has no temporary tables on its side: a real one in a schema for such. #}
{% macro duckdb__dispatch_temporary_relation(target_relation, batch_id='') %}
  {%- if not adapter.is_motherduck() -%}
    {%- do return({'relation': make_temp_relation(target_relation), 'temporary': true}) -%}
  {%- endif -%}
  {%- set relation = target_relation.incorporate(path=adapter.get_temp_relation_path(target_relation, batch_id)) -%}
  {%- do run_query('create schema if not exists ' ~ relation.without_identifier()) -%}
  {%- do return({'relation': relation, 'temporary': false}) -%}
{% endmacro %}


{# Python that writes a model's data frame to its table. #}
{% macro py_write_table(temporary, relation, compiled_code, partitioned_by=none, sorted_by=none) -%}
{{ compiled_code }}

def materialize(df, con):
    try:
        import pyarrow.dataset  # DuckDB scans arrow tables through it
    except ImportError:
        pass
    frame = '__dbt_python_model_df_{{ relation.identifier }}'
    con.register(frame, df)
    {%- if partitioned_by or sorted_by %}
    con.execute('create table {{ relation }} as select * from ' + frame + ' limit 0')
    {%- if partitioned_by %}
    con.execute('{{ duckdb__alter_table_set_partitioned_by(relation, partitioned_by) }}')
    {%- endif %}
    {%- if sorted_by %}
    con.execute('{{ duckdb__alter_table_set_sorted_by(relation, sorted_by) }}')
    {%- endif %}
    con.execute('insert into {{ relation }} select * from ' + frame)
    {%- else %}
    con.execute('create table {{ relation }} as select * from ' + frame)
    {%- endif %}
    con.unregister(frame)
{%- endmacro %}
