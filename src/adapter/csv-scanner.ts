// Reads a CSV file as Python's csv module does (dialect "excel": quotes are special at the start of a cell, a doubled
// quote inside of quotes is one, text behind a closing quote is appended), as bytes and in pieces: nothing but one
// piece and the cell being read is ever in memory, and a cell becomes a string only when somebody wants one.

import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";

/** Where a cell stands in its file. */
export interface CsvPosition {
  /** 1-based physical line; a quoted cell may span several. */
  readonly line: number;
  /** Byte offset of that line's start and of the cell's start. */
  readonly lineStart: number;
  readonly offset: number;
}

/** Receives what is read. Both methods may throw to end the scan. */
export interface CsvSink {
  /** The cell's content is `bytes[start, end)`, valid during the call; `column` counts from 0. */
  cell(bytes: Uint8Array, start: number, end: number, column: number): void;
  /** A record is complete; a blank line is a record of one empty cell. */
  record(cells: number): void;
  /** Called between pieces of the file: the scan waits for what the receiver has to do before it takes more. */
  ready?(): Promise<void>;
}

/** What is wrong with a file as a whole, with the place. */
export class CsvStructureError extends Error {
  constructor(
    readonly kind: "not-utf8" | "open-quote",
    readonly position: CsvPosition,
    /** The byte that is not UTF-8. */
    readonly byte?: number,
  ) {
    super(kind);
    this.name = "CsvStructureError";
  }
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const APOSTROPHE = 0x27;
const PIECE = 1 << 20;
/** A cell longer than this is a quote that nobody closed. */
const LONGEST_CELL = 1 << 26;

/** Where the scan stands. */
const CELL_START = 0;
const PLAIN = 1;
const QUOTED = 2;
/** Behind a quote inside of quotes: its end, or half of a doubled one. */
const QUOTE_SEEN = 3;
/** Behind a carriage return, whose line feed belongs to it. */
const RETURN_SEEN = 4;

/** Scans one file; `position` tells inside of the sink's methods where the current cell stands. */
export class CsvScanner {
  #buffer: Buffer = Buffer.allocUnsafe(PIECE);
  /** Bytes in the buffer, and the file's offset of its first byte. */
  #filled = 0;
  #base = 0;
  #state = CELL_START;
  /** Where the cell begins in the buffer, its quote included. */
  #cellStart = 0;
  #quoted = false;
  /** A quoted cell whose content is not simply what is between two quotes. */
  #odd = false;
  #column = 0;
  #oddCells = 0;
  #apostrophes = false;
  /** A bit for each kind of line end that was seen: LF 1, CR 2, CR LF 4. */
  #lineEnds = 0;
  #line = 1;
  #lineStart = 0;
  #cellLine = 1;
  #cellLineStart = 0;

  /** @param delimiter one ASCII character */
  constructor(
    private readonly path: string,
    private readonly delimiter: number,
    private readonly sink: CsvSink,
  ) {}

  /**
   * True when readers disagree about what was read so far: two kinds of line ends, or text behind a closing quote.
   * Databases refuse or change such files; whoever wants them as Python reads them must take the cells from here.
   */
  get irregular(): boolean {
    return this.#oddCells > 0 || (this.#lineEnds & (this.#lineEnds - 1)) !== 0;
  }

  /** True when a cell begins with an apostrophe, which some readers take for a quote. */
  get apostrophes(): boolean {
    return this.#apostrophes;
  }

