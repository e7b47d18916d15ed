// What is chosen, in words, with what one can do about it.

import { duration, fill, h } from "../dom.ts";
import type { GraphModel } from "./graph-model.ts";
import { neighboursOf } from "./graph-model.ts";
import { healthMeaning } from "./palette.ts";

export interface PanelEvents {
  onOpen(node: number): void;
  onFocus(node: number): void;
  onColumns(node: number): void;
  onClose(): void;
}

/** Fills the panel for a node, or hides it. @param hasColumns whether the node shows its columns */
export function showPanel(
  element: HTMLElement,
  model: GraphModel,
  node: number | undefined,
  hasColumns: boolean,
  events: PanelEvents,
): void {
  element.hidden = node === undefined;
  if (node === undefined) {
    fill(element);
    return;
  }
  const buttons: (Element | null)[] = [...element.querySelectorAll("button")];
  const focused = buttons.indexOf(document.activeElement);
  const act = (label: string, onClick: () => void) => h("button", { type: "button", click: onClick }, label);
  fill(
    element,
    h("h2", {}, model.nodes[node]!.label),
    h("p", {}, describeNode(model, node)),
    h(
      "div",
      { class: "graph-panel-buttons" },
      act("Open page", () => events.onOpen(node)),
      act("Focus", () => events.onFocus(node)),
      act(hasColumns ? "Hide columns" : "Columns", () => events.onColumns(node)),
    ),
    h("button", { type: "button", class: "graph-close", "aria-label": "Close", click: events.onClose }, "×"),
  );
  // The buttons are new ones: who pressed one stays on it.
  if (focused >= 0) element.querySelectorAll("button")[focused]?.focus();
}

/** "model · staging/stripe · 2 parents, 5 children · ok, 1.2 s" */
export function describeNode(model: GraphModel, node: number): string {
  const { kind, group, status, seconds, freshness } = model.nodes[node]!;
  const parents = neighboursOf(model.parents, node).length;
  const children = neighboursOf(model.children, node).length;
  const run =
    seconds === null ? healthMeaning(status).word : `${healthMeaning(status).word}, ${duration(seconds)}`;
  const kin = `${count(parents, "parent", "parents")}, ${count(children, "child", "children")}`;
  const age = freshness === "warn" || freshness === "fail" ? "not fresh" : "";
  return [kind.replace("_", " "), group.slice(1).join("/"), kin, run, age].filter(Boolean).join(" · ");
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
