import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeManifest, writeParsedManifest } from "../../src/artifacts/manifest-json.ts";
import { parseFolderCached } from "../parse/parse-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-manifest-"));
  mkdirSync(join(folder, "models"));
  writeFileSync(join(folder, "dbt_project.yml"), 'name: shop\nversion: "1.0"\n');
  writeFileSync(join(folder, "models/a.sql"), "select 'größer' as id");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function written(): Promise<string> {
  const { value, cached } = await parseFolderCached(folder);
  writeParsedManifest(value.manifest, value.shared, cached);
  return readFileSync(join(folder, "target/manifest.json"), "utf8");
}

/** What differs from invocation to invocation. */
const still = (text: string): string => text.replace(/^\{"metadata": \{.*?\}, "nodes"/, "");

it("keeps all but the metadata when nothing changed", async () => {
  const first = await written();
  const second = await written();
  expect(still(second)).toBe(still(first));
  expect(JSON.parse(second).metadata.generated_at > JSON.parse(first).metadata.generated_at).toBe(true);
});

it("is written anew after a change, a run that put compiled code into it, or damage", async () => {
  const first = await written();
  const { value } = await parseFolderCached(folder);
  const id = "model.shop.a";
  writeManifest(value.manifest, value.shared, new Map([[id, { code: "select 1", path: "x", ctes: [] }]]));
  expect(JSON.parse(readFileSync(join(folder, "target/manifest.json"), "utf8")).nodes[id].compiled).toBe(
    true,
  );
  expect(still(await written())).toBe(still(first));
  writeFileSync(join(folder, "target/manifest.json"), "{}");
  expect(still(await written())).toBe(still(first));
  writeFileSync(join(folder, "target/etl_manifest_stamp.json"), "no JSON");
  expect(still(await written())).toBe(still(first));
  writeFileSync(join(folder, "models/a.sql"), "select 2 as id");
  expect(JSON.parse(await written()).nodes[id].raw_code).toBe("select 2 as id");
});
