// state_modified_compare_more_unrendered_values: configs of templates by their text, as dbt writes it into manifests
// (fixtures/unrendered-calls.json, recorded by record/unrendered_calls.py).

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DataTest, Model } from "../../src/manifest/node.ts";
import { parseFolder } from "./parse-folder.ts";

const recorded = JSON.parse(
  readFileSync(new URL("fixtures/unrendered-calls.json", import.meta.url), "utf8"),
) as Record<string, Record<string, string>>;
const calls = Object.entries(recorded);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-unrendered-"));
  mkdirSync(join(folder, "models"));
  for (const [i, [call]] of calls.entries())
    writeFileSync(join(folder, `models/m${i}.sql`), `{{ ${call} }}select 1`);
  writeFileSync(join(folder, "models/literal.sql"), "{{ config(materialized='table', alias='x') }}select 1");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function unrendered(flag: boolean): Promise<Map<string, Record<string, unknown>>> {
  const flags = `flags: {state_modified_compare_more_unrendered_values: ${flag}}`;
  writeFileSync(join(folder, "dbt_project.yml"), `name: shop\nversion: '1.0'\n${flags}\n`);
  const { value, diagnostics } = await parseFolder(folder, { cli: { vars: new Map([["a", "b"]]) } });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const all = [...value.manifest.resources.values(), ...[...value.manifest.disabled.values()].flat()];
  const nodes = all.filter(
    (one): one is Model | DataTest => one.resourceType === "model" || one.resourceType === "test",
  );
  return new Map(nodes.map(({ name, unrenderedConfig }) => [name, Object.fromEntries(unrenderedConfig)]));
}

test("configs that a template computes are kept as dbt writes their text, literal ones as they are", async () => {
  const configs = await unrendered(true);
  for (const [i, [call, texts]] of calls.entries()) expect(configs.get(`m${i}`), call).toEqual(texts);
  expect(configs.get("literal")).toEqual({ materialized: "table", alias: "x" });
});

test("without the flag their values are kept", async () => {
  expect((await unrendered(false)).get("m0")).toEqual({ materialized: "view", alias: "ADE" });
});

test("with the flag lists of properties stand twice, as in dbt's manifests", async () => {
  writeFileSync(join(folder, "models/listed.sql"), "select 1");
  writeFileSync(
    join(folder, "models/s.yml"),
    "models: [{name: listed, config: {tags: [a, b], alias: listed_as, grants: {select: [who]}}}]",
  );
  expect((await unrendered(true)).get("listed")).toMatchObject({
    tags: ["a", "b", "a", "b"],
    alias: "listed_as",
    grants: new Map([["select", ["who", "who"]]]),
  });
  expect((await unrendered(false)).get("listed")).toMatchObject({ tags: ["a", "b"] });
});

test("with the flag properties keep their text", async () => {
  writeFileSync(join(folder, "models/written.sql"), "select 1");
  writeFileSync(
    join(folder, "models/w.yml"),
    "models: [{name: written, config: {alias: \"{{ var('a') }}\", meta: {at: \"{{ var('a') }}\"}}}]",
  );
  expect((await unrendered(true)).get("written")).toEqual({
    alias: "{{ var('a') }}",
    meta: new Map([["at", "{{ var('a') }}"]]),
  });
  expect((await unrendered(false)).get("written")).toMatchObject({ alias: "b" });
});

test("with the flag configs of tests are texts where they are called, and values where properties give them", async () => {
  mkdirSync(join(folder, "tests"));
  writeFileSync(join(folder, "tests/called.sql"), "{{ config(severity='warn') }}select 1");
  writeFileSync(join(folder, "tests/described.sql"), "select 1");
  writeFileSync(join(folder, "tests/t.yml"), "data_tests: [{name: described, config: {tags: [a]}}]");
  const configs = await unrendered(true);
  expect(configs.get("called")).toEqual({ severity: "Keyword(key='severity', value=Const(value='warn'))" });
  expect(configs.get("described")).toEqual({ tags: ["a"] });
});
