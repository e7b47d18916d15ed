"""Records what PyYAML (the C loader, as dbt uses it) makes of YAML texts: fixtures/yaml-cases.json.

Run with a Python that has PyYAML: python3 test/config/record/yaml_cases.py
Values are written as tagged JSON: ["int", "1"], ["float", "1.5"], ["str", ...], ["map", [[k, v], ...]] and so on.
"""

import datetime
import json
import pathlib
import random

import yaml
from yaml import CSafeLoader

HERE = pathlib.Path(__file__).parent
OUT = HERE.parent / "fixtures" / "yaml-cases.json"

SCALARS = """
yes no on off Yes NO On oFF true False TRUE y n ~ null Null nULL
0 1 -1 +1 010 08 0o10 0x1F 0x_1 0b101 1_000 -0x1f 1:30 1:30:15 1:60 190:20:30 -1:30 0:30 12345678901234567890
1.5 -1.5 .5 1. 1e3 1.0e3 1.0e+3 1.5E-2 1_0.5 .inf -.inf +.INF .nan 1:30.5 1.2.3 . .. - -- + 1,000 0.1.2 +.5 -.5
2024-01-31 2024-1-31 2024-01-31T10:20:30 2024-1-3T1:02:03 2024-01-31T10:20:30Z 2024-01-31T10:20:30.5+02:00 2024-01-31T10:20:30.123456789-5
2024-01-31T10:20 20240131 2024-01 10:20:30 = << !x a#b #x a:b a: :a ?a -a %a @a `a &a *a 'a "a [a {a |a >a ,a ]a }a a,b a]b
2024-02-30 2024-13-01 0b_ 0x_ 0b 0x _1 1__0 -_1 12e03 12e+03 0.e+1 00 0 -0 +0 007 -010 1:2:3:4 1:00
""".split()

