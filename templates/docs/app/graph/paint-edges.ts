// Lines. They are quiet: one colour, one thin stroke, many in one path. Those of added-up edges are wider by the order
// of their number. From afar, where the turns of a line are less than a pixel, only its ends are used.

import type { Route } from "../../../../src/docs/layout/graph.ts";
import { overlap, type Rect } from "./camera.ts";
import type { Look } from "./look.ts";
import type { Scene, SceneEdge } from "./scene.ts";

/** Lines in one path: few strokes, and still often enough a chance to pause. */
const BATCH = 250;
/** Of lines over nodes that are not shown, in units of the drawing. */
export const INDIRECT_DASH = [7, 5];
/** Below this zoom a line is one curve from end to end. */
const PLAIN_ZOOM = 0.16;

/**
 * Paints lines in coordinates of the drawing; pauses after each batch.
 *
 * @param only the lines to paint, in strong colour; undefined for all, quietly
 */
export function* paintEdges(
  context: CanvasRenderingContext2D,
  scene: Scene,
  look: Look,
  zoom: number,
  seen: Rect,
  only?: ReadonlySet<number>,
): Generator<void> {
  const list = only ? [...only].map((index) => scene.edges[index]!) : scene.edges;
  context.save();
  context.strokeStyle = only ? look.palette["strong-edge"] : look.palette.edge;
  context.globalAlpha *= only ? 0.95 : quietness(scene.edges.length);
  for (const [count, edges] of byMagnitude(list)) {
    context.lineWidth = strokeWidth(lineWidth(count), zoom) + (only ? 0.8 / zoom : 0);
    context.setLineDash(count === 0 ? INDIRECT_DASH : []);
    for (let at = 0; at < edges.length; at += BATCH) {
      context.beginPath();
      for (const { route } of edges.slice(at, at + BATCH)) {
        if (!overlap(routeBounds(route), seen)) continue;
        if (zoom < PLAIN_ZOOM) traceRoute(context, [...route.slice(0, 2), ...route.slice(-2)]);
        else traceRoute(context, route);
      }
      context.stroke();
      yield;
    }
  }
  context.restore();
}

/**
 * Lines keep their width on the screen as one goes away. Single ones stay below a pixel then, which browsers without a
 * graphics card draw ten times as fast as wider ones.
 */
function strokeWidth(width: number, zoom: number): number {
  if (zoom >= 1) return width;
  return (width <= 1.1 ? 0.95 : 0.7 + width * 0.3) / zoom;
}

/** How opaque lines are where there are many: a web of full colour would hide the boxes. */
function quietness(count: number): number {
  if (count < 600) return 1;
  return count < 4000 ? 0.65 : 0.32;
}

/** Lines by the order of their number, which gives their width; those over hidden nodes under 0. */
function byMagnitude(edges: readonly SceneEdge[]): Map<number, SceneEdge[]> {
  const groups = new Map<number, SceneEdge[]>();
  for (const edge of edges) {
    const magnitude = edge.count === 0 ? 0 : 2 ** Math.floor(Math.log2(edge.count));
    const group = groups.get(magnitude);
    if (group) group.push(edge);
    else groups.set(magnitude, [edge]);
  }
  return groups;
}

/** @param count of edges that a line stands for */
export function lineWidth(count: number): number {
  return 1.1 + 0.55 * Math.floor(Math.log2(Math.max(1, count)));
}

function routeBounds(route: Route): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < route.length; i += 2) {
    left = Math.min(left, route[i]!);
    right = Math.max(right, route[i]!);
    top = Math.min(top, route[i + 1]!);
    bottom = Math.max(bottom, route[i + 1]!);
  }
  return { x: left - 40, y: top - 1, w: right - left + 80, h: bottom - top + 2 };
}

/** The part of a path's interface that lines need; SVG has its own. */
export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void;
}

/** Draws a route: level stretches straight, others as an S; a line within one column as a bow to the right. */
export function traceRoute(pen: Pen, route: Route): void {
  pen.moveTo(route[0]!, route[1]!);
  for (let i = 2; i < route.length; i += 2) {
    const [x0, y0, x, y] = [route[i - 2]!, route[i - 1]!, route[i]!, route[i + 1]!];
    const isBow = route.length === 4 && Math.abs(x - x0) < 1;
    if (y0 === y) pen.lineTo(x, y);
    else if (isBow) pen.bezierCurveTo(x0 + 36, y0, x + 36, y, x, y);
    else {
      const middle = (x0 + x) / 2;
      pen.bezierCurveTo(middle, y0, middle, y, x, y);
    }
  }
}
