// YAML is read as PyYAML reads it, and what cannot be read is told at the place where the mistake begins.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readYaml } from "../../src/config/yaml.ts";
import { PyFloat, PyObject, type Value } from "../../src/jinja/value.ts";

type Tagged = readonly [string, ...unknown[]];

interface Case {
  readonly text: string;
  readonly value?: Tagged;
  readonly error?: string;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(`${import.meta.dirname}/fixtures/yaml-cases.json`, "utf8"),
);

/** Taken as texts here, while PyYAML has no constructor for the tags that it gives them. */
const LENIENT = /^could not determine a constructor for the tag 'tag:yaml.org,2002:(?:value|merge)'$/;

function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function tagged(value: Value): Tagged {
  if (value === null) return ["null"];
  if (typeof value === "boolean") return ["bool", value];
  if (typeof value === "number" || typeof value === "bigint") return ["int", String(value)];
  if (value instanceof PyFloat) return ["float", floatText(value.value)];
  if (typeof value === "string") return ["str", value];
  if (Array.isArray(value)) return ["list", value.map(tagged)];
  if (value instanceof Map) return ["map", [...value].map(([key, item]) => [tagged(key), tagged(item)])];
  if (value instanceof PyObject)
    return [value.typeName.replace("datetime.", ""), value.toText().replace(" ", "T")];
  throw new Error("not a value of YAML");
}

function diagnose(text: string) {
  return readYaml(text, "f.yml").diagnostics.map((diagnostic) => ({
    line: diagnostic.place?.line,
    message: diagnostic.message,
    help: diagnostic.help,
  }));
}

test("every recorded text has PyYAML's value, or is refused as PyYAML refuses it", () => {
  const wrong: unknown[] = [];
  for (const { text, value, error } of cases) {
    if (error && LENIENT.test(error)) continue;
    const { value: file, diagnostics } = readYaml(text, "f.yml");
    const got = file ? tagged(file.value) : undefined;
    if (JSON.stringify(got) !== JSON.stringify(value))
      wrong.push({ text, value, error, got, said: diagnostics[0]?.message });
  }
  expect(wrong).toEqual([]);
});

describe("a mistake is told where it begins, with the line written right", () => {
  test.each([
    ["models:\n  - name: a\n\tdescription: x\n", 3, "a tab is used to indent", "spaces"],
    ["a:\n  name stg_orders\n  b: 1\n", 2, "a colon is missing", "write name: stg_orders"],
    ["description: Orders: one row\n", 1, "holds a colon", 'write description: "Orders: one row"'],
    ["a: x\n   b: 1\n", 2, '"b" is indented deeper than "a"', "remove its indent"],
    ['a: 1\nb: "open\nc: 2\n', 2, "closing quote is missing", 'write b: "open"'],
    ["a: 'b\nc: 'd'\n", 1, "closing quote is missing", "write a: 'b'"],
    [
      "a: {{ env_var('X') }}\n",
      1,
      'starts with "{{" must stand in quotes',
      "write a: \"{{ env_var('X') }}\"",
    ],
    ["- {{ x }}\n", 1, 'starts with "{{"', 'write "{{ x }}"'],
    ["x: [1, 2\ny: 3\n", 1, 'the bracket "[" that opens here is never closed', "]"],
    ['x: ["a" "b"]\n', 1, "a comma is missing here", undefined],
    ["c:\n  - name: a\n  name: b\n", 3, "a dash is missing", "write - name: b"],
    ["m:\n  name: x\n  - name: y\n", 3, "a list item stands among the keys", "indent"],
    ["- a: 1\n  b: 2\n c: 3\n", 3, "the indent of this line (1) matches no line above it", "line 1"],
    ["a: `b`\n", 1, 'starts with "`" must stand in quotes', 'write a: "`b`"'],
    ["select: *\n", 1, 'starts with "*" must stand in quotes', 'write select: "*"'],
    ["d: [WIP] table\n", 1, 'starts with "[" must stand in quotes', 'write d: "[WIP] table"'],
    ['a: "x" y\n', 1, "text follows a closing quote", "write a: '\"x\" y'"],
    ["a: *x\n", 1, '"*x" has no anchor "&x" above it', "define the anchor"],
    ["a: 2024-02-31\n", 1, "there is no day 2024-02-31", undefined],
    [
      "a: !!python/object:os.system x\n",
      1,
      'the tag "!!python/object:os.system" is not supported',
      "remove it",
    ],
    ["a: 1\n---\nb: 2\n", 2, "more than one document", undefined],
    ["? [a]\n: b\n", 1, "a key must be a text", undefined],
  ])("%j", (text, line, message, help) => {
    const [first] = diagnose(text);
    expect(first?.message).toContain(message);
    expect(first?.line).toBe(line);
    if (help) expect(first?.help).toContain(help);
  });

  test("a key that stands twice is a warning with both lines, and the last one wins", () => {
    const { value, diagnostics } = readYaml("a: 1\nb: 2\na: 3\n", "f.yml");
    expect(value?.value).toEqual(
      new Map([
        ["a", 3],
        ["b", 2],
      ]),
    );
    expect(diagnostics).toMatchObject([
      {
        code: "yaml-duplicate-key",
        severity: "warning",
        place: { line: 3 },
        notes: [{ place: { line: 1 } }],
      },
    ]);
  });

  test("a file with secrets is never repeated", () => {
    for (const text of [
      "pw: hunter2 x: y\n",
      "pw\nhunter2 hunter2\nb: 1\n",
      "a: 1\nhunter2 x\nb: 2\n",
      "pw: 'hunter2\n",
      "pw: @hunter2\n",
      "a: !hunter2 b\n",
    ]) {
      const { diagnostics } = readYaml(text, "profiles.yml", { secret: true });
      expect(JSON.stringify(diagnostics)).not.toContain("hunter2");
      expect(diagnostics[0]?.frame).toBe(false);
    }
  });
});

