// The engine against answers recorded from Python: the cases of the exam, Jinja2's own test suite, and some thousand
// small templates run in dbt's environment (record/record_differential.py).

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Decimal } from "../../src/jinja/decimal.ts";
import { drive } from "../../src/jinja/drive.ts";
import { Environment, type EnvironmentOptions, type Template } from "../../src/jinja/environment.ts";
import { JinjaError } from "../../src/jinja/errors.ts";
import { toText } from "../../src/jinja/operations.ts";
import { NativeFunction, PyFloat, Tuple, type Value } from "../../src/jinja/value.ts";
import { fromRecorded, globalsOf } from "./template-world.ts";

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8")) as T;
}

/** The text, or "!" and the exception's name. Every template is also walked without being compiled, which must agree. */
function answer(source: string, globals: () => Map<string, Value>, environment: Environment): string {
  const nothing = () => null;
  const run = (template: Template) => drive(template.render(globals()), nothing).text;
  const walk = (template: Template) => template.renderOnce(globals(), nothing);
  const written = outcome(source, run, environment);
  const walked = outcome(source, walk, environment);
  if (!/random|lipsum/.test(source)) expect(walked).toEqual(written);
  return written.error === undefined ? written.text : `!${written.error}`;
}

function outcome(source: string, render: (template: Template) => string, environment: Environment) {
  try {
    return { text: render(environment.compile({ file: "case.sql", text: source })), error: undefined };
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error;
    const { message, place, calls, candidates } = error;
    const names = candidates && [...candidates].sort();
    return { text: "", error: error.pythonType.replace("re.", ""), message, place, calls, names };
  }
}

describe("cases of the exam", () => {
  const cases =
    fixture<{ id: string; tpl: string; ctx: unknown; expect: string | null; error?: string }[]>(
      "jinja-cases.json",
    );
  test.each(cases)("$id", ({ tpl, ctx, expect: wanted }) => {
    const given = answer(tpl, () => globalsOf(ctx), new Environment());
    if (wanted === null) expect(given).toMatch(/^!/);
    else expect(given).toBe(wanted);
  });
});

interface SuiteCase {
  readonly id: string;
  readonly skip?: true;
  readonly src: string;
  readonly opts: EnvironmentOptions;
  readonly ctx: unknown;
  readonly out?: string;
  readonly err?: string;
}

/** Why a case of Jinja2's suite is left out; undefined for those that are run. */
function leftOut({ id, src }: SuiteCase): string | undefined {
  const isSyntax = /import_needs_name|trailing_comma/.test(id);
  if (!isSyntax && /\{%-?\s*(?:extends|include|import|from)\s/.test(src))
    return "needs a loader, which dbt does not have";
  if (/test_random$/.test(id)) return "expects the numbers of Python's random generator";
  if (/test_urlize_rel_policy/.test(id)) return "needs an environment with other policies than dbt's";
  if (/test_volatile_scoping/.test(id)) return "prints __class__, which the sandbox hides";
  return /test_pass_context_/.test(id) ? "needs a function that the test defines in Python" : undefined;
}

describe("Jinja2's own test suite", () => {
  // Cases marked "skip" could not be recorded: they test Python's API, not templates.
  const cases = fixture<SuiteCase[]>("jinja2-suite.json").filter(({ skip }) => skip !== true);
  const kept = cases.filter((each) => leftOut(each) === undefined);

  test("nearly all of it is run", () => {
    expect(cases.length).toBe(488);
    expect(kept.length).toBeGreaterThan(435);
  });

  test.each(kept)("$id", ({ src, opts, ctx, out, err }) => {
    expect(answer(src, () => fromRecorded(ctx) as Map<string, Value>, new Environment(opts))).toBe(
      out ?? `!${err}`,
    );
  });
});

/** What the engine does differently, on purpose or because nobody needs it. */
const KNOWN_DIFFERENCES: readonly (readonly [RegExp, string])[] = [
  [/\(-2\) \*\* \(0\.5\)/, "complex numbers do not exist here"],
  [/^\{\{ nope\|(abs|round)/, "Python says TypeError; the name that is undefined helps more"],
  [/long\|pprint/, "pprint breaks long strings; nobody wants that in SQL"],
  [/dec\('1\.50'\)\|filesizeformat/, "a file size is no Decimal"],
  [/^\{% raw %\}$/, "Jinja2 prints nothing for a raw block that is never closed"],
  [/^\{% break %\}$/, "Python reports its own SyntaxError"],
  [/dbt_macro__test_foo/, "names within the template are those that were written"],
];

/** Python is not of one mind which of the two it raises for a value of the wrong type. */
const WRONG_TYPE = /^!(?:TypeError|AttributeError)$/;

test("some thousand small templates give what dbt's environment gives", () => {
  const plain = {
    s: "Hello, World",
    u: "Größe ß ñ 🎉",
    n: 42,
    neg: -7,
    xs: [3, 1, 2],
    words: ["banana", "Apple", "cherry", "apple"],
    d: { b: 1, a: [1, { c: 2 }], k: null },
    none: null,
    html: "<a href='x'>\"q\" & b</a>",
    rows: [
      { name: "x", n: 1, g: "A" },
      { name: "y", n: 3, g: "B" },
      { name: "z", n: 2, g: "A" },
    ],
    long: "The quick brown fox jumps over the lazy dog and runs far-away from the well-known house.",
  };
  const environment = new Environment();
  const shared = globalsOf({});
  const globals = (): Map<string, Value> => {
    const all = new Map<string, Value>([...shared, ...globalsOf(plain)]);
    all.set("modules", shared.get("modules") ?? null);
    all.set("f", new PyFloat(Number("3.14159")));
    all.set("big", 12345678901234567890n);
    all.set("t", new Tuple([1, "two", new PyFloat(3)]));
    all.set("dec", new NativeFunction("Decimal", ([text = ""]) => Decimal.parse(toText(text))));
    return all;
  };
  const differences: string[] = [];
  const cases = fixture<{ src: string; out?: string; err?: string }[]>("differential.json");
  for (const { src, out, err } of cases) {
    if (KNOWN_DIFFERENCES.some(([pattern]) => pattern.test(src))) continue;
    const wanted = out ?? `!${err}`;
    const given = answer(src, globals, environment);
    if (given !== wanted && !(WRONG_TYPE.test(given) && WRONG_TYPE.test(wanted))) {
      differences.push(`${src}\n  wanted ${wanted}\n  given  ${given}`);
    }
  }
  expect(differences.join("\n")).toBe("");
  expect(cases.length).toBeGreaterThan(8000);
});
