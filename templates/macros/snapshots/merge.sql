{#
  Brings the staged changes into the history: ends versions and adds new ones.
#}

{% macro snapshot_merge_sql(target, source, insert_cols) -%}
  {%- do return(adapter.dispatch('snapshot_merge_sql', 'dbt')(target, source, insert_cols)) -%}
{%- endmacro %}

{% macro default__snapshot_merge_sql(target, source, insert_cols) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  merge into {{ target.render() }} as DBT_INTERNAL_DEST
  using {{ source }} as DBT_INTERNAL_SOURCE
  on DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }} = DBT_INTERNAL_DEST.{{ columns.dbt_scd_id }}
  when matched
    and {{ snapshot_is_current(columns, 'DBT_INTERNAL_DEST.') }}
    and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
    then update set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
  when not matched
    and DBT_INTERNAL_SOURCE.dbt_change_type = 'insert'
    then insert ({{ insert_cols | join(', ') }})
      values (
        {%- for name in insert_cols -%}
          DBT_INTERNAL_SOURCE.{{ name }}{{ ', ' if not loop.last }}
        {%- endfor -%}
      )
{%- endmacro %}


{# The same by two statements, for engines that have no MERGE in every version that is used, and cast by `::`. #}
{% macro snapshot_update_and_insert_sql(target, source, insert_cols) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- set names = insert_cols | join(', ') -%}
  update {{ target }} as history
  set {{ columns.dbt_valid_to }} = changes.{{ columns.dbt_valid_to }}
  from {{ source }} as changes
  where changes.{{ columns.dbt_scd_id }}::text = history.{{ columns.dbt_scd_id }}::text
    and changes.dbt_change_type::text in ('update', 'delete')
    and {{ snapshot_is_current(columns, 'history.') }};

  insert into {{ target }} ({{ names }})
  select {{ names }}
  from {{ source }}
  where dbt_change_type::text = 'insert';
{%- endmacro %}
