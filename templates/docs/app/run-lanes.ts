// The run as lanes, one a worker: bars from beginning to end of each node, on a canvas, since runs have ten thousands of
// them. The table below says the same in words.

import type { RunDetails, RunRow } from "../../../src/docs/run-details.ts";
import { idAt } from "../../../src/docs/site-index.ts";
import { nodeHref } from "./addresses.ts";
import { duration, h } from "./dom.ts";
import type { Site } from "./site.ts";

const LANE = 26;
const AXIS = 22;

interface Bar {
  readonly row: RunRow;
  readonly at: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
}

export function drawLanes(site: Site, run: RunDetails): HTMLElement {
  const canvas = h("canvas", {
    class: "lanes",
    role: "img",
    "aria-label": "Results in time, a lane a worker; the table below lists them",
  });
  const hint = h(
    "p",
    { class: "lane-hint soft" },
    "Bars with a frame are the critical path. Point at one for its name.",
  );
  const total = run.rows.reduce((end, { start = 0, seconds }) => Math.max(end, start + seconds), 0.001);
  let bars: readonly Bar[] = [];
  const redraw = () => {
    bars = barsOf(run, canvas.clientWidth, total);
    paint(canvas, run, bars, total);
  };
  const barAt = (event: Event) => {
    const { offsetX: x, offsetY: y } = event as PointerEvent;
    return bars.find(
      (bar) => x >= bar.x - 1 && x <= bar.x + bar.w + 1 && y >= bar.y && y <= bar.y + LANE - 4,
    );
  };
  canvas.addEventListener("pointermove", (event) => {
    const bar = barAt(event);
    canvas.style.cursor = bar ? "pointer" : "";
    if (bar) hint.textContent = `${bar.row.label}: ${bar.row.status}, ${duration(bar.row.seconds)}`;
  });
  canvas.addEventListener("click", (event) => {
    const node = barAt(event)?.row.node;
    if (node !== undefined) location.hash = nodeHref(idAt(site.index, node));
  });
  const watcher = new ResizeObserver(redraw);
  watcher.observe(canvas);
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  const repaint = () => {
    if (canvas.isConnected) redraw();
    else darkness.removeEventListener("change", repaint);
  };
  darkness.addEventListener("change", repaint);
  return h("div", {}, canvas, hint);
}

function barsOf({ rows }: RunDetails, width: number, total: number): readonly Bar[] {
  return rows.flatMap((row, at) => {
    if (row.start === undefined || row.thread < 0) return [];
    const x = (row.start / total) * width;
    return [{ row, at, x, y: AXIS + row.thread * LANE, w: Math.max(1.5, (row.seconds / total) * width - 1) }];
  });
}

function paint(canvas: HTMLCanvasElement, run: RunDetails, bars: readonly Bar[], total: number): void {
  const width = canvas.clientWidth;
  const height = AXIS + run.threads.length * LANE;
  canvas.style.height = `${height}px`;
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(`--${name}`);
  pen.scale(devicePixelRatio, devicePixelRatio);
  pen.font = `11px ${style.fontFamily}`;
  paintAxis(pen, width, height, total, colour("quiet"), colour("line"));
  const critical = new Set(run.critical);
  for (const { row, at, x, y, w } of bars) {
    pen.globalAlpha = row.isTest ? 0.45 : 0.9;
    pen.fillStyle = colour(row.health === "none" ? "quiet" : row.health);
    pen.fillRect(x, y, w, LANE - 4);
    pen.globalAlpha = 1;
    if (critical.has(at)) {
      pen.strokeStyle = colour("ink");
      pen.lineWidth = 1.5;
      pen.strokeRect(x, y, w, LANE - 4);
    }
    const room = Math.floor((w - 10) / 6);
    if (room < 4) continue;
    // Tests are painted pale.
    pen.fillStyle = colour(row.isTest ? "ink" : "on-bar");
    pen.fillText(row.label.length > room ? `${row.label.slice(0, room - 1)}…` : row.label, x + 5, y + 15);
  }
}

function paintAxis(
  pen: CanvasRenderingContext2D,
  width: number,
  height: number,
  total: number,
  ink: string,
  line: string,
): void {
  const step = niceStep(total / Math.max(2, Math.floor(width / 110)));
  pen.fillStyle = ink;
  pen.strokeStyle = line;
  pen.lineWidth = 1;
  for (let at = 0; at <= total; at += step) {
    const x = Math.round((at / total) * width) + 0.5;
    pen.beginPath();
    pen.moveTo(x, 0);
    pen.lineTo(x, height);
    pen.stroke();
    pen.fillText(duration(at), x + 4, 11);
  }
}

/** 1, 2 or 5 of a power of ten. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
}
