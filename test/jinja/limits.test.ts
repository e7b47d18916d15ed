// Hostile templates: no way to JavaScript's own objects, and an end in time for what would never end or eat the machine.

import { describe, expect, test } from "vitest";
import { JinjaError } from "../../src/jinja/errors.ts";
import { Stopwatch } from "../../src/jinja/stopwatch.ts";
import { failure, render } from "./template-world.ts";

describe("sandbox", () => {
  const names = [
    "constructor",
    "__proto__",
    "prototype",
    "hasOwnProperty",
    "toString",
    "valueOf",
    "call",
    "apply",
    "then",
    "__defineGetter__",
  ];
  const values = [
    "''",
    "1",
    "1.5",
    "[]",
    "{}",
    "(1,)",
    "none",
    "true",
    "range(3)",
    "namespace()",
    "cycler(1)",
    "m",
    "''.upper",
    "dict",
    "nope",
    "loop",
    "modules",
    "modules.re",
    "modules.datetime.date(2024, 1, 1)",
    "modules.re.match('a', 'a')",
  ];

  test("members of JavaScript's objects are ordinary names that do not exist", () => {
    for (const value of values) {
      for (const name of names) {
        const template = `{% macro m() %}{% endmacro %}{% for x in [1] %}{{ (${value}).${name} is defined }}{{ (${value})['${name}'] is defined }}{% endfor %}`;
        const outcome = (() => {
          try {
            return render(template);
          } catch (error) {
            return `error: ${String(error)}`;
          }
        })();
        expect(outcome, `${value}.${name}`).toMatch(/^FalseFalse$|^error: JinjaError: 'nope' is undefined$/);
      }
    }
  });

  test("they can be keys, names, arguments and attributes of namespaces", () => {
    expect(
      render(
        "{% set d = {'__proto__': 1, 'constructor': 2} %}{{ d.__proto__ }}{{ d['constructor'] }}{{ d }}",
      ),
    ).toBe("12{'__proto__': 1, 'constructor': 2}");
    expect(
      render(
        "{% set constructor = 3 %}{% set ns = namespace(toString=4) %}{% set ns.__proto__ = 5 %}{{ constructor }}{{ ns.toString }}{{ ns.__proto__ }}",
      ),
    ).toBe("345");
    expect(
      render(
        "{% macro f(constructor, valueOf=1) %}{{ constructor }}{{ valueOf }}{{ kwargs }}{% endmacro %}{{ f(2, __proto__=3) }}",
      ),
    ).toBe("21{'__proto__': 3}");
    expect(
      render("{{ '%(__proto__)s' % {'__proto__': 1} }}{{ '{constructor}'.format(constructor=2) }}"),
    ).toBe("12");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("Python's dunder attributes are hidden as in Jinja2's sandbox", () => {
    for (const attack of [
      "''.__class__.__mro__",
      "[].__class__.__base__",
      "range.__globals__",
      "'{0.__class__.__init__}'.format(1)",
      "m.__init__.__globals__",
    ]) {
      const outcome = (() => {
        try {
          return render(`{{ ${attack} }}`, { m: 1 });
        } catch (error) {
          return error instanceof JinjaError ? error.pythonType : String(error);
        }
      })();
      expect(outcome, attack).toMatch(/^(?:SecurityError|UndefinedError)?$/);
    }
  });

  test("template text never becomes code", () => {
    const nasty = "`$" + "{process.exit()}`\u2028'\"\\*/";
    expect(render(`${nasty}{{ ${JSON.stringify("a'b")} }}{{ x }}`, { x: nasty })).toBe(`${nasty}a'b${nasty}`);
    expect(render("{% set ünï = 1 %}{% macro ñ(é) %}{{ é }}{% endmacro %}{{ ünï }}{{ ñ(2) }}")).toBe("12");
  });
});

/** Small limits, so that the tests are quick; the real ones are only larger. */
const SMALL = { limits: { steps: 100_000, seconds: 2, madeChars: 20_000_000, outputChars: 1_000_000 } };

test("the length of a text counts characters, and is asked of large texts as often as packages do", () => {
  expect(render("{{ 'a😀é' | length }} {{ '' | length }} {{ '\ud83d' | length }}")).toBe("3 0 1");
  const growing = `{% set ns = namespace(text='x' * 500000, sum=0) %}{% for i in range(3000) %}{% set ns.text = ns.text ~ 'y' %}
{%- if ns.text | length > 500000 %}{% set ns.sum = ns.sum + 1 %}{% endif %}{% endfor %}{{ ns.sum }}`;
  expect(render(growing).trim()).toBe("3000");
});

describe("limits", () => {
  const bombs: Readonly<Record<string, string>> = {
    "string doubling":
      "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    "string repetition": "{{ 'x' * 10 ** 12 }}",
    center: "{{ 'x'.center(10 ** 10) }}",
    ljust: "{{ 'x'.ljust(10 ** 10) }}",
    indent: "{{ 'a\\nb' | indent(10 ** 10) }}",
    "format width": "{{ '{:>10000000000}'.format(1) }}",
    "percent width": "{{ '%10000000000d' % 1 }}",
    precision: "{{ '%.100000000f' % 1 }}",
    "list that grows while looped over": "{% set l = [1] %}{% for x in l %}{% do l.append(x) %}{% endfor %}",
    "list doubling": "{% set l = [1] %}{% for i in range(100) %}{% do l.extend(l) %}{% endfor %}",
    "nested loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "large output": "{% for i in range(99999) %}{{ 'x' * 10000 }}{% endfor %}",
    "large powers": "{{ 10 ** (10 ** 8) }}",
    squaring:
      "{% set ns = namespace(x=10) %}{% for i in range(99) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
    "backtracking regex": "{{ modules.re.match('(a+)+$', 'a' * 40 ~ 'b') }}",
    "backtracking alternatives": "{{ modules.re.search('(a|aa)+$', 'a' * 60 ~ 'b') }}",
    "endless count": "{{ modules.itertools.count() | list }}",
    "endless cycle": "{% for x in modules.itertools.cycle('ab') %}{% endfor %}",
    "large product": "{{ modules.itertools.product(range(1000), repeat=5) | list }}",
    "recursion without an end": "{% macro a(n) %}{{ a(n + 1) }}{% endmacro %}{{ a(1) }}",
    "recursion that branches":
      "{% macro a(n) %}{% if n %}{{ a(n - 1) }}{{ a(n - 1) }}{% endif %}{% endmacro %}{{ a(50) }}",
    "repr of nested lists":
      "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
    "comparison of nested lists":
      "{% set a = namespace(l=[1]) %}{% set b = namespace(l=[1]) %}{% for i in range(60) %}{% set a.l = [a.l, a.l] %}{% set b.l = [b.l, b.l] %}{% endfor %}{{ a.l == b.l }}",
    "strings kept in a list":
      "{% set l = [] %}{% for i in range(9999) %}{% do l.append(('x' * 1000000).upper() ~ i) %}{% endfor %}",
    "searches in a long text":
      "{% set s = 'a' * 5000000 %}{% for i in range(99999) %}{% if 'ab' in s %}{% endif %}{% endfor %}",
    "long expressions": `{{ 1${"+1".repeat(20_000)} }}`,
  };
  test.each(Object.entries(bombs))("%s", (_name, template) => {
    const error = failure(template, {}, SMALL);
    expect(error.kind).toBe("limit");
    expect(error.place).toMatchObject({ file: "models/a.sql", line: 1 });
  });

  test("deep nesting is an error of the template", () => {
    for (const template of [
      `{{ ${"(".repeat(5000)}1${")".repeat(5000)} }}`,
      `{{ ${"not ".repeat(5000)}1 }}`,
      "{% if 1 %}".repeat(5000),
    ]) {
      expect(failure(template).kind).toBe("syntax");
    }
  });

  test("a list that holds itself prints like Python's", () => {
    expect(render("{% set l = [1] %}{% do l.append(l) %}{{ l }}")).toBe("[1, [...]]");
  });
});

test("the time in which a template waits for the processor is not computing time", () => {
  const watch = new Stopwatch(0.25);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  expect(watch.isOver()).toBe(false);
  while (!watch.isOver());
  watch.stop();
  watch.start();
  expect(watch.isOver()).toBe(true);
});
