// A scene on a canvas, in pieces: frames, lines, boxes. It is a generator, so that a drawing of ten thousand boxes can
// be spread over several frames while the one before is still shown; small scenes are run through at once.

import { type Camera, overlap, type Rect, seenRect, type Viewport } from "./camera.ts";
import type { Look } from "./look.ts";
import { paintBox } from "./paint-boxes.ts";
import { paintEdges } from "./paint-edges.ts";
import type { Scene, Trail } from "./scene.ts";

/** Boxes between two pauses. */
const BATCH = 250;

/** Empties a canvas of `view` times `ratio` pixels and sets the coordinates of the drawing. */
export function beginDrawing(
  context: CanvasRenderingContext2D,
  camera: Camera,
  view: Viewport,
  ratio: number,
  back: string | undefined,
): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
  if (back === undefined) context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  else {
    context.fillStyle = back;
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  }
  useCamera(context, camera, view, ratio);
}

/** Sets the coordinates of the drawing. */
export function useCamera(
  context: CanvasRenderingContext2D,
  camera: Camera,
  view: Viewport,
  ratio: number,
): void {
  const scale = camera.zoom * ratio;
  const left = (view.w / 2 - camera.x * camera.zoom) * ratio;
  const top = (view.h / 2 - camera.y * camera.zoom) * ratio;
  context.setTransform(scale, 0, 0, scale, left, top);
}

/**
 * Paints all that is seen. With a trail, only what is on it shows its full colour.
 *
 * @param quietEdges lines between columns are drawn over those between boxes
 */
export function* paintScene(
  context: CanvasRenderingContext2D,
  scene: Scene,
  look: Look,
  camera: Camera,
  view: Viewport,
  trail?: Trail,
  quietEdges = false,
): Generator<void> {
  const seen = seenRect(camera, view);
  const { zoom } = camera;
  context.globalAlpha = 1;
  yield* paintBoxes(
    context,
    scene,
    look,
    zoom,
    seen,
    (box) => scene.boxes[box]!.kind === "folder" && isFrame(scene, box),
  );
  context.globalAlpha = trail ? 0.3 : quietEdges ? 0.4 : 1;
  yield* paintEdges(context, scene, look, zoom, seen);
  context.globalAlpha = 1;
  if (trail && !quietEdges) yield* paintEdges(context, scene, look, zoom, seen, trail.edges);
  yield* paintBoxes(context, scene, look, zoom, seen, (box) => !isFrame(scene, box), trail);
}

/** Only what is on a trail, over a drawing that was dimmed. */
export function paintTrail(
  context: CanvasRenderingContext2D,
  scene: Scene,
  look: Look,
  camera: Camera,
  view: Viewport,
  trail: Trail,
): void {
  const seen = seenRect(camera, view);
  context.globalAlpha = 1;
  finish(paintEdges(context, scene, look, camera.zoom, seen, trail.edges));
  for (const box of trail.boxes) {
    if (!isFrame(scene, box) && overlap(scene.boxes[box]!, seen))
      paintBox(context, scene.boxes[box]!, look, camera.zoom);
  }
}

function isFrame(scene: Scene, index: number): boolean {
  const box = scene.boxes[index]!;
  return box.kind === "folder" && box.open;
}

function* paintBoxes(
  context: CanvasRenderingContext2D,
  scene: Scene,
  look: Look,
  zoom: number,
  seen: Rect,
  wanted: (box: number) => boolean,
  trail?: Trail,
): Generator<void> {
  for (let index = 0; index < scene.boxes.length; index++) {
    const box = scene.boxes[index]!;
    if (index % BATCH === BATCH - 1) yield;
    if (!wanted(index) || !overlap(box, seen)) continue;
    context.globalAlpha = trail && !trail.boxes.has(index) ? 0.28 : 1;
    paintBox(context, box, look, zoom);
  }
  context.globalAlpha = 1;
}

/** Runs a generator to its end. */
export function finish(work: Generator<void>): void {
  while (!work.next().done);
}
