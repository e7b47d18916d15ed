// The lines below a message that show the place in the user's file: the line, and carets under what is meant.
// Tabs become blanks, control characters visible, and a line that is too long is shown around the place.

import type { Place } from "./diagnostic.ts";
import { characterWidth } from "./text-width.ts";

/** A tab's width where a source line is shown. */
const TAB = 4;

/**
 * @param text the whole file
 * @param place the place in it; its file is not looked at
 * @param width columns that a frame may take, gutter included
 * @returns two lines ("   9 |  select ..." and the carets), or none when the file has no such line
 */
export function codeFrame(text: string, place: Place, width: number): readonly string[] {
  const line = lineAt(text, place.line);
  if (line === undefined) return [];
  const number = String(place.line);
  const gutter = Math.max(4, number.length + 2);
  const start = Math.min(Math.max(0, place.column - 1), line.length);
  const end = Math.min(Math.max(start + 1, start + (place.length ?? 1)), Math.max(line.length, start + 1));
  const before = cells(line.slice(0, start));
  const marked = cells(line.slice(start, end));
  const behind = cells(line.slice(end));
  const shown = cut(before, marked, behind, Math.max(20, width - gutter - 3));
  return [
    `${number.padStart(gutter)} | ${shown.text}`.trimEnd(),
    `${" ".repeat(gutter)} | ${" ".repeat(shown.from)}${"^".repeat(Math.max(1, shown.marked))}`,
  ];
}

/** A line by its 1-based number, without its line break ("\n" or "\r\n"). */
function lineAt(text: string, number: number): string | undefined {
  let start = 0;
  for (let line = 1; line < number; line += 1) {
    const newline = text.indexOf("\n", start);
    if (newline < 0) return undefined;
    start = newline + 1;
  }
  const newline = text.indexOf("\n", start);
  const line = text.slice(start, newline < 0 ? text.length : newline);
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** One printed character and its width. */
interface Cell {
  readonly text: string;
  readonly width: number;
}

function cells(text: string): Cell[] {
  return Array.from(text, (character) => {
    if (character === "\t") return { text: " ".repeat(TAB), width: TAB };
    if (character < " " || (character >= "\u007f" && character < "\u00a0"))
      return { text: "\ufffd", width: 1 };
    return { text: character, width: characterWidth(character) };
  });
}

interface Shown {
  readonly text: string;
  readonly from: number;
  readonly marked: number;
}

/** Keeps the marked part and as much around it as there is room for, with "..." where something was left out. */
function cut(before: readonly Cell[], marked: readonly Cell[], behind: readonly Cell[], room: number): Shown {
  const whole = widthOf(before) + widthOf(marked) + widthOf(behind);
  if (whole <= room) {
    return {
      text: textOf([...before, ...marked, ...behind]),
      from: widthOf(before),
      marked: widthOf(marked),
    };
  }
  const middle = takeFront(marked, room - 6);
  const left =
    widthOf(before) <= (room - widthOf(middle)) / 2
      ? before
      : takeBack(before, Math.floor((room - widthOf(middle)) / 2) - 3);
  const lead = left.length < before.length ? "..." : "";
  const rest = middle.length < marked.length ? [] : behind;
  const free = room - lead.length - widthOf(left) - widthOf(middle);
  const right = widthOf(rest) <= free ? rest : takeFront(rest, free - 3);
  const tail = right.length < behind.length || middle.length < marked.length ? "..." : "";
  return {
    text: lead + textOf([...left, ...middle, ...right]) + tail,
    from: lead.length + widthOf(left),
    marked: widthOf(middle),
  };
}

function widthOf(some: readonly Cell[]): number {
  return some.reduce((sum, cell) => sum + cell.width, 0);
}

function textOf(some: readonly Cell[]): string {
  return some.map((cell) => cell.text).join("");
}

function takeFront(some: readonly Cell[], room: number): readonly Cell[] {
  let used = 0;
  const end = some.findIndex((cell) => {
    used += cell.width;
    return used > room;
  });
  return end < 0 ? some : some.slice(0, end);
}

function takeBack(some: readonly Cell[], room: number): readonly Cell[] {
  return takeFront([...some].reverse(), room).toReversed();
}
