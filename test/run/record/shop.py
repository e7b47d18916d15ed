"""Records what dbt makes of fixtures/shop: python record/shop.py > fixtures/shop.json

Runs `dbt build` twice in a copy (with round 1 and 2) and tells for each the results, the compiled SQL of models and the
rows of all relations. dbt and duckdb must be installed in this Python.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
DBT = Path(sys.executable).parent / "dbt"
VOLATILE = {"dbt_updated_at", "dbt_valid_from", "dbt_valid_to", "dbt_scd_id"}


def relations(path):
    db = duckdb.connect(str(path), read_only=True)
    names = db.execute(
        "select table_schema, table_name, table_type from information_schema.tables order by all"
    ).fetchall()
    found = {}
    for schema, name, kind in names:
        try:
            rows = db.execute(f'select * from "{schema}"."{name}"')
        except duckdb.Error:
            found[f"{schema}.{name}"] = {"kind": kind, "broken": True}
            continue
        columns = [(c[0], str(c[1])) for c in rows.description]
        kept = [i for i, (column, _) in enumerate(columns) if column not in VOLATILE]
        told = [[None if row[i] is None else str(row[i]) for i in kept] for row in rows.fetchall()]
        found[f"{schema}.{name}"] = {
            "kind": kind,
            "columns": [column for column, _ in columns],
            "rows": sorted(told, key=lambda row: [cell or "" for cell in row]),
        }
    db.close()
    return found


rounds = []
with tempfile.TemporaryDirectory() as folder:
    project = Path(folder) / "shop"
    shutil.copytree(HERE.parent / "fixtures" / "shop", project, ignore=shutil.ignore_patterns("target", "logs", "*.duckdb"))
    for number in (1, 2):
        command = [DBT, "--quiet", "--no-use-colors", "build", "--vars", json.dumps({"round": number})]
        subprocess.run(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        results = json.loads((project / "target" / "run_results.json").read_text())["results"]
        rounds.append(
            {
                "results": {
                    r["unique_id"]: {
                        "status": r["status"],
                        "message": None if r["status"] in ("error", "fail") and r["failures"] is None else r["message"],
                        "failures": r["failures"],
                        "relation_name": r["relation_name"],
                        "adapter_response": r["adapter_response"],
                        "compiled": r["compiled"],
                        "compiled_code": r["compiled_code"] if r["unique_id"].startswith(("model.", "unit_test.")) else None,
                    }
                    for r in results
                },
                "relations": relations(project / "shop.duckdb"),
            }
        )
print(json.dumps(rounds, indent=1, ensure_ascii=False, sort_keys=True))
