{#
  What a node sets in its session and takes back: the configs query_tag and snowflake_warehouse. Every materialization does
  its work between `enter_node` and `leave_node`; of a node that fails, the adapter takes both back by itself before
  another node gets the session (connection.ts).
#}

{% macro snowflake__enter_node() %}
  {%- set wanted = config.get('snowflake_warehouse') -%}
  {%- set warehouse = none -%}
  {%- if wanted and wanted | upper != (target.warehouse or '') | upper -%}
    {%- set warehouse = run_query('select current_warehouse()').rows[0][0] -%}
    {%- do run_query('use warehouse ' ~ wanted) -%}
  {%- endif -%}
  {%- if snowflake__is_linked() -%}
    {%- do adapter.keep_each_statement() -%}
  {%- endif -%}
  {%- do return({'tag': set_query_tag(), 'warehouse': warehouse}) -%}
{% endmacro %}


{% macro snowflake__leave_node(entered) %}
  {%- do unset_query_tag(entered['tag']) -%}
  {%- if entered['warehouse'] -%}
    {%- do run_query('use warehouse ' ~ adapter.quote(entered['warehouse'])) -%}
  {%- endif -%}
{% endmacro %}


{% macro get_current_query_tag() -%}
  {%- do return(run_query("show parameters like 'query_tag' in session").rows[0]['value']) -%}
{% endmacro %}


{# Projects override these two, to tag what has no config of its own. The first gives the tag that was there. #}
{% macro set_query_tag() -%}
  {%- do return(adapter.dispatch('set_query_tag', 'dbt')()) -%}
{% endmacro %}

{% macro snowflake__set_query_tag() -%}
  {%- set tag = config.get('query_tag') -%}
  {%- if tag -%}
    {%- set before = get_current_query_tag() -%}
    {%- do run_query('alter session set query_tag = ' ~ dbt.text_literal(tag)) -%}
    {%- do return(before) -%}
  {%- endif -%}
  {%- do return(none) -%}
{% endmacro %}


{% macro unset_query_tag(original_query_tag) -%}
  {%- do return(adapter.dispatch('unset_query_tag', 'dbt')(original_query_tag)) -%}
{% endmacro %}

{% macro snowflake__unset_query_tag(original_query_tag) -%}
  {%- if config.get('query_tag') -%}
    {%- if original_query_tag -%}
      {%- do run_query('alter session set query_tag = ' ~ dbt.text_literal(original_query_tag)) -%}
    {%- else -%}
      {%- do run_query('alter session unset query_tag') -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}


{% materialization view, adapter='snowflake' %}
  {%- set entered = snowflake__enter_node() -%}
  {%- set built = materialization_view_default() -%}
  {%- do snowflake__leave_node(entered) -%}
  {%- do return(built) -%}
{% endmaterialization %}


{% materialization table, adapter='snowflake' %}
  {%- set entered = snowflake__enter_node() -%}
  {%- set built = materialization_table_default() -%}
  {%- do snowflake__leave_node(entered) -%}
  {%- do return(built) -%}
{% endmaterialization %}


{% materialization incremental, adapter='snowflake' %}
  {%- set entered = snowflake__enter_node() -%}
  {%- set built = materialization_incremental_default() -%}
  {%- do snowflake__leave_node(entered) -%}
  {%- do return(built) -%}
{% endmaterialization %}


{% materialization snapshot, adapter='snowflake' %}
  {%- set entered = snowflake__enter_node() -%}
  {%- set built = materialization_snapshot_default() -%}
  {%- do snowflake__leave_node(entered) -%}
  {%- do return(built) -%}
{% endmaterialization %}


{% materialization clone, adapter='snowflake' %}
  {%- set entered = snowflake__enter_node() -%}
  {%- set built = materialization_clone_default() -%}
  {%- do snowflake__leave_node(entered) -%}
  {%- do return(built) -%}
{% endmaterialization %}


{% materialization test, adapter='snowflake' %}
  {%- set entered = snowflake__enter_node() -%}
  {%- set built = materialization_test_default() -%}
  {%- do snowflake__leave_node(entered) -%}
  {%- do return(built) -%}
{% endmaterialization %}
