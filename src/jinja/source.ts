// Where template text comes from, and how offsets in it become lines and columns of the user's file. Offsets inside
// of the engine count in text whose line ends are all "\n", as Jinja2 reads it; places count in the file as it is.

/** A piece of a file to be read as a template. */
export interface TemplateSource {
  readonly file: string;
  readonly text: string;
  /** Line of the file where `text` begins; 1 when absent. */
  readonly line?: number;
  /** Column of the file where `text` begins; 1 when absent. */
  readonly column?: number;
}

/** A place in a template; `offset` counts in the text of its TemplateSource. */
export interface SourcePlace {
  readonly file: string;
  /** 1-based line and column (UTF-16 code units) of the file. */
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly offset: number;
}

/** The text as the lexer reads it: "\n" as the only line end. */
export function normalizeNewlines(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/** True when a text must be rendered: it holds a tag, an expression or a comment. */
export function hasTemplate(text: string): boolean {
  return text.includes("{{") || text.includes("{%") || text.includes("{#");
}

/** What a text without a template in it renders to: Jinja drops one line break at the end of every template. */
export function plainRendered(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

/** Turns offsets of normalized text into places; counts the lines only when the first place is asked for. */
export class PlaceFinder {
  private starts: number[] | undefined;
  private rawStarts: number[] | undefined;

  constructor(readonly source: TemplateSource) {}

  /** @param start offset in the normalized text; @param end exclusive, kept within the line that `start` is on */
  place(start: number, end: number): SourcePlace {
    this.starts ??= lineStarts(normalizeNewlines(this.source.text), /\n/g);
    const index = lineIndex(this.starts, start);
    const lineStart = this.starts[index] ?? 0;
    const nextLine = this.starts[index + 1];
    const stop = nextLine === undefined ? end : Math.min(end, nextLine - 1);
    const column = start - lineStart;
    return {
      file: this.source.file,
      line: (this.source.line ?? 1) + index,
      column: column + (index === 0 ? (this.source.column ?? 1) : 1),
      length: Math.max(1, stop - start),
      offset: this.rawLineStart(index) + column,
    };
  }

  private rawLineStart(index: number): number {
    if (!this.source.text.includes("\r")) return this.starts?.[index] ?? 0;
    this.rawStarts ??= lineStarts(this.source.text, /\r\n?|\n/g);
    return this.rawStarts[index] ?? 0;
  }
}

/** Offsets at which lines begin. */
function lineStarts(text: string, newline: RegExp): number[] {
  const starts = [0];
  for (const match of text.matchAll(newline)) starts.push(match.index + match[0].length);
  return starts;
}

/** The last index whose value is at most `offset`. */
export function lineIndex(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
