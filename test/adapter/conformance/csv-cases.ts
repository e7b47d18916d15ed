// Seeds: good files, and every way in which a file can be bad.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inferSeed } from "../../../src/adapter/infer-seed.ts";
import { makeRelation } from "../../../src/adapter/relation.ts";
import type { Cell } from "../../../src/adapter/result.ts";
import { EtlError } from "../../../src/base/diagnostic.ts";
import type { OpenEngine } from "./engine.ts";

interface Load {
  readonly content: string | Uint8Array;
  /** Name of the file. */
  readonly name?: string;
  readonly delimiter?: string;
  /** Types that the project gives, as column_types does. */
  readonly types?: Readonly<Record<string, string>>;
}

/** More than any adapter sends in one piece. */
const SEED_ROWS = 50_000;

async function load(
  engine: OpenEngine,
  { content, name, delimiter = ",", types = {} }: Load,
): Promise<readonly (readonly Cell[])[]> {
  const path = join(engine.folder, name ?? `${engine.schemaName}.csv`);
  writeFileSync(path, content);
  const source = { path, file: "seeds/s.csv", delimiter };
  const { columns, irregular } = (await inferSeed(source)).value;
  const typed = columns.map(({ name, kind, nullWords }) => ({
    name,
    type: types[name] ?? engine.adapter.types.seeds[kind],
    nullWords,
  }));
  const target = makeRelation({ database: engine.database, schema: engine.schemaName, identifier: "seed" });
  return engine.warehouse.withSession("seed", async (session) => {
    await session.begin();
    const list = typed.map(({ name, type }) => `${engine.adapter.quote(name)} ${type}`).join(", ");
    await session.execute(
      `DROP TABLE IF EXISTS ${engine.schema}.seed; CREATE TABLE ${engine.schema}.seed (${list})`,
    );
    const written = await session.loadCsv(target, { ...source, columns: typed, irregular });
    await session.commit();
    const { rows } = await session.execute(`SELECT * FROM ${engine.schema}.seed`);
    assert.equal(written, rows.length);
    return rows;
  });
}

async function refused(engine: OpenEngine, file: Load): Promise<string> {
  const error = await load(engine, file).catch((caught: unknown) => caught);
  if (!(error instanceof EtlError)) throw error ?? new Error("the file was taken");
  const [first] = error.diagnostics;
  return `${first?.code} ${first?.place?.file}:${first?.place?.line}:${first?.place?.column} ${first?.message}`;
}

