{#
  DDL of tables and views. All of it replaces in place, which Snowflake does at once: readers see the old one or the new
  one, never none.
#}

{% macro snowflake__create_table_as(temporary, relation, compiled_code, language='sql') -%}
  {%- if language != 'sql' -%}
    {%- do exceptions.raise_compiler_error('Python models are not supported on Snowflake') -%}
  {%- endif -%}
  {{ config.get('sql_header', '') or '' }}
  {%- if snowflake__is_linked() %}
    {#- Nothing there is temporary: what a killed run left behind goes first. #}
    {{ 'drop table if exists ' ~ relation ~ ';' if temporary }}
    {{ snowflake__create_linked_table(relation, compiled_code) }}
  {%- elif temporary and relation.is_view %}
    {{ snowflake__create_view(relation, compiled_code, kind='temporary') }}
  {%- elif temporary %}
    {{ snowflake__create_table(relation, compiled_code, 'transient' if config.get('tmp_relation_type') == 'transient' else 'temporary') }}
  {%- else %}
    {%- set properties = snowflake__iceberg_properties() if snowflake__is_iceberg() else snowflake__table_properties() %}
    {{ snowflake__create_table(relation, compiled_code, snowflake__table_kind(), properties, snowflake__cluster_by()) }}
    {%- if snowflake__cluster_by() %}
    alter {{ snowflake__table_word() }} {{ relation }} cluster by ({{ snowflake__cluster_by() }});
    {%- if config.get('automatic_clustering') %}
    alter {{ snowflake__table_word() }} {{ relation }} resume recluster;
    {%- endif %}
    {%- endif %}
  {%- endif %}
{%- endmacro %}


{# Transient unless the config says otherwise: no fail-safe to pay for, as in dbt. #}
{% macro snowflake__table_kind() -%}
  {{ 'iceberg' if snowflake__is_iceberg() else 'transient' if config.get('transient', true) else '' }}
{%- endmacro %}


{% macro snowflake__cluster_by() %}
  {%- set keys = config.get('cluster_by') -%}
  {%- do return(none if not keys else keys if keys is string else keys | join(', ')) -%}
{% endmacro %}


{# `order_by`: rows that lie together are written together, so that clustering has little left to do. #}
{% macro snowflake__create_table(relation, sql, kind, properties='', order_by=none) -%}
  create or replace {{ kind }} table {{ relation }}
  {%- if config.get('contract').enforced %}
  {{ get_assert_columns_equivalent(sql) }}
  {{ get_table_columns_and_constraints() }}
  {%- set sql = get_select_subquery(sql) %}
  {%- endif %}
  {{ properties }}
  as (
    {%- if order_by %}
    select * from (
      {{ sql }}
    )
    order by ({{ order_by }})
    {%- else %}
    {{ sql }}
    {%- endif %}
  );
{%- endmacro %}


{% macro snowflake__table_properties() -%}
  {{ 'copy grants' if config.get('copy_grants') }}
  {{ 'copy tags' if config.get('copy_tags') }}
  {{ snowflake__policies() }}
  {{ 'change_tracking = ' ~ config.get('change_tracking') if config.get('change_tracking') is not none }}
{%- endmacro %}


{# `row_access_policy` is the name with its columns: "policy on (id)"; `table_tag` pairs of names and values. #}
{% macro snowflake__policies() -%}
  {{ 'with row access policy ' ~ config.get('row_access_policy') if config.get('row_access_policy') }}
  {{ 'with tag (' ~ config.get('table_tag') ~ ')' if config.get('table_tag') }}
{%- endmacro %}


{% macro snowflake__create_view_as(relation, sql) -%}
  {{ config.get('sql_header', '') or '' }}
  {{ snowflake__create_view(relation, sql) }}
{%- endmacro %}


{# The name in dbt-snowflake, for macros of projects. #}
{% macro snowflake__create_view_as_with_temp_flag(relation, sql, is_temporary=False) -%}
  {{ config.get('sql_header', '') or '' }}
  {{ snowflake__create_view(relation, sql, kind=('temporary' if is_temporary else '')) }}
{%- endmacro %}


{# Comments of a view's columns stand in its DDL: they cannot be changed afterwards. #}
{% macro snowflake__create_view(relation, sql, kind='') -%}
  create or replace {{ 'secure' if config.get('secure') }} {{ kind }} view {{ relation }}
  {%- if config.persist_column_docs() and not kind %}
  (
    {%- for name in get_columns_in_query(sql) %}
    {{ snowflake__column_comment(name, model.columns) }}{{ ',' if not loop.last }}
    {%- endfor %}
  )
  {%- endif %}
  {%- if config.get('contract').enforced %}
  {{ get_assert_columns_equivalent(sql) }}
  {%- endif %}
  {%- if not kind %}
  {{ 'copy grants' if config.get('copy_grants') }}
  {{ snowflake__policies() }}
  {%- endif %}
  as (
    {{ sql }}
  );
{%- endmacro %}


{# A column with its description, which is looked for in upper case, lower case and as it is written. #}
{% macro snowflake__column_comment(name, documented) -%}
  {%- set column = documented.get(name) or documented.get(name | lower) or documented.get(name | upper) or {} -%}
  {{ adapter.quote(name) }} {{ 'comment ' ~ dbt.text_literal(column['description']) if column.get('description') }}
{%- endmacro %}


{% macro snowflake__can_clone_table() %}
  {%- do return(True) -%}
{% endmacro %}


{% macro snowflake__create_or_replace_clone(this_relation, defer_relation) -%}
  create or replace {{ snowflake__table_kind() }} table {{ this_relation }}
  clone {{ defer_relation }}
  {{ 'copy grants' if config.get('copy_grants') }}
  {{ 'copy tags' if config.get('copy_tags') }}
{%- endmacro %}
