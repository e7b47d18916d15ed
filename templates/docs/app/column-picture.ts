// The way of a column's values as a picture: a box a node with the columns on the way, and lines that tell unchanged from
// renamed and computed. Pointing at a column lights up its own way; a click opens it.

import { layoutGraph } from "../../../src/docs/layout/layout-graph.ts";
import { idAt, labelAt } from "../../../src/docs/site-index.ts";
import { nodeHref } from "./addresses.ts";
import { keyOf, type Point, type Walk, type WalkEdge } from "./column-walk.ts";
import { h, s } from "./dom.ts";
import type { Site } from "./site.ts";

const ROW = 22;
const HEAD = 28;
const FOOT = 6;

interface Box {
  readonly node: number;
  readonly columns: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The picture with its legend, in a box that scrolls sideways. */
export function drawColumns(site: Site, start: Point, up: Walk, down: Walk): HTMLElement {
  const edges = [...up.edges, ...down.edges];
  const boxes = placed(site, [...up.points, ...down.points], edges);
  const width = Math.max(...boxes.map((box) => box.x + box.w)) + 2;
  const height = Math.max(...boxes.map((box) => box.y + box.h)) + 2;
  const byNode = new Map(boxes.map((box) => [box.node, box]));
  const lines = edges.map((edge) => ({ edge, path: lineOf(edge, byNode) }));
  const picture = s(
    "svg",
    {
      class: "column-picture",
      width,
      height,
      viewBox: `-1 -1 ${width + 1} ${height + 1}`,
      role: "group",
      "aria-label": `Where ${start.column} comes from and goes to; the same in words below`,
    },
    lines.map(({ path }) => path),
    boxes.map((box) => drawBox(site, box, start, lines)),
  );
  return h(
    "div",
    { class: "picture-box" },
    h(
      "div",
      {
        class: "picture-scroll",
        "data-scrolls": true,
        tabindex: "0",
        role: "group",
        "aria-label": "Column lineage",
      },
      picture,
    ),
    h(
      "p",
      { class: "legend soft" },
      ["copy", "rename", "derive"].map((kind, at) =>
        h("span", { class: `link-kind link-${kind}` }, ["unchanged", "renamed", "computed"][at]),
      ),
    ),
  );
}

function placed(site: Site, points: readonly Point[], edges: readonly WalkEdge[]): readonly Box[] {
  const columns = new Map<number, Set<string>>();
  for (const { node, column } of points) columns.set(node, (columns.get(node) ?? new Set()).add(column));
  const nodes = [...columns.keys()];
  const places = new Map(nodes.map((node, at) => [node, at]));
  const sizes = nodes.map((node) => {
    const names = [labelAt(site.index, node), ...(columns.get(node) ?? [])];
    const w = Math.min(280, Math.max(...names.map((name) => name.length)) * 7.3 + 30);
    return { w, h: HEAD + (columns.get(node)?.size ?? 0) * ROW + FOOT };
  });
  const links = new Set(edges.map(({ from, to }) => `${places.get(from.node)} ${places.get(to.node)}`));
  const pairs = [...links].map((link) => link.split(" ").map(Number) as [number, number]);
  const { x, y } = layoutGraph({ nodes: sizes, edges: pairs }, { spacing: { node: 18, edge: 10, rank: 76 } });
  return nodes.map((node, at) => ({
    node,
    columns: [...(columns.get(node) ?? [])],
    x: x[at] as number,
    y: y[at] as number,
    ...(sizes[at] as { w: number; h: number }),
  }));
}

function drawBox(
  site: Site,
  box: Box,
  start: Point,
  lines: readonly { readonly edge: WalkEdge; readonly path: SVGPathElement }[],
): SVGElement {
  const { node, columns, x, y, w } = box;
  const id = idAt(site.index, node);
  return s(
    "g",
    { transform: `translate(${x} ${y})`, class: node === start.node ? "box own" : "box" },
    s("rect", { width: w, height: box.h, rx: 7 }),
    s(
      "a",
      { href: nodeHref(id), tabindex: "-1" },
      s("text", { x: 12, y: 19, class: "box-name" }, shortened(labelAt(site.index, node), w)),
    ),
    columns.map((column, at) => {
      const isStart = node === start.node && column === start.column;
      const row = s(
        "a",
        { href: nodeHref(id, column), tabindex: "-1", class: isStart ? "box-row own" : "box-row" },
        s("rect", { x: 1, y: HEAD + at * ROW, width: w - 2, height: ROW }),
        s("text", { x: 12, y: HEAD + at * ROW + 15 }, shortened(column, w)),
      );
      row.addEventListener("pointerenter", () => light({ node, column }, lines));
      row.addEventListener("pointerleave", () => light(undefined, lines));
      return row;
    }),
  );
}

/** Lights up all lines that lead to a column or from it; undefined: none is dimmed. */
function light(
  point: Point | undefined,
  lines: readonly { readonly edge: WalkEdge; readonly path: SVGPathElement }[],
): void {
  const lit = point
    ? new Set([...reach(point, lines, "from", "to"), ...reach(point, lines, "to", "from")])
    : undefined;
  for (const { edge, path } of lines) path.classList.toggle("dimmed", lit !== undefined && !lit.has(edge));
}

function reach(
  point: Point,
  lines: readonly { readonly edge: WalkEdge }[],
  near: "from" | "to",
  far: "from" | "to",
): ReadonlySet<WalkEdge> {
  const keys = new Set([keyOf(point)]);
  const found = new Set<WalkEdge>();
  for (let size = -1; size < found.size; ) {
    size = found.size;
    for (const { edge } of lines) {
      if (found.has(edge) || !keys.has(keyOf(edge[near]))) continue;
      found.add(edge);
      keys.add(keyOf(edge[far]));
    }
  }
  return found;
}

function lineOf({ from, to, kind, expression }: WalkEdge, boxes: ReadonlyMap<number, Box>): SVGPathElement {
  const [start, end] = [boxes.get(from.node), boxes.get(to.node)];
  const height = (box: Box | undefined, column: string) =>
    box ? box.y + HEAD + box.columns.indexOf(column) * ROW + ROW / 2 : 0;
  const [x1, y1] = [(start?.x ?? 0) + (start?.w ?? 0), height(start, from.column)];
  const [x2, y2] = [end?.x ?? 0, height(end, to.column)];
  const bend = Math.max(24, Math.abs(x2 - x1) / 2);
  const path = s("path", {
    class: `edge edge-${kind}`,
    d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
  });
  if (expression) path.append(s("title", {}, expression));
  return path;
}

function shortened(text: string, width: number): string {
  const most = Math.floor((width - 24) / 7.1);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
