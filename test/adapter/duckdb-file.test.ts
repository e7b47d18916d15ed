// A DuckDB file and other processes: waiting for a lock, saying who holds it, surviving kill -9.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adapter } from "../../adapters/duckdb/index.ts";
import type { Credentials, Setting, Warehouse } from "../../src/adapter/adapter.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { type Child, childProgram } from "./child.ts";
import { type TestHost, testHost } from "./test-host.ts";

const folder = mkdtempSync(join(tmpdir(), "etl-duckdb-file-"));
let writer: (...args: string[]) => Child;

beforeAll(async () => {
  writer = await childProgram("duckdb-writer.ts");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function credentials(settings: Record<string, Setting>): Credentials {
  const place = (key: string) => ({ file: "profiles.yml", line: key === "path" ? 4 : 1, column: 7 });
  const { value, diagnostics } = adapter.credentials(
    { profile: "p", target: "t", settings: { type: "duckdb", ...settings }, place, projectFolder: folder },
    testHost(),
  );
  if (!value) throw new EtlError(diagnostics);
  return value;
}

async function open(settings: Record<string, Setting>, host: TestHost = testHost()): Promise<Warehouse> {
  return adapter.open(credentials(settings), { threads: 2, host });
}

test("a limited result that was not read to its end does not keep the file from being opened again", async () => {
  for (const rows of [10, 10_000_000]) {
    const warehouse = await open({ path: "again.duckdb" });
    await warehouse.withSession("s", async (session) => {
      const { rows: found } = await session.execute(`SELECT * FROM range(${rows})`, { limit: 3 });
      expect(found).toHaveLength(3);
      expect((await session.execute("SELECT 1")).rows).toEqual([[1]]);
    });
    await warehouse.close();
  }
  await (await open({ path: "again.duckdb" })).close();
}, 10_000);

describe("a file that another process holds", () => {
  test("is told at once and opened when it is free", async () => {
    const holder = writer("hold", join(folder, "wait.duckdb"), "1");
    await holder.line("open");
    const host = testHost();
    const warehouse = await open({ path: "wait.duckdb" }, host);
    await warehouse.close();
    expect((await holder.end()).code).toBe(0);
    expect(host.events).toHaveLength(1);
    expect(host.events[0]).toMatchObject({
      kind: "diagnostic",
      diagnostic: { code: "file-locked", severity: "warning" },
    });
    expect(JSON.stringify(host.events[0])).toMatch(
      new RegExp(`process ${holder.process.pid} \\\\?.*waiting up to 15 s`),
    );
  });

  test("ends with its holder and what to do when it stays locked", async () => {
    // Whoever waited for as long as nobody said would get the file.
    const holder = writer("hold", join(folder, "locked.duckdb"), "10");
    await holder.line("open");
    const error = await open({ path: "locked.duckdb", lock_timeout: 0.5 }).catch((caught: unknown) => caught);
    holder.process.kill("SIGKILL");
    expect(error).toBeInstanceOf(EtlError);
    const [diagnostic] = (error as EtlError).diagnostics;
    expect(diagnostic).toMatchObject({
      code: "file-locked",
      severity: "error",
      place: { file: "profiles.yml", line: 4 },
      frame: false,
    });
    expect(diagnostic?.message).toContain('"locked.duckdb"');
    expect(diagnostic?.message).toContain(`process ${holder.process.pid}`);
    if (process.platform === "linux") expect(diagnostic?.message).toContain("duckdb-writer");
    expect(diagnostic?.help).toMatch(/lock_timeout/);
    await holder.end();
  });

  test("stops waiting on an interrupt", async () => {
    // Whoever did not hear it would get the file.
    const holder = writer("hold", join(folder, "interrupt.duckdb"), "10");
    await holder.line("open");
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    await expect(open({ path: "interrupt.duckdb" }, testHost(abort.signal))).rejects.toThrow(
      /cannot be opened/,
    );
    holder.process.kill("SIGKILL");
    await holder.end();
  });
});

describe("one process", () => {
  test("opens a file twice and sees one database", async () => {
    const one = await open({ path: "shared.duckdb" });
    const two = await open({ path: "shared.duckdb" });
    await one.withSession("one", (session) => session.execute("CREATE TABLE t AS SELECT 1 AS a"));
    expect((await two.withSession("two", (session) => session.execute("SELECT a FROM t"))).rows).toEqual([
      [1],
    ]);
    await one.close();
    expect((await two.withSession("two", (session) => session.execute("SELECT a FROM t"))).rows).toEqual([
      [1],
    ]);
    await two.close();
  });

  test("gives the file free when it closes, with all work in it", async () => {
    const warehouse = await open({ path: "closed.duckdb" });
    await warehouse.withSession("s", (session) => session.execute("CREATE TABLE t AS SELECT 1 AS a"));
    await warehouse.close();
    expect(() => readFileSync(join(folder, "closed.duckdb.wal"))).toThrow();
    const other = writer("hold", join(folder, "closed.duckdb"), "0");
    expect(await other.end()).toEqual({ code: 0, output: "open\n" });
  });

  test("says what is wrong with a path", async () => {
    await expect(open({ path: "no/such/folder/x.duckdb" })).rejects.toMatchObject({
      diagnostics: [{ code: "connection-failed", help: expect.stringMatching(/folder/) }],
    });
  });
});

describe("kill -9 in the middle of transactions", () => {
  const rounds = process.env.ETL_TEST_LONG ? 40 : 4;

  test("leaves the table from before or after", async () => {
    const path = "killed.duckdb";
    const create = await open({ path });
    await create.withSession("s", (session) =>
      session.execute("CREATE TABLE t AS SELECT 0 AS round, range AS n FROM range(20000)"),
    );
    await create.close();
    for (let i = 0; i < rounds; i++) {
      const child = writer("swap", join(folder, path));
      await child.line("swapping");
      await new Promise((done) => setTimeout(done, 7 * i));
      child.process.kill("SIGKILL");
      expect((await child.end()).code).toBe("SIGKILL");
      const warehouse = await open({ path });
      const { rows } = await warehouse.withSession("s", (session) =>
        session.execute("SELECT count(*), count(DISTINCT round), count(DISTINCT n), min(round) >= 3 FROM t"),
      );
      expect(rows).toEqual([[20_000, 1, 20_000, true]]);
      expect(
        (await warehouse.listRelations([{ database: "killed", schema: "main" }])).map(
          ({ identifier }) => identifier,
        ),
      ).toEqual(["t"]);
      await warehouse.close();
    }
  });
});
