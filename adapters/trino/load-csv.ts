// Fills a table from a CSV file by INSERTs of many rows: Trino has no other way in. The rows travel as one text of JSON,
// since Trino plans each of them in VALUES (5,000 rows of four columns: 18 s, as JSON 1.7 s). The file is read as a
// stream; what is held are the rows of one statement.

import type { SeedFile } from "../../src/adapter/adapter.ts";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import { readSeedRows } from "../../src/adapter/infer-seed.ts";
import { type Relation, renderRelation } from "../../src/adapter/relation.ts";
import { refusedCell, targetColumns } from "../../src/adapter/seed-text.ts";
import type { EtlError } from "../../src/base/diagnostic.ts";
import { literal, quote } from "./names.ts";
import { type SeedValue, seedValue } from "./seed-values.ts";

/** The coordinator refuses texts beyond 1,000,000 characters (query.max-length) unless it was told otherwise. */
const MOST_CHARACTERS = 400_000;
const MOST_ROWS = 10_000;

/**
 * @param execute runs one statement
 * @param target an existing table with the seed's columns
 * @returns how many rows were written
 * @throws EtlError(seed-cell, seed-ragged, seed-quote, seed-encoding) with the place, else DatabaseError
 */
export async function loadCsv(
  execute: (sql: string) => Promise<unknown>,
  target: Relation,
  seed: SeedFile,
): Promise<number> {
  const batch = new Batch(target, seed);
  let written = 0;
  const send = async (): Promise<void> => {
    const { rows } = batch;
    if (rows.length === 0) return;
    await batch.checkLengths();
    try {
      await execute(batch.sql());
    } catch (error) {
      throw (await batch.badCell(error)) ?? error;
    }
    written += rows.length;
    batch.clear();
  };
  await readSeedRows(
    seed,
    seed.columns.length,
    (cells) => batch.add(cells),
    async () => {
      while (batch.isFull) await send();
    },
  );
  await send();
  return written;
}

class Batch {
  readonly #values: readonly SeedValue[];
  #rows: (readonly string[])[] = [];
  #waiting: (readonly string[])[] = [];
  #characters = 0;

  constructor(
    private readonly target: Relation,
    private readonly seed: SeedFile,
  ) {
    this.#values = seed.columns.map(seedValue);
  }

  get rows(): readonly (readonly string[])[] {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#characters >= MOST_CHARACTERS || this.#rows.length >= MOST_ROWS;
  }

  /** Rows that come while it is full wait for the next statement. */
  add(cells: readonly string[]): void {
    if (this.isFull) this.#waiting.push(cells);
    else {
      this.#rows.push(cells);
      this.#characters += cells.reduce((sum, cell) => sum + cell.length + 4, 0);
    }
  }

  clear(): void {
    const waiting = this.#waiting;
    this.#rows = [];
    this.#waiting = [];
    this.#characters = 0;
    for (const cells of waiting) this.add(cells);
  }

  sql(): string {
    const cells = this.seed.columns.map((_, i) => `c${i}`);
    const expressions = cells.map((cell, i) => this.#values[i]?.expression(cell));
    const rows = this.#rows.map((row) => row.map((cell, i) => this.#values[i]?.text(cell) ?? null));
    const types = cells.map((cell) => `${cell} varchar`).join(", ");
    return `INSERT INTO ${renderRelation(this.target, quote)} (${targetColumns(this.seed, quote)})
SELECT ${expressions.join(", ")}
FROM UNNEST(CAST(json_parse(${literal(JSON.stringify(rows))}) AS array(row(${types})))) AS seed_rows (${cells.join(", ")})`;
  }

  /** The engine tells no value when it refuses to cut a text. @throws EtlError(seed-cell) */
  async checkLengths(): Promise<void> {
    for (const [i, { longest }] of this.#values.entries()) {
      if (longest === undefined) continue;
      const cell = this.#rows.map((row) => row[i] ?? "").find((text) => [...text].length > longest);
      const found =
        cell === undefined ? undefined : await refusedCell(this.seed, i, cell, "is longer", undefined);
      if (found) throw found;
    }
  }

  /** The cell whose value stands in what the engine said; undefined when there is none. */
  async badCell(error: unknown): Promise<EtlError | undefined> {
    if (!(error instanceof DatabaseError) || !ABOUT_DATA.has(error.facts.code ?? "")) return undefined;
    const { message, code } = error.facts;
    for (const row of this.#rows) {
      for (const [i, cell] of row.entries()) {
        const value = this.#values[i];
        const sent = value?.text(cell);
        if (value?.expression("c") === "c" || sent === null || sent === undefined) continue;
        if (!message.includes(`'${sent}'`) && !message.endsWith(` ${sent}`)) continue;
        const why = code === "NUMERIC_VALUE_OUT_OF_RANGE" ? "is beyond its range" : "is not";
        return refusedCell(this.seed, i, cell, why, error);
      }
    }
    return undefined;
  }
}

const ABOUT_DATA = new Set([
  "INVALID_CAST_ARGUMENT",
  "INVALID_FUNCTION_ARGUMENT",
  "NUMERIC_VALUE_OUT_OF_RANGE",
]);
