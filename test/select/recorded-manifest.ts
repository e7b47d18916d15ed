// dbt's recorded manifest.json as our Manifest: what selection reads of it, nothing else.

import { readFileSync } from "node:fs";
import { fromPlain } from "../../src/jinja/json.ts";
import type { Dict, Value } from "../../src/jinja/value.ts";
import type { Macro, Manifest } from "../../src/manifest/manifest.ts";
import type { NodeId, Resource } from "../../src/manifest/node.ts";
import type { PreviousManifest } from "../../src/manifest/previous-state.ts";

const FIXTURES = `${import.meta.dirname}/fixtures`;
const SECTIONS = [
  "nodes",
  "sources",
  "exposures",
  "metrics",
  "semantic_models",
  "saved_queries",
  "unit_tests",
];

interface Recorded {
  readonly resources: ReadonlyMap<NodeId, Dict>;
  readonly macros: ReadonlyMap<string, Dict>;
  readonly parents: Dict;
  readonly children: Dict;
}

function read(file: string): Recorded {
  const json = fromPlain(JSON.parse(readFileSync(`${FIXTURES}/${file}`, "utf8"))) as Dict;
  const section = (name: string) => json.get(name) as Map<string, Dict>;
  return {
    resources: new Map(SECTIONS.flatMap((name) => [...section(name)])),
    macros: section("macros"),
    parents: json.get("parent_map") as Dict,
    children: json.get("child_map") as Dict,
  };
}

export const shown = read("manifest.json");

export function recordedManifest(): Manifest {
  const relatives = (map: Dict) => new Map([...map] as [string, string[]][]);
  return {
    projectName: "shop",
    adapterType: "duckdb",
    resources: new Map([...shown.resources].map(([id, dict]) => [id, resource(dict)])),
    disabled: new Map(),
    macros: new Map([...shown.macros].map(([id, dict]) => [id, macro(dict)])),
    docs: new Map(),
    groups: new Map(),
    parents: relatives(shown.parents),
    children: relatives(shown.children),
    packages: ["shop", "helper"],
    generatedAt: new Date(0),
  };
}

/** What --state brings of the changed project. */
export function recordedState(): PreviousManifest {
  const { resources, macros } = read("manifest-state.json");
  return {
    resources,
    macros: new Map([...macros].map(([id, dict]) => [id, dict.get("macro_sql") as string])),
  };
}

/** Keys of manifest.json that are plain objects in a Resource. */
const OBJECTS = [
  "docs",
  "checksum",
  "contract",
  "test_metadata",
  "freshness",
  "warn_after",
  "error_after",
  "expect",
];

const camel = (key: string): string => key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function object(dict: Dict): Record<string, unknown> {
  return Object.fromEntries(
    [...dict].map(([key, value]) => [camel(String(key)), member(String(key), value)]),
  );
}

function member(key: string, value: Value): unknown {
  if (value instanceof Map && OBJECTS.includes(key)) return object(value);
  if (value instanceof Map && key === "columns")
    return new Map(
      [...value].map(([name, column]) => [name, { ...object(column as Dict), extra: new Map() }]),
    );
  if (Array.isArray(value) && key === "refs") return value.map((ref) => object(ref as Dict));
  if (Array.isArray(value) && key === "sources")
    return (value as string[][]).map(([source, table]) => ({ source, table }));
  return value;
}

/** What manifest.json says, under our names; keys that it lacks are those of other kinds or empty. */
function resource(dict: Dict): Resource {
  const dependsOn = (dict.get("depends_on") ?? new Map()) as Dict;
  const found = {
    version: null,
    latestVersion: null,
    constraints: [],
    primaryKey: [],
    timeSpine: null,
    testMetadata: null,
    columnName: null,
    fileKeyName: null,
    attachedNode: null,
    given: [],
    overrides: null,
    versions: null,
    ...object(dict),
    id: dict.get("unique_id"),
    resourceType: dict.get("resource_type"),
    patchPath: dict.get("patch_path") ?? null,
    tags: dict.get("tags") ?? [],
    dependsOnNodes: dependsOn.get("nodes") ?? [],
    dependsOnMacros: dependsOn.get("macros") ?? [],
  };
  return found as unknown as Resource;
}

function macro(dict: Dict): Macro {
  const dependsOn = dict.get("depends_on") as Dict;
  return {
    id: dict.get("unique_id"),
    block: { text: dict.get("macro_sql") },
    dependsOnMacros: dependsOn.get("macros") ?? [],
  } as unknown as Macro;
}
