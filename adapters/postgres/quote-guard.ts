// Whether Postgres reads a CSV file as Python does. Both agree on files whose quotes stand around whole cells; Postgres
// takes quotes within a cell for quotes too, and ends the data at a line `\.`.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Looks at a file in pieces; native searches find the few bytes that matter. */
export class QuoteGuard {
  #inside = false;
  /** A quote within quotes was the last byte of a piece: what follows tells its meaning. */
  #closing = false;
  #last: number;

  /** @param delimiter one ASCII character */
  constructor(private readonly delimiter: number) {
    this.#last = delimiter;
  }

  /** @returns false when the file must be read by our own scanner */
  accepts(piece: Uint8Array): boolean {
    if (this.#endsData(piece)) return false;
    let at = 0;
    if (this.#closing) {
      this.#closing = false;
      if (piece[0] === QUOTE) at = 1;
      else this.#inside = false;
    }
    for (at = piece.indexOf(QUOTE, at); at >= 0; at = piece.indexOf(QUOTE, at)) {
      if (!this.#inside) {
        if (!this.#startsCell(at === 0 ? this.#last : piece[at - 1])) return false;
        this.#inside = true;
        at++;
      } else if (at + 1 === piece.length) {
        this.#closing = true;
        at++;
      } else if (piece[at + 1] === QUOTE) at += 2;
      else {
        this.#inside = false;
        at++;
      }
    }
    this.#last = piece.at(-1) ?? this.#last;
    return true;
  }

  #endsData(piece: Uint8Array): boolean {
    if (this.#last === BACKSLASH && piece[0] === 0x2e) return true;
    return Buffer.from(piece.buffer, piece.byteOffset, piece.length).includes("\\.");
  }

  /** The last byte of a byte order mark counts, too. */
  #startsCell(before: number | undefined): boolean {
    return before === this.delimiter || before === 0x0a || before === 0x0d || before === 0xbf;
  }
}
