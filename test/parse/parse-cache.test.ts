// The parse cache: what is taken from it, what makes it stale, and what it refuses to hold.

import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { manifestText } from "../../src/artifacts/manifest-json.ts";
import { PyFloat } from "../../src/jinja/value.ts";
import { CACHE_FILE } from "../../src/parse/parse-cache.ts";
import { writeFiles } from "../adapter/open-folder.ts";
import { type FolderOptions, parseFolder, parseFolderCached } from "./parse-folder.ts";

const LONG = process.env.ETL_TEST_LONG === "1";

let folder: string;
const at = (path: string): string => join(folder, path);
const write = (path: string, text: string): void => writeFiles(folder, { [path]: text });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-parse-cache-"));
  write("dbt_project.yml", 'name: shop\nversion: "1.0"\nmodels:\n  shop:\n    +tags: [all]\n');
  write("models/a.sql", "select 1.0 as id");
  write("models/b.sql", "{{ config(meta={'ratio': 1.0}) }} select * from {{ ref('a') }}");
  write(
    "models/m.yml",
    "models:\n  - name: a\n    columns: [{name: id, data_tests: [not_null]}]\n    meta: {since: 2026-01-01}\n",
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The whole manifest as text, without the times of its making. */
async function shown(parse: typeof parseFolder, options: FolderOptions = {}): Promise<string> {
  const { value, diagnostics } = await parse(folder, options);
  const text = manifestText(value.manifest, value.shared).replaceAll(
    /"(?:created_at|generated_at)": [^,}]+/g,
    "",
  );
  return text + JSON.stringify(diagnostics);
}

/** True when the next start finds the parse of the last one, so that nothing is made anew. */
async function isKept(options: FolderOptions = {}): Promise<boolean> {
  return (await parseFolderCached(folder, options)).cached;
}

async function fill(options: FolderOptions = {}): Promise<void> {
  await parseFolderCached(folder, { ...options, cli: { ...options.cli, partial_parse: false } });
}

describe("the parse cache", () => {
  it("gives an unchanged project as a parse from nothing would", async () => {
    await fill();
    expect(await isKept()).toBe(true);
    expect(await shown(parseFolderCached)).toBe(await shown(parseFolder));
  });

  it("is kept when a file was touched but is the same", async () => {
    await fill();
    utimesSync(at("models/a.sql"), new Date(), new Date());
    expect(await isKept()).toBe(true);
  });

  it.each<[string, () => void]>([
    ["a model changes without changing its size", () => write("models/a.sql", "select 2.0 as id")],
    ["a model is new", () => write("models/c.sql", "select 3")],
    ["a model is gone", () => rmSync(at("models/b.sql"))],
    ["a properties file changes", () => write("models/m.yml", "models: []")],
    ["dbt_project.yml changes", () => write("dbt_project.yml", 'name: shop\nversion: "1.0"\n')],
    [
      "a macro is new",
      () => write("macros/m.sql", "{% macro generate_alias_name(c, node) %}x_{{ node.name }}{% endmacro %}"),
    ],
  ])("is not all when %s", async (_, change) => {
    await fill();
    change();
    expect(await isKept()).toBe(false);
    expect(await shown(parseFolderCached)).toBe(await shown(parseFolder));
  });

  it("follows the environment, flags and vars that were read, and no others", async () => {
    write(
      "models/c.sql",
      "{{ config(tags=[env_var('STAGE', 'none'), var('x', 'y'), flags.FAIL_FAST | string]) }} select 1",
    );
    await fill({ env: { STAGE: "dev", OTHER: "1" } });
    expect(await isKept({ env: { STAGE: "dev", OTHER: "2" } })).toBe(true);
    expect(await isKept({ env: { STAGE: "dev" }, cli: { quiet: true } })).toBe(true);
    expect(await isKept({ env: { STAGE: "prod" } })).toBe(false);
    await fill();
    expect(await isKept({ env: { STAGE: "set" } })).toBe(false);
    await fill();
    expect(await isKept({ cli: { vars: new Map([["x", 1]]) } })).toBe(false);
    await fill({ cli: { vars: new Map([["x", 1]]) } });
    expect(await isKept({ cli: { vars: new Map([["x", new PyFloat(1)]]) } })).toBe(false);
    await fill();
    expect(await isKept({ cli: { fail_fast: true } })).toBe(false);
  });

  it("is not read with --no-partial-parse", async () => {
    await fill();
    expect(await isKept({ cli: { partial_parse: false } })).toBe(false);
  });

  it("does not keep a parse with mistakes", async () => {
    write("models/c.sql", "select * from {{ ref('nothing') }}");
    await parseFolderCached(folder);
    expect(() => statSync(at(`target/${CACHE_FILE}`))).toThrow();
  });

  it("does not keep a secret that stands in a file", async () => {
    const env = { DBT_ENV_SECRET_KEY: "hush-hush", OTHER: "plain words" };
    await fill({ env });
    expect(readFileSync(at(`target/${CACHE_FILE}`), "latin1")).not.toContain("plain words");
    write("models/c.sql", "select 'hush-hush' as key");
    rmSync(at(`target/${CACHE_FILE}`));
    await parseFolderCached(folder, { env });
    expect(() => statSync(at(`target/${CACHE_FILE}`))).toThrow();
    await parseFolderCached(folder);
    expect(readFileSync(at(`target/${CACHE_FILE}`), "latin1")).toContain("hush-hush");
  });

  it("is passed over when it is damaged, cut off, empty or foreign", async () => {
    await fill();
    const whole = readFileSync(at(`target/${CACHE_FILE}`));
    const cold = await shown(parseFolder);
    const changes = fc.oneof(
      fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
      fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })).map(([position, change]) => {
        const damaged = Buffer.from(whole);
        damaged[position] = (damaged[position] as number) ^ change;
        return damaged;
      }),
      fc.uint8Array({ maxLength: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(changes, async (bytes) => {
        writeFileSync(at(`target/${CACHE_FILE}`), bytes);
        expect(await shown(parseFolderCached)).toBe(cold);
      }),
      { seed: 3, numRuns: LONG ? 500 : 12 },
    );
  });

  it("agrees with a parse from nothing after any edits", async () => {
    const texts = fc.constantFrom(
      "select 1",
      "select * from {{ ref('a') }}",
      "{{ config(alias='other', enabled=false) }} select 1",
      "select * from {{ ref('zzz') }}",
      "{{ broken",
    );
    const files = fc.constantFrom("a.sql", "b.sql", "sub/c.sql", "sub/d.sql");
    const edit = fc.oneof(
      fc.record({ path: files, text: texts }),
      fc.record({ path: files, text: fc.constant(null) }),
      fc.record({
        path: fc.constantFrom("m.yml", "n.yml"),
        text: fc.constantFrom(
          "models: []",
          "models: [{name: b, description: x}]",
          "models: {",
          "models: [{name: d, config: {tags: t}}]",
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
        for (const { path, text } of edits) {
          if (text === null) rmSync(at(`models/${path}`), { force: true });
          else write(`models/${path}`, text);
          expect(await shown(parseFolderCached)).toBe(await shown(parseFolder));
        }
      }),
      { seed: 5, numRuns: LONG ? 200 : 8 },
    );
  });
});

describe("a project with everything in it", () => {
  it("comes back from the cache as it was", async () => {
    rmSync(folder, { recursive: true });
    cpSync(new URL("fixtures/everything", import.meta.url).pathname, folder, { recursive: true });
    await fill();
    expect(await shown(parseFolderCached)).toBe(await shown(parseFolder));
  });
});
