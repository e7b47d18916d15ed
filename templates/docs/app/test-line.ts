// One test with its last result, as it stands in columns and lists.

import type { TestDetails } from "../../../src/docs/node-details.ts";
import { idAt } from "../../../src/docs/site-index.ts";
import { nodeHref } from "./addresses.ts";
import { h, sign } from "./dom.ts";
import type { Site } from "./site.ts";

export function testLine(
  { label, result, severity, page }: TestDetails,
  site: Site,
): readonly (Node | string)[] {
  const name = page === undefined ? label : h("a", { href: nodeHref(idAt(site.index, page)) }, label);
  const notes = [
    result?.failures ? `${result.failures} failing ${result.failures === 1 ? "row" : "rows"}` : "",
    severity ? "only warns" : "",
    result?.message && !result.failures ? result.message : "",
  ].filter(Boolean);
  return [
    sign(result?.health ?? "none"),
    " ",
    h("span", {}, name),
    h("span", { class: "soft" }, notes.length > 0 ? ` ${notes.join(", ")}` : ""),
  ];
}
