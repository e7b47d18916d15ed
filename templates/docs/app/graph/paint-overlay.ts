// What lies over the drawing and changes from frame to frame: rings around the chosen and the pointed-at box, handles
// that add a hop, lines between columns with their marks.

import type { ColumnEdgeKind } from "../../../../src/docs/site-data.ts";
import { type ColumnLine, lineEnds } from "./column-paths.ts";
import { handleRect } from "./hit.ts";
import { type Look, mix } from "./look.ts";
import {
  columnRect,
  DETAIL_ZOOM,
  fillDot,
  fillRound,
  NAME_ZOOM,
  paintChevron,
  setFont,
  strokeRound,
} from "./paint-boxes.ts";
import { traceRoute } from "./paint-edges.ts";
import type { ColourName } from "./palette.ts";
import type { Scene, SceneBox } from "./scene.ts";

export interface Overlay {
  /** Keys of boxes. */
  readonly chosen: string | undefined;
  readonly hovered: string | undefined;
  readonly lines: readonly ColumnLine[];
  /** Rows that are lit, as `rowKey`; undefined while no column is looked at. */
  readonly lit: ReadonlySet<string> | undefined;
}

export function rowKey(box: number, row: number): string {
  return `${box} ${row}`;
}

/** @param context in coordinates of the drawing */
export function paintOverlay(
  context: CanvasRenderingContext2D,
  scene: Scene,
  look: Look,
  zoom: number,
  overlay: Overlay,
): void {
  context.globalAlpha = 1;
  if (zoom >= NAME_ZOOM) paintColumnLines(context, scene, look, overlay);
  const boxOf = (key: string | undefined) =>
    scene.boxes[key === undefined ? -1 : (scene.byKey.get(key) ?? -1)];
  const hovered = boxOf(overlay.hovered);
  if (hovered) {
    ring(context, hovered, look.palette["strong-edge"], 1.5 / zoom, 0);
    if (hovered.kind === "leaf" && zoom >= DETAIL_ZOOM) paintChevron(context, hovered, look);
  }
  if (hovered?.kind === "folder") paintCounts(context, scene, look, zoom, hovered.key);
  const chosen = boxOf(overlay.chosen);
  if (chosen) {
    ring(
      context,
      chosen,
      mix(look.palette.accent, "transparent", 0.28),
      Math.max(6, 5 / zoom),
      Math.max(3, 2.5 / zoom),
    );
    ring(context, chosen, look.palette.accent, Math.max(1.8, 1.8 / zoom), 0);
  }
  if (zoom < NAME_ZOOM) return;
  for (const box of scene.boxes) {
    if (box.kind !== "leaf") continue;
    for (const side of ["parents", "children"] as const) {
      if (box.hidden[side] > 0) paintHandle(context, box, side, look, zoom);
    }
  }
}

function ring(
  context: CanvasRenderingContext2D,
  box: SceneBox,
  colour: string,
  width: number,
  out: number,
): void {
  context.strokeStyle = colour;
  const front = box.kind === "folder" && !box.open ? 7 : 0;
  const rect = { x: box.x - out, y: box.y - out, w: box.w - front + 2 * out, h: box.h - front + 2 * out };
  strokeRound(context, rect, width, (box.kind === "folder" ? 9 : 6) + out);
}

/** How many edges the lines between a folder and its neighbours stand for: at the neighbours, since lines share their ways. */
function paintCounts(
  context: CanvasRenderingContext2D,
  scene: Scene,
  look: Look,
  zoom: number,
  key: string,
): void {
  const index = scene.byKey.get(key);
  const size = 10.5 / Math.min(1, Math.max(zoom, 0.3));
  setFont(context, look, size);
  context.textAlign = "center";
  for (const { from, to, count } of scene.edges) {
    if (from !== index && to !== index) continue;
    const { x, y, w } = scene.boxes[from === index ? to : from]!;
    const text = count.toLocaleString("en");
    const wide = context.measureText(text).width + size;
    const right = x + w - size;
    context.fillStyle = look.palette["strong-edge"];
    fillRound(context, right - wide, y - size * 0.6, wide, size * 1.5, size * 0.75);
    context.fillStyle = look.palette["accent-ink"];
    context.fillText(text, right - wide / 2, y + size * 0.2);
  }
  context.textAlign = "left";
}

