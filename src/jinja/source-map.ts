// From positions of rendered text back to the template. While rendering, each piece of output notes where it starts
// and which position of the template it came from: two numbers a piece. Everything else happens when somebody asks.

import type { CallSite } from "./errors.ts";
import { lineIndex, type PlaceFinder, type SourcePlace } from "./source.ts";
import type { Value } from "./value.ts";

/** The tables of one compiled template that places are computed from. */
export interface CodeUnit {
  readonly places: PlaceFinder;
  /** Start and end offset of each position. */
  readonly positions: readonly number[];
  /** The names that the template assigns itself. */
  readonly locals: ReadonlySet<string>;
  /** The unit is a macro of a package, not a template or a part of one. */
  readonly isMacro?: true;
}

/** The place of a numbered position, `inside` characters behind its start where it is a piece of text. */
export function placeOf(unit: CodeUnit, position: number, inside?: number): SourcePlace {
  const start = unit.positions[position * 2] ?? 0;
  const end = unit.positions[position * 2 + 1] ?? start;
  if (inside === undefined) return unit.places.place(start, end);
  const at = Math.min(start + inside, end);
  return unit.places.place(at, at + 1);
}

/** Numbers that one trace keeps: what is written behind them maps to the last of them. */
const MAX_MARKS = 2_000_000;

/** What one run of a template, macro or block wrote. */
export class Trace {
  /** Pairs: offset in the output, position in the template (text: -1 - position). */
  readonly marks: number[] = [];
  /** Index of a mark to the trace of the macro or block whose text was printed there. */
  children: Map<number, Trace> | undefined;
  text = "";
  /** Values printed one by one, in dbt's native mode. */
  readonly values: Value[] = [];

  constructor(
    readonly unit: CodeUnit,
    /** Name of the macro that wrote it; undefined for templates and blocks. */
    readonly macro: string | undefined,
  ) {}

  /** Notes what begins at an offset of the output. */
  mark(offset: number, position: number): void {
    if (this.marks.length < MAX_MARKS) this.marks.push(offset, position);
  }
}

/** A place in a template and the macro calls that led to it, innermost first. */
export interface MappedPlace {
  readonly place: SourcePlace;
  readonly calls: readonly CallSite[];
}

export class SourceMap {
  private lineStarts: number[] | undefined;

  constructor(private readonly trace: Trace) {}

  /** Where the character at an offset of the rendered text came from; undefined for an empty text. */
  placeAt(outputOffset: number): MappedPlace | undefined {
    const calls: CallSite[] = [];
    let trace = this.trace;
    let offset = Math.max(0, outputOffset);
    for (;;) {
      const index = lastMark(trace.marks, offset);
      if (index < 0) return undefined;
      const start = trace.marks[index * 2] ?? 0;
      const position = trace.marks[index * 2 + 1] ?? 0;
      if (position < 0) return { place: placeOf(trace.unit, -1 - position, offset - start), calls };
      const child = trace.children?.get(index);
      const place = placeOf(trace.unit, position);
      if (child === undefined || child.marks.length === 0) return { place, calls };
      if (child.macro !== undefined) calls.unshift({ macro: child.macro, place });
      trace = child;
      offset -= start;
    }
  }

  /** The same for a 1-based line and column (UTF-16 units) of the rendered text, as warehouses report them. */
  placeOfLine(outputLine: number, column = 1): MappedPlace | undefined {
    if (this.lineStarts === undefined) {
      const starts = [0];
      for (let at = this.trace.text.indexOf("\n"); at >= 0; at = this.trace.text.indexOf("\n", at + 1))
        starts.push(at + 1);
      this.lineStarts = starts;
    }
    const line = Math.min(Math.max(1, outputLine), this.lineStarts.length);
    return this.placeAt((this.lineStarts[line - 1] ?? 0) + column - 1);
  }

  /** The 1-based line and column of an offset of the rendered text. */
  lineOf(outputOffset: number): { line: number; column: number } {
    this.placeOfLine(1);
    const starts = this.lineStarts ?? [0];
    const index = lineIndex(starts, outputOffset);
    return { line: index + 1, column: outputOffset - (starts[index] ?? 0) + 1 };
  }
}

/** Index of the last mark at or before an offset, or -1. */
function lastMark(marks: readonly number[], offset: number): number {
  let low = 0;
  let high = marks.length / 2 - 1;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((marks[middle * 2] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
