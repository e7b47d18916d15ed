"""Records how dbt merges node configs from general to specific: fixtures/config-merges.json.

Run with dbt's Python: python test/config/record/config_merges.py
"""

import json
import pathlib
import random

from dbt.artifacts.resources.types import NodeType
from dbt.contracts.graph.model_config import get_config_for
from dbt_common.contracts.config.base import BaseConfig

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "config-merges.json"

CHOICES = {
    "materialized": ["view", "table", "incremental"],
    "enabled": [True, False],
    "tags": ["a", ["b"], ["c", "a"], []],
    "meta": [{}, {"owner": "x"}, {"owner": "y", "n": 1}, {"deep": {"a": 1}}],
    "alias": ["al", None],
    "schema": ["sc", None],
    "pre-hook": ["select 1", ["select 2", "select 3"], [{"sql": "select 4", "transaction": False}], []],
    "post_hook": ["select 5", ['{"sql": "vacuum", "transaction": false}']],
    "grants": [{"select": ["a"]}, {"+select": ["b"]}, {"select": "c", "+insert": "d"}, {"+select": "e", "insert": ["f", "g"]}],
    "quoting": [{"identifier": True}, {"schema": False}],
    "column_types": [{"id": "int"}, {"id": "text", "n": "float"}],
    "docs": [{"show": False}, {"node_color": "red"}],
    "contract": [{"enforced": True}, {"alias_types": False}],
    "packages": ["p", ["q", "r"]],
    "unique_key": ["id", ["a", "b"]],
    "full_refresh": [True, False, None],
    "on_schema_change": ["fail", "append_new_columns"],
    "my_own": [1, "x", [1], {"k": "v"}],
    "persist_docs": [{"relation": True}, {"columns": True}],
    "static_analysis": [True, False, "strict"],
}
TEST_ONLY = {
    "severity": ["warn", "ERROR"],
    "store_failures": [True, False, None],
    "store_failures_as": ["table", "view", "ephemeral", None],
    "where": ["a > 1"],
    "limit": [5],
    "warn_if": [">1"],
    "tags": ["a", ["b"]],
    "meta": [{"a": 1}, {"b": 2}],
    "enabled": [True, False],
    "schema": ["audit"],
}


def merge(kind, levels):
    """What ContextConfigGenerator does: update_from for each level, then finalize."""
    config = get_config_for(kind, base=False).from_dict({})
    for level in levels:
        level = json.loads(json.dumps(level))
        for hook in ("pre", "post"):
            if f"{hook}_hook" in level:
                level[f"{hook}-hook"] = level.pop(f"{hook}_hook")
        config = config.update_from(level, BaseConfig, validate=False)
    return config.finalize_and_validate().to_dict(omit_none=False)


def main():
    generator = random.Random(7)
    cases = []
    for number in range(240):
        kind = generator.choice([NodeType.Model, NodeType.Seed, NodeType.Snapshot, NodeType.Test])
        choices = TEST_ONLY if kind == NodeType.Test else CHOICES
        levels = []
        for _ in range(generator.randint(0, 4)):
            keys = generator.sample(sorted(choices), generator.randint(1, 4))
            levels.append({key: generator.choice(choices[key]) for key in keys})
        try:
            cases.append({"kind": kind.value, "levels": levels, "config": merge(kind, levels)})
        except Exception as error:  # dbt refuses some combinations; they are not about merging
            print(number, type(error).__name__, str(error).splitlines()[0])
    OUT.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()
