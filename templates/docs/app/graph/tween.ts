// From one scene to the next: boxes that are in both glide to their new places, new ones come out of the box that was
// clicked. A short movement says what became of what; who asked for less motion sees the new scene at once.

import type { Camera } from "./camera.ts";
import type { Scene, SceneBox, SceneEdge } from "./scene.ts";

export const TWEEN_MS = 240;
/** With more boxes a movement shows nothing and costs frames. */
const MOST_MOVING = 700;

export function canMove(before: Scene | undefined, after: Scene): before is Scene {
  if (before === undefined || before.boxes.length === 0 || after.boxes.length > MOST_MOVING) return false;
  return !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Fast at first, slow at the end. @param t from 0 to 1 */
export function eased(t: number): number {
  return 1 - (1 - t) ** 3;
}

/**
 * A scene on the way.
 *
 * @param t from 0, all as before, to 1, all as after
 * @param origin key of the box that new ones come from
 */
export function sceneBetween(before: Scene, after: Scene, origin: string | undefined, t: number): Scene {
  const source = origin === undefined ? undefined : before.boxes[before.byKey.get(origin) ?? -1];
  const boxes = after.boxes.map((box): SceneBox => {
    const old = before.boxes[before.byKey.get(box.key) ?? -1] ?? source;
    if (old === undefined) return box;
    const known = old.key === box.key;
    return {
      ...box,
      x: between(old.x, box.x, t),
      y: between(old.y, box.y, t),
      w: known ? between(old.w, box.w, t) : box.w,
      h: known ? between(old.h, box.h, t) : box.h,
    };
  });
  const edges = after.edges.map((edge): SceneEdge => {
    const [from, to] = [boxes[edge.from]!, boxes[edge.to]!];
    const moved = movedRoute(edge, after.boxes[edge.from]!, from, after.boxes[edge.to]!, to);
    return { ...edge, route: moved };
  });
  return { ...after, boxes, edges };
}

/**
 * A route whose points are shifted as its ends are: the first as the first box, the last as the last, those
 * between in part.
 */
function movedRoute(
  { route }: SceneEdge,
  fromAfter: SceneBox,
  from: SceneBox,
  toAfter: SceneBox,
  to: SceneBox,
): readonly number[] {
  const last = route.length / 2 - 1;
  const start = [from.x - fromAfter.x, from.y - fromAfter.y + (from.h - fromAfter.h) / 2];
  const end = [to.x - toAfter.x, to.y - toAfter.y + (to.h - toAfter.h) / 2];
  return route.map((value, i) => {
    const share = last === 0 ? 0 : Math.floor(i / 2) / last;
    return value + start[i % 2]! * (1 - share) + end[i % 2]! * share;
  });
}

export function cameraBetween(before: Camera, after: Camera, t: number): Camera {
  return {
    x: between(before.x, after.x, t),
    y: between(before.y, after.y, t),
    zoom: before.zoom * (after.zoom / before.zoom) ** t,
  };
}

function between(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}
