// Words and dots for kinds of nodes.

import type { SiteKind } from "../../../src/docs/site-data.ts";
import { h } from "./dom.ts";

export const kindWords: Readonly<Record<SiteKind, { readonly one: string; readonly many: string }>> = {
  source: { one: "source", many: "Sources" },
  seed: { one: "seed", many: "Seeds" },
  snapshot: { one: "snapshot", many: "Snapshots" },
  model: { one: "model", many: "Models" },
  function: { one: "function", many: "Functions" },
  semantic_model: { one: "semantic model", many: "Semantic models" },
  metric: { one: "metric", many: "Metrics" },
  saved_query: { one: "saved query", many: "Saved queries" },
  exposure: { one: "exposure", many: "Exposures" },
  analysis: { one: "analysis", many: "Analyses" },
  test: { one: "test", many: "Tests" },
  unit_test: { one: "unit test", many: "Unit tests" },
  macro: { one: "macro", many: "Macros" },
  doc: { one: "docs block", many: "Docs blocks" },
};

/** A dot in the colour of a kind; the kind itself is told in words beside it. */
export function kindDot(kind: SiteKind): HTMLElement {
  return h("span", { class: `kind-dot kind-${kind}`, "aria-hidden": "true" });
}
