// The elements around the drawing: tools, canvas, zoom, legend, panel, notes, listing; and the way to the page's
// address.

import type { GraphOptions } from "../../../../src/docs/site-data.ts";
import { fill, h } from "../dom.ts";
import { type Camera, type Insets, type Rect, toWorld } from "./camera.ts";
import type { GraphModel } from "./graph-model.ts";
import { type ViewState, writeState } from "./graph-state.ts";
import { legendItems, lineLegendItems } from "./legend.ts";
import { neighbourTrees, nodeTable } from "./listing.ts";
import { Minimap } from "./minimap.ts";
import { leafKey } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { Toolbar, type ToolbarEvents } from "./toolbar.ts";

/** Up to this width the view comes with lists of parents and children below it. */
const PHONE_WIDTH = 640;
/** What the panel takes of the upper right corner. */
const PANEL = { w: 316, h: 200 };

export interface FrameEvents extends ToolbarEvents {
  onZoom(factor: number): void;
  onFit(): void;
  onLookTo(x: number, y: number): void;
}

/** What the elements around the drawing need of it. */
export interface DescribedGraph {
  readonly model: GraphModel;
  readonly view: ViewState;
  readonly stage: Stage;
  chosenNode(): number | undefined;
  choose(key: string): void;
  boxOf(key: string): unknown;
  focus(node: number): void;
}

export class Frame {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly stage: HTMLElement;
  readonly panel = h("section", { class: "graph-panel", "aria-label": "Chosen node", hidden: true });
  readonly tip = h("div", { class: "graph-tip", hidden: true });
  readonly minimap: Minimap;
  readonly #toolbar: Toolbar;
  readonly #legend = h("ul", { class: "graph-legend", "aria-label": "Colours" });
  readonly #note = h("p", { class: "graph-note" });
  readonly #listing = h("div", { class: "graph-listing", hidden: true });
  readonly #spoken = h("div", { class: "graph-hidden", role: "status", "aria-live": "polite" });
  #reported = "";

  constructor(
    host: HTMLElement,
    private readonly options: GraphOptions,
    events: FrameEvents,
    signal: AbortSignal,
  ) {
    this.#toolbar = new Toolbar(events, signal);
    this.minimap = new Minimap(events.onLookTo, signal);
    this.canvas = h("canvas", {
      class: "graph-canvas",
      tabindex: 0,
      role: "application",
      "aria-label": "Graph. Arrow keys walk along it, Enter opens, f focuses, l shows the same as a table.",
    });
    const button = (label: string, text: string, onClick: () => void) =>
      h("button", { type: "button", "aria-label": label, title: label, click: onClick }, text);
    const zoom = h(
      "div",
      { class: "graph-zoom" },
      button("Zoom in", "+", () => events.onZoom(1.4)),
      button("Zoom out", "−", () => events.onZoom(1 / 1.4)),
      button("Show all", "⤢", () => events.onFit()),
    );
    const isCompact = options.compact === true;
    this.stage = h(
      "div",
      { class: "graph-stage", "data-testid": "dag-canvas" },
      this.canvas,
      isCompact ? null : [this.#note, this.#legend, zoom, this.minimap.element, this.panel, this.tip],
    );
    this.element = h(
      "div",
      { class: isCompact ? "graph compact" : "graph" },
      isCompact ? null : this.#toolbar.element,
      this.stage,
      isCompact ? null : this.#listing,
      this.#spoken,
    );
    host.append(this.element);
  }

  /** The part of the drawing that the panel would cover; undefined where it stands elsewhere. */
  panelRect(camera: Camera): Rect | undefined {
    if (this.options.compact || this.isPhone) return undefined;
    const { clientWidth: w, clientHeight: tall } = this.stage;
    const corner = toWorld(camera, { w, h: tall }, w - PANEL.w, 0);
    return { x: corner.x, y: corner.y, w: PANEL.w / camera.zoom, h: PANEL.h / camera.zoom };
  }

  /** What covers the drawing at its borders. */
  insets(hasPanel: boolean): Insets {
    if (this.options.compact) return { left: 12, top: 12, right: 12, bottom: 12 };
    if (this.isPhone) return { left: 12, top: 40, right: 12, bottom: 48 };
    return { left: 36, top: 44, right: hasPanel ? PANEL.w : 36, bottom: 58 };
  }

  get isPhone(): boolean {
    return this.element.clientWidth > 0 && this.element.clientWidth <= PHONE_WIDTH;
  }

  /** Says something to screen readers. */
  announce(text: string): void {
    this.#spoken.textContent = text;
  }

  /** Tells the page about a state, unless it knows it. */
  report(view: ViewState): void {
    const state = writeState(view);
    const text = JSON.stringify(state);
    if (text === this.#reported) return;
    this.#reported = text;
    this.options.onState(state);
  }

  /** Takes a state as known, since the page set it. */
  adopt(view: ViewState): void {
    this.#reported = JSON.stringify(writeState(view));
  }

  describe(
    graph: DescribedGraph,
    members: readonly number[],
    problems: readonly string[],
    canUnfold: boolean,
  ): void {
    if (this.options.compact) return;
    const { view, model } = graph;
    this.#toolbar.show(view, canUnfold);
    fill(this.#legend, legendItems(graph.stage.look, members), lineLegendItems(graph.stage));
    const total = model.nodes.length.toLocaleString("en");
    const part =
      members.length < model.nodes.length
        ? `${members.length.toLocaleString("en")} of ${total} nodes`
        : `${total} nodes`;
    this.#note.textContent = [
      ...problems,
      problems.length > 0 && members.length === model.nodes.length ? "" : part,
    ]
      .filter(Boolean)
      .join(" ");
    const isPhone = this.isPhone;
    this.stage.hidden = view.listing && !isPhone;
    this.#listing.hidden = !view.listing && !isPhone;
    // The panel belongs over the drawing, on a phone and with the listing below it.
    if (!this.#listing.hidden) this.#list(graph, members);
    else if (this.panel.parentElement !== this.stage) this.stage.append(this.panel);
  }

  #list(graph: DescribedGraph, members: readonly number[]): void {
    const { model, view } = graph;
    const node = graph.chosenNode();
    const events = {
      onChoose: (chosen: number) => {
        graph.choose(leafKey(chosen));
        if (this.isPhone || graph.boxOf(leafKey(chosen)) === undefined) graph.focus(chosen);
      },
    };
    const hadFocus = this.#listing.contains(document.activeElement);
    fill(
      this.#listing,
      this.panel,
      node === undefined ? null : neighbourTrees(model, node, events),
      view.listing || node === undefined ? nodeTable(model, members, events) : null,
    );
    // What was chosen is made anew: the reader goes on at what can be done with the node.
    if (hadFocus) this.panel.querySelector("button")?.focus({ preventScroll: true });
  }

  /** A short text beside the pointer. @param title undefined hides it */
  showTip(px: number, py: number, title: string | undefined, text = "", code = ""): void {
    this.tip.hidden = title === undefined;
    if (title === undefined) return;
    fill(this.tip, h("strong", {}, title), text, code === "" ? null : h("code", {}, code));
    const { clientWidth: w, clientHeight: tall } = this.stage;
    const left = Math.min(px + 14, Math.max(8, w - this.tip.offsetWidth - 8));
    const below = py + 18 + this.tip.offsetHeight < tall;
    this.tip.style.transform = `translate(${left}px, ${below ? py + 18 : py - this.tip.offsetHeight - 10}px)`;
  }
}
