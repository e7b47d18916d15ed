// The protocol and the session: long statements, chunks, sessions that end, what statements are made of.

import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { timestampCell, zonedCells } from "../../adapters/snowflake/moments.ts";
import { statementsOf } from "../../adapters/snowflake/statements.ts";
import type { Session, Warehouse } from "../../src/adapter/adapter.ts";
import { DatabaseError, type DatabaseErrorFacts } from "../../src/adapter/database-error.ts";
import { nodeWarnings } from "../adapter/node-warnings.ts";
import { type FakeSnowflake, startFakeSnowflake } from "./fake-server.ts";
import { open, settingsOf } from "./open.ts";

let server: FakeSnowflake;
let warehouse: Warehouse;
beforeAll(async () => {
  server = await startFakeSnowflake();
  warehouse = await open(settingsOf(server.port));
});
afterAll(async () => {
  await warehouse.close();
  await server.stop();
});
afterEach(() => {
  server.fault = () => undefined;
});

const within = <T>(use: (session: Session) => Promise<T>): Promise<T> => warehouse.withSession("s", use);

async function facts(work: Promise<unknown>): Promise<DatabaseErrorFacts> {
  const error = await work.catch((caught: unknown) => caught);
  if (!(error instanceof DatabaseError)) throw error ?? new Error("nothing failed");
  return error.facts;
}

describe("a statement", () => {
  test("that gets lost on its way is sent again under the same request", async () => {
    const seen: string[] = [];
    server.fault = ({ path, sql }) => {
      if (path !== "/queries/v1/query-request") return undefined;
      seen.push(sql);
      return seen.length === 1 ? { breaks: "before" } : undefined;
    };
    const { rows } = await within((session) => session.execute("select 1 as one"));
    expect(rows).toEqual([[1]]);
    expect(seen).toEqual(["select 1 as one", "select 1 as one"]);
  });

  test("comes in chunks, of which no more are fetched than are asked for", async () => {
    const sql = "select n from range(0, 200001) as r(n)";
    const { rows } = await within((session) => session.execute(sql));
    expect([rows.length, rows.at(-1)]).toEqual([200_001, [200_000]]);
    const from = server.requests.length;
    expect((await within((session) => session.execute(sql, { limit: 2 }))).rows).toEqual([[0], [1]]);
    expect(server.requests.slice(from).filter(({ path }) => path.startsWith("/chunks/"))).toEqual([]);
  });

  test("tells its id and the rows that it changed", async () => {
    const { response } = await within(async (session) => {
      await session.execute("create schema if not exists told; create or replace table told.t (a integer)");
      return session.execute("insert into told.t values (1), (2)");
    });
    expect(response).toMatchObject({
      _message: "SUCCESS 2",
      rows_affected: 2,
      code: "SUCCESS",
      rows_inserted: 2,
    });
    expect(String(response.query_id)).toMatch(/^01b0-/);
  });

  test("whose column nobody knows is told with its place and what to do", async () => {
    const sql = "select 1;\nselect 2 as a,\n  nothing from (select 1 as b)";
    expect(await facts(within((session) => session.execute(sql)))).toMatchObject({
      kind: "permanent",
      code: "000904",
      message: "invalid identifier 'NOTHING'",
      position: sql.indexOf("nothing"),
    });
  });

  test.each([
    [
      "000625",
      "Statement 'x' has locked table 'T' and this lock has not yet been released.",
      "transient",
      "transaction",
    ],
    [
      "000630",
      "Statement reached its statement or warehouse timeout of 5 second(s) and was canceled.",
      "timeout",
      "never",
    ],
    ["000604", "SQL execution canceled", "cancelled", "never"],
    [
      "003001",
      "SQL access control error:\nInsufficient privileges to operate on schema 'X'",
      "permanent",
      "never",
    ],
    ["390114", "Authentication token has expired.", "transient", "reconnect"],
  ])("that fails with %s", async (code, message, kind, retry) => {
    server.fault = ({ sql }) => (sql === "select 'fails'" ? { code, message } : undefined);
    expect(await facts(within((session) => session.execute("select 'fails'")))).toMatchObject({
      code,
      kind,
      retry,
    });
  });

  test("tells no values of rows", async () => {
    const message = 'Duplicate row detected during DML action\nRow Values: [12345, "col_a_value"]';
    server.fault = ({ sql }) => (sql === "select 'fails'" ? { code: "100090", message } : undefined);
    expect(JSON.stringify(await facts(within((session) => session.execute("select 'fails'"))))).not.toContain(
      "12345",
    );
  });
});

