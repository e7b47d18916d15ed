// What pointers and keys do to the graph.

import { overlap, seenRect, toWorld, zoomAt } from "./camera.ts";
import type { ColumnPath } from "./column-paths.ts";
import { Gestures } from "./gestures.ts";
import { type GraphView, openFolders } from "./graph-view.ts";
import type { Hit } from "./hit.ts";
import { NAME_ZOOM } from "./paint-boxes.ts";
import { columnWords, rowKey } from "./paint-overlay.ts";
import { describeNode } from "./panel.ts";
import { folderKey } from "./scene.ts";
import { type Direction, nearestTo, step } from "./walk.ts";

/** The part of an open folder's box that closes it. */
const FRAME_HEAD = 46;

export function steer(graph: GraphView, isCompact: boolean, signal: AbortSignal): void {
  const { stage, frame } = graph;
  let clicked: string | undefined;
  new Gestures(
    frame.canvas,
    {
      onPan: (dx, dy) => {
        frame.showTip(0, 0, undefined);
        const { x, y, zoom } = stage.camera;
        stage.steer({ x: x - dx / zoom, y: y - dy / zoom, zoom });
      },
      onZoom: (px, py, factor) => {
        frame.showTip(0, 0, undefined);
        stage.steer(zoomAt(stage.camera, stage.view, px, py, factor));
      },
      onPoint: (px, py) => point(graph, px, py),
      onLeave: () => unpoint(graph),
      onClick: (px, py) => {
        const hit = stage.hit(px, py);
        clicked = hit && "box" in hit ? stage.scene.boxes[hit.box]?.key : undefined;
        click(graph, hit, px, py);
      },
      onDoubleClick: () => goInto(graph, clicked),
    },
    isCompact,
    signal,
  );
  frame.canvas.addEventListener("keydown", (event) => onKey(graph, event), { signal });
}

function click(graph: GraphView, hit: Hit | undefined, px: number, py: number): void {
  const box = hit && "box" in hit ? graph.stage.scene.boxes[hit.box] : undefined;
  if (hit === undefined || box === undefined) {
    if (hit === undefined) graph.choose(undefined);
    return;
  }
  if (box.kind === "folder") {
    const { y } = toWorld(graph.stage.camera, graph.stage.view, px, py);
    if (!box.open || y < box.y + FRAME_HEAD) graph.toggleFolder(box.folder);
    else graph.choose(undefined);
  } else if (hit.kind === "handle") graph.grow(box.node, hit.side);
  else if (hit.kind === "chevron") graph.toggleColumns(box.node);
  else if (hit.kind === "column") graph.pin(box.node, box.columns![hit.row]!.name);
  else graph.choose(box.key);
}

/** A node opens at one hop; a folder fills the view. */
function goInto(graph: GraphView, key: string | undefined): void {
  const box = graph.boxOf(key);
  if (box?.kind === "leaf" && graph.options.compact) graph.options.onOpen(graph.model.nodes[box.node]!.id);
  else if (box?.kind === "leaf") graph.focus(box.node);
  if (box?.kind !== "folder") return;
  if (!box.open) graph.toggleFolder(box.folder);
  const opened = graph.boxOf(key);
  if (opened) graph.stage.lookAt(graph.stage.fit(opened));
}

/** Back by one step: pinned column, chosen node, last opened folder, selection. */
function goOut(graph: GraphView): void {
  const { view, stage } = graph;
  if (view.pinned) graph.change({ pinned: undefined }, { keep: graph.cursor });
  else if (graph.cursor !== undefined) graph.choose(undefined);
  else if (graph.isFolded() && (view.open ?? []).length > 0) {
    const folder = view.open!.at(-1)!;
    graph.toggleFolder(folder);
    const parent = openFolders(stage.scene).findLast((key) => folder.startsWith(`${key}/`));
    const around = parent === undefined ? undefined : graph.boxOf(folderKey(parent));
    stage.lookAt(around ? stage.fit(around) : graph.fitted(stage.scene));
  } else if (view.select !== "" || view.everything) {
    graph.change({ select: "", everything: false }, { fit: true });
  } else stage.lookAt(graph.fitted(stage.scene));
}