  get position(): CsvPosition {
    return { line: this.#cellLine, lineStart: this.#cellLineStart, offset: this.#base + this.#cellStart };
  }

  /**
   * Reads the whole file.
   * @throws CsvStructureError, Node's errors of reading, and whatever the sink throws
   */
  async run(): Promise<void> {
    const file = await open(this.path, "r");
    try {
      let checked = 0;
      for (;;) {
        this.#makeRoom();
        const at = this.#filled;
        const { bytesRead } = await file.read(this.#buffer, at, this.#buffer.length - at);
        this.#filled += bytesRead;
        checked = this.#checkEncoding(Math.max(0, checked - this.#base), bytesRead === 0) + this.#base;
        if (bytesRead === 0) break;
        if (this.#base + at === 0) this.#skipMark();
        this.#scan(Math.max(at, this.#cellStart));
        await this.sink.ready?.();
      }
      this.#finish();
    } finally {
      await file.close();
    }
  }

  /** Moves the unfinished cell to the front of the buffer, which grows when the cell fills half of it. */
  #makeRoom(): void {
    const kept = this.#filled - this.#cellStart;
    if (kept > LONGEST_CELL) throw new CsvStructureError("open-quote", this.position);
    const target =
      kept * 2 > this.#buffer.length ? Buffer.allocUnsafe(this.#buffer.length * 2) : this.#buffer;
    this.#buffer.copy(target, 0, this.#cellStart, this.#filled);
    this.#buffer = target;
    this.#base += this.#cellStart;
    this.#filled = kept;
    this.#cellStart = 0;
  }

  /** Checks the bytes from `from` on, but for a character cut off at the end. @returns where to go on */
  #checkEncoding(from: number, last: boolean): number {
    const end = last ? this.#filled : wholeCharacters(this.#buffer, from, this.#filled);
    if (isUtf8(this.#buffer.subarray(from, end))) return end;
    const bad = from + firstInvalid(this.#buffer.subarray(from, end));
    const before = this.#buffer.subarray(0, bad);
    const lineStart = before.lastIndexOf(LINE_FEED) + 1;
    const lines = countLines(this.#buffer.subarray(this.#cellStart, bad));
    throw new CsvStructureError(
      "not-utf8",
      {
        line: this.#cellLine + lines,
        lineStart: lines > 0 ? this.#base + lineStart : this.#cellLineStart,
        offset: this.#base + bad,
      },
      this.#buffer[bad] as number,
    );
  }

  /** A byte order mark is no part of the first cell. */
  #skipMark(): void {
    if (this.#filled >= 3 && this.#buffer[0] === 0xef && this.#buffer[1] === 0xbb && this.#buffer[2] === 0xbf)
      this.#cellStart = 3;
  }

  #scan(from: number): void {
    const buffer = this.#buffer;
    const filled = this.#filled;
    const delimiter = this.delimiter;
    let i = from;
    while (i < filled) {
      const byte = buffer[i] as number;
      switch (this.#state) {
        case RETURN_SEEN:
          this.#state = CELL_START;
          this.#lineEnds |= byte === LINE_FEED ? 4 : 2;
          if (byte === LINE_FEED) this.#startLine(++i);
          break;
        case CELL_START:
          this.#state = byte === QUOTE ? QUOTED : PLAIN;
          this.#quoted = byte === QUOTE;
          if (this.#quoted) i++;
          else if (byte === APOSTROPHE) this.#apostrophes = true;
          break;
        case PLAIN: {
          let end = i;
          let at = byte;
          while (at !== delimiter && at !== LINE_FEED && at !== RETURN && ++end < filled)
            at = buffer[end] as number;
          i = end;
          if (end < filled) this.#endCell(i++, at);
          break;
        }
        case QUOTED:
          if (byte === QUOTE) this.#state = QUOTE_SEEN;
          i++;
          if (byte === LINE_FEED) {
            this.#line++;
            this.#lineStart = this.#base + i;
          }
          break;
        case QUOTE_SEEN:
          if (byte === delimiter || byte === LINE_FEED || byte === RETURN) this.#endCell(i++, byte);
          else {
            this.#odd = true;
            this.#state = byte === QUOTE ? QUOTED : PLAIN;
            if (byte === QUOTE) i++;
            else this.#oddCells++;
          }
          break;
      }
    }
  }

  #endCell(end: number, by: number): void {
    this.#giveCell(end);
    if (by !== this.delimiter) this.sink.record(this.#column);
    this.#state = CELL_START;
    this.#quoted = false;
    this.#odd = false;
    if (by === this.delimiter) {
      this.#cellStart = end + 1;
      this.#cellLine = this.#line;
      this.#cellLineStart = this.#lineStart;
      return;
    }
    this.#column = 0;
    this.#line++;
    this.#startLine(end + 1);
    if (by === RETURN) this.#state = RETURN_SEEN;
    else this.#lineEnds |= 1;
  }

  #giveCell(end: number): void {
    const column = this.#column++;
    if (!this.#quoted) this.sink.cell(this.#buffer, this.#cellStart, end, column);
    else if (!this.#odd) this.sink.cell(this.#buffer, this.#cellStart + 1, end - 1, column);
    else {
      const content = unquote(this.#buffer.subarray(this.#cellStart, end));
      this.sink.cell(content, 0, content.length, column);
    }
  }

  /** The next cell begins at `start`, at the start of the current line. */
  #startLine(start: number): void {
    this.#cellStart = start;
    this.#lineStart = this.#base + start;
    this.#cellLine = this.#line;
    this.#cellLineStart = this.#lineStart;
  }

  #finish(): void {
    if (this.#state === QUOTED) throw new CsvStructureError("open-quote", this.position);
    const unfinished = this.#column > 0 || this.#filled > this.#cellStart;
    if (!unfinished || this.#state === RETURN_SEEN) return;
    this.#giveCell(this.#filled);
    this.sink.record(this.#column);
  }
}

/** The content of a quoted cell with doubled quotes or text behind its closing quote. */
function unquote(raw: Uint8Array): Uint8Array {
  const content = new Uint8Array(raw.length);
  let length = 0;
  let inside = true;
  for (let i = 1; i < raw.length; i++) {
    const byte = raw[i] as number;
    if (!inside || byte !== QUOTE) content[length++] = byte;
    else if (raw[i + 1] === QUOTE) content[length++] = raw[++i] as number;
    else inside = false;
  }
  return content.subarray(0, length);
}

/** @returns the end of the last character that is complete. */
function wholeCharacters(bytes: Uint8Array, from: number, end: number): number {
  for (let back = 1; back <= 3 && end - back >= from; back++) {
    const byte = bytes[end - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? end - back : end;
  }
  return end;
}

/** @returns the offset of the first byte that does not belong to valid UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes.subarray(0, wholeCharacters(bytes, 0, middle)))) good = middle;
    else bad = middle;
  }
  const rest = wholeCharacters(bytes, 0, good);
  return isUtf8(bytes.subarray(0, good)) ? good : rest;
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === LINE_FEED) count++;
  return count;
}
