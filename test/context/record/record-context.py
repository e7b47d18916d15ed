"""Asks dbt's own context what each expression of expressions.json gives and writes the answers beside it.

Usage: python record-context.py   (needs dbt-core 1.11 and dbt-duckdb 1.11; works on a copy of ./project)
Each expression is the body of a macro that returns it, called in the context of an operation, of a compiled model
and of a model that is being parsed.
"""

import dataclasses
import io
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
EXPRESSIONS = json.loads((HERE / "expressions.json").read_text())
TABLES = EXPRESSIONS.pop("tables")
SETUP = "create table probe_table as select 1::integer as id, 'a' as name, 1.5::decimal(10,2) as price"


def shown(value, depth=0):
    kind = type(value).__name__
    if kind in ("list", "tuple") and depth < 3:
        return {"type": kind, "items": [shown(item, depth + 1) for item in value]}
    return {"type": kind, "text": str(value), "repr": repr(value)}


def probes():
    for kind, expressions in EXPRESSIONS.items():
        for number, expression in enumerate(expressions):
            yield kind, number, expression


def main():
    os.environ["ETL_PROBE"] = "probed"
    folder = Path(tempfile.mkdtemp()) / "project"
    shutil.copytree(HERE / "project", folder)
    os.chdir(folder)

    import duckdb

    duckdb.connect("shop.duckdb").execute(SETUP).close()
    from dbt.cli.main import dbtRunner

    runner = dbtRunner()
    common = ["--quiet", "--profiles-dir", ".", "--project-dir", "."]
    assert runner.invoke(["deps", *common]).success
    answers = evaluate(runner, common)
    (HERE / "answers.json").write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")
    shutil.rmtree(folder.parent)


def evaluate(runner, common):
    """The answers are made inside of a run-operation, where adapter, flags and tracking are set up."""
    from dbt.task import run_operation as task

    answers = {}

    def run_probes(self, package_name, macro_name):
        from dbt.adapters.factory import get_adapter
        from dbt.clients.jinja import MacroGenerator, MacroStack
        from dbt.context.context_config import ContextConfig
        from dbt.context.providers import (
            generate_parser_model_context,
            generate_runtime_macro_context,
            generate_runtime_model_context,
        )

        adapter = get_adapter(self.config)
        model = self.manifest.nodes["model.shop.orders"]
        with adapter.connection_named("probe"):
            for kind, number, expression in probes():
                # Macros that the manifest does not know: dbt would refuse wrong dispatches when it reads them.
                text = "{% macro probe_" + f"{kind}_{number}" + "() %}{% do return(" + expression + ") %}{% endmacro %}"
                macro = dataclasses.replace(
                    self.manifest.macros["macro.shop.seven"], name=f"probe_{kind}_{number}", macro_sql=text
                )
                if kind == "operation":
                    context = generate_runtime_macro_context(macro, self.config, self.manifest, None)
                elif kind == "model":
                    context = generate_runtime_model_context(model, self.config, self.manifest)
                else:
                    config = ContextConfig(self.config, model.fqn, model.resource_type, "shop")
                    context = generate_parser_model_context(model, self.config, self.manifest, config)
                try:
                    value = MacroGenerator(macro, context, model, MacroStack())()
                    answer = shown(value)
                except BaseException as error:
                    answer = {"error": type(error).__name__, "message": str(error)}
                answers.setdefault(kind, []).append({"expression": expression, **answer})

        with adapter.connection_named("tables"):
            for sql in TABLES:
                _, table = adapter.execute(sql, fetch=True)
                output = io.StringIO()
                table.print_table(output=output)
                csv = io.StringIO()
                table.to_csv(csv)
                answers.setdefault("tables", []).append({"sql": sql, "text": output.getvalue(), "csv": csv.getvalue(), "structure": str(table)})

    task.RunOperationTask._run_unsafe = run_probes
    runner.invoke(["run-operation", "seven", *common])
    return answers


if __name__ == "__main__":
    main()
