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

/** The keys of `graph`, sorted: "groups", and the sections of resources but for unit tests, which dbt leaves out. */
export const GRAPH_SECTIONS: readonly string[] = ["groups", "nodes", ...Object.values(SECTION_OF)]
  .filter((section) => section !== "unit_tests")
  .sort();

/** The section that a resource stands in. */
export function graphSection({ resourceType }: Pick<Resource, "resourceType">): string {
  return SECTION_OF[resourceType] ?? "nodes";
}
