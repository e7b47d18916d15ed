"""Records what `dbt ls` selects in a small project: fixtures/selections.json and fixtures/manifest*.json.

Run with dbt's Python: python test/select/record/selections.py
The project is written to a temporary folder; a second, changed version of it is the state that state: compares with.
"""

import contextlib
import io
import json
import os
import pathlib
import shutil
import tempfile

from dbt.cli.main import dbtRunner

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures"

FILES = {
    "profiles.yml": "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ':memory:'}\n",
    "dbt_project.yml": """name: shop
version: '1.0'
profile: shop
models:
  shop:
    staging: {+tags: [staging], +materialized: view}
    marts: {+materialized: table, +group: finance, +meta: {owner: ann, level: 3}}
seeds: {+tags: [raw]}
""",
    "dbt_packages/helper/dbt_project.yml": "name: helper\nversion: '1.0'\nmodels: {+tags: [helped]}\n",
    "dbt_packages/helper/models/calendar.sql": "select 1 as day",
    "dbt_packages/helper/models/deep/weeks.sql": "select * from {{ ref('calendar') }}",
    "seeds/raw_orders.csv": "id,amount\n1,2\n",
    "seeds/raw_customers.csv": "id,name\n1,a\n",
    "macros/double.sql": "{% macro double(x) %}{{ x }} * 2{% endmacro %}\n{% macro twice(x) %}{{ double(x) }}{% endmacro %}",
    "models/staging/stg_orders.sql": "select id, {{ twice('amount') }} as amount from {{ ref('raw_orders') }}",
    "models/staging/stg_customers.sql": "select * from {{ ref('raw_customers') }}",
    "models/staging/stg_views.sql": "select * from {{ source('web', 'page_views') }}",
    "models/staging/staging.yml": """version: 2
sources:
  - name: web
    schema: raw
    tags: [external]
    tables:
      - name: page_views
        columns: [{name: view_id, data_tests: [unique]}]
      - name: clicks
models:
  - name: stg_orders
    columns:
      - name: id
        data_tests: [unique, not_null]
  - name: stg_customers
    description: customers
    config: {persist_docs: {relation: true}}
    columns:
      - name: id
        data_tests:
          - unique: {config: {severity: warn, tags: [soft]}}
""",
    "models/marts/orders.sql": "select o.* from {{ ref('stg_orders') }} o join {{ ref('calendar') }} c on true",
    "models/marts/customers.sql": "{{ config(tags=['nightly', 'vip.gold']) }} select c.* from {{ ref('stg_customers') }} c join {{ ref('orders') }} o on true",
    "models/marts/finance/revenue.sql": "{{ config(materialized='incremental', unique_key='id') }} select * from {{ ref('orders') }}",
    "models/marts/finance/revenue_by_day.sql": "select 1 as a, * from {{ ref('revenue') }}",
    "models/marts/secret.sql": "select 1 as x",
    "models/marts/kpi_v1.sql": "select 1 as n from {{ ref('revenue') }}",
    "models/marts/kpi_v2.sql": "select 2 as n from {{ ref('revenue') }}",
    "models/marts/kpi_v3.sql": "select 3 as n from {{ ref('customers') }}",
    "models/marts/marts.yml": """version: 2
groups: [{name: finance, owner: {name: ann, email: a@b.c}}]
models:
  - name: orders
    access: public
    columns:
      - name: id
        data_tests:
          - relationships: {arguments: {to: ref('customers'), field: id}}
          - relationships: {arguments: {to: "source('web', 'page_views')", field: view_id}}
  - name: secret
    access: private
  - name: kpi
    latest_version: 2
    versions: [{v: 1}, {v: 2}, {v: 3}]
unit_tests:
  - name: revenue_adds_up
    model: revenue
    given: [{input: ref('orders'), rows: [{id: 1, amount: 2}]}]
    expect: {rows: [{id: 1, amount: 2}]}
exposures:
  - name: weekly_report
    type: dashboard
    owner: {email: a@b.c}
    tags: [board]
    depends_on: [ref('revenue_by_day'), "source('web', 'clicks')"]
""",
    "tests/revenue_positive.sql": "select * from {{ ref('revenue') }} r join {{ ref('customers') }} c on true where false",
    "analyses/look.sql": "select * from {{ ref('customers') }}",
    "snapshots/history.yml": "snapshots:\n  - name: customer_history\n    relation: ref('customers')\n    config: {strategy: check, check_cols: all, unique_key: id}\n",
    "selectors.yml": """selectors:
  - name: plain
    definition: "tag:nightly+"
  - name: by_method
    definition: {method: tag, value: staging, children: true, children_depth: 1, exclude: [{method: fqn, value: customers}]}
  - name: short
    definition: {tag: nightly}
  - name: sets
    definition:
      union:
        - intersection: [{method: path, value: models/marts}, {method: config.materialized, value: table}]
        - {method: fqn, value: stg_orders, parents: true, indirect_selection: empty}
        - exclude: [{method: test_type, value: generic}, "customers"]
  - name: inherits
    definition:
      union: [{method: selector, value: plain}, "stg_views"]
  - name: at
    definition: {method: fqn, value: revenue, childrens_parents: true}
  - name: cautious
    definition: {method: fqn, value: orders, indirect_selection: cautious}
  - name: level
    definition: {method: config.meta.level, value: 3}
""",
}

