"""Records what dbt 1.11 with dbt-duckdb 1.11 makes of CSV files: inferred types and the rows after loading.

Run with the Python of an environment that holds dbt-core and dbt-duckdb:
    python test/adapter/record/seeds.py > test/adapter/fixtures/seeds.json
"""

import json
import random
import sys
import tempfile
import warnings

import duckdb
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt_common.clients.agate_helper import from_csv

warnings.simplefilter("ignore")

POOLS = {
    "int": ["1", "0", "-5", "007", "+3", " 4 ", "2147483647", "12345678"],
    "big": ["3000000000", "-2147483649", "9223372036854775807"],
    "huge": ["9223372036854775808", "123456789012345678901234567890"],
    "whole": ["1.0", "2.00", "1e3", "5.", "1_000", "-0"],
    "fraction": ["1.5", ".5", "-0.25", "1e-2", "3.14159265358979", "100.10"],
    "special": ["NaN", "inf", "-Infinity"],
    "money": ["$1,000", "5%", "1,000", "€3"],
    "date": ["2024-01-01", "2024-1-5", "1999-12-31", " 2024-02-29 "],
    "baddate": ["2023-02-29", "2024-13-01", "0000-01-01", "24-01-01", "31/12/2024"],
    "stamp": ["2024-01-01 00:00:00", "2024-1-5 1:2:3", "1999-12-31 23:59:59"],
    "badstamp": ["2024-01-01 00:00", "2024-01-01 25:00:00", "2024-01-01 10:00:00.5"],
    "iso": ["2024-01-01T00:00:00", "2024-01-01T10:00:00Z", "2024-01-01T10:00", "2024-01-01T10:00:00.123+02:00"],
    "bool": ["true", "FALSE", "True", "false"],
    "yes": ["yes", "t", "f", "no"],
    "null": ["", "null", "NULL", "Null"],
    "blank": ["  ", "\t"],
    "none": ["na", "n/a", "none", "."],
    "text": ["a", "x y", "naïve", "日本", "O'Brien", "#tag", "nullable", "truely", "infinite", "-", "+", "--5", "1-2"],
    "quoted": ['say "hi"', "a,b", "two\nlines", " padded ", '"'],
}

MIXES = [[name] for name in POOLS] + [
    ["int", "null"], ["int", "big"], ["int", "fraction"], ["int", "whole"], ["int", "text"], ["whole", "fraction"],
    ["fraction", "special"], ["int", "special"], ["date", "null"], ["date", "stamp"], ["date", "baddate"],
    ["stamp", "null"], ["stamp", "iso"], ["stamp", "badstamp"], ["iso", "null"], ["bool", "null"], ["bool", "int"],
    ["bool", "yes"], ["text", "null"], ["text", "quoted", "null"], ["int", "money"], ["int", "none"], ["int", "blank"],
    ["text", "blank"], ["huge", "int"], ["big", "fraction"], ["null", "blank"],
]

FILES = {
    "header only": "a,b\n",
    "header without line end": "a,b",
    "no last line end": "a,b\n1,x",
    "blank line": "a,b\n1,x\n\n2,y\n",
    "blank line in one column": "a\nx\n\ny\n",
    "blank lines at the end": "a,b\n1,x\n\n\n",
    "carriage returns": "a,b\r\n1,x\r\n2,y\r\n",
    "byte order mark": "\ufeffa,b\n1,x\n",
    "repeated header": "id,id,id\n1,2,3\n",
    "unnamed header": "a,,c\n1,2,3\n",
    "padded header": " a , b\n1,2\n",
    "quoted header": '"a b","c""d"\n1,2\n',
    "all empty": "a,b\n,\n,\n",
    "quoted empty": 'a,b\n"",""\n',
    "quotes inside": 'a,b\n1,x"y\n2,z\n',
    "quoted line end": 'a,b\n1,"two\nlines"\n2,y\n',
    "hash lines": "a,b\n#1,x\n#2,y\n",
    "apostrophes": "a,b\n'1',x\n'2',y\n",
    "row too short": "a,b\n1,x\n2\n",
    "row too long": "a,b\n1,x\n2,y,z\n",
    "trailing delimiter": "a,b,\n1,x,\n2,y,\n",
    "backslash": "a,b\n1,a\\b\n2,\\N\n",
    "wide characters": "naïve,日本\n1,😀\n",
}


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n\r') else cell


def cases():
    for name, text in FILES.items():
        yield name, text
    rng = random.Random(20260101)
    for mix in MIXES:
        pool = [cell for name in mix for cell in POOLS[name]]
        yield "column of " + " and ".join(mix), "id,v\n" + "".join(f"{i},{quoted(c)}\n" for i, c in enumerate(pool))
    for number in range(150):
        mix = rng.choice(MIXES)
        pool = [cell for name in mix for cell in POOLS[name]]
        cells = [rng.choice(pool) for _ in range(rng.randint(1, 4))]
        yield f"random {number}: " + " and ".join(mix), "id,v\n" + "".join(f"{i},{quoted(c)}\n" for i, c in enumerate(cells))


def record(name, text):
    case = {"name": name, "csv": text}
    with tempfile.NamedTemporaryFile("wb", suffix=".csv") as file:
        file.write(text.encode())
        file.flush()
        try:
            table = from_csv(file.name, [])
            columns = [[c, DuckDBAdapter.convert_type(table, i)] for i, c in enumerate(table.column_names)]
        except Exception as error:  # what dbt refuses is recorded as such
            return {**case, "refused": type(error).__name__}
        case["columns"] = columns
        db = duckdb.connect()
        try:
            db.execute("create table t (" + ", ".join(f'"{c.replace(chr(34), chr(34) * 2)}" {t}' for c, t in columns) + ")")
            db.execute(f"COPY t FROM '{file.name}' (FORMAT CSV, HEADER TRUE, DELIMITER ',')")
            case["rows"] = [list(row) for row in db.execute("select columns(*)::varchar from t").fetchall()]
        except Exception:
            case["unloadable"] = True
    return case


if __name__ == "__main__":
    json.dump([record(name, text) for name, text in cases()], sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
