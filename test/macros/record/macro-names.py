"""Records the names and parameters of the macros that dbt's own packages offer, for test/macros/coverage.test.ts.

Only names and parameter names are written, no defaults and no bodies. Run it with a Python that has dbt-core 1.11 with
dbt-duckdb and dbt-postgres:  python macro-names.py > ../dbt-macros.json
"""

import importlib.metadata
import json
import sys
from pathlib import Path

from dbt import include
from dbt_common.clients.jinja import get_environment
from jinja2 import nodes

PACKAGES = {"dbt": "global_project", "dbt_duckdb": "duckdb", "dbt_postgres": "postgres"}
DISTRIBUTIONS = ["dbt-core", "dbt-adapters", "dbt-duckdb", "dbt-postgres"]


def macros_of(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in sorted([*folder.glob("macros/**/*.sql"), *folder.glob("tests/generic/**/*.sql")]):
        tree = get_environment(None, capture_macros=False).parse(file.read_text())
        for macro in tree.find_all(nodes.Macro):
            # dbt's parser prefixes the names that it knows: dbt_macro__, and materialization_ or test_ inside of it
            name = macro.name.removeprefix("dbt_macro__")
            found[name] = [argument.name for argument in macro.args]
    return found


def text_of(sections: dict[str, dict[str, object]]) -> str:
    """JSON with one line for each macro, so that a new version of dbt makes a diff that can be read."""
    blocks = []
    for title, entries in sections.items():
        lines = [f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(entries.items())]
        blocks.append(f"  {json.dumps(title)}: {{\n" + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def main() -> None:
    root = Path(include.__path__[0])
    versions = {name: importlib.metadata.version(name) for name in DISTRIBUTIONS}
    packages = {package: macros_of(root / folder) for package, folder in PACKAGES.items()}
    sys.stdout.write(text_of({"versions": versions, **packages}))


if __name__ == "__main__":
    main()
