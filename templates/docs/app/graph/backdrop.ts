// Large drawings, kept as a picture. Twenty thousand lines take more than a frame to draw without a graphics card, so
// they are drawn on a canvas of their own, a few milliseconds a frame, while the picture before is moved and stretched
// to where one looks.

import { type Camera, toScreen, type Viewport } from "./camera.ts";
import { beginDrawing } from "./paint-scene.ts";

/** The picture reaches this much further than the view, so that short ways need no new one. */
const REACH = 1.25;
const SLICE_MS = 7;
/** A camera that stands for so long is not on its way. */
const STEADY_MS = 90;

interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly camera: Camera;
  /** What it shows: scene and colours. */
  readonly subject: unknown;
}

/** Draws a scene on a context that is ready for it. */
export type PaintWork = (
  context: CanvasRenderingContext2D,
  camera: Camera,
  view: Viewport,
) => Generator<void>;

export class Backdrop {
  #shown: Picture | undefined;
  #looked: { readonly camera: Camera; readonly since: number } | undefined;
  #drawing: (Picture & { readonly work: Generator<void> }) | undefined;

  /**
   * Puts the picture on screen as well as there is one, and works on the next if that is needed.
   *
   * @param subject another one asks for a new picture
   * @param alpha of the picture
   * @returns whether more frames are needed
   */
  show(
    target: CanvasRenderingContext2D,
    subject: unknown,
    paint: PaintWork,
    camera: Camera,
    view: Viewport,
    ratio: number,
    alpha: number,
  ): boolean {
    if (this.#drawing && this.#drawing.subject !== subject) this.#drawing = undefined;
    if (this.#shown && this.#shown.subject !== subject && !this.#drawing)
      this.#begin(subject, paint, camera, view, ratio);
    const isDue = this.#isSteady(camera) || !this.#isUsable(camera, view);
    if (!this.#drawing && isDue && !this.#isGood(camera, view))
      this.#begin(subject, paint, camera, view, ratio);
    this.#work();
    if (this.#shown) blit(target, this.#shown, camera, view, ratio, alpha);
    return this.#drawing !== undefined || !this.#isGood(camera, view);
  }

  /** Forgets the pictures and the memory they take. */
  clear(): void {
    this.#shown = undefined;
    this.#drawing = undefined;
  }

  #begin(subject: unknown, paint: PaintWork, camera: Camera, view: Viewport, ratio: number): void {
    const wide = { w: Math.ceil(view.w * REACH), h: Math.ceil(view.h * REACH) };
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(wide.w * ratio);
    canvas.height = Math.round(wide.h * ratio);
    const context = canvas.getContext("2d");
    if (context === null) return;
    beginDrawing(context, camera, wide, ratio, undefined);
    this.#drawing = { canvas, camera, subject, work: paint(context, camera, wide) };
  }

  #work(): void {
    if (!this.#drawing) return;
    const end = performance.now() + SLICE_MS;
    do {
      if (!this.#drawing.work.next().done) continue;
      this.#shown = this.#drawing;
      this.#drawing = undefined;
      return;
    } while (performance.now() < end);
  }

  /** Whether the camera has stood still for a moment. */
  #isSteady(camera: Camera): boolean {
    const now = performance.now();
    if (this.#looked?.camera !== camera) this.#looked = { camera, since: now };
    return now - this.#looked.since > STEADY_MS;
  }

  /** Whether the picture will do while the camera moves: neither much too coarse nor far beside what one sees. */
  #isUsable(camera: Camera, view: Viewport): boolean {
    if (!this.#shown) return false;
    const { zoom, x, y } = this.#shown.camera;
    const stretch = camera.zoom / zoom;
    const away = Math.max(Math.abs(x - camera.x) / view.w, Math.abs(y - camera.y) / view.h) * camera.zoom;
    return stretch > 0.55 && stretch < 1.8 && away < 0.3;
  }

  /** Whether the picture is sharp and covers the view. */
  #isGood(camera: Camera, view: Viewport): boolean {
    if (!this.#shown) return false;
    const { zoom, x, y } = this.#shown.camera;
    const room = (REACH - 1) / 2;
    return (
      Math.abs(zoom - camera.zoom) < camera.zoom * 1e-6 &&
      Math.abs(x - camera.x) * zoom <= view.w * room &&
      Math.abs(y - camera.y) * zoom <= view.h * room
    );
  }
}

function blit(
  target: CanvasRenderingContext2D,
  { canvas, camera: taken }: Picture,
  camera: Camera,
  view: Viewport,
  ratio: number,
  alpha: number,
): void {
  const stretch = camera.zoom / taken.zoom;
  const middle = toScreen(camera, view, taken.x, taken.y);
  const [w, h] = [canvas.width * stretch, canvas.height * stretch];
  const [left, top] = [middle.x * ratio - w / 2, middle.y * ratio - h / 2];
  target.setTransform(1, 0, 0, 1, 0, 0);
  target.globalAlpha = alpha;
  target.imageSmoothingEnabled = stretch !== 1;
  if (stretch === 1) target.drawImage(canvas, Math.round(left), Math.round(top));
  else target.drawImage(canvas, left, top, w, h);
  target.globalAlpha = 1;
}
