// What the colours of the present view mean, the most common first.

import { h } from "../dom.ts";
import { swatch } from "./export-svg.ts";
import { countMeanings, type Look } from "./look.ts";

const MOST_ENTRIES = 9;

export function legendItems(look: Look, nodes: readonly number[]): HTMLLIElement[] {
  const shares = countMeanings(nodes.map((node) => look.meaning(node)));
  return shares
    .slice(0, MOST_ENTRIES)
    .map(({ word, colour, count }) =>
      h("li", {}, swatch(look.palette[colour]), `${word} ${count.toLocaleString("en")}`),
    );
}
