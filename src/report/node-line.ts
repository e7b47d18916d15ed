// The one line a node: number, outcome, kind, name, and on the right what there is to say and the time it took.

import type { EtlEvent, NodeFinished, NodeStatus } from "../base/events.ts";
import { padEnd, padStart, textWidth } from "../base/text-width.ts";
import { visibleLine } from "../base/visible-text.ts";
import type { Style } from "./style.ts";
import type { Tally } from "./tally.ts";
import { counted, kindOf, shownName, shownSeconds } from "./words.ts";

interface StatusWord {
  readonly word: string;
  readonly colour: "green" | "yellow" | "red" | "dim";
}

const statusWords: Readonly<Record<NodeStatus, StatusWord>> = {
  success: { word: "ok", colour: "green" },
  reused: { word: "reused", colour: "green" },
  pass: { word: "pass", colour: "green" },
  "no-op": { word: "no-op", colour: "dim" },
  warn: { word: "WARN", colour: "yellow" },
  skipped: { word: "skip", colour: "yellow" },
  fail: { word: "FAIL", colour: "red" },
  error: { word: "ERROR", colour: "red" },
  "runtime error": { word: "ERROR", colour: "red" },
  "partial success": { word: "PART", colour: "red" },
};

/** Room for the longest status, and for the usual materializations. */
const STATUS_WIDTH = 6;
const KIND_WIDTH = 11;

/** "12/28  ok     table       main.orders                          99 rows  0.04s" */
export function nodeLine(event: NodeFinished, tally: Tally, style: Style, width: number): string {
  const words = { kind: kindOf(event.node), name: shownName(event.node), note: noteOf(event, tally) };
  return line(event, words, style, width);
}

/** The same for a hook of the project. */
export function hookLine(
  event: EtlEvent & { readonly kind: "hook-finished" },
  style: Style,
  width: number,
): string {
  return line(event, { kind: "hook", name: visibleLine(event.name), note: "" }, style, width);
}

/** "12/28  start  table       main.orders", for those who want to see everything. */
export function startLine(event: EtlEvent & { readonly kind: "node-started" }): string {
  const number = numberText(event.index, event.total);
  return `${number}  ${padEnd("start", STATUS_WIDTH)} ${padEnd(kindOf(event.node), KIND_WIDTH)} ${shownName(event.node)}`;
}

function line(
  { index, total, status, seconds }: Pick<NodeFinished, "index" | "total" | "status" | "seconds">,
  { kind, name, note }: { readonly kind: string; readonly name: string; readonly note: string },
  style: Style,
  width: number,
): string {
  const { word, colour } = statusWords[status];
  const left = `${numberText(index, total)}  ${style[colour](padEnd(word, STATUS_WIDTH))} ${padEnd(kind, KIND_WIDTH)} ${name}`;
  const leftWidth =
    numberText(index, total).length +
    4 +
    STATUS_WIDTH +
    Math.max(KIND_WIDTH, textWidth(kind)) +
    textWidth(name);
  const time = status === "skipped" || status === "no-op" ? "" : padStart(shownSeconds(seconds), 7);
  const right = note + time;
  if (right.trim() === "") return left;
  return left + " ".repeat(Math.max(2, width - leftWidth - textWidth(right))) + style.dim(right);
}

function numberText(index: number, total: number): string {
  const digits = String(total).length;
  return `${String(index).padStart(digits)}/${total}`;
}

function noteOf(event: NodeFinished, tally: Tally): string {
  switch (event.status) {
    case "skipped":
      return event.because === undefined
        ? visibleLine(event.message)
        : `after ${tally.nameOf(event.because)}`;
    case "fail":
    case "warn": {
      const count = event.failures ?? event.rows;
      return count === undefined ? "" : counted(count, "row");
    }
    case "success":
      return event.rows === undefined ? "" : counted(event.rows, "row");
    default:
      return "";
  }
}