describe("a session", () => {
  test("that ended while it waited is begun anew", async () => {
    await within((session) => session.execute("select 1"));
    await server.restart();
    await pause(1_100);
    expect((await within((session) => session.execute("select 1 as one"))).rows).toEqual([[1]]);
  });

  test("is one of many that log in at once without a warning of Node", async () => {
    // Its sessions would wait for those of the other tests.
    const own = await open(settingsOf(server.port));
    const lend = (): Promise<unknown> => own.withSession("s", (session) => session.execute("select 1"));
    expect(await nodeWarnings(() => Promise.all(Array.from({ length: 15 }, lend)))).toEqual([]);
    await own.close();
  });

  test("whose settings cannot be taken back is not used again", async () => {
    const before = server.logins.length;
    await within((session) => session.execute("alter session set timezone = 'Europe/Berlin'"));
    await within((session) => session.execute("select 1"));
    expect(server.logins.length).toBe(before + 1);
    await within((session) => session.execute("use warehouse other"));
    await within((session) => session.execute("select 1"));
    expect(server.logins.length).toBe(before + 1);
  });

  test("sends BEGIN with the first change alone", async () => {
    const from = server.requests.length;
    await within(async (session) => {
      await session.begin();
      await session.execute("create schema if not exists one; create or replace table one.t (a integer)");
      await session.execute("insert into one.t values (1)");
      await session.execute("insert into one.t values (2)");
      await session.commit();
      await session.begin();
      await session.execute("select 1");
      await session.commit();
    });
    const statements = server.requests.slice(from).flatMap(({ sql }) => (sql === "" ? [] : [sql]));
    expect(statements).toEqual([
      "create schema if not exists one",
      "create or replace table one.t (a integer)",
      "BEGIN",
      "insert into one.t values (1)",
      "insert into one.t values (2)",
      "COMMIT",
      "select 1",
    ]);
  });

  test("is logged in for each node where the profile keeps none", async () => {
    const single = await open({ ...settingsOf(server.port), reuse_connections: false });
    const before = server.logins.length;
    for (const _ of [1, 2]) await single.withSession("s", (session) => session.execute("select 1"));
    await single.close();
    // The first one has the connection that was opened to look at the profile.
    expect(server.logins.length).toBe(before + 1);
  });
});

describe("a moment", () => {
  const moment = (seconds: number, nanos: number, zone?: string | number) => ({
    getEpochSeconds: () => seconds,
    getNanoSeconds: () => nanos,
    getTimezone: () => zone,
  });

  test("keeps its nanoseconds and tells its offset", () => {
    expect(timestampCell(moment(1_706_706_307, 123_456_789))).toBe("2024-01-31 13:05:07.123456789");
    expect(timestampCell(moment(-1, 500_000_000))).toBe("1969-12-31 23:59:59.5");
    const zonedCell = zonedCells();
    expect(zonedCell(moment(1_706_706_307, 0, -330))).toBe("2024-01-31 07:35:07-05:30");
    expect(zonedCell(moment(1_720_000_000, 0, "Europe/Berlin"))).toBe("2024-07-03 11:46:40+02:00");
    expect(zonedCell(moment(1_706_706_307, 0, "UTC"))).toBe("2024-01-31 13:05:07+00:00");
  });
});

describe("a text", () => {
  test("is cut at its semicolons, as dbt-snowflake cuts it", () => {
    const body = "create function f() returns int as $$ select 1; $$";
    const sql = `-- first; not here\nselect ';', "a;b", 'it\\'s; x'; ${body};\n/* ; */ select 2 // ; \n;;`;
    expect(statementsOf(sql).map((one) => one.sql)).toEqual([
      `select ';', "a;b", 'it\\'s; x'`,
      body,
      "select 2 // ; ",
    ]);
    for (const one of statementsOf(sql)) expect(sql.slice(one.start).startsWith(one.sql)).toBe(true);
  });

  test.each([
    ["begin", "begin"],
    ["BEGIN TRANSACTION", "begin"],
    ["start transaction", "begin"],
    ["begin let x := 1; end", "query"],
    ["-- x\ninsert into t values (1)", "dml"],
    ["/* c */ merge into t using s on true", "dml"],
    ["copy into t from @s", "dml"],
    ["create table t (a int)", "ddl"],
    ["truncate table t", "ddl"],
    ["alter session set x = 1", "session"],
    ["alter table t add column a int", "ddl"],
    ["with a as (select 1) select * from a", "query"],
    ["put 'file:///x' @~", "file"],
  ])("of %s is known for what it is", (sql, kind) => {
    expect(statementsOf(sql)[0]?.kind).toBe(kind);
  });
});
