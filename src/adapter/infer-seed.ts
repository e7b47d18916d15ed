// The columns of a seed: names from its header, types from its cells, as dbt infers them, in one streaming pass that
// also finds what is wrong with the file (ragged rows, open quotes, wrong encoding) with file, line and column.
// Shared by all adapters: what a cell looks like does not depend on the engine, only the types' names do.

import {
  type Checked,
  type Diagnostic,
  EtlError,
  errorAt,
  type Place,
  warningAt,
} from "../base/diagnostic.ts";
import { type CsvPosition, CsvScanner, type CsvSink } from "./csv-scanner.ts";
import { ANY_KIND, cellKinds, isNullWord, kindOfBits, NO_KIND, type SeedKind } from "./seed-cells.ts";
import { placeOf, RaggedRow, type SeedSource, structureError } from "./seed-problems.ts";

export interface InferredSeed {
  readonly columns: readonly InferredColumn[];
  /** Readers disagree about the file (see CsvScanner.irregular): SeedFile.irregular. */
  readonly irregular: boolean;
  /** Cells begin with an apostrophe: SeedFile.apostrophes. */
  readonly apostrophes: boolean;
}

export interface InferredColumn {
  readonly name: string;
  readonly kind: SeedKind;
  /** Cells such as "null" or white space stand in it: NULL, in a column of text for some engines only. */
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
 * @param ready is awaited between pieces of the file, so that rows need not pile up
 * @throws EtlError as `inferSeed`
 */
export async function readSeedRows(
  source: SeedSource,
  columns: number,
  row: (cells: readonly string[]) => void,
  ready?: () => Promise<void>,
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
    ...(ready ? { ready } : {}),
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
    if (bits === NO_KIND) {
      this.#nullWords[column] ||= isNullWord(bytes, start, end);
      return;
    }
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
    const [only] = columns;
    if (only && columns.length === 1) diagnostics.push(...otherDelimiter(only, this.source.delimiter));
    const { irregular, apostrophes } = this.scanner as CsvScanner;
    return { value: { columns, irregular, apostrophes }, diagnostics };
  }
}

/** A header of one column that looks like several, as a spreadsheet of another country writes them. */
function otherDelimiter({ name, place }: InferredColumn, delimiter: string): Diagnostic[] {
  const [, sign] = /^\s*\w+\s*([;|\t])\s*\w+\s*(?:\1\s*\w+\s*)*$/.exec(name) ?? [];
  if (sign === undefined || sign === delimiter) return [];
  const shown = sign === "\t" ? "\\t" : sign;
  const message = `the header is one column, which holds "${shown}": it looks as if "${shown}" separated the values, not "${delimiter}"`;
  return [warningAt("seed-header", message, place, { help: `set the config delimiter: "${shown}"` })];
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
