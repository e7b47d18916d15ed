// Boxes, by how near one is: points of colour from afar, then tinted boxes, then cards with names, columns and signs.
// Letters grow against the zoom within their box, so that names can be read as early as there is room for them.

import type { Rect } from "./camera.ts";
import { type Look, mix } from "./look.ts";
import { type FolderBox, HEAD_HEIGHT, type LeafBox, ROW_HEIGHT, type SceneBox } from "./scene.ts";

/** Least zooms of boxes that are more than points, of names, and of small print. */
const BOX_ZOOM = 0.13;
export const NAME_ZOOM = 0.36;
export const DETAIL_ZOOM = 0.55;
const NAME_SIZE = 13;
const RADIUS = 6;

export function paintBox(context: CanvasRenderingContext2D, box: SceneBox, look: Look, zoom: number): void {
  if (box.kind === "leaf") paintLeaf(context, box, look, zoom);
  else if (box.open) paintFrame(context, box, look, zoom);
  else paintFolder(context, box, look, zoom);
}

function paintLeaf(context: CanvasRenderingContext2D, box: LeafBox, look: Look, zoom: number): void {
  const { x, y, w, h } = box;
  const colour = look.colour(box.node);
  if (zoom < BOX_ZOOM) {
    context.fillStyle = look.hasFailed(box.node) ? look.palette["health-fail"] : colour;
    const tall = Math.max(h, 2 / zoom);
    context.fillRect(x, y + (h - tall) / 2, w, tall);
    return;
  }
  const { card, line } = look.palette;
  const named = zoom >= NAME_ZOOM;
  context.fillStyle = colour;
  fillRound(context, x, y, w, h, RADIUS);
  context.fillStyle = mix(colour, card, named ? look.tint : 0.3);
  fillRound(context, x + 5, y, w - 5, h, [1, RADIUS, RADIUS, 1]);
  context.strokeStyle = named ? line : mix(colour, card, 0.6);
  strokeRound(context, box, 1 / Math.max(zoom, 0.6));
  const alarm = look.alarm(box.node);
  if (alarm) fillDot(context, x + w - 13, y + HEAD_HEIGHT / 2, named ? 4.5 : 7, alarm);
  if (!named) return;
  paintName(context, box, look, zoom, w - 14 - (alarm ? 24 : box.columns ? 28 : 9));
  if (box.columns && zoom >= DETAIL_ZOOM) {
    paintChevron(context, box, look);
    paintColumns(context, box, look);
  }
}

/** The name, larger than life from afar, as far as all of it fits. */
function paintName(
  context: CanvasRenderingContext2D,
  box: LeafBox,
  look: Look,
  zoom: number,
  wide: number,
): void {
  setFont(context, look, NAME_SIZE);
  const fitting = (NAME_SIZE * wide) / look.text.width(context, box.label);
  const size = Math.max(NAME_SIZE, Math.min(20, 8 / zoom, fitting));
  setFont(context, look, size);
  context.fillStyle = look.palette.ink;
  context.fillText(look.text.fit(context, box.label, wide), box.x + 14, box.y + HEAD_HEIGHT / 2 + 0.5);
}

/** The sign that opens the columns: always there while they are open, otherwise under the pointer only. */
export function paintChevron(context: CanvasRenderingContext2D, box: LeafBox, look: Look): void {
  context.fillStyle = mix(look.colour(box.node), look.palette.card, look.tint);
  context.fillRect(box.x + box.w - 26, box.y + 4, 24, HEAD_HEIGHT - 8);
  const [x, y] = [box.x + box.w - 15, box.y + HEAD_HEIGHT / 2];
  const up = box.columns ? -1 : 1;
  context.strokeStyle = look.palette["quiet-ink"];
  context.globalAlpha *= 0.7;
  context.lineWidth = 1.4;
  context.beginPath();
  context.moveTo(x - 4, y - 2 * up);
  context.lineTo(x, y + 2 * up);
  context.lineTo(x + 4, y - 2 * up);
  context.stroke();
  context.globalAlpha /= 0.7;
}

function paintColumns(context: CanvasRenderingContext2D, box: LeafBox, look: Look): void {
  context.strokeStyle = look.palette.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(box.x + 4, box.y + HEAD_HEIGHT);
  context.lineTo(box.x + box.w, box.y + HEAD_HEIGHT);
  context.stroke();
  box.columns?.forEach(({ name, type }, row) => {
    const { y, h } = columnRect(box, row);
    setFont(context, look, 12);
    context.fillStyle = look.palette.ink;
    const shown = look.text.fit(context, name, box.w - 24);
    context.fillText(shown, box.x + 14, y + h / 2 + 0.5);
    if (type === null) return;
    const room = box.w - 34 - context.measureText(shown).width;
    setFont(context, look, 10.5);
    context.fillStyle = look.palette["quiet-ink"];
    const text = type.toLowerCase();
    if (context.measureText(text).width > room) return;
    context.textAlign = "right";
    context.fillText(text, box.x + box.w - 10, y + h / 2 + 0.5);
    context.textAlign = "left";
  });
}

