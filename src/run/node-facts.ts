// What messages and events say about a node.

import type { NodeFacts } from "../base/events.ts";
import { materialization, type Resource } from "../manifest/node.ts";

/** A short description of a resource; the relation is schema.alias as users read it. */
export function nodeFacts(resource: Resource): NodeFacts {
  return {
    id: resource.id,
    name: displayName(resource),
    resourceType: resource.resourceType,
    packageName: resource.packageName,
    materialized: "config" in resource ? materialization(resource) : "",
    relation: relationText(resource),
    file: resource.place.file,
  };
}

/** Unit tests are named with their model, and with its version where it has one, as dbt prints them. */
function displayName(resource: Resource): string {
  if (resource.resourceType === "unit_test") {
    return `${resource.model}::${resource.name}${resource.version === null ? "" : `_v${resource.version}`}`;
  }
  if (resource.resourceType === "model" && resource.version !== null)
    return `${resource.name}.v${resource.version}`;
  return resource.name;
}

function relationText(resource: Resource): string {
  switch (resource.resourceType) {
    case "model":
    case "seed":
    case "snapshot":
    case "function":
      return `${resource.schema}.${resource.alias}`;
    case "source":
      return `${resource.schema}.${resource.identifier}`;
    default:
      return "";
  }
}
