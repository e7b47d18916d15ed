// Walking over the scene with arrow keys: to the left to a parent, to the right to a child, up and down within the
// column.

import type { Scene, SceneBox } from "./scene.ts";

export type Direction = "left" | "right" | "up" | "down";

/** @returns the box one gets to; the same one where there is none further */
export function step(scene: Scene, from: number, direction: Direction): number {
  const here = scene.boxes[from]!;
  const candidates =
    direction === "up" || direction === "down"
      ? inColumn(scene, from, direction)
      : alongEdges(scene, from, direction);
  return nearest(scene, candidates, here) ?? from;
}

function alongEdges(scene: Scene, from: number, direction: "left" | "right"): number[] {
  return scene.edges.flatMap((edge) => {
    if (direction === "right" && edge.from === from) return [edge.to];
    return direction === "left" && edge.to === from ? [edge.from] : [];
  });
}

function inColumn(scene: Scene, from: number, direction: "up" | "down"): number[] {
  const here = scene.boxes[from]!;
  const sign = direction === "down" ? 1 : -1;
  return scene.boxes.flatMap((box, index) => {
    const isFrame = box.kind === "folder" && box.open;
    const shares = box.x < here.x + here.w && here.x < box.x + box.w;
    return !isFrame && index !== from && shares && sign * (middle(box) - middle(here)) > 0 ? [index] : [];
  });
}

function nearest(scene: Scene, candidates: readonly number[], here: SceneBox): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const index of candidates) {
    const distance = Math.abs(middle(scene.boxes[index]!) - middle(here));
    if (distance >= least) continue;
    least = distance;
    best = index;
  }
  return best;
}

/** The box nearest to a point, to begin a walk at. */
export function nearestTo(scene: Scene, x: number, y: number): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  scene.boxes.forEach((box, index) => {
    if (box.kind === "folder" && box.open) return;
    const distance = Math.hypot(box.x + box.w / 2 - x, middle(box) - y);
    if (distance >= least) return;
    least = distance;
    best = index;
  });
  return best;
}

function middle(box: SceneBox): number {
  return box.y + box.h / 2;
}
