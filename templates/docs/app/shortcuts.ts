// Keys that work everywhere: / and Ctrl K for the search, g o r t for pages, ? for this list.

import { h, part } from "./dom.ts";

const KEYS: readonly (readonly [string, string])[] = [
  ["/ or Ctrl K", "Search"],
  ["↑ ↓ Enter", "Move in the results and open one"],
  ["o", "Overview"],
  ["g", "Graph"],
  ["r", "Last run"],
  ["t", "How tables relate"],
  ["Esc", "Close what is open"],
  ["?", "These keys"],
  ["← → ↑ ↓", "On the graph: walk along it; with Shift, move it"],
  ["Enter, Space", "Open the page; go into a folder or focus a node"],
  ["f c [ ]", "Focus, columns, add parents, add children"],
  ["a e l", "Arrange anew, everything, as a table"],
  ["+ − 0", "Zoom in, zoom out, show all"],
];

const PAGES: Readonly<Record<string, string>> = { o: "#/", g: "#/graph", r: "#/run", t: "#/tables" };

export function startShortcuts(): void {
  const dialog = helpDialog();
  document.addEventListener("keydown", (event) => {
    const isSearch = event.key === "/" || (event.key === "k" && (event.ctrlKey || event.metaKey));
    if (isSearch && !isTyping(event.target)) {
      event.preventDefault();
      const field = part("search-input", HTMLInputElement);
      field.focus();
      field.select();
      return;
    }
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") dialog.showModal();
    const page = PAGES[event.key];
    if (page && !dialog.open) location.hash = page;
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

function helpDialog(): HTMLDialogElement {
  const dialog = h(
    "dialog",
    { class: "help", "aria-labelledby": "help-title" },
    h("h2", { id: "help-title" }, "Keys"),
    h(
      "dl",
      {},
      KEYS.map(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)]),
    ),
    h("form", { method: "dialog" }, h("button", { class: "quiet-button" }, "Close")),
  );
  document.body.append(dialog);
  return dialog;
}