function point(graph: GraphView, px: number, py: number): void {
  const { stage, frame } = graph;
  const hit = stage.hit(px, py);
  frame.canvas.classList.toggle("pointing", hit !== undefined);
  const box = hit && "box" in hit ? stage.scene.boxes[hit.box] : undefined;
  const isFrame = box?.kind === "folder" && box.open;
  const key = isFrame ? undefined : box?.key;
  if (key !== stage.overlay.hovered) {
    stage.overlay = { ...stage.overlay, hovered: key };
    graph.light(key ?? graph.cursor);
  }
  pointColumn(graph, hit);
  if (hit?.kind === "formula") {
    frame.showTip(px, py, columnWords[hit.line.kind], "", hit.line.expression);
  } else if (box?.kind === "leaf" && stage.camera.zoom < NAME_ZOOM * 1.2) {
    frame.showTip(px, py, box.label, describeNode(graph.model, box.node));
  } else if (box?.kind === "folder" && !box.open) {
    const shares = stage.look.shares(box).map(({ word, count }) => `${word} ${count}`);
    frame.showTip(px, py, box.label, shares.join(", "));
  } else frame.showTip(px, py, undefined);
}

/** Lights the path of the column under the pointer, as far as its columns are on screen. */
function pointColumn(graph: GraphView, hit: Hit | undefined): void {
  const { stage } = graph;
  const box = hit?.kind === "column" ? stage.scene.boxes[hit.box] : undefined;
  const scene = stage.scene;
  if (hit?.kind !== "column" || box?.kind !== "leaf") {
    const rest = graph.pathRows();
    if (stage.overlay.lit === rest || (stage.overlay.lit === undefined && rest === undefined)) return;
    stage.overlay = { ...stage.overlay, lit: rest };
    stage.draw();
    return;
  }
  const start = { node: box.node, column: box.columns![hit.row]!.name };
  stage.overlay = { ...stage.overlay, lit: new Set([rowKey(hit.box, hit.row)]) };
  stage.draw();
  graph.paths.trace(start, new Set(graph.members)).then(
    (path: ColumnPath) => {
      const isStill = stage.scene === scene && stage.overlay.lit?.has(rowKey(hit.box, hit.row));
      if (!isStill) return;
      stage.overlay = { ...stage.overlay, lit: graph.pathRows(scene, path) };
      stage.draw();
    },
    () => undefined,
  );
}

function unpoint(graph: GraphView): void {
  const { stage, frame } = graph;
  frame.showTip(0, 0, undefined);
  stage.overlay = { ...stage.overlay, hovered: undefined, lit: graph.pathRows() };
  graph.light(graph.cursor);
}

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

function onKey(graph: GraphView, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const direction = directions[event.key];
  const act = direction
    ? () => (event.shiftKey ? pan(graph, direction) : walk(graph, direction))
    : actionsOf(graph)[event.key];
  if (act === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

function actionsOf(graph: GraphView): Readonly<Record<string, () => void>> {
  const box = graph.boxOf(graph.cursor);
  const node = box?.kind === "leaf" ? box.node : undefined;
  const onNode = (act: (node: number) => void) => () => node !== undefined && act(node);
  return {
    "+": () => graph.zoomBy(1.3),
    "=": () => graph.zoomBy(1.3),
    "-": () => graph.zoomBy(1 / 1.3),
    "0": () => graph.stage.lookAt(graph.fitted(graph.stage.scene)),
    Escape: () => goOut(graph),
    Enter: () => {
      if (box?.kind === "folder") graph.toggleFolder(box.folder);
      else onNode((chosen) => graph.options.onOpen(graph.model.nodes[chosen]!.id))();
    },
    " ": () => goInto(graph, graph.cursor),
    f: onNode((chosen) => graph.focus(chosen)),
    c: onNode((chosen) => graph.toggleColumns(chosen)),
    "[": onNode((chosen) => graph.grow(chosen, "parents")),
    "]": onNode((chosen) => graph.grow(chosen, "children")),
    a: () => graph.arrange(),
    e: () => graph.change({ everything: !graph.view.everything }, { fit: true }),
    l: () => graph.change({ listing: !graph.view.listing }, { fit: true }),
  };
}

function walk(graph: GraphView, direction: Direction): void {
  const { stage } = graph;
  const { scene, camera } = stage;
  const from = scene.byKey.get(graph.cursor ?? "");
  const to = from === undefined ? nearestTo(scene, camera.x, camera.y) : step(scene, from, direction);
  const box = to === undefined ? undefined : scene.boxes[to];
  if (box === undefined) return;
  graph.choose(box.key);
  if (!overlap(box, seenRect(camera, stage.view)) || from !== undefined) graph.reveal(box.key);
}

function pan(graph: GraphView, direction: Direction): void {
  const { camera } = graph.stage;
  const way = 120 / camera.zoom;
  const dx = direction === "left" ? -way : direction === "right" ? way : 0;
  const dy = direction === "up" ? -way : direction === "down" ? way : 0;
  graph.stage.steer({ ...camera, x: camera.x + dx, y: camera.y + dy });
}
