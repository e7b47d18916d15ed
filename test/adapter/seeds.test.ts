// Seeds against dbt: what its type inference and DuckDB's COPY make of some 220 CSV files is recorded in
// fixtures/seeds.json (record/seeds.py). Where dbt loads a file we give the same columns and the same cells.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adapter } from "../../adapters/duckdb/index.ts";
import type { Session, Warehouse } from "../../src/adapter/adapter.ts";
import { inferSeed } from "../../src/adapter/infer-seed.ts";
import { makeRelation, renderRelation } from "../../src/adapter/relation.ts";
import type { Cell } from "../../src/adapter/result.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { openingOf } from "./opening.ts";

interface Recorded {
  readonly name: string;
  readonly csv: string;
  readonly refused?: string;
  readonly columns?: readonly (readonly [string, string])[];
  readonly unloadable?: boolean;
  readonly rows?: readonly (readonly (string | null)[])[];
}

const recorded = JSON.parse(
  readFileSync(new URL("./fixtures/seeds.json", import.meta.url), "utf8"),
) as Recorded[];
const folder = mkdtempSync(join(tmpdir(), "etl-seeds-"));
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await openingOf(adapter).open({ type: "duckdb" });
});

afterAll(async () => {
  await warehouse.close();
  rmSync(folder, { recursive: true });
});

interface Loaded {
  readonly columns: readonly (readonly [string, string])[];
  readonly rows: readonly (readonly Cell[])[];
}

async function load(session: Session, csv: string): Promise<Loaded> {
  const path = join(folder, "seed.csv");
  writeFileSync(path, csv);
  const source = { path, file: "seeds/seed.csv", delimiter: "," };
  const { columns, irregular, apostrophes } = (await inferSeed(source)).value;
  const typed = columns.map(({ name, kind, nullWords }) => ({
    name,
    type: adapter.types.seeds[kind],
    nullWords,
  }));
  const target = makeRelation({ database: "memory", schema: "main", identifier: "seed" });
  const name = renderRelation(target, adapter.quote);
  await session.execute(
    `CREATE OR REPLACE TABLE ${name} (${typed.map((c) => `${adapter.quote(c.name)} ${c.type}`).join(", ")})`,
  );
  await session.loadCsv(target, { ...source, columns: typed, irregular, apostrophes });
  const { rows } = await session.execute(`SELECT columns(*)::varchar FROM ${name}`);
  return { columns: typed.map((c) => [c.name, c.type]), rows };
}

describe("seeds equal dbt's", () => {
  test.each(recorded.filter(({ rows }) => rows !== undefined))("$name", async ({ csv, columns, rows }) => {
    const loaded = await warehouse.withSession("seed", (session) => load(session, csv));
    expect(loaded.columns).toEqual(columns);
    expect(loaded.rows).toEqual(rows);
  });
});

describe("files that dbt cannot load", () => {
  test("are loaded, or refused with a place in the file", async () => {
    const outcomes: Record<string, string> = {};
    for (const { name, csv, rows } of recorded) {
      if (rows) continue;
      outcomes[name] = await warehouse.withSession("seed", async (session) => {
        try {
          return (await load(session, csv)).columns.map(([column, type]) => `${column}: ${type}`).join(", ");
        } catch (error) {
          if (!(error instanceof EtlError)) throw error;
          const [first] = error.diagnostics;
          return `${first?.code} ${first?.place?.line}:${first?.place?.column} ${first?.message}`;
        }
      });
    }
    expect(outcomes).toMatchSnapshot();
  });
});
