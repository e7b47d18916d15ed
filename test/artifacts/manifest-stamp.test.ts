import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  manifestText,
  writeCompiledManifest,
  writeParsedManifest,
} from "../../src/artifacts/manifest-json.ts";
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
  const { value, difference } = await parseFolderCached(folder);
  writeParsedManifest(value.manifest, value.shared, difference);
  return manifestNow();
}

function manifestNow(): string {
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

it("takes compiled code in, as if it were written anew with it, and keeps it while nothing changes", async () => {
  writeFileSync(join(folder, "models/b.sql"), `select '{"model.shop.c": {' as "}\\" -- \\`);
  writeFileSync(join(folder, "models/c.sql"), "select 3 as id");
  await written();
  const { value } = await parseFolderCached(folder);
  const { manifest, shared } = value;
  const compiled = new Map(
    ["model.shop.c", "model.shop.b"].map((id) => {
      const node = manifest.resources.get(id);
      if (!node) throw new Error(`${id} was not parsed`);
      return [id, { node, parts: { code: `-- ${id} {"`, path: "x", ctes: [] } }] as const;
    }),
  );
  writeCompiledManifest(manifest, shared, compiled);
  expect(still(manifestNow())).toBe(still(manifestText(manifest, shared, compiled)));
  writeCompiledManifest(manifest, shared, compiled);
  expect(still(await written())).toBe(still(manifestText(manifest, shared, compiled)));
});

it("is written whole with compiled code where the file of the parse is lost", async () => {
  await written();
  const { value } = await parseFolderCached(folder);
  const node = value.manifest.resources.get("model.shop.a");
  if (!node) throw new Error("it was not parsed");
  const compiled = new Map([[node.id, { node, parts: { code: "select 1", path: null, ctes: [] } }]]);
  writeFileSync(join(folder, "target/manifest.json"), "{}");
  writeCompiledManifest(value.manifest, value.shared, compiled);
  expect(still(manifestNow())).toBe(still(manifestText(value.manifest, value.shared, compiled)));
});

it("is written anew after a change or damage", async () => {
  const first = await written();
  const id = "model.shop.a";
  writeFileSync(join(folder, "target/manifest.json"), "{}");
  expect(still(await written())).toBe(still(first));
  writeFileSync(join(folder, "target/etl_manifest_stamp.jsonl"), "no JSON");
  expect(still(await written())).toBe(still(first));
  writeFileSync(join(folder, "models/a.sql"), "select 2 as id");
  expect(JSON.parse(await written()).nodes[id].raw_code).toBe("select 2 as id");
});

it("is the file of a parse from nothing after edits, reverts and compiled code", async () => {
  const model = (name: string, text: string): void => writeFileSync(join(folder, `models/${name}.sql`), text);
  model("b", "select * from {{ ref('a') }}");
  model("c", "select * from {{ ref('a') }}");
  await written();
  const whole = async (): Promise<string> => {
    const { value } = await parseFolderCached(folder);
    return still(manifestText(value.manifest, value.shared));
  };
  const timeless = (text: string): string => text.replaceAll(/"created_at": [^,}]+/g, "");
  const expectWhole = async (): Promise<void> =>
    expect(timeless(still(await written()))).toBe(timeless(await whole()));
  model("b", "select 2 as id -- {{ ref('c') }}");
  await expectWhole();
  expect(JSON.parse(manifestNow()).parent_map["model.shop.b"]).toEqual(["model.shop.c"]);
  model("c", "{{ config(group=none, tags=['x']) }} select 3 as id");
  await expectWhole();
  model("b", "select * from {{ ref('a') }}");
  await expectWhole();
  // While an edit is still there, compiled code stays as long as nothing else is edited.
  const { value } = await parseFolderCached(folder);
  const node = value.manifest.resources.get("model.shop.a");
  if (!node) throw new Error("it was not parsed");
  const parts = { code: "select 1", path: null, ctes: [] };
  writeCompiledManifest(value.manifest, value.shared, new Map([[node.id, { node, parts }]]));
  expect(await written()).toContain('"compiled_code": "select 1"');
  model("c", "select * from {{ ref('a') }}");
  await expectWhole();
  model("d", "select 4 as id");
  await expectWhole();
  rmSync(join(folder, "models/d.sql"));
  await expectWhole();
});

it("is right again after another process, which read an older parse, has written it late", async () => {
  await written();
  const late = await parseFolderCached(folder);
  writeFileSync(join(folder, "models/d.sql"), "select 4 as id");
  const first = await written();
  writeParsedManifest(late.value.manifest, late.value.shared, late.difference);
  expect(manifestNow()).not.toContain("model.shop.d");
  expect(still(await written())).toBe(still(first));
});
