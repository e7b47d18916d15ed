// The scene as SVG, as a drawing for documents: plain shapes and colours that any viewer knows, texts as texts.

import { s } from "../dom.ts";
import { type ColumnLine, lineEnds } from "./column-paths.ts";
import { shorten } from "./fit-text.ts";
import type { Look } from "./look.ts";
import { columnRect } from "./paint-boxes.ts";
import { INDIRECT_DASH, lineWidth, type Pen, traceRoute } from "./paint-edges.ts";
import { columnColours, columnWords } from "./paint-overlay.ts";
import type { Meaning } from "./palette.ts";
import { type FolderBox, HEAD_HEIGHT, type LeafBox, type Scene } from "./scene.ts";

const MARGIN = 24;
/** Mean width of a letter, in parts of the font's size. */
const LETTER = 0.56;

/** @returns an element with a viewBox; its size is that of the scene */
export function sceneToSvg(
  scene: Scene,
  look: Look,
  title: string,
  lines: readonly ColumnLine[],
): SVGSVGElement {
  const { x, y, w, h } = scene.bounds;
  const box = [x - MARGIN, y - MARGIN, w + 2 * MARGIN, h + 2 * MARGIN].map(Math.round);
  const { back } = look.palette;
  return s(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: box.join(" "),
      width: box[2]!,
      height: box[3]!,
      "font-family": look.palette.font,
    },
    s("title", {}, title),
    s("rect", { x: box[0]!, y: box[1]!, width: box[2]!, height: box[3]!, fill: back }),
    scene.boxes.map((item) => (item.kind === "folder" && item.open ? frame(item, look) : null)),
    s(
      "g",
      { fill: "none", stroke: look.palette.edge },
      scene.edges.map(({ route, count }) =>
        s("path", {
          d: pathOf(route),
          "stroke-width": lineWidth(count),
          "stroke-dasharray": count === 0 ? INDIRECT_DASH.join(" ") : null,
        }),
      ),
    ),
    scene.boxes.map((item) => {
      if (item.kind === "leaf") return leaf(item, look);
      return item.open ? null : folder(item, look);
    }),
    lines.map((line) => columnLine(scene, line, look)),
  );
}

export function svgText(svg: SVGSVGElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
}

function pathOf(route: readonly number[]): string {
  const parts: string[] = [];
  const number = (value: number) => String(Math.round(value * 10) / 10);
  const pen: Pen = {
    moveTo: (...point) => parts.push(`M${point.map(number).join(" ")}`),
    lineTo: (...point) => parts.push(`L${point.map(number).join(" ")}`),
    bezierCurveTo: (...points) => parts.push(`C${points.map(number).join(" ")}`),
  };
  traceRoute(pen, route);
  return parts.join("");
}

function text(label: string, x: number, y: number, size: number, wide: number, fill: string): SVGTextElement {
  const letters = Math.floor(wide / (size * LETTER));
  const fitted = shorten(label, (part) => part.length <= letters);
  return s("text", { x, y: y + size * 0.35, "font-size": size, fill }, fitted);
}

/** A line between two columns; what it does stands in its title. */
function columnLine(scene: Scene, line: ColumnLine, look: Look): SVGPathElement | null {
  const ends = lineEnds(scene, line);
  if (ends === undefined) return null;
  return s(
    "path",
    {
      d: pathOf(ends),
      fill: "none",
      stroke: look.palette[columnColours[line.kind]],
      "stroke-width": 1.5,
      "stroke-dasharray": line.kind === "rename" ? "6 4" : null,
    },
    s("title", {}, line.expression ?? columnWords[line.kind]),
  );
}

function leaf(box: LeafBox, look: Look): SVGGElement {
  const { x, y, w, h } = box;
  const { card, line, ink } = look.palette;
  const meaning = look.meaning(box.node);
  const alarm = look.alarm(box.node);
  return s(
    "g",
    {},
    s("title", {}, `${box.label} (${meaning.word})`),
    s("rect", { x, y, width: w, height: h, rx: 6, fill: look.palette[meaning.colour] }),
    s("rect", { x: x + 4, y, width: w - 4, height: h, rx: 5, fill: card, stroke: line }),
    text(box.label, x + 14, y + HEAD_HEIGHT / 2, 13, w - 30, ink),
    alarm ? s("circle", { cx: x + w - 13, cy: y + HEAD_HEIGHT / 2, r: 4.5, fill: alarm }) : null,
    (box.columns ?? []).map(({ name }, row) => {
      const place = columnRect(box, row);
      return text(name, x + 14, place.y + place.h / 2, 12, w - 24, ink);
    }),
  );
}

function folder(box: FolderBox, look: Look): SVGGElement {
  const { x, y } = box;
  const [w, h] = [box.w - 7, box.h - 7];
  const { card, line, ink } = look.palette;
  const part = (w - 26) / box.nodes.length;
  let at = x + 13;
  const bar = look.shares(box).map(({ colour, count }: Meaning & { readonly count: number }) => {
    const rect = s("rect", {
      x: at,
      y: y + h - 10,
      width: part * count,
      height: 4,
      fill: look.palette[colour],
    });
    at += part * count;
    return rect;
  });
  return s(
    "g",
    {},
    s("rect", { x: x + 7, y: y + 7, width: w, height: h, rx: 9, fill: card, stroke: line }),
    s("rect", { x, y, width: w, height: h, rx: 9, fill: card, stroke: line }),
    text(box.label, x + 13, y + 17, 13.5, w - 26, ink),
    text(look.note(box), x + 13, y + 34, 11.5, w - 26, look.palette["quiet-ink"]),
    bar,
  );
}

function frame(box: FolderBox, look: Look): SVGGElement {
  const { x, y, w, h } = box;
  const { line, frame: fill } = look.palette;
  return s(
    "g",
    {},
    s("rect", { x, y, width: w, height: h, rx: 12, fill, stroke: line }),
    text(box.label, x + 18, y + 26, 13.5, w - 40, look.palette["quiet-ink"]),
  );
}

/** The legend's samples, which are the same in page and print. */
export function swatch(colour: string): SVGSVGElement {
  return s(
    "svg",
    { width: 10, height: 10, viewBox: "0 0 10 10", "aria-hidden": "true" },
    s("rect", { width: 10, height: 10, rx: 2.5, fill: colour }),
  );
}
