// Lines of one text, found when the first place is asked for: turns offsets into places.

import type { Place } from "../base/diagnostic.ts";

/**
 * The place between two offsets of a text that is a part of a file.
 * @param begin where the text begins in the file
 */
export function placeWithin(text: string, begin: Place, start: number, end: number): Place {
  const place = new LineIndex(text, begin.file).place(start, end);
  return {
    ...place,
    line: place.line + begin.line - 1,
    column: place.line === 1 ? place.column + begin.column - 1 : place.column,
  };
}

export class LineIndex {
  private starts: number[] | undefined;

  constructor(
    readonly text: string,
    readonly file: string,
  ) {}

  /** The place of the text between two offsets; its length ends with the line. */
  place(start: number, end: number = start + 1): Place {
    const line = this.lineOf(start);
    const length = Math.min(end, this.end(line)) - start;
    return {
      file: this.file,
      line,
      column: start - this.start(line) + 1,
      ...(length > 1 ? { length } : {}),
    };
  }

  /** 1-based number of the line that holds an offset. */
  lineOf(offset: number): number {
    const starts = this.lines();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** Offset of a line's first character. */
  start(line: number): number {
    return this.lines()[line - 1] ?? this.text.length;
  }

  /** Offset behind a line's last character, without its line break. */
  end(line: number): number {
    const next = this.lines()[line];
    if (next === undefined) return this.text.length;
    return this.text.charCodeAt(next - 2) === 13 && this.text.charCodeAt(next - 1) === 10
      ? next - 2
      : next - 1;
  }

  /** A line without its line break. */
  line(line: number): string {
    return this.text.slice(this.start(line), this.end(line));
  }

  private lines(): readonly number[] {
    if (this.starts) return this.starts;
    const starts = [0];
    for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.starts = starts;
    return starts;
  }
}
