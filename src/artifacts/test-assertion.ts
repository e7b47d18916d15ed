// A data test as an assertion about a dataset, for OpenLineage's facet dataQualityAssertions.

import { type Facet, facet } from "../lineage/open-lineage-facets.ts";
import type { DataTest, NodeId } from "../manifest/node.ts";
import type { NodeResult } from "../run/report.ts";

export interface Assertion {
  /** The node that is tested; undefined for a test over several. */
  readonly node: NodeId | undefined;
  readonly facet: Facet;
}

/** @param result undefined while the test runs @returns undefined as long as nothing is asserted */
export function assertionOf(test: DataTest, result: NodeResult | undefined): Assertion | undefined {
  if (!result || result.status === "skipped" || result.status === "error") return undefined;
  const { failures } = result;
  const severity = String(test.config.get("severity") ?? "error").toLowerCase();
  const assertion = {
    assertion: test.testMetadata?.name ?? test.name,
    name: test.name,
    success: result.status === "pass" || result.status === "success",
    severity: severity === "warn" ? "warn" : "error",
    ...(test.columnName === null ? {} : { column: test.columnName }),
    ...(failures === null ? {} : { actual: String(failures) }),
  };
  return {
    node: test.attachedNode ?? undefined,
    facet: facet("dataQualityAssertions", { assertions: [assertion] }),
  };
}
