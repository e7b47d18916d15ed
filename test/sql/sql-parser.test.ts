// The worker around the parser: answers in order, its deadline, its end. `npm test` builds it first.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, expect, test } from "vitest";
import { SqlParser, type SqlParserOptions } from "../../src/sql/sql-parser.ts";

const built = existsSync(resolve(import.meta.dirname, "../../dist/sql-parser-worker.mjs"));
const folder = mkdtempSync(join(tmpdir(), "etl-sql-"));
const parsers: SqlParser[] = [];

afterEach(async () => {
  for (const parser of parsers.splice(0)) await parser.close();
});

function parser(options: SqlParserOptions = {}): SqlParser {
  const made = new SqlParser("duckdb", options);
  parsers.push(made);
  return made;
}

/** A worker that hangs, dies or answers as the text says. */
function workerThat(): string {
  const file = join(folder, "worker.mjs");
  writeFileSync(
    file,
    `import { parentPort } from "node:worker_threads";
     parentPort.on("message", (sql) => {
       if (sql === "hang") for (;;);
       if (sql === "die") process.exit(1);
       if (sql === "throw") throw new Error("trap");
       parentPort.postMessage(JSON.stringify({ kind: "statement", name: sql }));
     });
     parentPort.postMessage("");`,
  );
  return file;
}

test.runIf(built)("parses in the built worker, each text to its own answer", async () => {
  const sql = parser();
  const [first, second, third] = await Promise.all([
    sql.parse("select a from t"),
    sql.parse("select from where"),
    sql.parse("delete from t"),
  ]);
  expect(first.kind).toBe("query");
  expect(second.kind).toBe("unparsed");
  expect(third).toEqual({ kind: "statement", name: "delete" });
});

test("a query that hangs, or that ends the worker, costs that query only", async () => {
  const sql = parser({ workerFile: workerThat(), deadlineMs: 1_500 });
  const answers = await Promise.all(
    ["a", "hang", "b", "die", "c", "throw", "d"].map((text) => sql.parse(text)),
  );
  expect(answers).toEqual([
    { kind: "statement", name: "a" },
    { kind: "unparsed", reason: "the parser takes too long", at: null },
    { kind: "statement", name: "b" },
    { kind: "unparsed", reason: "the parser ended", at: null },
    { kind: "statement", name: "c" },
    { kind: "unparsed", reason: "the parser failed", at: null },
    { kind: "statement", name: "d" },
  ]);
});

test("a worker that cannot start answers all, and so does one that is closed", async () => {
  const broken = parser({ workerFile: join(folder, "missing.mjs") });
  expect(await Promise.all([broken.parse("a"), broken.parse("b")])).toMatchObject([
    { kind: "unparsed" },
    { kind: "unparsed" },
  ]);
  const closed = parser({ workerFile: workerThat() });
  const answer = closed.parse("hang");
  await closed.close();
  expect(await answer).toMatchObject({ kind: "unparsed", reason: "the parser was closed" });
  rmSync(folder, { recursive: true, force: true });
});

test.runIf(built)("is not ended while it starts, which kills the program", async () => {
  for (let round = 0; round < 3; round++) {
    const sql = parser();
    const answer = sql.parse("select 1");
    await sql.close();
    expect(await answer).toMatchObject({ reason: "the parser was closed" });
  }
});
