// Fills a table from a CSV file: its rows are written to a compressed file in one exact form, which Snowflake reads
// without guessing (the file of the user may have other delimiters, words for NULL, dates without zeros), put into the
// user's own stage, which needs no rights, and copied. Nothing of the file is held in memory.

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { SeedFile } from "../../src/adapter/adapter.ts";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import { findSeedCell, readSeedRows } from "../../src/adapter/infer-seed.ts";
import { type Relation, renderRelation } from "../../src/adapter/relation.ts";
import type { QueryResult } from "../../src/adapter/result.ts";
import { refusedCell, seedText, targetColumns } from "../../src/adapter/seed-text.ts";
import type { EtlError } from "../../src/base/diagnostic.ts";
import { literal, quote } from "./names.ts";
import { family } from "./types.ts";

type Execute = (sql: string) => Promise<QueryResult>;

/**
 * @param execute runs one statement
 * @param target an existing table with the seed's columns
 * @returns how many rows were written
 * @throws EtlError(seed-cell, seed-ragged, seed-quote, seed-encoding) with the place, else DatabaseError
 */
export async function loadCsv(execute: Execute, target: Relation, seed: SeedFile): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "etl-seed-"));
  const stage = `@~/etl_seeds/${randomUUID()}`;
  try {
    const path = join(folder, "rows.csv.gz");
    const rows = await writeRows(seed, path);
    if (rows === 0) return 0;
    await execute(putSql(path, stage));
    try {
      await execute(copySql(target, seed, stage));
    } catch (error) {
      throw (await badCell(error, seed)) ?? error;
    } finally {
      // PURGE removes what was copied, not what was refused.
      await execute(`REMOVE ${stage}`).catch(() => {});
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every value in quotes, NULL as nothing between two commas. */
async function writeRows(seed: SeedFile, path: string): Promise<number> {
  const texts = seed.columns.map((column) => seedText(column, family(column.type)));
  const lines = new PassThrough();
  const written = pipeline(lines, createGzip({ level: 1 }), createWriteStream(path));
  // Heard of even when the reading fails first.
  written.catch(() => {});
  let rows = 0;
  let isFull = false;
  await readSeedRows(
    seed,
    seed.columns.length,
    (cells) => {
      rows++;
      const values = cells.map((cell, i) => {
        const text = texts[i]?.(cell) ?? null;
        return text === null ? "" : `"${text.replaceAll('"', '""')}"`;
      });
      isFull = !lines.write(`${values.join(",")}\n`);
    },
    async () => {
      if (isFull) await Promise.race([once(lines, "drain"), written]);
    },
  );
  lines.end();
  await written;
  return rows;
}

function putSql(path: string, stage: string): string {
  const file = literal(`file://${path.replaceAll("\\", "/")}`);
  return `PUT ${file} ${stage} AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = GZIP OVERWRITE = TRUE`;
}

function copySql(target: Relation, seed: SeedFile, stage: string): string {
  return `COPY INTO ${renderRelation(target, quote)} (${targetColumns(seed, quote)})
FROM ${stage}
FILE_FORMAT = (
  TYPE = CSV, COMPRESSION = GZIP, ENCODING = 'UTF8', FIELD_DELIMITER = ',', RECORD_DELIMITER = '\\n',
  FIELD_OPTIONALLY_ENCLOSED_BY = '"', ESCAPE_UNENCLOSED_FIELD = NONE, NULL_IF = (), EMPTY_FIELD_AS_NULL = TRUE,
  BINARY_FORMAT = HEX, DATE_FORMAT = AUTO, TIMESTAMP_FORMAT = AUTO
)
ON_ERROR = ABORT_STATEMENT PURGE = TRUE`;
}

/** The cell whose value stands in what the warehouse said; undefined when it said nothing of one. */
async function badCell(error: unknown, seed: SeedFile): Promise<EtlError | undefined> {
  if (!(error instanceof DatabaseError)) return undefined;
  const text = [error.facts.message, error.facts.detail ?? ""].join("\n");
  const value = /'([\s\S]*?)' (?:is not recognized|is too long|is out of|not recognized)/.exec(text)?.[1];
  const index = Number(/column [^\n]*?\[[^\n]*:(\d+)\]/.exec(text)?.[1]) - 1;
  const column = seed.columns[index];
  if (value === undefined || column === undefined) return undefined;
  const texts = seedText(column, family(column.type));
  let cell = value;
  if ((await findSeedCell(seed, index, cell)) === undefined) {
    // It was sent in another form than it stands in the file.
    await readSeedRows(seed, seed.columns.length, (cells) => {
      if (texts(cells[index] ?? "") === value) cell = cells[index] ?? cell;
    });
  }
  const why = /too long/.test(text) ? "is longer" : /out of/.test(text) ? "is beyond its range" : "is not";
  return refusedCell(seed, index, cell, why, error);
}
