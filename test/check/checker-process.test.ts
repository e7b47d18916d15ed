// The process that asks the engine: what it knows of types, and that a query can cost no more than its verdict.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type CheckerOptions, ProcessChecker } from "../../adapters/duckdb/checker.ts";
import { defaultCredentials } from "../../adapters/duckdb/credentials.ts";

const open: ProcessChecker[] = [];

function checker(options: CheckerOptions = {}): ProcessChecker {
  const made = new ProcessChecker(defaultCredentials("shop", tmpdir()), options);
  open.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const table = (type: string | null) => [
  {
    name: ["shop", "main", "t"],
    columns: [
      { name: "a", type },
      { name: "The B", type: "DATE" },
    ],
  },
];

test("types are the engine's own", async () => {
  const sql = `select sum(a) as s, "The B", [1.5], {'x': a}, cast('{}' as json) as j from shop.main.t group by all`;
  expect(await checker().check(sql, table("INTEGER"))).toEqual({
    kind: "accepted",
    columns: [
      { name: "s", type: "HUGEINT" },
      { name: "The B", type: "DATE" },
      { name: "main.list_value(1.5)", type: "DECIMAL(2,1)[]" },
      { name: "main.struct_pack(x := a)", type: "STRUCT(x INTEGER)" },
      { name: "j", type: "JSON" },
    ],
  });
});

test("its key changes with the settings and tells none of them", () => {
  const credentials = defaultCredentials("shop", tmpdir());
  const key = (token: string): string =>
    new ProcessChecker({ ...credentials, settings: { motherduck_token: token } }).key;
  expect(key("tok3n")).toBe(key("tok3n"));
  expect(key("tok3n")).not.toBe(key("other"));
  expect(key("tok3n")).not.toContain("tok3n");
});

test("a relation may look different to the next query", async () => {
  const one = checker();
  const sql = "select a || 'x' as x, a + 1 as y from t";
  const relations = (type: string | null) => table(type).map((relation) => ({ ...relation, name: ["t"] }));
  expect((await one.check(sql, relations("INTEGER"))).kind).toBe("accepted");
  expect((await one.check(sql, relations("VARCHAR"))).kind).toBe("refused");
  expect((await one.check(sql, relations(null))).kind).toBe("accepted");
});

test("what an earlier query read is not there for one that does not name it", async () => {
  const one = checker();
  expect((await one.check("select a from shop.main.t", table(null))).kind).toBe("accepted");
  expect(await one.check("select c from shop.main.t", [])).toEqual({ kind: "unsure" });
});

test.each([
  ["a file", "select * from read_csv('/etc/hosts')"],
  ["a file by its name", "select * from '/etc/hosts.csv'"],
  ["the network", "select * from read_parquet('https://127.0.0.1:1/a.parquet')"],
  ["an extension", "install httpfs"],
  ["another database", "attach '/tmp/a.duckdb' as a"],
  ["several statements", "select 1; drop table t"],
  ["a type of the user's", "select a::mood from shop.main.t"],
])("%s is out of reach, and no mistake", async (_, sql) => {
  expect(await checker().check(sql, table("INTEGER"))).toEqual({ kind: "unsure" });
});

test("a process that hangs or dies costs one verdict, and is given up after three", async () => {
  const folder = mkdtempSync(join(tmpdir(), "etl-checker-"));
  try {
    const program = join(folder, "program.mjs");
    writeFileSync(
      program,
      `let hangs = false;
      process.on("message", ({ sql }) => {
        if (sql === "die") process.exit(3);
        hangs ||= sql === "hang";
        if (sql === "fine" && !hangs) process.send({ kind: "accepted", columns: [] });
      });`,
    );
    const one = checker({ program, deadlineMs: 200 });
    const kinds = async (...queries: string[]) =>
      (await Promise.all(queries.map((sql) => one.check(sql, [])))).map(({ kind }) => kind);
    expect(await kinds("fine", "die", "fine", "hang", "fine")).toEqual([
      "accepted",
      "lost",
      "accepted",
      "lost",
      "accepted",
    ]);
    expect(await kinds("die", "fine")).toEqual(["lost", "unsure"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