/** "+3": how many neighbours are not shown; a click adds them. */
function paintHandle(
  context: CanvasRenderingContext2D,
  box: SceneBox & { readonly kind: "leaf" },
  side: "parents" | "children",
  look: Look,
  zoom: number,
): void {
  const { x, y, w, h } = handleRect(box, side);
  context.fillStyle = look.palette.back;
  fillRound(context, x, y, w, h, h / 2);
  context.strokeStyle = look.palette.edge;
  strokeRound(context, { x, y, w, h }, 1 / Math.max(zoom, 0.6), h / 2);
  setFont(context, look, 11);
  context.fillStyle = look.palette["quiet-ink"];
  context.textAlign = "center";
  const count = box.hidden[side];
  context.fillText(count > 999 ? "+…" : `+${count}`, x + w / 2, y + h / 2 + 0.5);
  context.textAlign = "left";
}

/** Rows that are lit, and all lines between columns. */
export function paintColumnLines(
  context: CanvasRenderingContext2D,
  scene: Scene,
  look: Look,
  overlay: Pick<Overlay, "lines" | "lit">,
): void {
  for (const key of overlay.lit ?? []) {
    const [box, row] = key.split(" ").map(Number);
    const leaf = scene.boxes[box!];
    if (leaf?.kind !== "leaf" || leaf.columns === undefined) continue;
    const { x, y, w, h } = columnRect(leaf, row!);
    context.fillStyle = mix(look.palette.accent, "transparent", 0.16);
    context.fillRect(x, y, w, h);
  }
  for (const line of overlay.lines) {
    const ends = lineEnds(scene, line);
    if (ends === undefined) continue;
    const isLit =
      overlay.lit?.has(rowKey(line.from, line.fromRow)) && overlay.lit.has(rowKey(line.to, line.toRow));
    context.globalAlpha = overlay.lit === undefined ? 0.6 : isLit ? 1 : 0.14;
    paintColumnLine(context, line, ends, look, isLit === true);
  }
  context.globalAlpha = 1;
}

/** The colours of column lineage, here and in the legend; the node's page has the same. */
export const columnColours: Readonly<Record<ColumnEdgeKind, ColourName>> = {
  copy: "strong-edge",
  rename: "kind-source",
  derive: "kind-exposure",
};

export const columnWords: Readonly<Record<ColumnEdgeKind, string>> = {
  copy: "unchanged",
  rename: "renamed",
  derive: "computed",
};

/** Unchanged columns: a plain line. Renamed: broken. Computed: in another colour, with a sign in its middle. */
function paintColumnLine(
  context: CanvasRenderingContext2D,
  { kind }: ColumnLine,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  look: Look,
  isLit: boolean,
): void {
  const colour = look.palette[columnColours[kind]];
  context.strokeStyle = colour;
  context.lineWidth = isLit ? 1.9 : 1.3;
  context.setLineDash(kind === "rename" ? [6, 4] : []);
  context.beginPath();
  traceRoute(context, [x1, y1, x2, y2]);
  context.stroke();
  context.setLineDash([]);
  if (kind !== "derive") return;
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  fillDot(context, x, y, 8.5, look.palette.back);
  context.strokeStyle = colour;
  context.lineWidth = 1.3;
  context.beginPath();
  context.arc(x, y, 8.5, 0, 2 * Math.PI);
  context.stroke();
  context.font = `italic 600 11px Georgia, serif`;
  context.fillStyle = colour;
  context.textAlign = "center";
  context.fillText("ƒ", x, y + 0.5);
  context.textAlign = "left";
}
