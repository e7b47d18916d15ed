// The sections in which `graph` of templates and manifest.json keep resources: one table, since both are dbt's.

import type { Resource } from "./node.ts";

/** Sections by resource type; what has none of its own stands in "nodes". */
const SECTION_OF: Readonly<Partial<Record<Resource["resourceType"], string>>> = {
  source: "sources",
  exposure: "exposures",
  metric: "metrics",
  semantic_model: "semantic_models",
  saved_query: "saved_queries",
  unit_test: "unit_tests",
  function: "functions",
};

/** The keys of `graph`: the sections of resources, and "groups", sorted. */
export const GRAPH_SECTIONS: readonly string[] = ["groups", "nodes", ...Object.values(SECTION_OF)].sort();

/** The section that a resource stands in. */
export function graphSection({ resourceType }: Pick<Resource, "resourceType">): string {
  return SECTION_OF[resourceType] ?? "nodes";
}
