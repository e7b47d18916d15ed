// The row of tools above the graph: selector, colouring, folds or everything, listing, exports. It only says what the
// reader wants; what becomes of it is the controller's business.

import { h } from "../dom.ts";
import { type Colouring, colourings, type ViewState } from "./graph-state.ts";

export interface ToolbarEvents {
  onSelect(text: string): void;
  /** Names that begin as the last word of the text does. */
  suggest(word: string): readonly string[];
  onColour(colour: Colouring): void;
  onEverything(everything: boolean): void;
  onListing(listing: boolean): void;
  onExport(form: ExportForm): void;
}

export type ExportForm = "svg" | "png" | "mermaid" | "link";

const exportWords: Readonly<Record<ExportForm, string>> = {
  svg: "Save as SVG",
  png: "Save as PNG",
  mermaid: "Copy as Mermaid",
  link: "Copy link to this view",
};

export class Toolbar {
  readonly element: HTMLElement;
  readonly #select: HTMLInputElement;
  readonly #colour: HTMLSelectElement;
  readonly #everything: HTMLButtonElement;
  readonly #listing: HTMLButtonElement;

  constructor(events: ToolbarEvents, signal: AbortSignal) {
    const listId = `graph-names-${Math.random().toString(36).slice(2)}`;
    const names = h("datalist", { id: listId });
    this.#select = h("input", {
      type: "search",
      list: listId,
      "aria-label": "Select nodes in dbt's words",
      placeholder: "+orders+1   tag:daily   source:raw",
      autocomplete: "off",
      spellcheck: "false",
      input: () => this.#suggest(names, events),
      change: () => events.onSelect(this.#select.value.trim()),
      keydown: (event) => this.#onKey(event as KeyboardEvent, events),
    });
    this.#colour = h(
      "select",
      { change: () => events.onColour(this.#colour.value as Colouring) },
      ...colourings.map((name) => h("option", { value: name }, name)),
    );
    this.#everything = toggle("Everything", (pressed) => events.onEverything(pressed));
    this.#everything.title = "All nodes without folders (e)";
    this.#listing = toggle("Table", (pressed) => events.onListing(pressed));
    this.#listing.title = "The same as a table (l)";
    this.element = h(
      "div",
      { class: "graph-tools", role: "toolbar", "aria-label": "Graph" },
      h("div", { class: "graph-select" }, this.#select, names),
      h("label", {}, "Colour", this.#colour),
      this.#everything,
      this.#listing,
      h("span", { class: "graph-spring" }),
      exportMenu(events, signal),
    );
  }

  /** @param canUnfold whether there are folders that "everything" would open */
  show(view: ViewState, canUnfold: boolean): void {
    if (document.activeElement !== this.#select) this.#select.value = view.select;
    this.#colour.value = view.colour;
    this.#everything.hidden = !canUnfold;
    this.#everything.setAttribute("aria-pressed", String(view.everything));
    this.#listing.setAttribute("aria-pressed", String(view.listing));
  }

  #onKey(event: KeyboardEvent, events: ToolbarEvents): void {
    if (event.key === "Enter") events.onSelect(this.#select.value.trim());
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#select.value = "";
    events.onSelect("");
  }

  #suggest(names: HTMLDataListElement, events: ToolbarEvents): void {
    const text = this.#select.value;
    const word = /[^\s,+@]*$/.exec(text)?.[0] ?? "";
    const before = text.slice(0, text.length - word.length);
    const found = word.length < 2 ? [] : events.suggest(word);
    names.replaceChildren(...found.map((name) => h("option", { value: before + name })));
  }
}

function toggle(label: string, onToggle: (pressed: boolean) => void): HTMLButtonElement {
  const button = h(
    "button",
    {
      type: "button",
      "aria-pressed": "false",
      click: () => onToggle(button.getAttribute("aria-pressed") !== "true"),
    },
    label,
  );
  return button;
}

function exportMenu(events: ToolbarEvents, signal: AbortSignal): HTMLElement {
  const list = h("div", { class: "graph-menu-list", hidden: true });
  const button = h("button", { type: "button", "aria-expanded": "false" }, "Export");
  const box = h("div", { class: "graph-menu" }, button, list);
  const setOpen = (isOpen: boolean) => {
    list.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => setOpen(list.hidden === true));
  for (const form of Object.keys(exportWords) as ExportForm[]) {
    const choose = () => {
      setOpen(false);
      events.onExport(form);
    };
    list.append(h("button", { type: "button", click: choose }, exportWords[form]));
  }
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    setOpen(false);
    button.focus();
  });
  const closeOutside = (event: Event) => {
    if (event.target instanceof Node && !box.contains(event.target)) setOpen(false);
  };
  document.addEventListener("pointerdown", closeOutside, { signal });
  return box;
}
