// The columns of a seed: names from its header, types from its cells, as dbt infers them, in one streaming pass that
// also finds what is wrong with the file (ragged rows, open quotes, wrong encoding) with file, line and column.
// Shared by all adapters: what a cell looks like does not depend on the engine, only the types' names do.

import { open } from "node:fs/promises";
import {
  type Checked,
  type Diagnostic,
  EtlError,
  errorAt,
  type Place,
  warningAt,
} from "../base/diagnostic.ts";
import { type CsvPosition, CsvScanner, type CsvSink, CsvStructureError } from "./csv-scanner.ts";
import { ANY_KIND, cellKinds, kindOfBits, NO_KIND, type SeedKind } from "./seed-cells.ts";

export interface SeedSource {
  /** Absolute path. */
  readonly path: string;
  /** Path for messages, relative to the project. */
  readonly file: string;
  readonly delimiter: string;
}

export interface InferredSeed {
  readonly columns: readonly InferredColumn[];
  /** Readers disagree about the file (see CsvScanner.irregular): SeedFile.irregular. */
  readonly irregular: boolean;
}

export interface InferredColumn {
  readonly name: string;
  readonly kind: SeedKind;
  /** Cells such as "null" or white space stand in it: NULL unless the column is text. */
  readonly nullWords: boolean;
  /** Where its name stands in the header. */
  readonly place: Place;
}

/**
 * Reads the whole file once.
 * @returns the columns, and warnings for header cells that are empty or stand twice, which are renamed as agate does
 *   ("id", "id" -> id, id_2; an unnamed third column -> c)
 * @throws EtlError seed-ragged, seed-quote, seed-encoding, seed-header, file-unreadable, all with the place
 */
export async function inferSeed(source: SeedSource): Promise<Checked<InferredSeed>> {
  const sink = new InferringSink(source);
  await scanSeed(source, sink, (scanner) => {
    sink.scanner = scanner;
  });
  return sink.result();
}

/**
 * Finds a cell by its content, for an engine's error that tells only the value.
 * @param column 0-based
 * @returns the place of the first such cell and its 1-based row number without the header
 */
export async function findSeedCell(
  source: SeedSource,
  column: number,
  value: string,
): Promise<{ readonly place: Place; readonly row: number } | undefined> {
  let found: { position: CsvPosition; row: number } | undefined;
  let row = 0;
  let scanner: CsvScanner | undefined;
  const sink: CsvSink = {
    cell(bytes, start, end, index) {
      if (found || row === 0 || index !== column || !scanner) return;
      if (Buffer.from(bytes.subarray(start, end)).toString("utf8") === value)
        found = { position: scanner.position, row };
    },
    record() {
      row++;
    },
  };
  await scanSeed(source, sink, (running) => {
    scanner = running;
  });
  return found && { place: await placeOf(source, found.position, value.length), row: found.row };
}

/**
 * Gives the rows of a seed one by one, as Python's csv module reads them, without the header and blank lines.
 * @throws EtlError as `inferSeed`
 */
