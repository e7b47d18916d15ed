// `mountGraph`: the graph of the project in an element of the page. Everything it needs of the page comes in as data
// and functions.

import type { GraphData, GraphOptions, GraphState, MountedGraph } from "../../../../src/docs/site-data.ts";
import { exportView } from "./export-view.ts";
import { Frame } from "./frame.ts";
import { buildModel } from "./graph-model.ts";
import { readState } from "./graph-state.ts";
import { GraphView } from "./graph-view.ts";
import { printAsSvg } from "./print.ts";
import { steer } from "./steering.ts";

/** Names that the selector box suggests at once. */
const SUGGESTIONS = 8;

/**
 * Shows a graph in an element, which gives it its size.
 *
 * @returns what takes another address and takes the graph off the screen
 */
export function mountGraph(element: HTMLElement, data: GraphData, options: GraphOptions): MountedGraph {
  const model = buildModel(data);
  const ending = new AbortController();
  const { signal } = ending;
  const frame = new Frame(
    element,
    options,
    {
      onSelect: (select) => select !== graph.view.select && graph.change({ select }, { fit: true }),
      suggest: (word) => namesLike(data, word),
      onColour: (colour) => {
        graph.change({ colour }, { keep: graph.stage.scene.boxes[0]?.key });
        graph.recolour();
        frame.report(graph.view);
      },
      onEverything: (everything) => graph.change({ everything }, { fit: true }),
      onListing: (listing) => graph.change({ listing }, { fit: true }),
      onExport: (form) => void exportView(graph.stage, form),
      onZoom: (factor) => graph.zoomBy(factor),
      onFit: () => graph.stage.lookAt(graph.fitted(graph.stage.scene)),
      onLookTo: (x, y) => graph.stage.steer({ ...graph.stage.camera, x, y }),
    },
    signal,
  );
  const graph = new GraphView(model, options, frame, readState(options.state));
  frame.adopt(graph.view);
  steer(graph, options.compact === true, signal);
  const stopWatching = watchSurroundings(graph, frame, signal);
  printAsSvg(graph, signal);
  graph.stage.resize();
  graph.refresh({ fit: true });
  return {
    setState(state: GraphState) {
      graph.view = readState(state);
      frame.adopt(graph.view);
      graph.cursor = undefined;
      graph.recolour();
      graph.refresh({ fit: true });
    },
    destroy() {
      ending.abort();
      stopWatching();
      graph.stage.destroy();
      frame.element.remove();
    },
  };
}

/** Follows the size of the element and the colours of the page. */
function watchSurroundings(graph: GraphView, frame: Frame, signal: AbortSignal): () => void {
  const { stage } = graph;
  let wasPhone = frame.isPhone;
  const sizes = new ResizeObserver(() => {
    const wasWhole = graph.view.camera === undefined;
    const before = stage.view;
    stage.resize();
    if (wasPhone !== frame.isPhone) {
      wasPhone = frame.isPhone;
      graph.describe();
    }
    if (wasWhole && (before.w !== stage.view.w || before.h !== stage.view.h))
      stage.steer(graph.fitted(stage.scene));
  });
  sizes.observe(frame.stage);
  const recolour = () => graph.recolour();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour, { signal });
  const themes = new MutationObserver(recolour);
  themes.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["class", "data-theme", "style"],
  });
  return () => {
    sizes.disconnect();
    themes.disconnect();
  };
}

/** Names that hold what was typed, those that begin with it first. */
function namesLike({ nodes }: GraphData, word: string): readonly string[] {
  const lower = word.toLowerCase();
  const found = [...new Set(nodes.map(({ label }) => label))].filter((label) =>
    label.toLowerCase().includes(lower),
  );
  const rank = (label: string) => (label.toLowerCase().startsWith(lower) ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || a.length - b.length).slice(0, SUGGESTIONS);
}
