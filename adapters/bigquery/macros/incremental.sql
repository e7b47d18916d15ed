{#
  incremental. What one statement can do without a table of the new rows is done so, which reads and bills the model's
  query once: merge, append and insert_overwrite of named partitions. Where the new rows must be looked at first (their
  partitions, their columns, a watermark), they are a table that expires. Each strategy is one statement or one script
  whose only change of the target is one statement.
#}

{% materialization incremental, adapter='bigquery' %}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set rebuild = existing_relation is none or should_full_refresh() or not existing_relation.is_table -%}
  {%- set strategy_name = bigquery__strategy_name() -%}
  {%- set strategy = adapter.get_incremental_strategy_macro(context, strategy_name) -%}

  {%- do bigquery__limit_jobs() -%}
  {%- do run_hooks(pre_hooks) -%}

  {%- if rebuild -%}
    {%- do bigquery__publish_table(existing_relation, target_relation, sql) -%}
  {%- else -%}
    {%- set arguments = bigquery__strategy_arguments(strategy_name, existing_relation, target_relation, sql) -%}
    {%- do keep_changed(existing_relation) -%}
    {%- set build_sql = strategy(arguments) -%}
    {%- call statement('main') -%}
      {{ build_sql }}
    {%- endcall -%}
    {%- if arguments.temp_relation is not none -%}
      {%- do adapter.drop_relation(arguments.temp_relation) -%}
    {%- endif -%}
  {%- endif -%}

  {%- set revoke = should_revoke(existing_relation, full_refresh_mode=rebuild) -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=revoke) -%}
  {%- do persist_docs(target_relation, model) -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}

  {%- do return({'relations': [target_relation]}) -%}
{% endmaterialization %}


{% macro bigquery__strategy_name() %}
  {%- set name = config.get('incremental_strategy') or 'merge' -%}
  {%- if name == 'insert_overwrite' and not config.get('partition_by') -%}
    {%- do exceptions.raise_compiler_error('insert_overwrite replaces partitions, so it needs the config partition_by') -%}
  {%- endif -%}
  {%- do return(name) -%}
{% endmacro %}


