// Fills a table from a CSV file in a stream, so a seed of any size needs no memory of this program. DuckDB reads
// ordinary files itself (COPY, as dbt-duckdb does, but with the quote and comment characters that dbt's type inference
// assumes instead of guessed ones); files that DuckDB would refuse or read differently are read by our scanner.

import type { DuckDBConnection } from "@duckdb/node-api";
import type { SeedColumn, SeedFile, Session } from "../../src/adapter/adapter.ts";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import { inferSeed, readSeedRows } from "../../src/adapter/infer-seed.ts";
import { type Relation, renderRelation } from "../../src/adapter/relation.ts";
import { refusedCell, targetColumns } from "../../src/adapter/seed-text.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { foldIdentifier, literal, quote } from "./names.ts";
import { types } from "./types.ts";

type Statements = Pick<Session, "execute">;

const STAGING = "etl_seed_rows";

/**
 * @param target an existing table with the seed's columns
 * @returns how many rows were written
 * @throws EtlError(seed-cell, seed-ragged, seed-quote, seed-encoding) with the place, DatabaseError for the rest
 */
export async function loadCsv(
  session: Statements,
  connection: DuckDBConnection,
  target: Relation,
  seed: SeedFile,
): Promise<number> {
  try {
    if (seed.irregular) return await loadByScanner(session, connection, target, seed);
    const { affected } = await session.execute(
      seed.columns.some(hasNullWords) ? insertFrom(target, seed, readCsv(seed)) : copy(target, seed),
      { fetch: false },
    );
    return affected ?? 0;
  } catch (error) {
    throw await withPlace(error, seed);
  }
}

/** The path as a literal; `[`, `*` and `?` in it would be a pattern that matches other files. */
function filePath(seed: SeedFile): string {
  return literal(seed.path.replaceAll(/[[*?]/g, "[$&]"));
}

function hasNullWords({ type, nullWords }: SeedColumn): boolean {
  return nullWords === true && types.family(type) !== "text";
}

function copy(target: Relation, seed: SeedFile): string {
  return `COPY ${renderRelation(target, quote)} (${targetColumns(seed, quote)}) FROM ${filePath(seed)}
    (FORMAT CSV, HEADER TRUE, DELIMITER ${literal(seed.delimiter)}, ${quotesOf(seed, " ")}COMMENT '', SKIP 0)`;
}

/** dbt lets DuckDB guess the quote; a guess can only differ where cells begin with an apostrophe. */
function quotesOf({ apostrophes }: SeedFile, equals: " " | " = "): string {
  return apostrophes ? "" : `QUOTE${equals}'"', ESCAPE${equals}'"', `;
}

/** The file as a table of texts. */
function readCsv(seed: SeedFile): string {
  const columns = seed.columns.map(({ name }) => `${literal(name)}: 'VARCHAR'`).join(", ");
  return `read_csv(${filePath(seed)}, columns = {${columns}}, header = true, delim = ${literal(seed.delimiter)},
    ${quotesOf(seed, " = ")}comment = '', skip = 0)`;
}

function insertFrom(target: Relation, seed: SeedFile, source: string): string {
  const cells = seed.columns.map(({ name, type }) => {
    const cell = quote(name);
    if (types.family(type) === "text") return `nullif(${cell}, '')`;
    return `CASE WHEN lower(trim(${cell}, E' \\t\\r\\n\\v\\f')) IN ('', 'null') THEN NULL ELSE CAST(${cell} AS ${type}) END`;
  });
  return `INSERT INTO ${renderRelation(target, quote)} (${targetColumns(seed, quote)}) SELECT ${cells.join(", ")} FROM ${source}`;
}

async function loadByScanner(
  session: Statements,
  connection: DuckDBConnection,
  target: Relation,
  seed: SeedFile,
): Promise<number> {
  const columns = seed.columns.map(({ name }) => `${quote(name)} VARCHAR`);
  await session.execute(`CREATE OR REPLACE TEMP TABLE ${STAGING} (${columns.join(", ")})`, { fetch: false });
  const appender = await connection.createAppender(STAGING, "main", "temp");
  try {
    await readSeedRows(seed, columns.length, (cells) => {
      for (const cell of cells) appender.appendVarchar(cell);
      appender.endRow();
    });
  } finally {
    appender.closeSync();
  }
  const { affected } = await session.execute(insertFrom(target, seed, `temp.main.${STAGING}`), {
    fetch: false,
  });
  await session.execute(`DROP TABLE temp.main.${STAGING}`, { fetch: false });
  return affected ?? 0;
}

/**
 * DuckDB tells the value that it could not convert, but counts records for lines and prints its settings: the cell is
 * looked up in the file instead. An error of the file's form is found by reading it once more.
 */
async function withPlace(error: unknown, seed: SeedFile): Promise<unknown> {
  if (!(error instanceof DatabaseError) || error.facts.kind === "cancelled") return error;
  const told = (await badCell(error, seed)) ?? (await badForm(seed));
  return told ?? error;
}

async function badForm(seed: SeedFile): Promise<EtlError | undefined> {
  try {
    await inferSeed(seed);
    return undefined;
  } catch (error) {
    return error instanceof EtlError ? error : undefined;
  }
}

const COLUMN_AND_VALUE =
  /Error when converting column "([\s\S]*?)"\. Could not convert string "([\s\S]*?)" to '/;
const VALUE =
  /(?:Could not convert string|field format:|field value out of range:|out of range:|Could not parse string)\s*(?:'([\s\S]*?)'|"([\s\S]*?)")(?= to |,|\s|$)/;

async function badCell(error: DatabaseError, seed: SeedFile): Promise<EtlError | undefined> {
  const exact = COLUMN_AND_VALUE.exec(error.facts.message);
  const loose = exact ? undefined : VALUE.exec(error.facts.message);
  const value = exact?.[2] ?? loose?.[1] ?? loose?.[2];
  if (value === undefined) return undefined;
  for (const [index, { name, type }] of seed.columns.entries()) {
    if (exact ? foldIdentifier(exact[1] ?? "") !== foldIdentifier(name) : types.family(type) === "text")
      continue;
    const told = await refusedCell(seed, index, value, "is not", error);
    if (told) return told;
  }
  return undefined;
}