TEXTS = [
    "", "\n", "# only a comment\n", "---\n", "--- a\n", "---\na: 1\n...\n", "---\na\n---\nb\n", "a: 1\n---\nb: 2\n", "...\n", "a\n...\nb\n",
    "%YAML 1.1\n---\na: 1\n", "%YAML 1.1\na: 1\n", "%TAG ! tag:x,2000:\n---\na: 1\n", "%FOO bar\n---\na: 1\n",
    "a: b: c\n", "a:\n  b: 1\n c: 2\n", "a:\n- 1\n- 2\nb: 3\n", "a:\n  - 1\n  - 2\n", "- - 1\n  - 2\n- 3\n", "- a: 1\n  b: 2\n-\n- c\n",
    "a: 1\na: 2\n", "a: 1\nb: 2\na: 3\n", "1: a\n'1': b\ntrue: c\nnull: d\n1.5: e\n2024-01-01: f\n", "? a\n: b\n", "? a\n", "? - a\n: b\n", "? {a: 1}\n: b\n", "[a]: b\n", "{a: 1}: b\n",
    "a: &x 1\nb: *x\n", "a: &x {p: 1}\nb: {<<: *x, q: 2}\n", "a: &x {p: 1, q: 0}\nb:\n  q: 2\n  <<: *x\n", "a: &x {p: 1}\nb: &y {p: 2, r: 3}\nc:\n  <<: [*x, *y]\n  z: 1\n", "b: {<<: 1}\n", "b: {<<: [1]}\n", "b: {'<<': {a: 1}}\n", "a: &x {p: 1}\nb: &y {<<: *x, q: 2}\nc: {<<: *y, p: 5}\n",
    "a: *nope\n", "a: &x\nb: *x\n", "a: & b\n", "a: * b\n", "a: *b*\n", "a: &x &y 1\n", "&a a: 1\nb: *a\n", "*a : 1\n",
    "a: 'it''s'\n", "a: 'x\n  y\n\n  z'\n", 'a: "x\\ny\\t\\x41\\u00e9\\U0001F600\\/\\e"\n', 'a: "x\\q"\n', 'a: "x\\\n   y"\n', 'a: "x \\\n   \\ y"\n', 'a: "x\n\n y"\n', "a: 'x\n", 'a: "x\n', 'a: "x\n---\ny"\n', 'a: "x" y\n', "a: 'x' # c\n", 'a: "x"# c\n', '"a": 1\n', '"a":1\n', "'a' : 1\n",
    "a: x\n  y\n  z\n", "a: x\n\n  y\n", "a: x # c\n  y\n", "a: x\n# c\n  y\n", "a: x\n  # c\nb: 1\n", "a: x#y\n", "a: x y: z\n", "a\nb\n", "a b\n c: d\n", "a: x\n y: z\n", "a:\n  x\n  y\n",
    "a: |\n  x\n   y\n  z\n", "a: |-\n  x\n\n\n", "a: |+\n  x\n\n\nb: 1\n", "a: >\n  x\n  y\n\n  z\n", "a: >-\n  x\n  y\n", "a: >+\n  x\n\n", "a: >\n  x\n    y\n    z\n  w\n", "a: >\n\n  x\n\n\n  y\n   z\n\n  w\n", "a: |2\n   x\n  y\n", "a: |1\n  x\n", "a: |3\n  x\n", "a: | # c\n  x\n", "a: |x\n  y\n", "a: |10\n  y\n", "a: |-2\n   y\n", "a: |2-\n   y\n", "a: |\n", "a: |\nb: 1\n", "a: |\n\n  x\n", "a: |\n    \n  x\n", "- |\n x\n- >\n y\n", "|\n x\n", "a: |\n  x", "a: |\n  x\n # c\nb: 1\n", "a: |\n\tx\n", "a: >\n  x\n\ty\n", "a: |+\n  x\n\n# c\n\nb: 1\n", "a: >\n x\n\n y\n\n\n z\n", "a: >\n  * x\n  * y\n    z\n", "a: >2\n    x\n  y\n",
    "[a, b, c]\n", "[a, b\n", "[a b, c,]\n", "[a, , b]\n", "[,]\n", "[]\n", "{}\n", "{a: 1, b}\n", "{a: 1, b: }\n", "{a:1}\n", '{"a":1}\n', "{a: 1,}\n", "{a: 1 b: 2}\n", "{a: [1, {b: 2}]}\n", "[a: 1, b]\n", "[a: 1\n", "{? a : b}\n", "[? a : b]\n", "[a, b]]\n", "]\n", "}\n", "{a: b}}\n", "[{a: b]\n", "[a\n, b]\n", "a: [\n1,\n2\n]\n", "a: [\n  1,\n  # c\n  2]\n", "a: {\n b: 1\n}\n", "{a, b: }\n", "{: a}\n", "[: a]\n", "{a:, b: 1}\n", "{http://x: 1}\n", "[a::b]\n", "[http://x?y=1]\n", "[a?b, ?c]\n", "{a?: b}\n", "[-1, -a, - a]\n", "[a #c\n]\n", "[a#c]\n", "{x: 'a', y: \"b\"}\n", "[x, 'a' 'b']\n", "{a: {b: {c: d}}}\n", "[[[]]]\n", "{[a]: b}\n", "{{ x }}\n", "a: {{ x }}\n", "a: {{ x }} b\n", "a: {{ env_var('X') }}\n", "a: [{{ x }}]\n", "- {{ x }}\n", "{% if x %}\n", "a: {% if x %}\n",
    "\ta: 1\n", "a:\n\tb: 1\n", "a:\n  b: 1\n\tc: 2\n", "a:\tb\n", "a: b\t\n", "-\ta\n", "- \ta\n", "a: \tb\n", "[\ta,\tb]\n", "a: b\tc\n", "a: b \t# c\n", "a:\t# c\n  b: 1\n", "a: 'x\n\ty'\n", "a: x\n\ty\n", "a: x\n \ty\n", "\t\n", "a: 1\n\t\nb: 2\n", "a:\n  - x\n\t- y\n", "- a\n\t- b\n",
    "a: !!str 1\n", "a: !!int '1'\n", "a: !!float 1\n", "a: !!bool yes\n", "a: !!null ''\n", "a: ! 1\n", "a: !!seq [1]\n", "a: !!map {b: 1}\n", "a: !!python/object/apply:os.system ['x']\n", "a: !foo 1\n", "a: !!timestamp 2024-01-01\n", "a: !!str\n", "a: !!str {b: 1}\n", "!!str a: 1\n", "a: !<tag:yaml.org,2002:str> 1\n",
    "a: 1\n b: 2\n", "  a: 1\nb: 2\n", "a: 1\n- b\n", "- a\nb: 1\n", "- a\n b\n", "- a\n - b\n", "a:\n - b\n  - c\n", "a:\n  - b\n - c\n", "a: - b\n", "- - a\n - b\n", "a: b\nc\n", "a: b\nc\nd: e\n", "a\nb: c\n", "- name: a\n  b: 1\n name: c\n", "- name: a\n  desc: x\n  - y\n", "a:\n  b\n  c: d\n", "a:\nb:\n", "a:\n\n\n  b: 1\n", ": a\n", "a: 1\n: b\n", "? a\n? b\n", "- ? a\n  : b\n", "-\n  a: 1\n-\n  - b\n", "a: b\n...\n", "a: ?b\n", "a: -b\n", "a: :b\n", "- :b\n", "?b: 1\n", "-b: 1\n", ":b: 1\n", "a b: 1\n", "a: @b\n", "a: `b`\n", "a: %b\n", "%b: 1\n", "a: b%c\n", "a: b@c\n", "a: ,b\n", "a: b, c\n", "a: b]c\n", "a: b}\n", "a: !b\n", "a: >b\n", "a: |b\n", "a: #b\n", "a: # b\n  c\n", "é: ü\n", "😀: 1\n  \n", "a: \u0007\n", "a: \u00a0b\n", "a: x\u2028y\n", "a: x\u0085y\n", "\ufeffa: 1\n", "a: 1\r\nb: |\r\n  x\r\n  y\r\n", "a: x\r\n  y\r\n", "a: 1\rb: 2\r",
    "k" * 1030 + ": 1\n", "'" + "k" * 1030 + "': 1\n", "[" + "k" * 1030 + ": 1]\n", "? " + "k" * 1030 + "\n: 1\n", "a: " + "x " * 700 + ": y\n",
    "version: 2\nmodels:\n  - name: a\n    columns:\n      - name: b\n        data_tests:\n          - accepted_values:\n              arguments: {values: [x, 'y', 3]}\n",
    "a: \"{{ var('x') }}\"\nb: '{{ x }}'\nc: x {{ y }}\nd: x {{ y: z }}\n", "a: >\n  {{ x }}\n  y: z\n", "- 'a': b\n  \"c\": d\n", "a: '#b'\n", "a: b'c\n", "a: b\"c\"\n", "select: *\n", "a: *x y\n", "a:\n  *x\n", "x: [1, 2\ny: 3\n", "x: {a: 1\ny: 3\n", "a: 'b\nc: 'd'\n", 'a: "b\nc: "d"\n',
]

