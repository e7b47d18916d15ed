// The frame below a message: right line, caret under the right column, whatever the line holds.

import { describe, expect, test } from "vitest";
import { codeFrame } from "../../src/base/code-frame.ts";
import { textWidth } from "../../src/base/text-width.ts";

const at = (line: number, column: number, length?: number) => ({
  file: "x.sql",
  line,
  column,
  ...(length === undefined ? {} : { length }),
});

describe("codeFrame", () => {
  test("marks a part of a line", () => {
    expect(codeFrame("select 1\nselect * from {{ ref('stg_order') }}\n", at(2, 23, 9), 80)).toEqual([
      "   2 | select * from {{ ref('stg_order') }}",
      "     |                       ^^^^^^^^^",
    ]);
  });

  test("knows CRLF, a last line without a break, and the end of a line", () => {
    expect(codeFrame("a\r\nbc\r\n", at(2, 3), 80)).toEqual(["   2 | bc", "     |   ^"]);
    expect(codeFrame("a\nbc", at(2, 1, 2), 80)).toEqual(["   2 | bc", "     | ^^"]);
  });

  test("never marks beyond the line, and shows nothing for a line that is not there", () => {
    expect(codeFrame("ab\ncd", at(1, 2, 50), 80)).toEqual(["   1 | ab", "     |  ^"]);
    expect(codeFrame("ab", at(7, 1), 80)).toEqual([]);
    expect(codeFrame("", at(1, 1), 80)).toEqual(["   1 |", "     | ^"]);
  });

  test("spreads tabs and counts wide and combining characters as terminals do", () => {
    expect(codeFrame("\tx y", at(1, 4), 80)).toEqual(["   1 |     x y", "     |       ^"]);
    expect(codeFrame("名前 = x", at(1, 6), 80)).toEqual(["   1 | 名前 = x", "     |        ^"]);
    expect(codeFrame("e\u0301 = x", at(1, 6), 80)[1]).toBe("     |     ^");
  });

  test("hides control characters, so that a file cannot steer the terminal", () => {
    expect(codeFrame("a\u001b[31mb", at(1, 1), 80)[0]).toBe("   1 | a\ufffd[31mb");
  });

  test("cuts long lines around the place", () => {
    const line = `${"a".repeat(300)}HERE${"b".repeat(300)}`;
    const [shown = "", carets = ""] = codeFrame(line, at(1, 301, 4), 80);
    expect(textWidth(shown)).toBeLessThanOrEqual(80);
    expect(shown.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe("HERE");
    expect(shown).toMatch(/\.\.\.a+HEREb+\.\.\.$/);
    const [long = ""] = codeFrame("x".repeat(500), at(1, 1, 500), 80);
    expect(textWidth(long)).toBeLessThanOrEqual(80);
  });

  test("widens its gutter for large line numbers", () => {
    expect(codeFrame(`${"\n".repeat(12344)}x`, at(12345, 1), 80)).toEqual(["  12345 | x", "        | ^"]);
  });
});
