// What the colours of the present view mean, the most common first.

import type { ColumnEdgeKind } from "../../../../src/docs/site-data.ts";
import { h, s } from "../dom.ts";
import { swatch } from "./export-svg.ts";
import { countMeanings, type Look } from "./look.ts";
import { columnColours, columnWords } from "./paint-overlay.ts";

const MOST_ENTRIES = 9;

export function legendItems(look: Look, nodes: readonly number[]): HTMLLIElement[] {
  const shares = countMeanings(nodes.map((node) => look.meaning(node)));
  return shares
    .slice(0, MOST_ENTRIES)
    .map(({ word, colour, count }) =>
      h("li", {}, swatch(look.palette[colour]), `${word} ${count.toLocaleString("en")}`),
    );
}

/** What the lines between columns mean. */
export function columnLegendItems(look: Look): HTMLLIElement[] {
  return (Object.keys(columnWords) as ColumnEdgeKind[]).map((kind) => {
    const line = s("path", {
      d: "M0 5H22",
      stroke: look.palette[columnColours[kind]],
      "stroke-width": 2,
      "stroke-dasharray": kind === "rename" ? "5 3" : null,
    });
    return h(
      "li",
      {},
      s("svg", { width: 22, height: 10, "aria-hidden": "true" }, line),
      kind === "derive" ? `ƒ ${columnWords[kind]}` : columnWords[kind],
    );
  });
}
