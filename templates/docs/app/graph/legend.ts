// What the colours of the present view mean, the most common first.

import type { ColumnEdgeKind } from "../../../../src/docs/site-data.ts";
import { h, s } from "../dom.ts";
import { swatch } from "./export-svg.ts";
import { countMeanings, type Look } from "./look.ts";
import { columnColours, columnWords } from "./paint-overlay.ts";
import type { Stage } from "./stage.ts";

const MOST_ENTRIES = 9;

export function legendItems(look: Look, nodes: readonly number[]): HTMLLIElement[] {
  const shares = [...countMeanings(nodes.map((node) => look.meaning(node)))];
  // Times are a scale: they keep its order.
  if (shares.some(({ colour }) => colour.startsWith("time-")))
    shares.sort((a, b) => (a.colour < b.colour ? -1 : 1));
  return shares
    .slice(0, MOST_ENTRIES)
    .map(({ word, colour, count }) =>
      h("li", {}, swatch(look.palette[colour]), `${word} ${count.toLocaleString("en")}`),
    );
}

/** What lines mean, where there are others than plain ones. */
export function lineLegendItems({
  look,
  overlay,
  scene,
}: Pick<Stage, "look" | "overlay" | "scene">): HTMLLIElement[] {
  const items: HTMLLIElement[] = [];
  if (scene.edges.some(({ count }) => count === 0)) {
    items.push(lineItem(look.palette.edge, "4 3", "by way of others"));
  }
  if (overlay.lines.length > 0) {
    for (const kind of Object.keys(columnWords) as ColumnEdgeKind[]) {
      const words = kind === "derive" ? `ƒ ${columnWords[kind]}` : columnWords[kind];
      items.push(lineItem(look.palette[columnColours[kind]], kind === "rename" ? "5 3" : null, words));
    }
  }
  return items;
}

function lineItem(colour: string, dash: string | null, words: string): HTMLLIElement {
  const line = s("path", { d: "M0 5H22", stroke: colour, "stroke-width": 2, "stroke-dasharray": dash });
  return h("li", {}, s("svg", { width: 22, height: 10, "aria-hidden": "true" }, line), words);
}
