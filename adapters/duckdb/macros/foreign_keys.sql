{#
  Rebuilding tables that foreign keys point at. DuckDB neither drops such a table nor drops a foreign key, so the tables
  that point at it must go first; only those are dropped that this run builds anew anyway, and their rows are kept under
  their names until then, without constraints.
#}

{# Drops a relation in the model's transaction; gives the dependents for `restore_foreign_key_dependents`. #}
{% macro drop_relation_for_rebuild(relation) -%}
  {%- do adapter.ensure_transaction() -%}
  {%- set dropped = drop_foreign_key_dependents(relation) if relation.is_table and may_be_foreign_key_target(relation) else [] -%}
  {%- do adapter.drop_relation(relation) -%}
  {%- do return(dropped) -%}
{%- endmacro %}


{% macro drop_foreign_key_dependents(relation) -%}
  {%- set references = duckdb__foreign_key_references(relation) -%}
  {%- if not references -%}
    {%- do return([]) -%}
  {%- endif -%}
  {%- do duckdb__check_rebuilt_in_this_run(relation, references) -%}

  {%- set dropped = [] -%}
  {%- for table in references -%}
    {%- set dependent = api.Relation.create(database=relation.database, schema=relation.schema, identifier=table, type='table') -%}
    {%- set backup = dependent.incorporate(path={'identifier': table ~ '__dbt_fk_backup'}) -%}
    {%- do adapter.drop_relation(backup) -%}
    {%- call statement('keep_rows') -%}
      create table {{ backup }} as select * from {{ dependent }}
    {%- endcall -%}
    {%- do log('Dropping ' ~ dependent ~ ': its foreign key points at ' ~ relation ~ ', and it is rebuilt later in this run', info=True) -%}
    {%- do adapter.drop_relation(dependent) -%}
    {%- do dropped.append({'relation': dependent, 'backup': backup}) -%}
  {%- endfor -%}
  {%- do return(dropped) -%}
{%- endmacro %}


{# Gives the dropped tables their rows back under their own names. #}
{% macro restore_foreign_key_dependents(dropped) -%}
  {%- for item in dropped | reverse -%}
    {%- do adapter.rename_relation(item['backup'], item['relation']) -%}
  {%- endfor -%}
{%- endmacro %}


{#
  Tables whose foreign keys reach `relation`, directly or through others, with the tables that each points at (lower
  case); those that must be dropped first come first. Foreign keys of DuckDB stay within a schema.
#}
{% macro duckdb__foreign_key_references(relation) %}
  {%- call statement('get_foreign_key_dependents', fetch_result=True) -%}
    with recursive links as (
      select table_name, lower(referenced_table) as referenced_table
      from duckdb_constraints()
      where constraint_type = 'FOREIGN KEY'
        and {{ duckdb__in_schema_of(relation) }}
        and lower(table_name) <> lower(referenced_table)
    ),
    reached (table_name, distance) as (
      select table_name, 1 from links where referenced_table = lower({{ dbt.text_literal(relation.identifier) }})
      union
      select links.table_name, reached.distance + 1
      from reached
      join links on links.referenced_table = lower(reached.table_name)
    )
    select links.table_name, links.referenced_table
    from (select table_name, max(distance) as distance from reached group by table_name) as farthest
    join links using (table_name)
    order by farthest.distance desc, links.table_name, links.referenced_table
  {%- endcall -%}
  {%- set references = {} -%}
  {%- for row in load_result('get_foreign_key_dependents').table -%}
    {%- do references.setdefault(row[0], []).append(row[1]) -%}
  {%- endfor -%}
  {%- do return(references) -%}
{% endmacro %}


{# Raises an error that tells of each table why dropping it would lose something. #}
{% macro duckdb__check_rebuilt_in_this_run(relation, references) %}
  {%- set nodes = {} -%}
  {%- for node in graph.nodes.values() -%}
    {%- if node.resource_type == 'model'
        and (node.database or '') | lower == (relation.database or '') | lower
        and node.schema | lower == relation.schema | lower -%}
      {%- do nodes.update({(node.alias or node.name) | lower: node}) -%}
    {%- endif -%}
  {%- endfor -%}

  {%- set chain = {relation.identifier | lower: model.unique_id} -%}
  {%- for table in references if table | lower in nodes -%}
    {%- do chain.update({table | lower: nodes[table | lower].unique_id}) -%}
  {%- endfor -%}

  {%- set problems = [] -%}
  {%- for table, referenced in references.items() -%}
    {%- set node = nodes.get(table | lower) -%}
    {%- set parents = [] -%}
    {%- for name in referenced if name in chain -%}
      {%- do parents.append(chain[name]) -%}
    {%- endfor -%}
    {%- if node is none -%}
      {%- do problems.append(table ~ ' (not built by a dbt model in this project)') -%}
    {%- elif node.unique_id not in selected_resources -%}
      {%- do problems.append(table ~ ' (model ' ~ node.name ~ ' is not selected in this run)') -%}
    {%- elif not (parents | select('in', node.depends_on.nodes) | list) -%}
      {%- do problems.append(table ~ ' (model ' ~ node.name ~ ' may be built before: name the table of its foreign key by `to: ref(...)`)') -%}
    {%- else -%}
      {%- set full_refresh = flags.FULL_REFRESH if node.config.full_refresh is none else node.config.full_refresh -%}
      {%- set kind = node.config.materialized -%}
      {%- if not (kind == 'table' or (kind == 'incremental' and full_refresh)) -%}
        {%- do problems.append(
          table ~ ' (model ' ~ node.name ~ ' is materialized as ' ~ kind ~ ' and would lose its rows: run with --full-refresh)') -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if problems -%}
    {%- do exceptions.raise_compiler_error(
      'Cannot replace ' ~ relation ~ ': foreign keys point at it, and not all of their tables are rebuilt by this run. Problem tables: '
      ~ problems | join('; ')) -%}
  {%- endif -%}
{% endmacro %}


{#
  Only a table with a primary key or a unique constraint, now or in its contract, can be pointed at. Asked by `describe`
  for every table that is rebuilt: its time does not grow with the catalog, as that of duckdb_constraints() does.
#}
{% macro may_be_foreign_key_target(relation=none) -%}
  {%- if not adapter.catalog_supports_foreign_keys(this.database) -%}
    {%- do return(false) -%}
  {%- endif -%}
  {%- set types = enforced_constraint_types() -%}
  {%- if 'primary_key' in types or 'unique' in types -%}
    {%- do return(true) -%}
  {%- endif -%}
  {%- do return(relation is not none and relation.is_table
    and run_query('select 1 from (describe ' ~ relation ~ ') where key is not null limit 1') | length > 0) -%}
{%- endmacro %}


{% macro has_foreign_key_constraints(relation=none) -%}
  {%- do return(
    adapter.catalog_supports_foreign_keys(this.database)
    and ('foreign_key' in enforced_constraint_types() or 'foreign_key' in existing_constraint_types(relation))
  ) -%}
{%- endmacro %}


{# Types of the constraints that the model's enforced contract declares. #}
{% macro enforced_constraint_types() -%}
  {%- set types = [] -%}
  {%- if config.get('contract').enforced -%}
    {%- set constraints = [] + (model.get('constraints') or []) -%}
    {%- for column in model.get('columns', {}).values() -%}
      {%- do constraints.extend(column.get('constraints') or []) -%}
    {%- endfor -%}
    {%- for constraint in constraints -%}
      {%- do types.append(constraint.type) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- do return(types) -%}
{%- endmacro %}


{% macro existing_constraint_types(relation) -%}
  {%- if relation is none or not relation.is_table -%}
    {%- do return([]) -%}
  {%- endif -%}
  {%- do return(adapter.existing_key_constraint_types(relation)) -%}
{%- endmacro %}


{# What `adapter.existing_key_constraint_types` asks: types of the keys that a table has. #}
{% macro get_key_constraint_types(relation) %}
  {%- do return(adapter.dispatch('get_key_constraint_types', 'dbt')(relation)) -%}
{% endmacro %}

{% macro duckdb__get_key_constraint_types(relation) %}
  {%- set rows = run_query(
    "select distinct replace(lower(constraint_type), ' ', '_') from duckdb_constraints()"
    ~ " where constraint_type in ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')"
    ~ ' and ' ~ duckdb__in_schema_of(relation) ~ ' and lower(table_name) = lower(' ~ dbt.text_literal(relation.identifier) ~ ')') -%}
  {%- do return(rows | map(attribute=0) | list) -%}
{% endmacro %}
