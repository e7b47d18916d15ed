{#
  What a node asks of its session: the configs client_tags and http_headers. The session is the node's own, so nothing is to
  be taken back.
#}

{% macro trino__enter_node() %}
  {%- set tags, headers = config.get('client_tags'), config.get('http_headers') -%}
  {%- if tags is not none or headers is not none -%}
    {%- do adapter.route_queries(tags, headers) -%}
  {%- endif -%}
{% endmacro %}


{% materialization view, adapter='trino' %}
  {%- do trino__enter_node() -%}
  {%- do return(materialization_view_default()) -%}
{% endmaterialization %}


{% materialization table, adapter='trino' %}
  {%- do trino__enter_node() -%}
  {%- do return(materialization_table_default()) -%}
{% endmaterialization %}


{% materialization incremental, adapter='trino' %}
  {%- do trino__enter_node() -%}
  {%- do return(materialization_incremental_default()) -%}
{% endmaterialization %}


{% materialization materialized_view, adapter='trino' %}
  {%- do trino__enter_node() -%}
  {%- do return(materialization_materialized_view_default()) -%}
{% endmaterialization %}
