"""Records what dbt says of the project beside it, for the tests of manifest.json and of the dict `model`.

    DBT=/path/to/dbt python test/artifacts/record/record_manifest.py     (dbt-core 1.11, dbt-duckdb)

Writes parsed.json (manifest.json after dbt parse), compiled.json (nodes of manifest.json after dbt compile) and
models.json (`model` in templates), without times, folders and dbt's own macros. One entry a line.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
DBT = os.environ.get("DBT", "dbt")
OWN_PACKAGES = {"dbt", "dbt_duckdb"}
RAW_ORDERS = "create table raw_orders as select 1 as id, 'de' as code, 3 as amount, now() as loaded_at"


def run(folder: Path, *arguments: str) -> str:
    command = [DBT, *arguments, "--profiles-dir", ".", "--no-partial-parse"]
    env = {**os.environ, "TZ": "UTC", "DBT_ENV_CUSTOM_ENV_team": "data"}
    return subprocess.run(command, cwd=folder, check=True, env=env, capture_output=True, text=True).stdout


def manifest(folder: Path) -> dict:
    text = (folder / "target" / "manifest.json").read_text()
    return without_times(json.loads(text.replace(str(folder), "<project>")))


def without_times(value):
    if isinstance(value, dict):
        return {key: 0 if key == "created_at" else without_times(item) for key, item in value.items()}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def written(name: str, sections: dict) -> None:
    texts = []
    for section, entries in sections.items():
        lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}" for key, entry in entries.items())
        texts.append(f"{json.dumps(section)}: {{\n{lines}\n}}" if lines else f"{json.dumps(section)}: {{}}")
    (HERE / name).write_text("{\n" + ",\n".join(texts) + "\n}\n")


def parsed(folder: Path) -> dict:
    run(folder, "parse")
    sections = manifest(folder)
    for name in ("generated_at", "invocation_id", "invocation_started_at", "run_started_at"):
        sections["metadata"][name] = f"<{name}>"
    for name in ("macros", "docs"):
        sections[name] = {key: item for key, item in sections[name].items() if item["package_name"] not in OWN_PACKAGES}
    return sections


def models(folder: Path) -> dict:
    output = run(folder, "--log-format", "json", "compile", "--vars", "tell: true")
    found = {}
    for line in output.splitlines():
        message = json.loads(line)["info"]["msg"]
        if message.startswith("MODEL "):
            model = without_times(json.loads(message.removeprefix("MODEL ")))
            found[model["unique_id"]] = model
    return {"models": dict(sorted(found.items()))}


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "shop"
        shutil.copytree(HERE / "project", folder)
        written("parsed.json", parsed(folder))
        import duckdb

        duckdb.connect(str(folder / "shop.duckdb")).execute(RAW_ORDERS).close()
        run(folder, "compile")
        compiled = manifest(folder)
        written("compiled.json", {name: compiled[name] for name in ("nodes", "functions")})
        written("models.json", models(folder))


main()
