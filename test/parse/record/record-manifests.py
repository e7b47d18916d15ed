"""Records what dbt parses out of the fixture projects, for test/parse/manifest-dbt.test.ts.

    DBT=/path/to/dbt python test/parse/record/record-manifests.py

Writes test/parse/fixtures/<project>.dbt.json: one resource a line, without what differs from run to run (times, folders)
and without dbt's own macros and docs, whose texts are dbt's.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

FIXTURES = Path(__file__).parent.parent / "fixtures"
DBT = os.environ.get("DBT", "dbt")
OWN_PACKAGES = {"dbt", "dbt_duckdb"}


def parse(project: Path) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / project.name
        shutil.copytree(project, copy)
        env = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "TZ": "UTC"}
        command = [DBT, "--quiet", "parse", "--profiles-dir", ".", "--no-partial-parse"]
        subprocess.run(command, cwd=copy, check=True, env=env)
        text = (copy / "target" / "manifest.json").read_text()
        return json.loads(text.replace(str(copy), "<project>"))


def cleaned(value):
    """Without times."""
    if isinstance(value, dict):
        return {key: cleaned(item) for key, item in value.items() if key != "created_at"}
    return [cleaned(item) for item in value] if isinstance(value, list) else value


def reduced(manifest: dict) -> dict:
    sections = {}
    for name, section in manifest.items():
        if name == "metadata":
            sections[name] = {key: section[key] for key in ("dbt_schema_version", "dbt_version", "project_name", "project_id", "adapter_type", "quoting")}
        elif name in ("macros", "docs"):
            sections[name] = {key: cleaned(item) for key, item in section.items() if item["package_name"] not in OWN_PACKAGES}
        else:
            sections[name] = cleaned(section)
    return sections


def main() -> None:
    for project in sorted(path for path in FIXTURES.iterdir() if (path / "dbt_project.yml").exists()):
        sections = []
        for name, section in reduced(parse(project)).items():
            lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(item)}" for key, item in section.items())
            sections.append(f"{json.dumps(name)}: {{\n{lines}\n}}" if lines else f"{json.dumps(name)}: {{}}")
        (FIXTURES / f"{project.name}.dbt.json").write_text("{\n" + ",\n".join(sections) + "\n}\n")


main()