export function columnRect(box: LeafBox, row: number): Rect {
  return { x: box.x + 4, y: box.y + HEAD_HEIGHT + 2 + row * ROW_HEIGHT, w: box.w - 5, h: ROW_HEIGHT };
}

function paintFolder(context: CanvasRenderingContext2D, box: FolderBox, look: Look, zoom: number): void {
  const { card, line, ink } = look.palette;
  context.strokeStyle = line;
  context.fillStyle = mix(line, card, 0.35);
  for (const step of [7, 3.5]) {
    fillRound(context, box.x + step, box.y + step, box.w - step, box.h - step, 9);
    strokeRound(
      context,
      { ...box, x: box.x + step, y: box.y + step, w: box.w - step, h: box.h - step },
      1,
      9,
    );
  }
  const front = { x: box.x, y: box.y, w: box.w - 7, h: box.h - 7 };
  context.fillStyle = card;
  fillRound(context, front.x, front.y, front.w, front.h, 9);
  strokeRound(context, front, 1 / Math.max(zoom, 0.6), 9);
  paintShares(context, box, look, front);
  if (zoom < 0.2) return;
  const small = zoom >= DETAIL_ZOOM;
  setFont(context, look, Math.min(24, Math.max(13.5, 10.5 / zoom)), 600);
  context.fillStyle = ink;
  const label = look.text.fit(context, box.label, front.w - 26);
  context.fillText(label, box.x + 13, box.y + (small ? 17 : 23));
  if (!small) return;
  setFont(context, look, 11.5);
  const failed = box.nodes.some((node) => look.hasFailed(node));
  context.fillStyle = failed ? look.palette["health-fail"] : look.palette["quiet-ink"];
  context.fillText(look.text.fit(context, look.note(box), front.w - 26), box.x + 13, box.y + 34);
}

/** A bar at the foot of a folder: how many of its nodes are of which colour. */
function paintShares(context: CanvasRenderingContext2D, box: FolderBox, look: Look, front: Rect): void {
  const wide = front.w - 26;
  const [top, tall] = [front.y + front.h - 10, 4];
  let at = front.x + 13;
  context.save();
  context.beginPath();
  context.roundRect(at, top, wide, tall, 2);
  context.clip();
  for (const { colour, count } of look.shares(box)) {
    const part = (wide * count) / box.nodes.length;
    context.fillStyle = look.palette[colour];
    context.fillRect(at, top, part + 0.5, tall);
    at += part;
  }
  context.restore();
}

function paintFrame(context: CanvasRenderingContext2D, box: FolderBox, look: Look, zoom: number): void {
  context.fillStyle = look.palette.frame;
  fillRound(context, box.x, box.y, box.w, box.h, 12);
  context.strokeStyle = look.palette.line;
  strokeRound(context, box, 1 / Math.max(zoom, 0.4), 12);
  if (zoom < 0.08) return;
  setFont(context, look, Math.min(34, Math.max(13.5, 11 / zoom)), 600);
  context.fillStyle = look.palette["quiet-ink"];
  const label = look.text.fit(context, box.label, box.w - 90);
  context.fillText(label, box.x + 18, box.y + 26);
  if (zoom < DETAIL_ZOOM) return;
  const width = context.measureText(label).width;
  setFont(context, look, 11.5);
  context.fillText(look.note(box), box.x + 28 + width, box.y + 26.5);
  context.strokeStyle = look.palette["quiet-ink"];
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(box.x + box.w - 28, box.y + 26);
  context.lineTo(box.x + box.w - 18, box.y + 26);
  context.stroke();
}

export function setFont(context: CanvasRenderingContext2D, look: Look, size: number, weight = 400): void {
  context.font = `${weight} ${Math.floor(size * 2) / 2}px ${look.palette.font}`;
  context.textBaseline = "middle";
}

export function fillRound(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  w: number,
  h: number,
  radius: number | number[],
): void {
  context.beginPath();
  context.roundRect(x, y, w, h, radius);
  context.fill();
}

export function strokeRound(
  context: CanvasRenderingContext2D,
  box: Rect,
  width: number,
  radius = RADIUS,
): void {
  context.lineWidth = width;
  context.beginPath();
  context.roundRect(box.x, box.y, box.w, box.h, radius);
  context.stroke();
}

export function fillDot(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  colour: string,
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
