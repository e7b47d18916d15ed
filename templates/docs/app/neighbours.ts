// What a node is made of and who uses it, as lists.

import { idAt, isDrawn, kindAt, labelAt } from "../../../src/docs/site-index.ts";
import { nodeHref } from "./addresses.ts";
import { breakable, fill, h } from "./dom.ts";
import { copyButton } from "./downloads.ts";
import { kindDot, kindWords } from "./kinds.ts";
import type { Site } from "./site.ts";

/** Longer lists are cut until asked for. */
const MOST = 25;

export function neighbourSection(site: Site, node: number): HTMLElement | null {
  const isTest = (one: number) =>
    kindAt(site.index, one) === "test" || kindAt(site.index, one) === "unit_test";
  const parents = site.parents(node);
  const children = site.children(node).filter((child) => !isTest(child));
  if (parents.length + children.length === 0) return null;
  return h(
    "section",
    { "aria-label": "Lineage" },
    h(
      "div",
      { class: "columns" },
      list(site, "Made of", parents, "Nothing: data comes in here."),
      list(site, "Used by", children, "Nobody yet."),
    ),
    isDrawn(site.index, node) ? h("div", { class: "node-graph" }) : null,
  );
}

function list(site: Site, name: string, nodes: readonly number[], nothing: string): HTMLElement {
  const rows = h("ul", { class: "rows tight" });
  const show = (count: number) =>
    fill(
      rows,
      nodes.slice(0, count).map((node) => h("li", {}, nodeLink(site, node))),
    );
  show(MOST);
  const more = h("button", { type: "button", class: "quiet-button" }, `Show all ${nodes.length}`);
  more.addEventListener("click", () => {
    show(nodes.length);
    more.remove();
  });
  const names = () => nodes.map((node) => labelAt(site.index, node)).join("\n");
  return h(
    "div",
    {},
    h(
      "div",
      { class: "section-head" },
      h("h2", {}, name, nodes.length > 0 ? h("span", { class: "tally" }, nodes.length) : null),
      nodes.length > 1 ? copyButton("Copy", names, "the list") : null,
    ),
    nodes.length === 0 ? h("p", { class: "soft" }, nothing) : rows,
    nodes.length > MOST ? more : null,
  );
}

/** A link to a node with its kind. */
export function nodeLink(site: Site, node: number, column?: string): HTMLElement {
  const { index } = site;
  const kind = kindAt(index, node);
  return h(
    "span",
    { class: "node-link" },
    kindDot(kind),
    h("a", { href: nodeHref(idAt(index, node), column) }, breakable(labelAt(index, node))),
    " ",
    h("span", { class: "soft kind-word" }, kindWords[kind].one),
  );
}
