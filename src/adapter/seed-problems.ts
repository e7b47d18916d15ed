// What can be wrong with the form of a seed's file, as diagnostics with file, line and column.

import { open } from "node:fs/promises";
import { EtlError, errorAt, type Place } from "../base/diagnostic.ts";
import { type CsvPosition, CsvStructureError } from "./csv-scanner.ts";

export interface SeedSource {
  /** Absolute path. */
  readonly path: string;
  /** Path for messages, relative to the project. */
  readonly file: string;
  readonly delimiter: string;
}

/** Thrown inside of a scan, told with its place outside of it. */
export class RaggedRow extends Error {
  constructor(
    readonly position: CsvPosition,
    readonly found: number,
    readonly expected: number,
  ) {
    super("ragged row");
  }
}

/** What was thrown while a seed was scanned, as an EtlError with its place; bugs of ours are given back as they are. */
export async function structureError(source: SeedSource, error: unknown): Promise<unknown> {
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
  const message = `the row has ${found} ${found === 1 ? "value" : "values"}, the header has ${expected} ${expected === 1 ? "column" : "columns"}`;
  const help =
    found > expected
      ? `put a value that holds "${source.delimiter}" in double quotes`
      : expected > 1 && found === 1
        ? `the values may be separated by something else than "${source.delimiter}": set the config delimiter`
        : `write a "${source.delimiter}" for every empty value`;
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

/** Turns byte offsets into line and column (1-based, in UTF-16 code units), reading the line's beginning again. */
export async function placeOf(source: SeedSource, position: CsvPosition, length: number): Promise<Place> {
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
