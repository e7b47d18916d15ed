// Print: paper gets the drawing as SVG, which is sharp at any size; the canvas is a picture of the screen.

import { sceneToSvg } from "./export-svg.ts";
import type { GraphView } from "./graph-view.ts";

export function printAsSvg(graph: GraphView, signal: AbortSignal): void {
  let sheet: SVGSVGElement | undefined;
  const remove = () => {
    sheet?.remove();
    sheet = undefined;
  };
  const insert = () => {
    remove();
    sheet = sceneToSvg(graph.stage.scene, graph.stage.look, "Graph", graph.stage.overlay.lines);
    sheet.removeAttribute("width");
    sheet.removeAttribute("height");
    sheet.classList.add("graph-print");
    graph.frame.stage.append(sheet);
  };
  window.addEventListener("beforeprint", insert, { signal });
  window.addEventListener("afterprint", remove, { signal });
}
