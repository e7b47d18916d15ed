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
