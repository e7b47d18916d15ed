{#
  What etl remembers grows for years: 10,000 runs of 100 nodes are a million rows, of which every command wants a few.
#}

{% macro postgres__state_create_indexes(relation, lookups) %}
  {%- for columns in lookups %}
create index if not exists {{ adapter.quote(relation.identifier ~ '_' ~ columns | join('_')) }} on {{ relation }} (
  {%- for column in columns %}{{ adapter.quote(column) }}{{ ', ' if not loop.last }}{% endfor -%}
);
  {%- endfor %}
{% endmacro %}


{# With indexes and long values. Views have no size. A table that somebody exchanges now is not waited for. #}
{% macro postgres__relation_bytes(relations) %}
set local lock_timeout = '100ms';
select n.nspname, c.relname, pg_total_relation_size(c.oid)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm')
  and (n.nspname, c.relname) in (
  {%- for relation in relations %}
    ({{ dbt.text_literal(relation.schema) }}, {{ dbt.text_literal(relation.identifier) }}){{ ',' if not loop.last }}
  {%- endfor %}
  )
{% endmacro %}
