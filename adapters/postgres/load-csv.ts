// Fills a table from a CSV file with COPY, in a stream, so a seed of any size needs no memory of this program. Ordinary
// files are sent as they are; files that Postgres would read differently than dbt, or whose cells dbt would bring into
// shape first ("1.0" for an integer, "null"), are read by our scanner and converted by the server.

import { createReadStream } from "node:fs";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { SeedColumn, SeedFile } from "../../src/adapter/adapter.ts";
import { readSeedRows } from "../../src/adapter/infer-seed.ts";
import { type Relation, renderRelation } from "../../src/adapter/relation.ts";
import { targetColumns } from "../../src/adapter/seed-text.ts";
import { badCell } from "./bad-cell.ts";
import type { Connection } from "./connection.ts";
import { databaseError } from "./errors.ts";
import { exchange, plainText, settled } from "./exchange.ts";
import { literal, quote } from "./names.ts";
import { QuoteGuard } from "./quote-guard.ts";
import { types } from "./types.ts";

const STAGING = "etl_seed_rows";
const SAVEPOINT = "etl_seed";
const PIECE = 1 << 20;

/** The file must be read by our scanner. */
class OtherDialect extends Error {}

/**
 * @param target an existing table with the seed's columns
 * @returns how many rows were written
 * @throws EtlError(seed-cell, seed-ragged, seed-quote, seed-encoding) with the place, else what the driver says
 */
export async function loadCsv(
  client: Client,
  connection: Connection,
  target: Relation,
  seed: SeedFile,
): Promise<number> {
  const simple = seed.irregular !== true && !seed.columns.some((column) => column.nullWords);
  const inTransaction = connection.transaction === "open";
  let first: unknown;
  if (simple) {
    if (inTransaction) await exchange(client, plainText(`SAVEPOINT ${SAVEPOINT}`));
    try {
      const rows = await sendFile(client, target, seed);
      if (inTransaction) await exchange(client, plainText(`RELEASE SAVEPOINT ${SAVEPOINT}`));
      return rows;
    } catch (error) {
      await settled(client);
      if (!isAboutData(error)) throw error;
      if (inTransaction) await exchange(client, plainText(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`));
      first = error;
    }
  }
  try {
    return await sendRows(client, target, seed);
  } catch (error) {
    await settled(client);
    // COPY tells column and value where a cast may not.
    throw (await badCell(seed, [first, error])) ?? error;
  }
}

/** Class 22 of SQLSTATE: data exceptions. */
function isAboutData(error: unknown): boolean {
  if (error instanceof OtherDialect) return true;
  return databaseError(error).facts.code?.startsWith("22") === true;
}

function copySql(
  table: string,
  names: string,
  seed: SeedFile,
  { header }: { readonly header: boolean },
): string {
  // Empty cells are NULL, quoted ones too.
  return `COPY ${table} (${names}) FROM STDIN (FORMAT csv, HEADER ${header}, DELIMITER ${literal(seed.delimiter)}, FORCE_NULL (${names}))`;
}

async function sendFile(client: Client, target: Relation, seed: SeedFile): Promise<number> {
  const copy = client.query(
    copyFrom(copySql(renderRelation(target, quote), targetColumns(seed, quote), seed, { header: true }), {
      highWaterMark: PIECE,
    }),
  );
  const guard = new QuoteGuard(seed.delimiter.charCodeAt(0));
  await pipeline(
    createReadStream(seed.path, { highWaterMark: PIECE }),
    async function* guarded(pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        if (!guard.accepts(piece)) throw new OtherDialect("the file needs our scanner");
        yield piece;
      }
    },
    copy,
  );
  return copy.rowCount;
}

/** By way of a table of texts, from which the server converts. */
async function sendRows(client: Client, target: Relation, seed: SeedFile): Promise<number> {
  const staged = seed.columns.map(({ name }) => quote(name));
  const columns = staged.map((name) => `${name} text`).join(", ");
  await exchange(
    client,
    plainText(`DROP TABLE IF EXISTS pg_temp.${STAGING}; CREATE TEMPORARY TABLE ${STAGING} (${columns})`),
  );
  const copy = client.query(
    copyFrom(copySql(`pg_temp.${STAGING}`, staged.join(", "), seed, { header: false }), {
      highWaterMark: PIECE,
    }),
  );
  await writeRows(copy, seed);
  const { tag } = await exchange(
    client,
    plainText(
      `INSERT INTO ${renderRelation(target, quote)} (${targetColumns(seed, quote)}) SELECT ${seed.columns.map(converted).join(", ")} FROM pg_temp.${STAGING}`,
    ),
  );
  await exchange(client, plainText(`DROP TABLE pg_temp.${STAGING}`));
  return Number(tag?.split(" ").at(-1));
}

async function writeRows(copy: Writable, seed: SeedFile): Promise<void> {
  let lines: string[] = [];
  let failed: unknown;
  copy.on("error", (error) => {
    failed = error;
  });
  const flush = async (): Promise<void> => {
    const text = lines.join("");
    lines = [];
    if (failed !== undefined) throw failed;
    await new Promise<void>((resolve, reject) => {
      copy.write(text, (error) => (error ? reject(error) : resolve()));
    });
  };
  try {
    await readSeedRows(
      seed,
      seed.columns.length,
      (cells) => lines.push(`${cells.map(csvCell).join(seed.delimiter)}\n`),
      flush,
    );
    await flush();
    await new Promise<void>((resolve, reject) => {
      copy.once("error", reject);
      copy.end(resolve);
    });
  } catch (error) {
    copy.destroy();
    throw error;
  }
}

/** An empty cell is NULL in a column of any type. */
function csvCell(text: string): string {
  return text === "" ? "" : `"${text.replaceAll('"', '""')}"`;
}

const characterTypes = /^(?:text|character varying|character|name)\b/;

/** Texts are assigned, not cast: a cast to varchar(3) would cut them silently. */
function isText(type: string): boolean {
  return characterTypes.test(types.normalize(type));
}

function converted({ name, type, nullWords }: SeedColumn): string {
  const cell = quote(name);
  const trimmed = `btrim(${cell}, E' \\t\\r\\n\\v\\f')`;
  const orNull = (value: string): string =>
    `CASE WHEN lower(${trimmed}) IN ('', 'null') THEN NULL ELSE ${value} END`;
  if (isText(type)) return nullWords ? orNull(cell) : cell;
  const family = types.family(type);
  const isNumber = family === "integer" || family === "decimal" || family === "float";
  // Python reads 1_000 and, for a whole number, 1.0 and 1e3.
  const plain = isNumber ? `replace(${trimmed}, '_', '')` : trimmed;
  const value =
    family === "integer" ? `CAST(CAST(${plain} AS numeric) AS ${type})` : `CAST(${plain} AS ${type})`;
  return orNull(value);
}
