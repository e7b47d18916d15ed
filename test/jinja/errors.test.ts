// Mistakes in templates: the place, the length of what is blamed, the help, and the macros that led there.

import { describe, expect, test } from "vitest";
import { drive } from "../../src/jinja/drive.ts";
import { Environment } from "../../src/jinja/environment.ts";
import { JinjaError, raise } from "../../src/jinja/errors.ts";
import { NativeFunction, type Value } from "../../src/jinja/value.ts";
import { failure, globalsOf, render, renderWith } from "./template-world.ts";

/** Line, column and length of the place that an error blames. */
function at(error: JinjaError): string {
  return `${error.place?.line}:${error.place?.column}+${error.place?.length}`;
}

describe("syntax", () => {
  const cases: readonly (readonly [name: string, template: string, place: string, says: RegExp])[] = [
    ["an open if at its opening line", "a\n{% if x %}\nb\nc", "2:1+5", /endif/],
    [
      "an open for at its opening line",
      "{% for x in y %}\n\n",
      "1:1+6",
      /'for' block is never closed.*endfor/,
    ],
    ["end for in two words", "{% for x in y %}\na\n{% end for %}", "3:4+3", /line 1.*\{% endfor %\}/],
    [
      "a wrong end tag",
      "{% if a %}\n{% endfor %}",
      "2:4+6",
      /'if' block of line 1 is closed by '\{% endif %\}'/,
    ],
    ["a stray end tag", "x {% endif %}", "1:6+5", /closes nothing/],
    ["else if", "{% if a %}{% else if b %}{% endif %}", "1:14+7", /write \{% elif/],
    ["elseif", "{% if a %}{% elseif b %}{% endif %}", "1:14+6", /write \{% elif/],
    ["a parenthesis that is not closed", "x\nfrom {{ ref('orders' }}", "2:22+1", /expected '\)'/],
    ["one brace too few", "from {{ ref('a') }\n, b", "1:18+1", /'\}\}'/],
    ["braces in braces", "{% if {{ f() }} %}x{% endif %}", "1:14+1", /nested.*\{% if f\(\) %\}/],
    ["an SQL comment", "{{ config(\n  a=1, -- one\n  b=2) }}", "2:8+1", /SQL comments.*\{#/],
    ["a missing comma", "{{ f(a b) }}", "1:8+1", /a comma or an operator is missing before 'b'/],
    ["a quote that is not closed", "{{ f('a) }}", "1:6+1", /string is never closed/],
    [
      "an unknown tag",
      "{% fro x in y %}{% endfor %}",
      "1:4+3",
      /unknown tag 'fro'.*did you mean \{% for %\}/,
    ],
    ["a comment that is not closed", "a {# b", "1:3+2", /'#\}' is missing/],
    ["a tag that is not closed", "a\n{{ b\n", "2:1+2", /never closed.*close it with '\}\}'/],
    ["an unknown filter", "{% for s in t %}\n{{ s | uper }}{% endfor %}", "2:8+4", /no filter named 'uper'/],
    ["a single equals sign", "{% if a = 1 %}{% endif %}", "1:9+1", /written with '=='/],
    ["&&", "{% if a && b %}{% endif %}", "1:9+1", /write 'and'/],
    ["a macro without parentheses", "{% macro m %}{% endmacro %}", "1:10+1", /write \{% macro m\(\) %\}/],
  ];
  test.each(cases)("%s", (_name, template, place, says) => {
    const error = failure(template);
    expect(error.kind).toBe("syntax");
    expect(at(error)).toBe(place);
    expect(`${error.detail}; ${error.help}`).toMatch(says);
  });

  test("line and column of the file, where a template begins within it", () => {
    const source = { file: "macros/a.sql", text: "x {{ ( }}\n{{ y }}", line: 10, column: 5 };
    const error = caught(() => new Environment().compile(source));
    expect(error.place).toMatchObject({ file: "macros/a.sql", line: 10, column: 12 });
  });

  test("Windows line ends count like the others", () => {
    const error = failure("a\r\nb\r\n{{ nope.x }}");
    expect(error.place).toMatchObject({ line: 3, column: 4, offset: 9 });
  });
});

function caught(act: () => unknown): JinjaError {
  try {
    act();
  } catch (error) {
    if (error instanceof JinjaError) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

describe("runtime", () => {
  test("an undefined name that is called, with the names that there are", () => {
    const error = failure("{% set amount = 1 %}\nselect {{ cents_to_euro('a') }}", { cents_to_euros: 1 });
    expect(error.detail).toBe("'cents_to_euro' is undefined");
    expect(at(error)).toBe("2:11+13");
    expect(error.undefinedName).toBe("cents_to_euro");
    expect([...(error.candidates ?? [])]).toEqual(expect.arrayContaining(["cents_to_euros", "amount"]));
  });

  test("an attribute of something undefined", () => {
    const error = failure("{{ d.a.b }}", { d: { x: 1 } });
    expect(error.detail).toBe("'dict object' has no attribute 'a'");
    expect(error.pythonType).toBe("UndefinedError");
    expect([...(error.candidates ?? [])]).toEqual(["x"]);
  });

  test("operators point at themselves", () => {
    expect(at(failure("{{ 1 + [2] }}"))).toBe("1:6+1");
    expect(at(failure("{{ 5 / 0 }}"))).toBe("1:6+1");
    expect(at(failure("{{ 'a' | int + 'b' }}"))).toBe("1:14+1");
  });

  test("an unknown keyword of a macro is told at the call, with the signature", () => {
    const error = failure("{% macro m(column, digits=2) %}{% endmacro %}\n\n{{ m('a', digit=0) }}");
    expect(error.detail).toMatch(/macro 'm' takes no keyword argument 'digit'/);
    expect(error.help).toBe("the macro is m(column, digits)");
    expect(at(error)).toBe("3:4+1");
    expect([...(error.candidates ?? [])]).toContain("digits");
  });

  test("too many arguments", () => {
    expect(failure("{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}").detail).toMatch(/not more than 1 argument/);
  });

  test("an error inside of a macro names the macros that led to it", () => {
    const error = failure(
      "{% macro a() %}\n{{ b() }}{% endmacro %}{% macro b() %}{{ 1 / 0 }}{% endmacro %}\n{{ a() }}",
    );
    expect(at(error)).toBe("2:44+1");
    expect(error.calls.map(({ macro, place }) => `${macro}@${place?.line}`)).toEqual(["b@2", "a@3"]);
  });

  test("endless recursion is told as its cycle, at the line that calls into it", () => {
    const error = failure(
      "{% macro a() %}{{ b() }}{% endmacro %}\n{% macro b() %}{{ a() }}{% endmacro %}\n\n{{ a() }}",
    );
    expect(error.kind).toBe("limit");
    expect(error.detail).toBe("endless recursion: macro 'a' calls 'b' calls 'a'");
    expect(error.place?.line).toBe(4);
    expect(error.calls.map(({ macro, place }) => `${macro}@${place?.line}`)).toEqual(["a@2", "b@1", "a@4"]);
  });

  test("errors of host functions and of answers get the place of their call", () => {
    const fail = new NativeFunction("fail", () => raise("CompilationError", "no"));
    expect(at(caught(() => renderWith("a\n{{ fail() }}", new Map<string, Value>([["fail", fail]]))))).toBe(
      "2:4+4",
    );
    const ask = new NativeFunction("ask", function* () {
      return (yield "question") as Value;
    });
    const template = new Environment().compile({ file: "a.sql", text: "a\n\n{{ ask() }}" });
    const run = () =>
      drive(template.render(new Map<string, Value>([["ask", ask]])), () => {
        throw new Error("the database is away");
      });
    const error = caught(run);
    expect(error).toMatchObject({
      kind: "user",
      detail: "the database is away",
      place: { line: 3, column: 4 },
    });
  });

  test("undefined names that are printed or looped over are reported, others are not", () => {
    const uses: string[] = [];
    const globals = {
      get: (name: string): Value | undefined => (name === "statuses" ? [] : undefined),
      keys: () => ["statuses"],
      onUndefined: ({ name, use, place }: { name: string; use: string; place: { line: number } }) =>
        uses.push(`${name} ${use} ${place.line}`),
    };
    renderWith(
      "{% for s in statusses %}{% endfor %}\n{{ nope }}{% if maybe %}{% endif %}{{ x is defined }}{{ y|default(1) }}",
      globals,
    );
    expect(uses).toEqual(["statusses iterated 1", "nope printed 2"]);
  });

  test("while parsing, undefined values swallow calls and attributes", () => {
    const globals = { get: () => undefined, chainUndefined: true };
    expect(renderWith("[{{ a.b.c() }}{{ a['x'](1).y }}]", globals)).toBe("[]");
    expect(() => render("{{ a.b }}")).toThrow(JinjaError);
    expect(() => renderWith("{{ a + 1 }}", globalsOf({}))).toThrow("'a' is undefined");
  });
});
