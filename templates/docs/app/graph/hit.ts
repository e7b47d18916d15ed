// What stands at a point of the drawing: a handle, the sign of a computed column, a row, the sign that opens columns,
// a box.

import type { Rect } from "./camera.ts";
import { type ColumnLine, lineEnds } from "./column-paths.ts";
import { columnRect, NAME_ZOOM } from "./paint-boxes.ts";
import { HEAD_HEIGHT, type LeafBox, type Scene } from "./scene.ts";

export type Hit =
  | { readonly kind: "handle"; readonly box: number; readonly side: "parents" | "children" }
  | { readonly kind: "formula"; readonly line: ColumnLine }
  | { readonly kind: "column"; readonly box: number; readonly row: number }
  | { readonly kind: "chevron"; readonly box: number }
  | { readonly kind: "box"; readonly box: number };

const HANDLE: Readonly<{ w: number; h: number; away: number }> = { w: 36, h: 20, away: 7 };

/** Where the handle of a node stands: before it for parents, after it for children. */
export function handleRect(box: LeafBox, side: "parents" | "children"): Rect {
  const x = side === "parents" ? box.x - HANDLE.away - HANDLE.w : box.x + box.w + HANDLE.away;
  return { x, y: box.y + (HEAD_HEIGHT - HANDLE.h) / 2, w: HANDLE.w, h: HANDLE.h };
}

/** @param zoom small things can be hit only when they are drawn */
export function hitScene(
  scene: Scene,
  lines: readonly ColumnLine[],
  x: number,
  y: number,
  zoom: number,
): Hit | undefined {
  const isNear = zoom >= NAME_ZOOM;
  if (isNear) {
    const line = lines.find((candidate) => isOnFormula(scene, candidate, x, y));
    if (line) return { kind: "formula", line };
  }
  // From afar a box is less than a pixel: some room around it counts.
  const slack = Math.min(12, 2 / zoom);
  for (let index = scene.boxes.length - 1; index >= 0; index--) {
    const box = scene.boxes[index]!;
    if (isNear && box.kind === "leaf") {
      for (const side of ["parents", "children"] as const) {
        if (box.hidden[side] > 0 && contains(handleRect(box, side), x, y))
          return { kind: "handle", box: index, side };
      }
    }
    const room = isNear ? 0 : slack;
    if (!contains({ x: box.x - room, y: box.y - room, w: box.w + 2 * room, h: box.h + 2 * room }, x, y))
      continue;
    return box.kind === "leaf" && isNear ? partOfLeaf(box, index, x, y) : { kind: "box", box: index };
  }
  return undefined;
}

function partOfLeaf(box: LeafBox, index: number, x: number, y: number): Hit {
  const row = box.columns?.findIndex((_, i) => contains(columnRect(box, i), x, y)) ?? -1;
  if (row >= 0) return { kind: "column", box: index, row };
  if (x > box.x + box.w - 28 && y < box.y + HEAD_HEIGHT) return { kind: "chevron", box: index };
  return { kind: "box", box: index };
}

function isOnFormula(scene: Scene, line: ColumnLine, x: number, y: number): boolean {
  const ends = line.kind === "derive" ? lineEnds(scene, line) : undefined;
  return ends !== undefined && Math.hypot((ends[0] + ends[2]) / 2 - x, (ends[1] + ends[3]) / 2 - y) < 11;
}

function contains(rect: Rect, x: number, y: number): boolean {
  return x >= rect.x && x <= rect.x + rect.w && y >= rect.y && y <= rect.y + rect.h;
}
