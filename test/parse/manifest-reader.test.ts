// Reading a manifest.json that etl or dbt wrote, as state of an earlier run.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { manifestText } from "../../src/artifacts/manifest-json.ts";
import { readManifest } from "../../src/artifacts/manifest-reader.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { nodeFiles } from "../../src/base/node-files.ts";
import { parseFolder } from "./parse-folder.ts";

const LONG = process.env.ETL_TEST_LONG === "1";
const files = nodeFiles((text) => text);

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-manifest-"));
  path = join(folder, "manifest.json");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The message of what reading the text throws. */
function refusal(text: string | undefined): string {
  if (text !== undefined) writeFileSync(path, text);
  try {
    readManifest(path, files);
  } catch (error) {
    if (error instanceof EtlError) return `${error.diagnostics[0]?.code}: ${error.message}`;
    throw error;
  }
  return "";
}

describe("a manifest of another run", () => {
  it.each([
    ["missing", undefined, "there is no"],
    ["empty", "", "is no JSON"],
    ["cut off", '{"metadata": {', "is no JSON"],
    ["another JSON", "[1, 2]", "is not a manifest"],
    ["without nodes", '{"metadata": {}}', "is not a manifest"],
    [
      "too old",
      '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v3.json"}, "nodes": {}}',
      "version 3",
    ],
  ])("that is %s is refused", (_, text, message) => {
    expect(refusal(text)).toMatch(/^state-invalid: /);
    expect(refusal(text)).toContain(message);
  });

  it("gives what was written: nodes, texts of macros, where relations lie", async () => {
    const everything = fileURLToPath(new URL("fixtures/everything", import.meta.url));
    const { manifest, shared } = (await parseFolder(everything)).value;
    writeFileSync(path, manifestText(manifest, shared));
    const read = readManifest(path, files);
    // Besides, dbt and we list tests there that are off since what they test is.
    expect([...read.resources.keys()]).toEqual(expect.arrayContaining([...manifest.resources.keys()]));
    expect(read.macros.get("macro.everything.twice")).toContain("{{ x }} * 2");
    expect(read.relations.get("model.everything.stg_customers")).toMatchObject({ alias: "customers_clean" });
    expect(read.relations.has("model.everything.base_nothing")).toBe(false);
  });

  it("throws nothing but diagnostics, whatever its text", () => {
    const whole = JSON.stringify({
      metadata: { invocation_id: "x" },
      nodes: { a: { name: "a" } },
      macros: { m: 1 },
    });
    fc.assert(
      fc.property(fc.nat(whole.length), fc.string({ maxLength: 3 }), fc.nat(5), (at, text, length) => {
        refusal(whole.slice(0, at) + text + whole.slice(at + length));
      }),
      { seed: 2, numRuns: LONG ? 5000 : 200 },
    );
  });
});