PIECES = ["a", "b: ", "c:\n", "- ", "  ", "    ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ",", ", ", ": ", ":", "'", '"', "|\n", ">\n", "#", " # x", "&x ", "*x", "!!str ", "? ", "x y", "1", "1.5", "yes", "2024-01-01", "\t", "---\n", "...\n", "-", "<<: ", "{{ a }}", "\\", "%"]


def tagged(value):
    if value is None:
        return ["null"]
    if value is True or value is False:
        return ["bool", value]
    if isinstance(value, int):
        return ["int", str(value)]
    if isinstance(value, float):
        return ["float", repr(value)]
    if isinstance(value, str):
        return ["str", value]
    if isinstance(value, datetime.datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()]
    if isinstance(value, list):
        return ["list", [tagged(item) for item in value]]
    if isinstance(value, dict):
        return ["map", [[tagged(k), tagged(v)] for k, v in value.items()]]
    raise TypeError(type(value))


def answer(text):
    try:
        return {"text": text, "value": tagged(yaml.load(text, Loader=CSafeLoader))}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return {"text": text, "error": error.problem, "line": mark.line + 1 if mark else None}
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        return {"text": text, "error": f"{type(error).__name__}: {str(error).splitlines()[0]}"}


def random_texts(count):
    generator = random.Random(20240131)
    for _ in range(count):
        yield "".join(generator.choice(PIECES) for _ in range(generator.randint(2, 14))) + "\n"


def main():
    texts = [f"{scalar}\n" for scalar in SCALARS] + [f"k: {scalar}\n" for scalar in SCALARS] + [f"[{scalar}]\n" for scalar in SCALARS]
    texts += TEXTS + list(random_texts(3000))
    cases = [answer(text) for text in dict.fromkeys(texts)]
    OUT.parent.mkdir(exist_ok=True)
    with OUT.open("w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()
