// Writes target/manifest.json in the shape of dbt's manifest v12. The text is put together from the texts of the single
// resources, in dbt's order of sections: ten thousand models are sixty megabytes, which nobody wants twice in memory.

import { createHash } from "node:crypto";
import { customVariables } from "../config/environment-variables.ts";
import { joinPath } from "../config/file-paths.ts";
import { DBT_VERSION } from "../config/require-version.ts";
import type { SharedScope } from "../context/scope.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { docToValue, groupToValue, macroToValue } from "../manifest/entry-json.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import { type CompiledParts, nodeToValue } from "../manifest/node-json.ts";
import { JsonWriter, joinedText } from "./manifest-text.ts";
import { selectorsValue } from "./selectors-json.ts";

export const MANIFEST_FILE = "manifest.json";

const SCHEMA = "https://schemas.getdbt.com/dbt/manifest/v12.json";

/** Sections of manifest.json that hold resources; everything that is not named has its place in "nodes". */
const SECTIONS: Readonly<Partial<Record<Resource["resourceType"], string>>> = {
  source: "sources",
  exposure: "exposures",
  metric: "metrics",
  semantic_model: "semantic_models",
  saved_query: "saved_queries",
  unit_test: "unit_tests",
  function: "functions",
};

/** What a run compiled, by node. */
export type CompiledResults = ReadonlyMap<NodeId, CompiledParts>;

const nothingCompiled: CompiledResults = new Map();

/**
 * Writes manifest.json into the target folder, whole or not at all.
 * @param compiled nodes that show their compiled code; none after parsing
 * @returns its path
 */
export function writeManifest(
  manifest: Manifest,
  shared: SharedScope,
  compiled: CompiledResults = nothingCompiled,
): string {
  const path = joinPath(shared.config.targetFolder, MANIFEST_FILE);
  shared.host.files.writeWhole(path, manifestText(manifest, shared, compiled));
  return path;
}

/** The text of manifest.json. */
export function manifestText(
  manifest: Manifest,
  shared: SharedScope,
  compiled: CompiledResults = nothingCompiled,
): string {
  const writer = new JsonWriter();
  const text = (value: Dict): string => writer.text(value);
  const sections = new Map<string, (readonly [string, string])[]>();
  for (const [id, resource] of manifest.resources) {
    const name = SECTIONS[resource.resourceType] ?? "nodes";
    const entry = [id, text(nodeToValue(resource, manifest, compiled.get(id)))] as const;
    const known = sections.get(name);
    if (known) known.push(entry);
    else sections.set(name, [entry]);
  }
  const section = (name: string): string => joinedText(sections.get(name) ?? []);
  return joinedText([
    ["metadata", text(metadata(manifest, shared))],
    ["nodes", section("nodes")],
    ["sources", section("sources")],
    ["macros", joinedText(each(manifest.macros, (macro) => text(macroToValue(macro))))],
    ["docs", joinedText(each(manifest.docs, (doc) => text(docToValue(doc))))],
    ["exposures", section("exposures")],
    ["metrics", section("metrics")],
    ["groups", joinedText(each(manifest.groups, (group) => text(groupToValue(group))))],
    ["selectors", text(selectorsValue(shared.config.selectors))],
    [
      "disabled",
      joinedText(
        each(manifest.disabled, (list) => writer.text(list.map((one) => nodeToValue(one, manifest)))),
      ),
    ],
    ["parent_map", joinedText(each(manifest.parents, (ids) => writer.text([...ids])))],
    ["child_map", joinedText(each(manifest.children, (ids) => writer.text([...ids])))],
    ["group_map", text(groupMap(manifest))],
    ["saved_queries", section("saved_queries")],
    ["semantic_models", section("semantic_models")],
    ["unit_tests", section("unit_tests")],
    ["functions", section("functions")],
  ]);
}

function* each<T>(
  map: ReadonlyMap<string, T>,
  text: (value: T) => string,
): Iterable<readonly [string, string]> {
  for (const [id, value] of map) yield [id, text(value)];
}

/** Names of groups to the ids of their members. */
function groupMap(manifest: Manifest): Dict {
  const members: Dict = new Map();
  for (const { name } of manifest.groups.values()) members.set(name, []);
  for (const resource of manifest.resources.values()) {
    const list = "group" in resource && resource.group !== null ? members.get(resource.group) : undefined;
    if (Array.isArray(list)) list.push(resource.id);
  }
  return members;
}

function metadata(manifest: Manifest, { config, adapter, host, invocation }: SharedScope): Dict {
  const startedAt = invocation.startedAt.toISOString();
  const quoting = { ...adapter.defaultQuoting, ...config.project.quoting };
  return new Map<Value, Value>([
    ["dbt_schema_version", SCHEMA],
    ["dbt_version", DBT_VERSION],
    ["generated_at", host.now().toISOString()],
    ["invocation_id", invocation.id],
    ["invocation_started_at", startedAt],
    ["env", new Map<Value, Value>(customVariables(config.env))],
    ["project_name", manifest.projectName],
    ["project_id", createHash("md5").update(manifest.projectName).digest("hex")],
    ["user_id", null],
    ["send_anonymous_usage_stats", false],
    ["adapter_type", manifest.adapterType],
    [
      "quoting",
      new Map<Value, Value>([
        ["database", quoting.database],
        ["schema", quoting.schema],
        ["identifier", quoting.identifier],
        ["column", null],
      ]),
    ],
    ["run_started_at", startedAt.replace("Z", "+00:00")],
  ]);
}
