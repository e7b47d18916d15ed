// The whole drawing in a corner, with a frame around what is seen; a click or a drag moves there. It shows up only
// when there is more than one sees.

import { h } from "../dom.ts";
import { type Camera, seenRect, type Viewport } from "./camera.ts";
import type { Look } from "./look.ts";
import type { Scene } from "./scene.ts";

const MARGIN = 8;
const WIDTH = 168;
const HEIGHT = 108;

export class Minimap {
  readonly element: HTMLCanvasElement;
  #scene: Scene | undefined;
  #look: Look | undefined;
  #picture: HTMLCanvasElement | undefined;

  constructor(onMove: (x: number, y: number) => void, signal: AbortSignal) {
    this.element = h("canvas", { class: "graph-minimap", hidden: true, "aria-hidden": "true" });
    const move = (event: PointerEvent) => {
      if (this.#scene === undefined || event.buttons === 0) return;
      const { left, top } = this.element.getBoundingClientRect();
      const { scale, dx, dy } = placing(this.#scene);
      onMove((event.clientX - left - dx) / scale, (event.clientY - top - dy) / scale);
    };
    this.element.addEventListener("pointerdown", move, { signal });
    this.element.addEventListener("pointermove", move, { signal });
  }

  show(scene: Scene, look: Look, camera: Camera, view: Viewport): void {
    const seen = seenRect(camera, view);
    const { bounds } = scene;
    this.element.hidden = view.w < 640 || (seen.w > bounds.w * 0.8 && seen.h > bounds.h * 0.8);
    if (this.element.hidden) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    if (this.#scene !== scene || this.#look !== look) this.#picture = pictureOf(scene, look, ratio);
    this.#scene = scene;
    this.#look = look;
    this.element.width = WIDTH * ratio;
    this.element.height = HEIGHT * ratio;
    const context = this.element.getContext("2d");
    if (context === null || this.#picture === undefined) return;
    context.drawImage(this.#picture, 0, 0);
    const { scale, dx, dy } = placing(scene);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.strokeStyle = look.palette.accent;
    context.lineWidth = 1.5;
    context.strokeRect(seen.x * scale + dx, seen.y * scale + dy, seen.w * scale, seen.h * scale);
  }
}

/** How the drawing lies in the map. */
function placing({ bounds }: Scene): { readonly scale: number; readonly dx: number; readonly dy: number } {
  const scale = Math.min((WIDTH - 2 * MARGIN) / (bounds.w || 1), (HEIGHT - 2 * MARGIN) / (bounds.h || 1));
  return {
    scale,
    dx: (WIDTH - bounds.w * scale) / 2 - bounds.x * scale,
    dy: (HEIGHT - bounds.h * scale) / 2 - bounds.y * scale,
  };
}

function pictureOf(scene: Scene, look: Look, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH * ratio;
  canvas.height = HEIGHT * ratio;
  const context = canvas.getContext("2d");
  if (context === null) return canvas;
  const { scale, dx, dy } = placing(scene);
  context.setTransform(ratio, 0, 0, ratio, dx * ratio, dy * ratio);
  for (const box of scene.boxes) {
    const isFrame = box.kind === "folder" && box.open;
    context.fillStyle = isFrame ? look.palette.frame : colourOf(box, look);
    const tall = Math.max(box.h * scale, 1);
    context.fillRect(box.x * scale, box.y * scale, Math.max(box.w * scale, 1.5), tall);
  }
  return canvas;
}

function colourOf(box: Scene["boxes"][number], look: Look): string {
  if (box.kind === "leaf")
    return look.hasFailed(box.node) ? look.palette["health-fail"] : look.colour(box.node);
  return look.palette[look.shares(box)[0]?.colour ?? "line"];
}
