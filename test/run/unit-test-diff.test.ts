// The table that tells how the rows of a unit test differ from those expected.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unitTestDiff } from "../../src/run/tests/unit-test-diff.ts";

function diff(
  columns: string[],
  expected: (string | null)[][],
  actual: (string | null)[][],
): string | undefined {
  return unitTestDiff({ columns, rows: expected }, { columns, rows: actual });
}

describe("unitTestDiff", () => {
  test("equal rows in another order are no difference", () => {
    expect(diff(["id"], [["1"], ["2"]], [["2"], ["1"]])).toBeUndefined();
    expect(diff(["id"], [], [])).toBeUndefined();
  });

  test("changed, missing and additional rows", () => {
    const expected = [
      ["1", "a"],
      ["2", "b"],
      ["4", "d"],
    ];
    const actual = [
      ["1", "a"],
      ["2", "c"],
      ["9", null],
    ];
    expect(diff(["id", "name"], expected, actual)).toBe(
      [
        "| @@  | id | name |",
        "|     | 1  | a    |",
        "| →   | 2  | b→c  |",
        "| --- | 4  | d    |",
        "| +++ | 9  | NULL |",
      ].join("\n"),
    );
  });

  test("a row that stands more often than expected", () => {
    expect(diff(["id"], [["1"]], [["1"], ["1"]])).toBe(
      ["| @@  | id |", "|     | 1  |", "| +++ | 1  |"].join("\n"),
    );
  });

  test("equal rows far from a difference become dots", () => {
    const rows = Array.from({ length: 20 }, (_, i) => [String(i), "x"]);
    const changed = rows.map((row) => (row[0] === "10" ? ["10", "y"] : row));
    expect(diff(["id", "v"], rows, changed)).toBe(
      [
        "| @@  | id  | v   |",
        "| ... | ... | ... |",
        "|     | 9   | x   |",
        "| →   | 10  | x→y |",
        "|     | 11  | x   |",
        "| ... | ... | ... |",
      ].join("\n"),
    );
  });

  test("tells a difference exactly when the rows differ as bags", () => {
    const cell = fc.option(fc.constantFrom("1", "2", "x"), { nil: null });
    const rows = fc.array(fc.tuple(cell, cell), { maxLength: 6 });
    const bag = (list: (string | null)[][]) => list.map((row) => JSON.stringify(row)).sort();
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const same = JSON.stringify(bag(a)) === JSON.stringify(bag(b));
        expect(diff(["a", "b"], a, b) === undefined).toBe(same);
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });
});
