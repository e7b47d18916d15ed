// The engine against answers recorded from Python: the cases of the exam, Jinja2's own test suite, and some thousand
// small templates run in dbt's environment (record/record_differential.py).

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Decimal } from "../../src/jinja/decimal.ts";
import { drive } from "../../src/jinja/drive.ts";
import { Environment, type EnvironmentOptions } from "../../src/jinja/environment.ts";
import { JinjaError } from "../../src/jinja/errors.ts";
import { toText } from "../../src/jinja/operations.ts";
import { NativeFunction, PyFloat, Tuple, type Value } from "../../src/jinja/value.ts";
import { fromRecorded, globalsOf } from "./template-world.ts";

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8")) as T;
}

/** The text, or "!" and the exception's name. */
function answer(source: string, globals: ReadonlyMap<string, Value>, environment: Environment): string {
  try {
    return drive(environment.compile({ file: "case.sql", text: source }).render(globals), () => null).text;
  } catch (error) {
    if (error instanceof JinjaError) return `!${error.pythonType.replace("re.", "")}`;
    throw error;
  }
}

describe("cases of the exam", () => {
  const cases =
    fixture<{ id: string; tpl: string; ctx: unknown; expect: string | null; error?: string }[]>(
      "jinja-cases.json",
    );
  test.each(cases)("$id", ({ tpl, ctx, expect: wanted }) => {
    const given = answer(tpl, globalsOf(ctx), new Environment());
    if (wanted === null) expect(given).toMatch(/^!/);
    else expect(given).toBe(wanted);
  });
});

/** Cases of Jinja2's suite that dbt's environment does not have. */
const LEFT_OUT: readonly (readonly [RegExp, string])[] = [
  [/test_imports|TestMacros::test_include$|test_scoped_block "{% ext/, "needs a loader: dbt has none"],
  [/TestFilter::test_random$/, "expects the numbers of Python's random generator"],
  [/test_urlize_rel_policy/, "needs an environment with other policies"],
  [/test_volatile_scoping/, "prints __class__, which the sandbox hides"],
  [/test_pass_context_/, "needs a function written in Python for the test"],
];

describe("Jinja2's own test suite", () => {
  interface Case {
    id: string;
    skip?: true;
    src: string;
    opts: EnvironmentOptions;
    ctx: unknown;
    out?: string;
    err?: string;
  }
  const cases = fixture<Case[]>("jinja2-suite.json").filter(({ skip }) => skip !== true);
  const needsLoader = ({ src, id }: Case) =>
    /\{%-?\s*(?:extends|include|import|from)\s/.test(src) && !/import_needs_name|trailing_comma/.test(id);
  const kept = cases.filter(
    (each) =>
      !needsLoader(each) &&
      !LEFT_OUT.some(([pattern]) => pattern.test(each.id) && !/trailing_comma|needs_name/.test(each.id)),
  );

  test("nearly all of it is run", () => {
    expect(cases.length).toBe(488);
    expect(kept.length).toBeGreaterThan(430);
  });

  test.each(kept)("$id", ({ src, opts, ctx, out, err }) => {
    expect(answer(src, fromRecorded(ctx) as Map<string, Value>, new Environment(opts))).toBe(
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
  const differences: string[] = [];
  const cases = fixture<{ src: string; out?: string; err?: string }[]>("differential.json");
  for (const { src, out, err } of cases) {
    if (KNOWN_DIFFERENCES.some(([pattern]) => pattern.test(src))) continue;
    const globals = new Map<string, Value>([...shared, ...globalsOf(plain)]);
    globals.set("modules", shared.get("modules") ?? null);
    globals.set("f", new PyFloat(Number("3.14159")));
    globals.set("big", 12345678901234567890n);
    globals.set("t", new Tuple([1, "two", new PyFloat(3)]));
    globals.set("dec", new NativeFunction("Decimal", ([text = ""]) => Decimal.parse(toText(text))));
    const wanted = out ?? `!${err}`;
    const given = answer(src, globals, environment);
    if (given !== wanted && !(WRONG_TYPE.test(given) && WRONG_TYPE.test(wanted))) {
      differences.push(`${src}\n  wanted ${wanted}\n  given  ${given}`);
    }
  }
  expect(differences.join("\n")).toBe("");
  expect(cases.length).toBeGreaterThan(8000);
});
