// Text of strangers on its way to a terminal or a log.

import { expect, test } from "vitest";
import { visibleColours, visibleLine, visibleLines } from "../../src/base/visible-text.ts";

test("a name is one line without control characters", () => {
  expect(visibleLine("plain é 🎉")).toBe("plain é 🎉");
  expect(visibleLine("a\r\nb\tc\u001b[2Jd\u0000e\u009bf\u2028g")).toBe(
    "a\\r\\nb\\tc\\x1b[2Jd\\x00e\\x9bf\\u2028g",
  );
  expect(visibleLine("abc\u202ecba"), "the direction of reading").toBe("abc\\u202ecba");
});

test("a message keeps its lines, and no other control character", () => {
  expect(visibleLines("a\r\n\tb\u001b]0;title\u0007\rc")).toBe("a\n\tb\\x1b]0;title\\x07\\rc");
});

test("what templates print may have colours", () => {
  expect(visibleColours("\u001b[31mred\u001b[0m \u001b[2J\n")).toBe("\u001b[31mred\u001b[0m \\x1b[2J\n");
});
