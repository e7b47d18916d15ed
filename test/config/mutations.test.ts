// Whatever stands in the configuration files: a Config, or an EtlError with places; never another exception.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { EtlError } from "../../src/base/diagnostic.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { hostOf, PROFILES, PROJECT, removeFolders, writeFolder } from "./project-folder.ts";

afterAll(removeFolders);

const FILES: Readonly<Record<string, string>> = {
  "dbt_project.yml": `${PROJECT}
require-dbt-version: [">=1.0.0"]
model-paths: ["models"]
on-run-start: ["select 1"]
dispatch: [{macro_namespace: dbt, search_order: [shop, dbt]}]
quoting: {identifier: true}
query-comment: {comment: x, append: true}
flags: {fail_fast: true, warn_error_options: {error: all}}
vars: {a: 1, shop: {b: [1, 2.5, 2026-01-01]}}
models:
  +materialized: "{{ 'table' if target.name == 'prod' else 'view' }}"
  shop: {staging: {+tags: [a], +grants: {select: [b]}, +post-hook: ["select 2"]}}
data_tests: {+severity: warn, +limit: 5}
`,
  "profiles.yml": `${PROFILES}      extensions: [httpfs]\n      settings: {threads: 2}\n`,
  "selectors.yml":
    "selectors:\n  - name: a\n    default: true\n    definition: {union: [{method: tag, value: x}, 'path:models']}\n",
  ".env": 'A=1\nexport B="x"\n',
};

const piece = fc.constantFrom(
  "{{",
  "}}",
  "{%",
  ": ",
  "- ",
  "\n",
  "  ",
  "[",
  "]",
  "{",
  "}",
  '"',
  "'",
  "&a ",
  "*a",
  "!!x ",
  "null",
  "[]",
  "{}",
  "1.5",
  "2026-01-01",
  "<<: ",
  "\t",
  "\u0000",
  "é",
  "target.x",
  "env_var(",
  "| as_number",
);

/** A text with some stretches replaced. */
function mutated(text: string): fc.Arbitrary<string> {
  const cut = fc.tuple(fc.nat(text.length), fc.nat(12), fc.oneof(piece, fc.constant("")));
  return fc
    .array(cut, { minLength: 1, maxLength: 3 })
    .map((cuts) =>
      cuts.reduce(
        (result, [at, length, added]) => result.slice(0, at) + added + result.slice(at + length),
        text,
      ),
    );
}

test("changed files load, or are refused with diagnostics", async () => {
  const folder = writeFolder(FILES);
  const change = fc
    .constantFrom(...Object.keys(FILES))
    .chain((file) => mutated(FILES[file] ?? "").map((text) => ({ file, text })));
  await fc.assert(
    fc.asyncProperty(change, async ({ file, text }) => {
      writeFileSync(join(folder, file), text);
      try {
        await loadConfig({ command: "build", cli: new Map(), cwd: folder }, hostOf(folder));
      } catch (error) {
        expect(error).toBeInstanceOf(EtlError);
        if (error instanceof EtlError) expect(error.diagnostics.length).toBeGreaterThan(0);
      } finally {
        writeFileSync(join(folder, file), FILES[file] ?? "");
      }
    }),
    { numRuns: process.env.ETL_TEST_LONG === "1" ? 20_000 : 600, seed: 5 },
  );
});
