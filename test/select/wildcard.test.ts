// Wildcards match what Python's fnmatch and pathlib match.

import { expect, test } from "vitest";
import { pathWildcard, wildcard } from "../../src/select/wildcard.ts";

test.each([
  ["stg_*", "stg_orders", true],
  ["stg_*", "xstg_orders", false],
  ["?", "a", true],
  ["?", "😀", true],
  ["[ab]c", "bc", true],
  ["[!ab]c", "bc", false],
  ["[!ab]c", "xc", true],
  ["[a-c]", "b", true],
  ["[c-a]", "b", false],
  ["[!c-a]", "b", true],
  ["[!--+]", "x", true],
  ["[a&b]", "&", true],
  ["[a-]", "-", true],
  ["[]]", "]", true],
  ["[", "[", true],
  ["[a", "[a", true],
  ["a.b(c)|d+$^", "a.b(c)|d+$^", true],
  ["a.b*", "axb", false],
  ["[\\]", "\\", true],
  ["[^a]", "^", true],
] as const)("%s on %s: %s", (pattern, text, matches) => {
  expect(wildcard(pattern)(text)).toBe(matches);
});

test.each([
  ["models/*.sql", "models/a.sql", true],
  ["models/*.sql", "models/x/a.sql", false],
  ["models/**/a.sql", "models/a.sql", true],
  ["models/**/a.sql", "models/x/y/a.sql", true],
  ["./models//a.sql", "models/a.sql", true],
  ["models\\a.sql", "models/a.sql", true],
] as const)("%s on %s: %s", (pattern, path, matches) => {
  expect(pathWildcard(pattern)(path)).toBe(matches);
});