describe("places", () => {
  const text = "version: 2\nmodels:\n  - name: a\n    columns:\n      - {name: b, quote: yes}\n  - name: c\n";
  const file = readYaml(text, "m/s.yml").value;

  test.each([
    [["models", 0, "name"], "value", 3, 11, undefined],
    [["models", 0, "name"], "key", 3, 5, 4],
    [["models", 0, "columns", 0, "quote"], "key", 5, 19, 5],
    [["models", 1], "value", 6, 5, 7],
    [["models", 1, "columns", 4], "value", 6, 5, 7],
    [["nothing"], "value", 1, 1, 10],
  ] as const)("%j %s", (path, at, line, column, length) => {
    expect(file?.place(path, at)).toEqual({ file: "m/s.yml", line, column, ...(length ? { length } : {}) });
  });

  test("a key without a value is shown by its key", () => {
    expect(readYaml("a:\nb: 1\n", "f").value?.place(["a"])).toMatchObject({ line: 1, column: 1 });
  });
});

describe("hostile texts end soon, with a diagnostic", () => {
  test("aliases that stand for a billion values", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 10; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(", ")}]`,
      );
    expect(diagnose(lines.join("\n"))[0]?.message).toContain("more than a million values");
  });

  test.each([
    ["nested brackets", "[".repeat(100_000)],
    ["nested items", `${"- ".repeat(50_000)}a`],
    ["an alias within its anchor", "a: &a [*a]"],
  ])("%s", (_, text) => {
    expect(diagnose(text)).toHaveLength(1);
  });

  test("many keys that stand twice", () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join("");
    expect(readYaml(keys + keys, "f").diagnostics).toHaveLength(20_000);
  });

  test("any text gives a value or diagnostics, never an exception", () => {
    const piece = fc.constantFrom(
      "a",
      "b: ",
      "- ",
      "  ",
      "\n",
      "\n  ",
      "[",
      "]",
      "{",
      "}",
      ", ",
      ":",
      "'",
      '"',
      "|",
      ">",
      "#",
      "&x ",
      "*x",
      "!!",
      "? ",
      "\t",
      "---",
      "{{",
      "}}",
      "\\",
      "%",
      "<<: ",
      "\u0000",
      "é",
      "1:30",
      "2024-01-01",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")),
    );
    const long = process.env.ETL_TEST_LONG === "1";
    fc.assert(
      fc.property(text, (given) => {
        const { value, diagnostics } = readYaml(given, "f.yml");
        expect(value !== undefined || diagnostics.length === 1).toBe(true);
        for (const { place } of diagnostics) expect(place && place.line > 0 && place.column > 0).toBe(true);
      }),
      { numRuns: long ? 100_000 : 2000, seed: 7 },
    );
  });
});
