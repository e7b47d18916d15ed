// The engine as its hosts use it: scanning files, binding macros, effects, the source map, native values, names.

import { describe, expect, test } from "vitest";
import { drive, driveAsync } from "../../src/jinja/drive.ts";
import { Environment } from "../../src/jinja/environment.ts";
import { JinjaError } from "../../src/jinja/errors.ts";
import { fromJson, toJson } from "../../src/jinja/json.ts";
import { tokenize } from "../../src/jinja/lexer.ts";
import { NativeFunction, NO_KWARGS, PyFloat, type Value } from "../../src/jinja/value.ts";
import { globalsOf } from "./template-world.ts";

const environment = new Environment();
const FILE = `{# {% macro no() %} #}
{% macro one(a, b='x, y', c: str = none) -%}
  {% raw %}{% endmacro %}{% endraw %}{{ "{% endmacro %}" }}{{ a }}
{%- endmacro %}

{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}x{% endmaterialization %}
{% test positive(model) %}select{% endtest %}
  {% docs orders %}about {{ x }}{% enddocs %}
`;

describe("scan", () => {
  test("finds the blocks of a file with their names, parameters and places", () => {
    const blocks = environment.scan({ file: "macros/a.sql", text: FILE });
    expect(blocks.map(({ kind, name, shortName, line }) => [kind, name, shortName, line])).toEqual([
      ["macro", "one", "one", 2],
      ["materialization", "materialization_table_duckdb", "table", 6],
      ["test", "test_positive", "positive", 7],
      ["docs", "orders", "orders", 8],
    ]);
    expect(blocks[0]?.parameters).toEqual([
      { name: "a" },
      { name: "b", default: "'x, y'" },
      { name: "c", default: "none", type: "str" },
    ]);
    expect(blocks[1]).toMatchObject({ adapter: "duckdb", supportedLanguages: ["sql", "python"] });
    expect(blocks[3]?.source).toMatchObject({ line: 8, column: 3 });
    expect(blocks[3]?.body.text).toBe("about {{ x }}");
    for (const { start, end, text } of blocks) expect(FILE.slice(start, end)).toBe(text);
  });

  test.each([
    ["{% macro a() %}\nx", 1, /macro 'a' is never closed/],
    ["\n{% macro a() %}x\n{% macro b() %}{% endmacro %}", 2, /macro 'a' is never closed/],
    ["\n{% if x %}{% macro a() %}{% endmacro %}{% endif %}", 2, /cannot stand inside of \{% if %\}/],
    ["{% macro a() %}{% endtest %}", 1, /does not close the macro 'a'/],
    ["{% macro %}{% endmacro %}", 1, /has no name/],
  ])("%s", (text, line, says) => {
    try {
      environment.scan({ file: "macros/a.sql", text });
      throw new Error("scanned");
    } catch (error) {
      expect(error).toBeInstanceOf(JinjaError);
      expect(error).toMatchObject({ detail: expect.stringMatching(says), place: { line } });
    }
  });
});

describe("macros of packages", () => {
  const [block] = environment.scan({
    file: "macros/a.sql",
    text: "\n{% macro m(a, b=2) %}{{ a }}{{ b }}{{ env }}{{ return([a]) if a == 7 }}{% endmacro %}",
  });
  if (block === undefined) throw new Error("no block");
  const macro = environment.macro(block);

  test("are bound to the names of each node and called by hosts and templates", () => {
    const bound = macro.bind(new Map<string, Value>([["env", "E"]]));
    expect(drive(bound.call([1], NO_KWARGS), () => null)).toBe("12E");
    expect(drive(bound.call([1], new Map([["b", 5]])), () => null)).toBe("15E");
    const template = environment.compile({ file: "a.sql", text: "{{ m(3) }}" });
    expect(drive(template.render(new Map<string, Value>([["m", bound]])), () => null).text).toBe("32E");
  });

  test("return() ends them with a value", () => {
    const bound = macro.bind(globalsOf({ env: "" }));
    expect(drive(bound.call([7], NO_KWARGS), () => null)).toEqual([7]);
  });

  test("errors in them point into their file and at the call", () => {
    const template = environment.compile({ file: "a.sql", text: "\n\n{{ m([]) + 1 }}{{ m(1, 2, 3) }}" });
    const globals = new Map<string, Value>([["m", macro.bind(new Map())]]);
    expect(() => drive(template.render(globals), () => null)).toThrow(JinjaError);
  });
});

describe("effects", () => {
  const ask = new NativeFunction("ask", function* (args) {
    return (yield args[0]) as Value;
  });
  const text =
    "{% macro twice(x) %}{{ ask(x) }}{{ ask(x) }}{% endmacro %}{% for x in [1, 2] if ask(x) > 10 %}{{ twice(x) }};{% endfor %}";
  const template = environment.compile({ file: "a.sql", text });
  const globals = new Map<string, Value>([["ask", ask]]);

  test("requests of templates and macros are answered at once or later", async () => {
    const seen: unknown[] = [];
    const answer = (request: unknown) => {
      seen.push(request);
      return (request as number) * 10;
    };
    expect(drive(template.render(globals), answer).text).toBe("2020;");
    expect(seen).toEqual([1, 2, 2, 2]);
    expect((await driveAsync(template.render(globals), async (request) => answer(request))).text).toBe(
      "2020;",
    );
  });
});

