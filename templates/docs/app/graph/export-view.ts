// Taking the view out of the page, in the form that the reader chose.

import { copy, save, say } from "../downloads.ts";
import { sceneToMermaid } from "./export-mermaid.ts";
import { sceneToPng } from "./export-png.ts";
import { sceneToSvg, svgText } from "./export-svg.ts";
import type { Stage } from "./stage.ts";
import type { ExportForm } from "./toolbar.ts";

/** Saves or copies what is on screen, and says so; what the browser refuses is said, too. */
export async function exportView({ scene, look, overlay }: Stage, form: ExportForm): Promise<void> {
  try {
    if (form === "svg") {
      save("graph.svg", svgText(sceneToSvg(scene, look, "Graph", overlay.lines)), "image/svg+xml");
    } else if (form === "png") {
      save("graph.png", await sceneToPng(scene, look, overlay.lines), "image/png");
    } else if (form === "mermaid") await copy(sceneToMermaid(scene, look), "the graph as Mermaid");
    else await copy(window.location.href, "the link");
  } catch (problem) {
    say(problem instanceof Error ? problem.message : String(problem));
  }
}