# What is different in the state that state: compares with.
STATE = {
    "models/staging/stg_orders.sql": FILES["models/staging/stg_orders.sql"],
    "macros/double.sql": FILES["macros/double.sql"].replace("* 2", "* 3"),
    "models/staging/stg_customers.sql": "select *, 1 as old from {{ ref('raw_customers') }}",
    "seeds/raw_customers.csv": "id,name\n1,b\n",
    "models/marts/finance/revenue.sql": FILES["models/marts/finance/revenue.sql"].replace("unique_key='id'", "unique_key='x'"),
    "models/marts/marts.yml": FILES["models/marts/marts.yml"].replace("tags: [board]", "tags: [board]\n    label: Weekly"),
    "models/staging/staging.yml": FILES["models/staging/staging.yml"].replace("schema: raw", "schema: old").replace("description: customers", "description: other"),
    "models/marts/finance/revenue_by_day.sql": FILES["models/marts/finance/revenue_by_day.sql"],
    "analyses/look.sql": None,
    "tests/revenue_positive.sql": None,
}

SELECTIONS = [
    "", "stg_orders", "stg_orders+", "+customers", "+customers+", "1+customers", "customers+1", "2+revenue_by_day+1", "@stg_orders", "@revenue", "0+orders", "orders+0",
    "stg_orders stg_customers", "tag:staging,stg_orders+", "tag:nightly tag:raw", "stg_*", "stg_?ustomers", "[so]tg_orders", "*", "shop.*", "shop.marts", "shop.marts.finance", "marts.finance", "marts.*",
    "shop.staging.stg_orders", "staging.stg_orders", "nope", "helper", "helper.deep.weeks", "weeks", "deep.*", "helper.*", "*.weeks", "finance.revenue*",
    "tag:external", "tag:vip.gold", "tag:n*", "tag:nope", "tag:board", "tag:soft", "source:web", "source:web.page_views", "source:shop.web.clicks", "source:*", "source:web+", "source:w*.p*", "exposure:weekly_report", "+exposure:*", "exposure:shop.weekly_report", "exposure:shop.*",
    "path:models/staging", "path:models/staging/stg_orders.sql", "models/marts", "models/marts/", "./models/marts/*.sql", "models/*/orders.sql", "models/**/revenue.sql", "models/marts/marts.yml", "path:models", "path:seeds", "file:orders.sql", "orders.sql", "file:orders", "file:rev*", "raw_orders.csv", "path:nope", "dbt_packages/helper/models",
    "package:helper", "package:this", "package:sh*", "package:nope", "config.materialized:view", "config.materialized:incremental", "config.meta.owner:ann", "config.meta.level:3", "config.severity:WARN", "config.enabled:true", "config.tags:nightly", "config.unique_key:id", "config.nope:x", "config.contract.enforced:false", "config.persist_docs.relation:true",
    "test_name:unique", "test_name:rel*", "test_name:revenue_adds_up", "test_type:generic", "test_type:singular", "test_type:unit", "test_type:data", "test_type:schema", "resource_type:seed", "resource_type:unit_test", "resource_type:source", "resource_type:exposure", "resource_type:snapshot", "resource_type:analysis",
    "group:finance", "group:fin*", "access:public", "access:private", "access:protected", "version:latest", "version:old", "version:prerelease", "version:none", "kpi", "kpi.v2", "kpi_v2", "kpi.v*", "marts.kpi.v1", "unit_test:revenue_adds_up", "unit_test:shop.*", "unit_test:*", "metric:*", "semantic_model:*", "saved_query:x",
    "revenue_positive", "unique_stg_orders_id", "+unique_stg_orders_id", "customer_history", "+customer_history", "look", "tag:staging,config.materialized:view,stg_o*", "stg_orders,stg_customers", "@tag:raw", "1+tag:nightly+1", "+source:web", "config.materialized:table,+exposure:*",
]

