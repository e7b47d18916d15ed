// Lists of nodes: those of a kind ("#/list/exposure") and those with a tag ("#/tag/nightly").

import type { NodeDetails } from "../../../src/docs/node-details.ts";
import { folderAt, idAt, kindAt, labelAt, packageAt, tagsAt } from "../../../src/docs/site-index.ts";
import { nodeHref, writeAddress } from "./addresses.ts";
import { h, moment, sign, tableHead } from "./dom.ts";
import { kindDot } from "./kinds.ts";
import type { Site } from "./site.ts";

/** Rows that a page holds at most. */
const MOST = 500;

export async function listPage(site: Site, title: string, nodes: readonly number[]): Promise<HTMLElement> {
  const shown = nodes.slice(0, MOST);
  const details = await Promise.all(shown.map((node) => site.details(node)));
  // Most projects name no owners, and a column of nothing says nothing.
  const hasOwners = details.some(({ owner }) => owner !== undefined);
  const rest = nodes.length - shown.length;
  return h(
    "article",
    { class: "page" },
    h(
      "header",
      { class: "title" },
      h("h1", {}, title),
      h("p", { class: "soft" }, `${nodes.length.toLocaleString("en")} in all`),
    ),
    h(
      "table",
      { class: "list-table" },
      tableHead(["Name", "Where", ...(hasOwners ? ["Owner"] : []), "State"]),
      h(
        "tbody",
        {},
        shown.map((node, at) => row(site, node, details[at] as NodeDetails, hasOwners)),
      ),
    ),
    rest > 0 ? h("p", { class: "soft" }, `${rest} more: the search finds them.`) : null,
  );
}

function row(site: Site, node: number, details: NodeDetails, hasOwners: boolean): HTMLElement {
  const { index } = site;
  const { result, freshness } = details;
  const state = freshness ?? result;
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      kindDot(kindAt(index, node)),
      h("a", { href: nodeHref(idAt(index, node)) }, labelAt(index, node)),
      tagsAt(index, node).map((tag) =>
        h("a", { class: "badge tag", href: writeAddress("tag", tag) }, `# ${tag}`),
      ),
    ),
    h("td", { class: "soft" }, [packageAt(index, node), folderAt(index, node)].filter(Boolean).join(" / ")),
    hasOwners ? h("td", {}, details.owner ?? "") : null,
    h(
      "td",
      {},
      state ? [sign(state.health), ` ${state.status} `] : null,
      freshness?.loadedAt ? h("span", { class: "soft" }, moment(freshness.loadedAt)) : null,
    ),
  );
}
