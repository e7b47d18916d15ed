// What `compile` takes from an earlier command is what compiling everything anew gives, whatever was edited in between.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EtlError } from "../../src/base/diagnostic.ts";
import type { EtlEvent } from "../../src/base/events.ts";
import { nodeHost } from "../../src/base/node-host.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Value } from "../../src/jinja/value.ts";
import { compileSelected, withProject } from "../../src/pipeline.ts";

const LONG = process.env.ETL_TEST_LONG === "1";

/** Each file with all the texts that it takes in turn; the first are a project without mistakes, "" is no file. */
const TEXTS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "dbt_project.yml": [
    "name: shop\nprofile: test\nvars: {limit: 3}\n",
    "name: shop\nprofile: test\nvars: {limit: '{{ 1 + 3 }}'}\nmodels: {shop: {+schema: other}}\n",
  ],
  "profiles.yml": ["test: {target: dev, outputs: {dev: {type: duckdb, path: test.duckdb, threads: 2}}}\n"],
  "models/a.sql": [
    "select 1 as id",
    "select 2 as id",
    "{{ config(alias='aa') }} select 1 as id",
    "{{ config(materialized='ephemeral') }} select 3 as id",
    "{{ config(meta={'x': 1}) }} select 1 as id {{ nothing_there }}",
    "{{ exceptions.raise_compiler_error('no') }}",
  ],
  "models/b.sql": ["select * from {{ ref('a') }}", "select * from {{ ref('a') }} where {{ shout('x') }}"],
  "models/e.sql": [
    "{{ config(materialized='ephemeral') }} select * from {{ ref('b') }}",
    "{{ config(materialized='ephemeral', alias='ee') }} select 5 as id, {{ shout('e') }} as word",
    "{{ config(materialized='view') }} select '{{ run_started_at }}' as id from {{ ref('b') }}",
  ],
  "models/f.sql": [
    "{{ config(materialized='ephemeral') }} select * from {{ ref('e') }}",
    "{{ config(materialized='ephemeral') }} select * from {{ ref('e') }} -- {{ invocation_id[:0] }}",
  ],
  "models/g.sql": ["select * from {{ ref('f') }} limit {{ var('limit') }}", "select * from {{ ref('e') }}"],
  "models/h.sql": [
    "{{ config(materialized='incremental') }} select 1 as id {% if is_incremental() %} where false {% endif %}",
    "select {{ graph.nodes | length }} as nodes, '{{ graph.nodes['model.shop.a'].raw_code | length }}' as a",
    "{{ log('said', info=true) }} select '{{ env_var('STAGE', 'none') }}' as stage, '{{ model.name }}' as name",
    "select '{{ flags.FULL_REFRESH }}' as f, {{ [1] | random }} as r from {{ source('raw', 't') }}",
    "select '{{ modules.datetime.datetime(2020, 1, 1) }}' as d, '{{ render('{{ 1 }}') }}' as one",
  ],
  "models/v_v1.sql": ["select 1 as id"],
  "models/v_v2.sql": ["select 2 as id"],
  "models/w.sql": ["select * from {{ ref('v') }}"],
  "models/schema.yml": [
    "models:\n  - {name: v, latest_version: 1, versions: [{v: 1}, {v: 2}]}\n" +
      "  - {name: b, columns: [{name: id, data_tests: [unique, {accepted_values: {arguments: {values: [1]}}}]}]}\n" +
      "sources: [{name: raw, tables: [{name: t}]}]\n",
    "models:\n  - {name: v, latest_version: 2, versions: [{v: 1}, {v: 2}]}\n" +
      "  - {name: b, columns: [{name: id, data_tests: [not_null]}]}\n" +
      "  - {name: w, constraints: [{type: foreign_key, columns: [id], to: ref('a'), to_columns: [id]}]}\n" +
      "sources: [{name: raw, tables: [{name: t, identifier: t2}]}]\n",
  ],
  "macros/m.sql": [
    "{% macro shout(x) %}'{{ x | upper }}'{% endmacro %}",
    "{% macro shout(x) %}{{ louder(x) }}{% endmacro %}{% macro louder(x) %}'{{ x }}!'{% endmacro %}",
    "{% macro shout(x) %}'{{ x }}'{% endmacro %}{% macro get_where_subquery(r) %}(select 1 as id){% endmacro %}",
  ],
  "tests/t.sql": ["select * from {{ ref('b') }} where false", "select * from {{ ref('g') }} where false", ""],
};
const PATHS = Object.keys(TEXTS);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-kept-code-"));
  for (const path of PATHS) put(path, 0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, which: number): void {
  const texts = TEXTS[path] ?? [""];
  const text = texts[which % texts.length] ?? "";
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  if (text === "") rmSync(join(folder, path), { force: true });
  else writeFileSync(join(folder, path), text);
}

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly cli?: Readonly<Record<string, Value>>;
}

