"""Records what dbt makes of queries that read ephemeral models: python record/inject-ctes.py > fixtures/inject-ctes.json"""

import json

from dbt.artifacts.resources import InjectedCTE
from dbt.compilation import inject_ctes_into_sql

QUERIES = [
    "select * from a",
    "\n\n  select * from a\n",
    "with own as (select 1) select * from own",
    "\nwith own as (\n  select 1\n)\n\nselect * from own",
    "WITH own as (select 1) select * from own",
    "with recursive own as (select 1) select * from own",
    "-- a comment\nselect 1",
    "-- a comment\nwith own as (select 1) select * from own",
    "/* with */ select 1",
    "with\n\n  own as (select 1) select 1",
    "(with own as (select 1) select * from own) union all select 2",
    "without_a_keyword",
    "from a select 1",
    "with_table.x",
]

answers = []
for query in QUERIES:
    for names in (["x"], ["x", "y"]):
        ctes = [
            InjectedCTE(id=name, sql=f" __dbt__cte__{name} as (\nselect '{name}'\n)") for name in names
        ]
        answers.append({"query": query, "ctes": names, "answer": inject_ctes_into_sql(query, ctes)})
print(json.dumps(answers, indent=1))
