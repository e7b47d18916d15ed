// Seeds and cells under random input: what is written comes back, garbage ends with a sentence.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adapter } from "../../adapters/duckdb/index.ts";
import type { Warehouse } from "../../src/adapter/adapter.ts";
import { inferSeed, readSeedRows } from "../../src/adapter/infer-seed.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { openingOf } from "./opening.ts";

const folder = mkdtempSync(join(tmpdir(), "etl-seed-properties-"));
const path = join(folder, "seed.csv");
const source = { path, file: "seeds/seed.csv", delimiter: "," };
const runs = process.env.ETL_TEST_LONG ? 5000 : 150;
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await openingOf(adapter).open({ type: "duckdb", settings: { TimeZone: "America/St_Johns" } });
});
afterAll(async () => {
  await warehouse.close();
  rmSync(folder, { recursive: true });
});

async function rowsOf(columns: number): Promise<string[][]> {
  const rows: string[][] = [];
  await readSeedRows(source, columns, (cells) => rows.push([...cells]));
  return rows;
}

describe("the CSV scanner", () => {
  const piece = fc.constantFrom(
    "a",
    "1",
    ",",
    '"',
    "\n",
    "\r\n",
    "\r",
    " ",
    "ü",
    "😀",
    "null",
    "2024-01-01",
    "'",
  );
  const cell = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));

  test("gives back what was written with quotes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 }),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        async (rows, lineEnd, last) => {
          const lines = [["x", "y", "z"], ...rows].map((cells) =>
            cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(","),
          );
          writeFileSync(path, lines.join(lineEnd) + (last ? lineEnd : ""));
          expect(await rowsOf(3)).toEqual(rows);
        },
      ),
      { seed: 1, numRuns: runs },
    );
  });

  test("ends every file with columns or a sentence that names a place", async () => {
    const bytes = fc.array(
      fc.oneof(
        piece.map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 3 }),
      ),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (parts) => {
        writeFileSync(path, Buffer.concat(parts));
        const outcome = await inferSeed(source).catch((error: unknown) => error);
        if (!(outcome instanceof Error)) return;
        expect(outcome).toBeInstanceOf(EtlError);
        expect((outcome as EtlError).diagnostics[0]?.place).toMatchObject({
          file: "seeds/seed.csv",
          line: expect.any(Number),
        });
      }),
      { seed: 2, numRuns: runs },
    );
  });

  test("reads cells across the pieces in which a file is read", async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => [
      String(i),
      i % 7 === 0 ? `ü"${i},\n😀` : "日本語".repeat(i % 9),
    ]);
    writeFileSync(path, `a,b\n${rows.map(([a, b]) => `${a},"${b?.replaceAll('"', '""')}"`).join("\n")}\n`);
    expect(await rowsOf(2)).toEqual(rows);
    const long = "x".repeat(3_000_000);
    writeFileSync(path, `a,b\n1,${long}\n2,y\n`);
    expect(await rowsOf(2)).toEqual([
      ["1", long],
      ["2", "y"],
    ]);
  });
});

describe("moments and decimals", () => {
  test("print as DuckDB prints them", async () => {
    const { rows } = await warehouse.withSession("s", (session) =>
      session.execute(`
        SELECT setseed(0.5); 
        WITH r AS (SELECT random() AS x, random() AS y FROM range(4000)),
        v AS (
          SELECT make_timestamp(((x - 0.2) * 4e17)::bigint) AS ts,
                 make_timestamp((y * 4e15)::bigint)::timestamptz AS tz,
                 (date '1970-01-01' + ((x - 0.3) * 2e6)::integer)::date AS d,
                 ((x - 0.5) * power(10, y * 14))::decimal(18, 3) AS n,
                 ((x - 0.5) * 1e9)::decimal(38, 10) AS w,
                 make_timestamp((y * 86399999999)::bigint)::time AS t
          FROM r)
        SELECT ts, tz, d, n, w, t, columns(*)::varchar FROM v`),
    );
    const wrong = rows.filter((row) => {
      const [ts, tz, d, n, w, t, ...printed] = row.map(String);
      return [ts, tz?.replace(/:00$/, ""), d, n, w, t].some(
        (text, i) => text !== (i === 1 ? printed[i]?.replace(/:00$/, "") : printed[i]),
      );
    });
    expect(rows).toHaveLength(4000);
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});
