"""Builds the example project with dbt and records statuses and tables: test/projects/example.dbt.json.

    python test/projects/record/example.py      (in an environment with dbt-core 1.11 and dbt-duckdb 1.11)
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[2] / "example-project"
PROFILE = "bike:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: bike_share.duckdb, threads: 1}\n"
MOMENTS = {"dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"}


def fingerprint(connection, schema, name):
    """Columns with types, number of rows, and a hash of all rows in any order; moments of snapshots left out."""
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() where schema_name = ? and table_name = ? order by column_index", [schema, name]
    ).fetchall()
    stable = [f'"{column}"' for column, _ in columns if column not in MOMENTS]
    rows = connection.execute(f'select to_json(struct_pack({", ".join(f"{c} := {c}" for c in stable)}))::varchar from "{schema}"."{name}" order by 1').fetchall()
    text = "\n".join(row for (row,) in rows)
    return {"columns": [f"{c} {t}" for c, t in columns], "rows": len(rows), "md5": hashlib.md5(text.encode()).hexdigest()}


def main():
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("target", "logs", "*.duckdb*"))
        (project / "dbt_project.yml").open("a").write("\nprofile: bike\n")
        (project / "profiles.yml").write_text(PROFILE)
        recorded = []
        for _ in range(2):
            subprocess.run(["dbt", "build", "--profiles-dir", "."], cwd=project, check=True, stdout=subprocess.DEVNULL)
            results = json.loads((project / "target/run_results.json").read_text())["results"]
            with duckdb.connect(str(project / "bike_share.duckdb"), read_only=True) as connection:
                relations = connection.execute(
                    "select schema_name, table_name from duckdb_tables() union all select schema_name, view_name from duckdb_views() where not internal order by 1, 2"
                ).fetchall()
                tables = {f"{s}.{n}": fingerprint(connection, s, n) for s, n in relations}
            recorded.append({"statuses": {r["unique_id"]: r["status"] for r in sorted(results, key=lambda r: r["unique_id"])}, "relations": tables})
        (HERE.parent / "example.dbt.json").write_text(json.dumps(recorded, indent=1) + "\n")


main()