{#
  What a strategy takes: that of `incremental_arguments`, with `temp_relation` none and the query itself as `source_sql`
  where no table of the new rows is needed.
#}
{% macro bigquery__strategy_arguments(strategy_name, existing_relation, target_relation, sql) %}
  {%- set partition = adapter.parse_partition_by(config.get('partition_by')) -%}
  {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
  {%- set is_one_job = strategy_name in ['merge', 'append', 'microbatch']
      or (strategy_name == 'insert_overwrite' and not partition.copy_partitions) -%}
  {%- if is_one_job and on_schema_change == 'ignore' and not config.get('watermark') -%}
    {%- do return({
      'target_relation': target_relation,
      'temp_relation': none,
      'source_sql': sql,
      'partition': partition,
      'unique_key': config.get('unique_key'),
      'dest_columns': adapter.get_columns_in_relation(existing_relation),
      'incremental_predicates': config.get('predicates', none) or config.get('incremental_predicates', none),
    }) -%}
  {%- endif -%}

  {%- set temp_relation = make_temp_relation(target_relation) -%}
  {%- call statement('new_rows') -%}
    {{ declare_dbt_max_partition(this, partition, sql) }}
    {{ get_create_table_as_sql(True, temp_relation, sql) }}
  {%- endcall -%}
  {%- do adapter.note_new_rows(temp_relation) -%}
  {%- if on_schema_change == 'append_new_columns' -%}
    {#- With the fields of structs, which no ALTER TABLE adds. -#}
    {%- do adapter.add_fields(existing_relation, temp_relation) -%}
  {%- endif -%}
  {%- set arguments = incremental_arguments(existing_relation, target_relation, temp_relation) -%}
  {%- do arguments.update({'partition': partition, 'source_sql': none}) -%}
  {%- do return(arguments) -%}
{% endmacro %}


{# Where the new rows come from, in parentheses; with what must stand before the statement that reads them. #}
{% macro bigquery__new_rows(arg_dict) -%}
  {%- set partition = arg_dict.get('partition') -%}
  {%- set query = arg_dict['source_sql'] if arg_dict.get('source_sql') else 'select * from ' ~ arg_dict['temp_relation'] -%}
  {%- if partition and partition.time_ingestion_partitioning and arg_dict.get('source_sql') -%}
    {%- set query = bigquery__rows_by_arrival(partition, query) -%}
  {%- elif partition and partition.time_ingestion_partitioning -%}
    {%- set query = 'select _PARTITIONTIME, * from ' ~ arg_dict['temp_relation'] -%}
  {%- endif -%}
  (
    {{ query }}
  )
{%- endmacro %}


{% macro bigquery__before_new_rows(arg_dict) -%}
  {%- if arg_dict.get('source_sql') -%}
    {{ declare_dbt_max_partition(this, arg_dict.get('partition'), arg_dict['source_sql']) }}
    {{ config.get('sql_header', '') or '' }}
  {%- endif -%}
{%- endmacro %}


{# The columns to write; a table that is partitioned by arrival has one more. #}
{% macro bigquery__written_columns(arg_dict) %}
  {%- set partition = arg_dict.get('partition') -%}
  {%- set by_arrival = [api.Column('_PARTITIONTIME', 'TIMESTAMP')] if partition and partition.time_ingestion_partitioning else [] -%}
  {%- do return(by_arrival + arg_dict['dest_columns']) -%}
{% endmacro %}


{% macro bigquery__get_incremental_default_sql(arg_dict) %}
  {%- do return(get_incremental_merge_sql(arg_dict)) -%}
{% endmacro %}


{% macro bigquery__get_incremental_append_sql(arg_dict) -%}
  {%- set names = get_quoted_csv(bigquery__written_columns(arg_dict) | map(attribute='name')) -%}
  {{ bigquery__before_new_rows(arg_dict) }}
  insert into {{ arg_dict['target_relation'] }} ({{ names }})
  select {{ names }}
  from {{ bigquery__new_rows(arg_dict) }}
{%- endmacro %}


{% macro bigquery__get_incremental_merge_sql(arg_dict) -%}
  {%- set predicates = [] + (arg_dict['incremental_predicates'] or []) -%}
  {%- set partition = arg_dict.get('partition') -%}
  {%- if partition and config.get('require_partition_filter') -%}
    {#- True of every row, which is all that the filter must be. -#}
    {%- set field = bigquery__partition_column(partition) -%}
    {%- do predicates.append('DBT_INTERNAL_DEST.' ~ field ~ ' is null or DBT_INTERNAL_DEST.' ~ field ~ ' is not null') -%}
  {%- endif -%}
  {{ bigquery__before_new_rows(arg_dict) }}
  {{ bigquery__merge(
    arg_dict['target_relation'], bigquery__new_rows(arg_dict), arg_dict['unique_key'], bigquery__written_columns(arg_dict), predicates) }}
{%- endmacro %}


{% macro bigquery__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {{ config.get('sql_header', '') or '' }}
  {{ bigquery__merge(target, source, unique_key, dest_columns, incremental_predicates or []) }}
{%- endmacro %}


{# Columns of the new rows are qualified: in VALUES both sides could be meant. #}
{% macro bigquery__merge(target, source, unique_key, dest_columns, predicates) -%}
  {%- set conditions = [] + predicates -%}
  {%- if not unique_key -%}
    {%- do conditions.append('false') -%}
  {%- endif -%}
  {%- for key in ([unique_key] if unique_key is string else unique_key or []) -%}
    {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
  {%- endfor -%}
  merge into {{ target }} as DBT_INTERNAL_DEST
  using {{ source }} as DBT_INTERNAL_SOURCE
  on ({{ conditions | join(') and (') }})
  {%- if unique_key %}
  {%- set updated = get_merge_update_columns(config.get('merge_update_columns'), config.get('merge_exclude_columns'), dest_columns) %}
  {%- if updated %}
  when matched then update set
    {%- for column in updated if column != '`_PARTITIONTIME`' %}
    {{ column }} = DBT_INTERNAL_SOURCE.{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
  {%- endif %}
  {%- endif %}
  {{ bigquery__when_new(dest_columns) }}
{%- endmacro %}


{% macro bigquery__when_new(dest_columns) -%}
  when not matched then insert ({{ get_quoted_csv(dest_columns | map(attribute='name')) }})
    values (
      {%- for column in dest_columns -%}
        DBT_INTERNAL_SOURCE.{{ column.quoted }}{{ ', ' if not loop.last }}
      {%- endfor -%}
    )
{%- endmacro %}


{# One statement that takes away what the predicates select and adds the new rows. #}
{% macro bigquery__get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header) -%}
  {{ (config.get('sql_header', '') or '') if include_sql_header }}
  merge into {{ target }} as DBT_INTERNAL_DEST
  using {{ source }} as DBT_INTERNAL_SOURCE
  on false
  when not matched by source {{ 'and (' ~ predicates | join(') and (') ~ ')' if predicates }}
    then delete
  {{ bigquery__when_new(dest_columns) }}
{%- endmacro %}


{% macro bigquery__get_incremental_insert_overwrite_sql(arg_dict) -%}
  {%- set partition = arg_dict['partition'] -%}
  {%- set target, partitions = arg_dict['target_relation'], config.get('partitions') -%}
  {%- set predicates = [] + (arg_dict['incremental_predicates'] or []) -%}
  {%- if partition.copy_partitions -%}
    {{ bigquery__copy_partitions(arg_dict['temp_relation'], target, partition, partitions) }}
  {%- elif partitions -%}
    {%- do predicates.append(bigquery__partition_of(partition, 'DBT_INTERNAL_DEST') ~ ' in (' ~ partitions | join(', ') ~ ')') -%}
    {{ bigquery__before_new_rows(arg_dict) }}
    {{ get_insert_overwrite_merge_sql(target, bigquery__new_rows(arg_dict), bigquery__written_columns(arg_dict), predicates) }}
  {%- else -%}
    {%- do predicates.append(bigquery__partition_of(partition, 'DBT_INTERNAL_DEST') ~ ' in unnest(dbt_partitions_for_replacement)') -%}
    {{ bigquery__overwrite_found_partitions(arg_dict, partition, predicates) }}
  {%- endif -%}
{%- endmacro %}


{#
  One script, which begins with the variable of dbt-bigquery's name. NULL is no partition that can be named. The table of the
  new rows is made in it, unless they had to be looked at before.
#}
{% macro bigquery__overwrite_found_partitions(arg_dict, partition, predicates) -%}
  {%- set target, query = arg_dict['target_relation'], arg_dict['source_sql'] -%}
  {%- set rows = arg_dict['temp_relation'] or make_temp_relation(target) -%}
  declare dbt_partitions_for_replacement array<{{ bigquery__type_of_partition(partition) }}>;
  {%- if query %}
  {{ declare_dbt_max_partition(this, partition, query) }}
  {{ create_table_as(True, rows, query) }};
  {%- endif %}
  set dbt_partitions_for_replacement = (
    select array_agg(distinct {{ bigquery__partition_of(partition) }} ignore nulls)
    from {{ rows }}
  );
  {{ get_insert_overwrite_merge_sql(
    target, bigquery__new_rows({'partition': partition, 'temp_relation': rows}), bigquery__written_columns(arg_dict), predicates) }}
  {%- if query -%}
  ;
  drop table if exists {{ rows }}
  {%- endif -%}
{%- endmacro %}


{# Replaces the rows of one batch, in one statement; the bounds are UTC. #}
{% macro bigquery__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set event_time, first, last = microbatch_bounds() -%}
  {%- set moment = 'cast(DBT_INTERNAL_DEST.' ~ event_time ~ ' as timestamp)' -%}
  {%- set predicates = [
    moment ~ " >= timestamp '" ~ first ~ "'", moment ~ " < timestamp '" ~ last ~ "'"] + (arg_dict['incremental_predicates'] or []) -%}
  {{ bigquery__before_new_rows(arg_dict) }}
  {{ bigquery__get_insert_overwrite_merge_sql(
    arg_dict['target_relation'], bigquery__new_rows(arg_dict), bigquery__written_columns(arg_dict), predicates, false) }}
{%- endmacro %}


{#
  Partitions of the new rows by copy jobs, which cost nothing; each is replaced as a whole. Gives the statement that is
  left to do.
#}
{% macro bigquery__copy_partitions(temp_relation, target_relation, partition, partitions) %}
  {%- if partitions -%}
    {%- set wanted -%}
      select distinct cast(named as {{ 'int64' if partition.data_type == 'int64' else 'timestamp' }}) from unnest([{{ partitions | join(', ') }}]) as named
    {%- endset -%}
  {%- else -%}
    {%- set wanted -%}
      select distinct {{ bigquery__partition_of(partition) }} from {{ temp_relation }}
    {%- endset -%}
  {%- endif -%}
  {%- set shapes = {'hour': '%Y%m%d%H', 'day': '%Y%m%d', 'month': '%Y%m', 'year': '%Y'} -%}
  {%- for value in run_query(wanted).columns[0].values() if value is not none -%}
    {%- set id = value if partition.data_type == 'int64' else value.strftime(shapes[partition.granularity]) -%}
    {%- do adapter.copy_table(
      [temp_relation.incorporate(path={'identifier': temp_relation.identifier ~ '$' ~ id})],
      target_relation.incorporate(path={'identifier': target_relation.identifier ~ '$' ~ id}),
      'table') -%}
  {%- endfor -%}
  {%- do return('drop table if exists ' ~ temp_relation.render()) -%}
{% endmacro %}
