// manifest.json of a project that has something of everything, against what dbt parses out of the same files
// (fixtures/everything.dbt.json, recorded by record/record-manifests.py).

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { manifestText } from "../../src/artifacts/manifest-json.ts";
import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { parseFolder } from "./parse-folder.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Sections = Record<string, Record<string, Json>>;

const folder = fileURLToPath(new URL("fixtures/everything", import.meta.url));
const recorded = JSON.parse(readFileSync(`${folder}.dbt.json`, "utf8")) as Sections;

/** What differs on purpose, with the reason. */
const DIFFERENT: readonly (readonly [RegExp, string])[] = [
  [/^nodes\.model\.everything\.stg_customers\.tags$/, "the same tags; ours stand in the order of the config"],
  [
    /^nodes\.model\.everything\.scores\.(?:unrendered_)?config\.(?:config|meta)_keys_/,
    "how Python models read configs is found when they run",
  ],
  [/unique_switched_off_one/, "dbt keeps a test of a disabled model among the nodes, with enabled: false"],
  [/^groups\.group\.everything\.finance\.config/, "dbt configures groups with the tree of the models"],
  [
    /^functions\.function\.everything\.double_it\.unrendered_config/,
    "dbt reads configs of functions off the tree of the models",
  ],
  [
    /^disabled\..*\.(?:description|source_description)$/,
    "dbt leaves descriptions of what is disabled unrendered",
  ],
  [/^group_map\.finance$/, "the same members in another order"],
  [/^saved_queries\..*\.exports/, "exports are not written, so they have no database"],
  [/^semantic_models\..*\.measures/, "dbt forgets create_metric once it has made the metric"],
];

function differences(ours: Json, dbt: Json, path: string, found: string[]): void {
  if (isObject(ours) && isObject(dbt)) {
    for (const key of new Set([...Object.keys(dbt), ...Object.keys(ours)])) {
      if (key === "created_at" || key === "root_path") continue;
      const [mine, theirs] = [ours[key], dbt[key]];
      if (mine === undefined || theirs === undefined) found.push(`${path}.${key}`);
      else differences(mine, theirs, `${path}.${key}`, found);
    }
  } else if (Array.isArray(ours) && Array.isArray(dbt) && path.startsWith("disabled.")) {
    for (const [index, item] of dbt.entries()) differences(ours[index] ?? null, item, path, found);
  } else if (JSON.stringify(plain(ours, path)) !== JSON.stringify(plain(dbt, path))) found.push(path);
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Called macros are a set. */
function plain(value: Json, path: string): Json {
  return Array.isArray(value) && path.endsWith(".macros") ? [...value].sort() : value;
}

let ours: Sections;
let diagnostics: readonly Diagnostic[];

beforeAll(async () => {
  const parsed = await parseFolder(folder);
  diagnostics = parsed.diagnostics;
  ours = JSON.parse(manifestText(parsed.value.manifest, parsed.value.shared)) as Sections;
});

describe("manifest.json", () => {
  it("of everything is parsed without a mistake", () => {
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it.each(Object.keys(recorded).filter((name) => name !== "metadata"))("has dbt's %s", (name) => {
    const own = ["macros", "docs"].includes(name)
      ? Object.fromEntries(
          Object.entries(ours[name] ?? {}).filter(([id]) => !/^(?:macro|doc)\.dbt(?:_duckdb)?\./.test(id)),
        )
      : (ours[name] ?? {});
    const found: string[] = [];
    differences(own, recorded[name] ?? {}, name, found);
    expect(found.filter((path) => !DIFFERENT.some(([pattern]) => pattern.test(path)))).toEqual([]);
  });

  it("has dbt's metadata", () => {
    const { dbt_schema_version, project_name, project_id, adapter_type, quoting } = ours.metadata ?? {};
    expect({ dbt_schema_version, project_name, project_id, adapter_type, quoting }).toEqual({
      dbt_schema_version: recorded.metadata?.dbt_schema_version,
      project_name: recorded.metadata?.project_name,
      project_id: recorded.metadata?.project_id,
      adapter_type: recorded.metadata?.adapter_type,
      quoting: recorded.metadata?.quoting,
    });
  });

  it("has the keys of nodes in dbt's order", () => {
    for (const [id, node] of Object.entries(recorded.nodes ?? {})) {
      const mine = ours.nodes?.[id];
      if (mine === undefined) continue;
      const keys = (value: Json): string[] => (isObject(value) ? Object.keys(value) : []);
      const known = keys(node).filter((key) => key !== "created_at" && key !== "root_path");
      expect(keys(mine).filter((key) => known.includes(key))).toEqual(known);
    }
  });
});