describe("source map", () => {
  const text =
    "select\n  {{ column }},\n  {{ money('amount') }}\nfrom t {% for i in [1, 2] %}\n-- {{ i }}{% endfor %}";
  const macros = "{% macro money(name) %}\n  round({{ name }}, 2){% endmacro %}";
  const [block] = environment.scan({ file: "macros/money.sql", text: macros });
  if (block === undefined) throw new Error("no block");
  const money = environment.macro(block).bind(new Map());
  const globals = new Map<string, Value>([
    ["column", "id"],
    ["money", money],
  ]);
  const rendered = drive(environment.compile({ file: "models/a.sql", text }).render(globals), () => null);

  const placeOf = (needle: string, from = 0) => {
    const mapped = rendered.map.placeAt(rendered.text.indexOf(needle, from));
    const calls = mapped?.calls.map(({ macro, place }) => `${macro} ${place?.file}:${place?.line}`) ?? [];
    return [`${mapped?.place.file}:${mapped?.place.line}:${mapped?.place.column}`, ...calls].join(" < ");
  };

  test("text maps to itself, expressions to themselves, macros into their file", () => {
    expect(rendered.text).toBe("select\n  id,\n  \n  round(amount, 2)\nfrom t \n-- 1\n-- 2");
    expect(placeOf("select")).toBe("models/a.sql:1:1");
    expect(placeOf("id")).toBe("models/a.sql:2:6");
    expect(placeOf(",\n")).toBe("models/a.sql:2:15");
    expect(placeOf("round")).toBe("macros/money.sql:2:3 < money models/a.sql:3");
    expect(placeOf("amount")).toBe("macros/money.sql:2:12 < money models/a.sql:3");
    expect(placeOf("from")).toBe("models/a.sql:4:1");
    expect(placeOf("2", rendered.text.lastIndexOf("--"))).toBe("models/a.sql:5:7");
    expect(rendered.map.placeOfLine(2, 3)?.place.line).toBe(2);
    expect(rendered.map.placeOfLine(4, 3)?.place).toMatchObject({ file: "macros/money.sql", line: 2 });
  });

  test("every position of the text has a place", () => {
    for (let offset = 0; offset <= rendered.text.length; offset++)
      expect(rendered.map.placeAt(offset)).toBeDefined();
  });
});

describe("native values (YAML)", () => {
  const value = (text: string, plain: unknown = {}) =>
    drive(environment.compile({ file: "a.yml", text }).renderValue(globalsOf(plain)), () => null);

  test("one expression keeps its value, marked text is converted, the rest is text", () => {
    expect(value("{{ x }}", { x: 5 })).toBe(5);
    expect(value("{{ x }}", { x: "5" })).toBe("5");
    expect(value("{{ x | as_number }}", { x: "5" })).toBe(5);
    expect(value("{{ x | as_number }}", { x: "1.5" })).toEqual(new PyFloat(1.5));
    expect(value("{{ x | as_bool }}", { x: "True" })).toBe(true);
    expect(value("{{ x | as_native }}", { x: "[1, 'a', None]" })).toEqual([1, "a", null]);
    expect(value("{{ x | as_text }}", { x: 5 })).toBe("5");
    expect(value("a{{ x }}", { x: 5 })).toBe("a5");
    expect(value("{{ 1 }}")).toBe("1");
    expect(value("")).toBe("");
    expect(() => value("{{ x | as_bool }}", { x: "maybe" })).toThrow(
      "Could not convert value 'maybe' into type 'bool'",
    );
  });

  test("rendered to text, the marks change nothing", () => {
    const template = environment.compile({ file: "a.sql", text: "{{ (x | as_bool) or 'no' }}" });
    expect(drive(template.render(globalsOf({ x: false })), () => null).text).toBe("no");
  });
});

test("names are those that a template reads and does not set", () => {
  const text =
    "{% set a = b %}{{ a }}{% for c in d %}{{ c }}{{ loop.index }}{{ e }}{% endfor %}{% macro m(f) %}{{ f }}{{ g }}{% endmacro %}{{ m() }}";
  expect([...environment.compile({ file: "a.sql", text }).names()].sort()).toEqual(["b", "d", "e", "g"]);
});

test("exports are the variables and macros of the top level", () => {
  const template = environment.compile({
    file: "a.sql",
    text: "{% set a = 1 %}{% if true %}{% set b = 2 %}{% endif %}{% for i in [1] %}{% set c = 3 %}{% endfor %}",
  });
  expect([...drive(template.render(new Map()), () => null).exports]).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
});

test("tokens carry their offsets", () => {
  const text = "a {{ ref('x') }}";
  const tokens = tokenize({ file: "a.sql", text });
  expect(tokens.map(({ kind }) => kind)).toEqual([
    "data",
    "variable_begin",
    "name",
    "operator",
    "string",
    "operator",
    "variable_end",
    "eof",
  ]);
  expect(tokens.map(({ start, end }) => text.slice(start, end))).toEqual([
    "a ",
    "{{",
    "ref",
    "(",
    "'x'",
    ")",
    "}}",
    "",
  ]);
});

test("JSON keeps ints, floats and large numbers apart", () => {
  const text = '{"a": 1.0, "b": [1, 12345678901234567890, -0.5, 1e+16], "c": "\\u00e9\\n", "d": null}';
  expect(toJson(fromJson(text))).toBe(text);
  expect(toJson(fromJson('{"b": 1, "a": 2}'), { sortKeys: true, indent: 2 })).toBe(
    '{\n  "a": 2,\n  "b": 1\n}',
  );
  expect(() => fromJson("[1,")).toThrow(JinjaError);
});
