// Where one looks: the point of the drawing in the middle of the view, and the zoom. Plain values; the controller
// moves them.

export interface Camera {
  /** Of the drawing, in the middle of the view. */
  readonly x: number;
  readonly y: number;
  /** Pixels of the screen for one of the drawing. */
  readonly zoom: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Viewport {
  readonly w: number;
  readonly h: number;
}

const LEAST_ZOOM = 0.005;
const MOST_ZOOM = 3;

function clampZoom(zoom: number): number {
  return Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom));
}

/** Parts of the view that something else covers, in pixels. */
export interface Insets {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Shows a part of the drawing whole in the free part of the view, not larger than life. */
export function fitCamera(rect: Rect, view: Viewport, { left, top, right, bottom }: Insets): Camera {
  const free = { w: Math.max(40, view.w - left - right), h: Math.max(40, view.h - top - bottom) };
  const zoom = clampZoom(Math.min(free.w / Math.max(1, rect.w), free.h / Math.max(1, rect.h), 1));
  return {
    x: rect.x + rect.w / 2 + (right - left) / 2 / zoom,
    y: rect.y + rect.h / 2 + (bottom - top) / 2 / zoom,
    zoom,
  };
}

/** Zooms so that the point under the pointer stays there. Positions are in pixels of the view. */
export function zoomAt(camera: Camera, view: Viewport, px: number, py: number, factor: number): Camera {
  const zoom = clampZoom(camera.zoom * factor);
  const world = toWorld(camera, view, px, py);
  return { x: world.x - (px - view.w / 2) / zoom, y: world.y - (py - view.h / 2) / zoom, zoom };
}

export function toWorld(camera: Camera, view: Viewport, px: number, py: number): { x: number; y: number } {
  return { x: camera.x + (px - view.w / 2) / camera.zoom, y: camera.y + (py - view.h / 2) / camera.zoom };
}

export function toScreen(camera: Camera, view: Viewport, x: number, y: number): { x: number; y: number } {
  return { x: (x - camera.x) * camera.zoom + view.w / 2, y: (y - camera.y) * camera.zoom + view.h / 2 };
}

/** The part of the drawing that is seen. */
export function seenRect(camera: Camera, view: Viewport): Rect {
  const w = view.w / camera.zoom;
  const h = view.h / camera.zoom;
  return { x: camera.x - w / 2, y: camera.y - h / 2, w, h };
}

export function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/**
 * Moves a camera as little as possible, so that a part of the drawing is in sight.
 *
 * @returns undefined when the part is too large for the view at this zoom
 */
export function showing(camera: Camera, view: Viewport, rect: Rect, insets: Insets): Camera | undefined {
  const { x, y, zoom } = camera;
  const seen = seenRect(camera, view);
  const left = seen.x + insets.left / zoom;
  const top = seen.y + insets.top / zoom;
  const right = seen.x + seen.w - insets.right / zoom;
  const bottom = seen.y + seen.h - insets.bottom / zoom;
  if (rect.w > right - left || rect.h > bottom - top) return undefined;
  const dx = Math.min(0, rect.x - left) + Math.max(0, rect.x + rect.w - right);
  const dy = Math.min(0, rect.y - top) + Math.max(0, rect.y + rect.h - bottom);
  return { x: x + dx, y: y + dy, zoom };
}