export async function readSeedRows(
  source: SeedSource,
  columns: number,
  row: (cells: readonly string[]) => void,
): Promise<void> {
  let cells: string[] = [];
  let header = true;
  const sink: CsvSink = {
    cell(bytes, start, end) {
      if (!header)
        cells.push(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8"));
    },
    record(count) {
      if (!header && (count === columns || cells[0] !== "")) row(cells);
      header = false;
      cells = [];
    },
  };
  await scanSeed(source, sink, () => {});
}

async function scanSeed(
  source: SeedSource,
  sink: CsvSink,
  start: (scanner: CsvScanner) => void,
): Promise<void> {
  if (!/^[\x01-\x7f]$/.test(source.delimiter) || source.delimiter === '"') {
    throw new EtlError([
      errorAt(
        "seed-header",
        `the delimiter of ${source.file} must be one ASCII character, not ${JSON.stringify(source.delimiter)}`,
        { file: source.file, line: 1, column: 1 },
      ),
    ]);
  }
  const scanner = new CsvScanner(source.path, source.delimiter.charCodeAt(0), sink);
  start(scanner);
  try {
    await scanner.run();
  } catch (error) {
    throw await structureError(source, error);
  }
}

/** Thrown inside of a scan, told with its place outside of it. */
class RaggedRow extends Error {
  constructor(
    readonly position: CsvPosition,
    readonly found: number,
    readonly expected: number,
  ) {
    super("ragged row");
  }
}

class InferringSink implements CsvSink {
  scanner: CsvScanner | undefined;
  #header: { name: string; position: CsvPosition }[] | undefined;
  readonly #names: { name: string; position: CsvPosition }[] = [];
  /** For each column, the kinds that all its cells so far can be. */
  readonly #bits: number[] = [];
  readonly #nullWords: boolean[] = [];
  /** The current row's first cell is empty; the place of its first cell beyond the header. */
  #blank = false;
  #surplus: CsvPosition | undefined;

  constructor(private readonly source: SeedSource) {}

  cell(bytes: Uint8Array, start: number, end: number, column: number): void {
    if (!this.#header) {
      this.#names.push({
        name: Buffer.from(bytes.subarray(start, end)).toString("utf8"),
        position: this.#position,
      });
      return;
    }
    if (column === 0) this.#blank = start === end;
    if (column === this.#bits.length) this.#surplus = this.#position;
    const bits = this.#bits[column] ?? NO_KIND;
    if (bits === NO_KIND) return;
    const kinds = cellKinds(bytes, start, end);
    if (kinds > ANY_KIND) this.#nullWords[column] = true;
    this.#bits[column] = bits & kinds;
  }

  record(cells: number): void {
    if (!this.#header) {
      this.#header = this.#names;
      for (const _ of this.#names) {
        this.#bits.push(ANY_KIND);
        this.#nullWords.push(false);
      }
      return;
    }
    const expected = this.#bits.length;
    // A blank line is no row, unless the file has one column only.
    if (cells === expected || (cells === 1 && this.#blank)) return;
    throw new RaggedRow(cells > expected ? (this.#surplus as CsvPosition) : this.#position, cells, expected);
  }

  get #position(): CsvPosition {
    return (this.scanner as CsvScanner).position;
  }

  async result(): Promise<Checked<InferredSeed>> {
    const header = this.#header ?? [];
    if (header.length === 0 || (header.length === 1 && header[0]?.name === "")) {
      const place = { file: this.source.file, line: 1, column: 1 };
      throw new EtlError([
        errorAt(
          "seed-header",
          `${this.source.file} is empty: a seed needs a header line with the names of its columns`,
          place,
        ),
      ]);
    }
    const diagnostics: Diagnostic[] = [];
    const taken = new Set<string>();
    const columns: InferredColumn[] = [];
    for (const [i, { name, position }] of header.entries()) {
      const place = await placeOf(this.source, position, Math.max(1, name.length));
      const unique = uniqueName(name, i, taken);
      if (unique !== name) diagnostics.push(renamed(name, unique, place));
      columns.push({
        name: unique,
        kind: kindOfBits(this.#bits[i] as number),
        nullWords: this.#nullWords[i] as boolean,
        place,
      });
    }
    return { value: { columns, irregular: (this.scanner as CsvScanner).irregular }, diagnostics };
  }
}

function renamed(name: string, unique: string, place: Place): Diagnostic {
  const message =
    name === ""
      ? `a column of the seed has no name and is called "${unique}"`
      : `the header names the column "${name}" twice; this one is called "${unique}"`;
  return warningAt("seed-header", message, place, {
    help: name === "" ? "remove a stray delimiter, or name the column" : "give each column a name of its own",
  });
}

/** agate's rule: the letters a, b ... z, aa, bb for unnamed columns, _2, _3 for repeated names. */
function uniqueName(name: string, index: number, taken: Set<string>): string {
  const base = name === "" ? String.fromCharCode(97 + (index % 26)).repeat(Math.floor(index / 26) + 1) : name;
  let unique = base;
  for (let number = 2; taken.has(unique); number++) unique = `${base}_${number}`;
  taken.add(unique);
  return unique;
}

async function structureError(source: SeedSource, error: unknown): Promise<unknown> {
  if (error instanceof RaggedRow) return raggedError(source, error);
  if (error instanceof CsvStructureError)
    return error.kind === "open-quote" ? quoteError(source, error) : encodingError(source, error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined || error instanceof EtlError) return error;
  return new EtlError(
    [
      errorAt("file-unreadable", `${source.file} cannot be read: ${(error as Error).message}`, {
        file: source.file,
        line: 1,
        column: 1,
      }),
    ],
    { cause: error },
  );
}

async function raggedError(source: SeedSource, { position, found, expected }: RaggedRow): Promise<EtlError> {
  const place = await placeOf(source, position, 1);
  const message = `the row has ${found} ${found === 1 ? "cell" : "cells"}, the header has ${expected}`;
  const help =
    found > expected
      ? `put a cell that holds "${source.delimiter}" in double quotes`
      : expected > 1 && found === 1
        ? `the cells may be separated by something else than "${source.delimiter}": set the config delimiter`
        : "write a delimiter for every empty cell";
  return new EtlError([errorAt("seed-ragged", message, place, { help })]);
}

async function quoteError(source: SeedSource, { position }: CsvStructureError): Promise<EtlError> {
  const place = await placeOf(source, position, 1);
  return new EtlError([
    errorAt("seed-quote", "the quote that opens here is never closed", place, {
      help: "close it, or double it ('\"\"') if it belongs to the text",
    }),
  ]);
}

async function encodingError(
  source: SeedSource,
  { position, byte = 0 }: CsvStructureError,
): Promise<EtlError> {
  const hex = byte.toString(16).toUpperCase().padStart(2, "0");
  const guess =
    position.offset <= 1 && byte >= 0xfe
      ? "UTF-16"
      : byte >= 0x80 && byte <= 0x9f
        ? "windows-1252"
        : "ISO-8859-1 or windows-1252";
  const place = await placeOf(source, position, 1);
  const message = `${source.file} is not UTF-8: byte 0x${hex} at offset ${position.offset}`;
  return new EtlError([
    errorAt("seed-encoding", message, place, {
      help: `it looks like ${guess}: save it as UTF-8`,
      frame: false,
    }),
  ]);
}

/** Turns byte offsets into line and column, reading the line's beginning again. */
async function placeOf(source: SeedSource, position: CsvPosition, length: number): Promise<Place> {
  const before = Buffer.alloc(Math.min(position.offset - position.lineStart, 1 << 16));
  const file = await open(source.path, "r");
  try {
    await file.read(before, 0, before.length, position.lineStart);
  } finally {
    await file.close();
  }
  const text = before.toString("utf8").replace(/^\ufeff/, "");
  return { file: source.file, line: position.line, column: text.length + 1, length };
}
