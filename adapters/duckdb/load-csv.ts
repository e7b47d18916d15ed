// Fills a table from a CSV file: DuckDB reads the file itself, in a stream, so a seed of any size needs no memory of
// this program.

import type { SeedFile } from "../../src/adapter/adapter.ts";
import { type Relation, renderRelation } from "../../src/adapter/relation.ts";
import { literal, quote } from "./names.ts";
import type { DuckDBSession } from "./session.ts";

/**
 * @param target an existing table with the seed's columns
 * @returns how many rows were written
 */
export async function loadCsv(session: DuckDBSession, target: Relation, seed: SeedFile): Promise<number> {
  const columns = seed.columns.map(({ name, type }) => `${literal(name)}: ${literal(type)}`);
  const { affected } = await session.execute(
    `INSERT INTO ${renderRelation(target, quote)} (${seed.columns.map(({ name }) => quote(name)).join(", ")})
     FROM read_csv(${literal(seed.path)}, auto_detect = false, header = true, delim = ${literal(seed.delimiter)}, quote = '"', escape = '"', columns = {${columns.join(", ")}})`,
    { fetch: false },
  );
  return affected ?? 0;
}
