// Where the reader of a YAML text stands, and what surrounds that place: moved by the scanner from token to token and
// by the readers of texts from character to character.

import { isBlankOrEnd } from "./yaml-fault.ts";

export class YamlCursor {
  pos = 0;
  line = 0;
  lineStart = 0;
  /** Column of the block collection that is open; -1 for none. */
  indent = -1;
  flowLevel = 0;
  /** True where a key or an item may begin: at the start of a line and after an indicator. */
  keyAllowed = true;

  constructor(readonly text: string) {}

  get column(): number {
    return this.pos - this.lineStart;
  }

  /** Moves over one line break (CR LF counts as one). */
  lineBreak(): void {
    this.pos += this.text.charCodeAt(this.pos) === 13 && this.text.charCodeAt(this.pos + 1) === 10 ? 2 : 1;
    this.line += 1;
    this.lineStart = this.pos;
  }

  /** True at "---" or "..." that stands alone at the start of a line. */
  atDocumentMark(): boolean {
    if (this.pos !== this.lineStart) return false;
    const mark = this.text.slice(this.pos, this.pos + 3);
    return (mark === "---" || mark === "...") && isBlankOrEnd(this.text.charCodeAt(this.pos + 3));
  }
}

/** Blanks; the rest of a line. Sticky, and they match nothing, too: for {@link endOf}. */
export const BLANKS = /[ \t]*/y;
export const REST_OF_LINE = /[^\n\r\x85\u2028\u2029]*/y;

/**
 * Runs of characters are found by patterns, since most files are read by a process that has just begun: its loops over
 * characters are interpreted, five times slower than the engine's own.
 * @param pattern a sticky pattern that matches the empty text, too
 * @returns the offset behind what it matches at `at`
 */
export function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}