EXCLUDES = [
    ([], ["tag:staging"]), ([], ["+customers"]), (["marts.*"], ["revenue+"]), (["+customers"], ["raw_orders+"]), (["tag:staging+"], ["test_type:generic"]), (["@stg_orders"], ["config.materialized:table", "source:*"]),
    (["orders"], ["unique_stg_orders_id"]), ([], ["nope"]), (["orders customers"], ["test_type:data"]),
]

INDIRECT = ["orders", "customers", "orders customers", "+orders", "stg_orders+", "orders,marts.*", "customers+ orders", "revenue", "revenue customers", "source:web", "test_type:generic"]

STATES = ["new", "old", "modified", "unmodified", "modified.body", "modified.configs", "modified.relation", "modified.persisted_descriptions", "modified.macros", "modified.contract"]


def write(folder, files):
    for path, text in files.items():
        if text is None:
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def dbt(*args):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        return dbtRunner().invoke(["--quiet", *args])


def ids(lines):
    return sorted(json.loads(line)["unique_id"] for line in lines)


def ls(*args):
    result = dbt("ls", "--output", "json", "--output-keys", "unique_id", "--resource-type", "all", *args)
    if not result.success:
        return {"error": str(result.exception).splitlines()[0]}
    return {"ids": ids(result.result)}


def main():
    root = pathlib.Path(tempfile.mkdtemp())
    state, folder = root / "state", root / "now"
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    for place, files in ((state, {**FILES, **STATE}), (folder, FILES)):
        place.mkdir()
        write(place, files)
        os.chdir(place)
        parsed = dbt("parse")
        assert parsed.success, parsed.exception
    cases = []

    def add(select, exclude=(), indirect=None, selector=None, extra=()):
        args = [part for value in select for part in ("--select", value)]
        args += [part for value in exclude for part in ("--exclude", value)]
        if indirect:
            args += ["--indirect-selection", indirect]
        if selector:
            args += ["--selector", selector]
        case = {"select": list(select), "exclude": list(exclude), "indirect": indirect or "eager", "selector": selector}
        cases.append({**case, **ls(*args, *extra)})

    for selection in SELECTIONS:
        add([selection] if selection else [])
    for select, exclude in EXCLUDES:
        add(select, exclude)
    for selection in INDIRECT:
        for mode in ("cautious", "buildable", "empty"):
            add([selection], (), mode)
    for name in ("plain", "by_method", "short", "sets", "inherits", "at", "cautious", "level"):
        add([], (), None, name)
    for value in STATES:
        add([f"state:{value}"], (), None, None, ("--state", str(state / "target")))
    add(["state:modified+"], ["tag:nightly"], None, None, ("--state", str(state / "target")))

    FIXTURES.mkdir(exist_ok=True)
    (FIXTURES / "selections.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
    for name, place in (("manifest.json", folder), ("manifest-state.json", state)):
        manifest = json.loads((place / "target" / "manifest.json").read_text())
        kept = {key: manifest[key] for key in ("nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries", "unit_tests", "groups", "parent_map", "child_map", "selectors", "disabled")}
        used = {"macros": {key: value for key, value in manifest["macros"].items() if value["package_name"] in ("shop", "helper")}}
        text = json.dumps({**kept, **used}, indent=0, sort_keys=True).replace(str(place), "/project")
        (FIXTURES / name).write_text(text + "\n")
    (FIXTURES / "selectors.yml").write_text(FILES["selectors.yml"])
    shutil.rmtree(root)
    print(len(cases), sum("error" in case for case in cases), [case for case in cases if "error" in case])


if __name__ == "__main__":
    main()
