// Which version of a hub package is chosen: dbt's rules.

import { expect, test } from "vitest";
import { chooseVersion, versionRange } from "../../src/project/packages/hub.ts";

const available = ["0.9.0", "1.0.0", "1.1.0", "1.1.1", "1.2.0-rc1", "2.0.0"];

test.each<[string, readonly string[], boolean, string | undefined]>([
  ["an exact version", ["1.1.0"], false, "1.1.0"],
  ["an exact version with a matcher", ["=1.1.0"], false, "1.1.0"],
  ["the highest of a range", [">=1.0.0", "<2.0.0"], false, "1.1.1"],
  ["a range in one text", [">=1.0.0,<2.0.0"], false, "1.1.1"],
  ["prereleases where they are wanted", [">=1.0.0", "<2.0.0"], true, "1.2.0-rc1"],
  ["prereleases where they are named", [">=1.2.0-rc1", "<2.0.0"], false, "1.2.0-rc1"],
  ["nothing when nothing suits", [">2.0.0"], false, undefined],
])("takes %s", (_, versions, prerelease, expected) => {
  expect(chooseVersion(available, versions, prerelease)).toBe(expected);
});

test.each(["", "latest", "1", "1.0", ">= 1", "1.x", "^1.0.0"])("%j is no version", (text) => {
  expect(versionRange([text])).toBeUndefined();
});
