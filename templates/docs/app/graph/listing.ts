// The view without a picture: the same nodes as a table, and as a tree of what leads where, for keyboards, screen
// readers and phones. Rows and branches are made when they are asked for.

import { duration, fill, h, tableHead } from "../dom.ts";
import { type GraphModel, neighboursOf } from "./graph-model.ts";
import { healthMeaning } from "./palette.ts";

/** Rows made at once. */
const PAGE = 200;

export interface ListingEvents {
  /** The reader chose a node. */
  onChoose(node: number): void;
}

/** A table of nodes with their neighbours' numbers, kind, folder and last result. */
export function nodeTable(model: GraphModel, members: readonly number[], events: ListingEvents): HTMLElement {
  const body = h("tbody");
  const more = h("button", { type: "button", click: () => show() }, "Show more");
  let shown = 0;
  const show = () => {
    const next = members.slice(shown, shown + PAGE);
    body.append(...next.map((node) => tableRow(model, node, events)));
    shown += next.length;
    more.hidden = shown >= members.length;
  };
  show();
  const heads = ["Name", "Kind", "Folder", "Parents", "Children", "Last run", "Time"];
  const count = members.length.toLocaleString("en");
  return h(
    "div",
    {},
    h(
      "table",
      {},
      h("caption", {}, `${count} ${members.length === 1 ? "node" : "nodes"} of this view`),
      tableHead(heads),
      body,
    ),
    more,
  );
}

function tableRow(model: GraphModel, node: number, events: ListingEvents): HTMLElement {
  const { kind, group, status, seconds } = model.nodes[node]!;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, nodeLink(model, node, events)),
    h("td", {}, kind.replace("_", " ")),
    h("td", {}, group.slice(1).join("/")),
    h("td", {}, neighboursOf(model.parents, node).length),
    h("td", {}, neighboursOf(model.children, node).length),
    h("td", {}, healthMeaning(status).word),
    h("td", {}, seconds === null ? "" : duration(seconds)),
  );
}

function nodeLink(model: GraphModel, node: number, { onChoose }: ListingEvents): HTMLElement {
  const choose = () => onChoose(node);
  return h("button", { type: "button", class: "graph-link", click: choose }, model.nodes[node]!.label);
}

/** Parents and children of a node as two trees that open branch by branch. */
export function neighbourTrees(model: GraphModel, node: number, events: ListingEvents): HTMLElement {
  const side = (title: string, direction: "parents" | "children") => {
    const count = neighboursOf(model[direction], node).length;
    return h(
      "section",
      { "aria-label": title },
      h("h3", {}, `${title} (${count})`),
      count === 0 ? h("p", {}, "none") : branch(model, node, direction, events),
    );
  };
  return h("div", { class: "graph-trees" }, side("Parents", "parents"), side("Children", "children"));
}

function branch(
  model: GraphModel,
  node: number,
  direction: "parents" | "children",
  events: ListingEvents,
): HTMLUListElement {
  const items = neighboursOf(model[direction], node).map((other) => {
    const below = neighboursOf(model[direction], other).length;
    const item = h("li", {}, nodeLink(model, other, events));
    if (below === 0) return item;
    const inner = h("div");
    const toggle = h(
      "button",
      {
        type: "button",
        class: "graph-link",
        "aria-expanded": "false",
        "aria-label": `+${below} ${direction} of ${model.nodes[other]!.label}`,
        click: () => {
          const isOpen = toggle.getAttribute("aria-expanded") === "true";
          toggle.setAttribute("aria-expanded", String(!isOpen));
          fill(inner, isOpen ? null : branch(model, other, direction, events));
        },
      },
      `+${below}`,
    );
    item.append(" ", toggle, inner);
    return item;
  });
  return h("ul", {}, ...items);
}
