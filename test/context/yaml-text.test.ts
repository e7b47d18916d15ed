// toyaml writes what PyYAML reads back as the same value, and fromyaml reads what toyaml wrote.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fromYaml, toYaml } from "../../src/context/yaml-text.ts";
import { equals } from "../../src/jinja/operations.ts";
import { PyFloat, type Value } from "../../src/jinja/value.ts";

test("long text is folded after 80 columns, as PyYAML does", () => {
  const words = Array.from({ length: 30 }, (_, i) => `word${i}`).join(" ");
  const text = toYaml(new Map([["a", words]]), false);
  expect(text.split("\n").length).toBeGreaterThan(2);
  expect(fromYaml(text)).toEqual(new Map([["a", words]]));
});

test("text that is not YAML gives nothing", () => {
  expect(fromYaml("a: [")).toBeUndefined();
});

const scalars: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true }).map((value) => new PyFloat(value)),
  fc.string(),
  fc.constantFrom(
    "yes",
    "1",
    "1.0",
    "null",
    "~",
    "- a",
    "a: b",
    "a #b",
    "two\nlines",
    " x",
    "é",
    "2020-01-01",
    "'",
    '"',
    "",
    "=",
    "1:30",
  ),
);

const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalars,
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.string(), tie("value")), { maxLength: 3 })
      .map((entries) => new Map<Value, Value>(entries)),
  ),
})).value;

test("what is written reads back", () => {
  const numRuns = process.env.ETL_TEST_LONG ? 5000 : 300;
  fc.assert(
    fc.property(values, (value) => {
      const text = toYaml(value, false);
      const back = fromYaml(text);
      expect(back !== undefined && equals(back, value), text).toBe(true);
    }),
    { seed: 20, numRuns },
  );
});
