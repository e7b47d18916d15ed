// The scene as a picture, twice as large as life where that is not too large for a browser.

import type { ColumnLine } from "./column-paths.ts";
import type { Look } from "./look.ts";
import { paintColumnLines } from "./paint-overlay.ts";
import { beginDrawing, finish, paintScene } from "./paint-scene.ts";
import type { Scene } from "./scene.ts";

const MARGIN = 24;
/** Browsers refuse canvases that are much longer than this. */
const LONGEST_SIDE = 8000;

/** @throws Error when the browser cannot make it */
export function sceneToPng(scene: Scene, look: Look, lines: readonly ColumnLine[]): Promise<Blob> {
  const { x, y, w, h } = scene.bounds;
  const zoom = Math.min(2, LONGEST_SIDE / (Math.max(w, h) + 2 * MARGIN));
  const view = { w: (w + 2 * MARGIN) * zoom, h: (h + 2 * MARGIN) * zoom };
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(view.w);
  canvas.height = Math.ceil(view.h);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser has no canvas");
  const camera = { x: x + w / 2, y: y + h / 2, zoom };
  beginDrawing(context, camera, view, 1, look.palette.back);
  finish(paintScene(context, scene, look, camera, view, undefined, lines.length > 0));
  paintColumnLines(context, scene, look, { lines, lit: undefined });
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("the picture is too large"))), "image/png");
  });
}