export const csvCases = {
  async "a seed is loaded with its types"(engine: OpenEngine) {
    const content =
      'id,name,amount,day,at,ok\n1,"Müller, ""Bob""",1.5,2024-01-31,2024-01-31 10:00:00,true\n2,,,,,\n';
    assert.deepEqual(await load(engine, { content }), [
      [1, 'Müller, "Bob"', 1.5, "2024-01-31", "2024-01-31 10:00:00", true],
      [2, null, null, null, null, null],
    ]);
  },

  async "words for null are null in numbers"(engine: OpenEngine) {
    const rows = await load(engine, { content: "a,b\n1,x\nnull,null\n  ,y\n" });
    // In texts they are what dbt's adapter for the engine makes of them.
    assert.deepEqual(
      rows.map(([number]) => number),
      [1, null, null],
    );
    assert.ok(rows[1]?.[1] === null || rows[1]?.[1] === "null");
  },

  async "other delimiters, line ends and a byte order mark are read"(engine: OpenEngine) {
    const rows = [
      [1, "x,y"],
      [2, "z"],
    ];
    assert.deepEqual(await load(engine, { content: "a;b\n1;x,y\n2;z\n", delimiter: ";" }), rows);
    assert.deepEqual(await load(engine, { content: 'a\tb\r\n1\t"x,y"\r\n2\tz', delimiter: "\t" }), rows);
    assert.deepEqual(await load(engine, { content: '\ufeffa,b\r\n1,"x,y"\n2,z\r\n' }), rows);
  },

  async "a file's name is a name, not a pattern"(engine: OpenEngine) {
    const names = [
      "a1.csv",
      "a[1].csv",
      "it's; $1 {x} ü.csv",
      ...(process.platform === "win32" ? [] : ["a*.csv", "a?.csv"]),
    ];
    for (const [i, name] of names.entries()) {
      assert.deepEqual(await load(engine, { content: `n\n${i}\n`, name }), [[i]]);
      assert.deepEqual(await load(engine, { content: `n,b\n${i},1\nnull,2\n`, name }), [
        [i, 1],
        [null, 2],
      ]);
    }
  },

  async "quoted cells hold anything"(engine: OpenEngine) {
    const cell = `a,b\n"c"\r\nd 'e' \\n # -- ${"ü".repeat(1000)}`;
    assert.deepEqual(await load(engine, { content: `a,b\n"${cell.replaceAll('"', '""')}",1\n"",2\n` }), [
      [cell, 1],
      [null, 2],
    ]);
  },

  async "given types are used, a cell that does not fit is told"(engine: OpenEngine) {
    assert.deepEqual(
      await load(engine, { content: "zip,n\n00501,1\n", types: { zip: "varchar", n: "bigint" } }),
      [["00501", 1]],
    );
    const content = 'id,note,amount\n1,"two\nlines",5\n2,x,n/a\n';
    assert.equal(
      await refused(engine, { content, types: { amount: "integer" } }),
      "seed-cell seeds/s.csv:4:5 amount is integer, 'n/a' is not",
    );
  },

  async "ragged rows are told with both counts"(engine: OpenEngine) {
    assert.equal(
      await refused(engine, { content: "a,b\n1,x\n2,y,z\n" }),
      "seed-ragged seeds/s.csv:3:5 the row has 3 values, the header has 2 columns",
    );
    assert.equal(
      await refused(engine, { content: "a,b,c\n1,x,y\n2,y\n" }),
      "seed-ragged seeds/s.csv:3:3 the row has 2 values, the header has 3 columns",
    );
  },

  async "an open quote is told where it opens"(engine: OpenEngine) {
    assert.equal(
      await refused(engine, { content: 'a,b\n1,x\n2,"y\n3,z\n' }),
      "seed-quote seeds/s.csv:3:3 the quote that opens here is never closed",
    );
  },

  async "a wrong encoding is told with byte and offset"(engine: OpenEngine) {
    const content = Buffer.from("a,b\n1,x\n2,caf\xe9\n", "latin1");
    assert.equal(
      await refused(engine, { content }),
      "seed-encoding seeds/s.csv:3:6 seeds/s.csv is not UTF-8: byte 0xE9 at offset 13",
    );
    assert.match(
      await refused(engine, { content: Buffer.from("\ufeffa,b\n1,2\n", "utf16le") }),
      /^seed-encoding seeds\/s.csv:1:1 /,
    );
  },

  async "an empty file has no header"(engine: OpenEngine) {
    assert.match(await refused(engine, { content: "" }), /^seed-header seeds\/s.csv:1:1 /);
  },

  async "a failed load leaves nothing"(engine: OpenEngine) {
    await load(engine, { content: "a\n1\n" });
    await refused(engine, { content: "a\n1\nx\n", types: { a: "integer" } });
    const { rows } = await engine.warehouse.withSession("s", (session) =>
      session.execute(`SELECT * FROM ${engine.schema}.seed`),
    );
    assert.deepEqual(rows, [[1]]);
  },

  async "a long seed is streamed"(engine: OpenEngine) {
    const lines = Array.from(
      { length: SEED_ROWS },
      (_, i) => `${i},name ${i},${i / 4},2024-01-${String((i % 28) + 1).padStart(2, "0")}`,
    );
    const before = process.memoryUsage().heapUsed;
    const rows = await load(engine, { content: `id,name,amount,day\n${lines.join("\n")}\n` });
    assert.equal(rows.length, SEED_ROWS);
    // Engines of many machines give rows in any order.
    const last = rows.find(([id]) => id === SEED_ROWS - 1);
    assert.deepEqual(last, [49_999, "name 49999", 12_499.75, "2024-01-20"]);
    assert.ok(process.memoryUsage().heapUsed - before < 512 << 20);
  },
};
