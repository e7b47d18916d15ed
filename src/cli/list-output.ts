// The forms of `etl ls`, line for line those of dbt (task/list.py): selectors, names, paths, JSON objects.

import { plainValue } from "../artifacts/manifest-text.ts";
import { visibleLine } from "../base/visible-text.ts";
import { toJson } from "../jinja/json.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { valueAt } from "../jinja/value-path.ts";
import type { Resource } from "../manifest/node.ts";
import { nodeToValue } from "../manifest/node-json.ts";

export type ListOutput = "selector" | "name" | "path" | "json";

/** Keys of a node's JSON when --output-keys names none. */
const STANDARD_KEYS: ReadonlySet<Value> = new Set([
  "alias",
  "name",
  "package_name",
  "depends_on",
  "tags",
  "config",
  "resource_type",
  "source_name",
  "original_file_path",
  "unique_id",
]);

/** @param keys --output-keys, for json: names, or paths such as config.materialized */
export function listLine(resource: Resource, output: ListOutput, keys: readonly string[]): string {
  switch (output) {
    case "selector":
      return visibleLine(selectorOf(resource));
    case "name":
      return visibleLine(searchName(resource));
    case "path":
      return visibleLine(resource.originalFilePath);
    case "json":
      return toJson(chosenKeys(nodeToValue(resource), keys), { other: plainValue });
  }
}

/** The term that selects the resource and nothing else. */
function selectorOf(resource: Resource): string {
  const { resourceType, packageName, name } = resource;
  switch (resourceType) {
    case "source":
      return `source:${packageName}.${resource.sourceName}.${name}`;
    case "unit_test":
      return `unit_test:${packageName}.${name}${resource.version === null ? "" : `_v${resource.version}`}`;
    case "exposure":
    case "metric":
    case "saved_query":
    case "semantic_model":
      return `${resourceType}:${packageName}.${name}`;
    default:
      return resource.fqn.join(".");
  }
}

/** The name by which people look for a resource. */
function searchName(resource: Resource): string {
  if (resource.resourceType === "source") return `${resource.sourceName}.${resource.name}`;
  if (resource.resourceType !== "model" || resource.version === null) return resource.name;
  return `${resource.name}.v${resource.version}`;
}

function chosenKeys(node: Dict, keys: readonly string[]): Dict {
  if (keys.length === 0) return new Map([...node].filter(([key]) => STANDARD_KEYS.has(key)));
  const chosen: Dict = new Map();
  for (const key of keys) {
    const value = key.includes(".") ? valueAt(node, key.split(".")) : node.get(key);
    // dbt leaves nested nulls out, and keeps plain ones.
    if (value !== undefined && !(key.includes(".") && value === null)) chosen.set(key, value);
  }
  return chosen;
}
