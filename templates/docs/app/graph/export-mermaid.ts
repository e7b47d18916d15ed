// The scene as a Mermaid flow chart, for wikis and pull requests.

import type { Look } from "./look.ts";
import type { Scene, SceneBox } from "./scene.ts";

export function sceneToMermaid(scene: Scene, look: Look): string {
  const isShown = (box: SceneBox) => box.kind === "leaf" || !box.open;
  const nodes = scene.boxes.flatMap((box, index) =>
    isShown(box) ? [`  n${index}${shapeOf(box, look)}`] : [],
  );
  const edges = scene.edges.map(({ from, to, count }) => {
    const label = count > 1 ? `|${count}|` : "";
    return `  n${from} ${count === 0 ? "-.->" : "-->"}${label} n${to}`;
  });
  return `${["flowchart LR", ...nodes, ...edges].join("\n")}\n`;
}

/** Tables that come from outside are cylinders, exposures are rounded, folders have a double border. */
function shapeOf(box: SceneBox, look: Look): string {
  if (box.kind === "folder") return `[["${quoted(box.label)} (${box.nodes.length})"]]`;
  const { kind } = look.nodes[box.node]!;
  const label = quoted(box.label);
  if (kind === "source" || kind === "seed") return `[("${label}")]`;
  return kind === "exposure" ? `(["${label}"])` : `["${label}"]`;
}

/** Mermaid knows entities, and reads Markdown and quotation marks otherwise. */
function quoted(label: string): string {
  return label.replace(/[&"<>`#\\\n]/g, (sign) => `#${sign.charCodeAt(0)};`);
}