/** Runs `compile`. @returns what was told, but for the nodes, and the ids of the nodes that were compiled */
async function compile(
  target: string,
  { env = {}, cli = {} }: Setting,
): Promise<{ readonly told: string[]; readonly compiled: string[] }> {
  const events: EtlEvent[] = [];
  const host = nodeHost({
    cwd: folder,
    env: { HOME: folder, ...env },
    emit: (event) => events.push(event),
    clean: (text) => text,
    signal: new AbortController().signal,
  });
  const flags = new Map(Object.entries({ ...cli, target_path: target }));
  const told: string[] = [];
  try {
    const config = await loadConfig({ command: "compile", cli: flags, cwd: folder }, host);
    const invocation = { id: host.uuid(), startedAt: new Date(0), command: "compile" };
    await withProject(config, invocation, host, compileSelected);
    await host.files.settled();
  } catch (error) {
    if (!(error instanceof EtlError)) throw error;
    told.push(JSON.stringify(error.diagnostics));
  }
  for (const event of events) {
    if (event.kind === "diagnostic") told.push(JSON.stringify(event.diagnostic));
    else if (event.kind === "message" && event.level === "info") told.push(event.text);
    else if (event.kind === "node-finished") told.push(JSON.stringify(event.diagnostics));
  }
  const compiled = events.flatMap((event) => (event.kind === "node-started" ? [event.node.id] : []));
  return { told: told.filter((text) => text !== "[]").sort(), compiled };
}

/** All that is left behind below a target folder, without times. */
function left(target: string): Record<string, unknown> {
  const at = (name: string): string => join(folder, target, name);
  const json = (name: string): Record<string, never> => {
    const text = readFileSync(at(name), "utf8").replaceAll(`"${target}/`, '"target/');
    return JSON.parse(text.replaceAll(/"created_at": [^,}]+/g, '"created_at": 0'));
  };
  const { nodes, parent_map: parents } = json("manifest.json");
  const results = (json("run_results.json").results as unknown as Record<string, string>[]).map(
    ({ unique_id: id, status, compiled_code: code, message }) => [id, { status, code, message }],
  );
  const files = readdirSync(at("compiled"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(at("."), path), readFileSync(path, "utf8")]);
  return { nodes, parents, results: Object.fromEntries(results), files: Object.fromEntries(files) };
}

/** Compares with a command that has nothing to take. */
async function expectAsAnew(setting: Setting = {}): Promise<string[]> {
  rmSync(join(folder, "cold"), { recursive: true, force: true });
  // Files of nodes that are gone stay, as dbt leaves them.
  rmSync(join(folder, "target/compiled"), { recursive: true, force: true });
  const { told, compiled } = await compile("target", setting);
  const cold = await compile("cold", setting);
  expect(told).toEqual(cold.told);
  if (cold.compiled.length > 0) expect(left("target")).toEqual(left("cold"));
  return compiled.sort();
}

it("compiles again only what an edit reaches, and what can differ", async () => {
  await expectAsAnew();
  const always = ["model.shop.h"];
  expect(await expectAsAnew()).toEqual(always);
  put("models/a.sql", 1);
  expect(await expectAsAnew()).toEqual(["model.shop.a", ...always]);
  put("models/a.sql", 2);
  expect(await expectAsAnew()).toEqual(["model.shop.a", "model.shop.b", ...always]);
  put("models/a.sql", 0);
  expect(await expectAsAnew()).toEqual(always);
  put("models/e.sql", 1);
  expect(await expectAsAnew()).toEqual(["model.shop.e", "model.shop.f", "model.shop.g", ...always]);
});

it("puts back files that were removed or changed", async () => {
  await expectAsAnew();
  const path = join(folder, "target/compiled/shop/models/b.sql");
  writeFileSync(path, "select 'mine'");
  expect((await compile("target", {})).compiled).toEqual(["model.shop.h"]);
  expect(readFileSync(path, "utf8")).toBe('select * from "test"."main"."a"');
});

it("is as compiled anew after any edits, with any settings", async () => {
  const change = fc.record({ path: fc.constantFrom(...PATHS), which: fc.nat(6) });
  const setting = fc.record({
    env: fc.constantFrom<Record<string, string>>({}, { STAGE: "dev" }),
    cli: fc.constantFrom<Record<string, Value>>(
      {},
      {},
      { full_refresh: true },
      { threads: 3 },
      { empty: true },
    ),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ changes: fc.array(change, { maxLength: 2 }), setting }), {
        minLength: 2,
        maxLength: 5,
      }),
      async (steps) => {
        for (const { changes, setting: chosen } of steps) {
          for (const { path, which } of changes) put(path, which);
          await expectAsAnew(chosen);
        }
      },
    ),
    { seed: 20, numRuns: LONG ? 200 : 6, endOnFailure: true },
  );
}, 120_000);
