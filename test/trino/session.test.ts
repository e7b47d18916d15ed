// The protocol: requests that get lost, queries that are forgotten, what the server changes in the session.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { statementsOf, withValues } from "../../adapters/trino/statements.ts";
import type { Session, Warehouse } from "../../src/adapter/adapter.ts";
import { DatabaseError, type DatabaseErrorFacts } from "../../src/adapter/database-error.ts";
import { type FakeTrino, startFakeTrino } from "./fake-server.ts";
import { open, settingsOf } from "./open.ts";

let server: FakeTrino;
let warehouse: Warehouse;
beforeAll(async () => {
  server = await startFakeTrino();
  warehouse = await open({
    ...settingsOf(server.port),
    session_properties: { query_max_run_time: "1h" },
    roles: { memory: "admin" },
    client_tags: ["nightly"],
    timezone: "Europe/Berlin",
  });
});
afterAll(async () => {
  await warehouse.close();
  await server.stop();
});
afterEach(() => {
  server.fault = () => undefined;
  server.answerHeaders = () => ({});
});

const within = <T>(use: (session: Session) => Promise<T>): Promise<T> => warehouse.withSession("s", use);

async function facts(work: Promise<unknown>): Promise<DatabaseErrorFacts> {
  const error = await work.catch((caught: unknown) => caught);
  if (!(error instanceof DatabaseError)) throw error ?? new Error("nothing failed");
  return error.facts;
}

/** What was sent as statements since `from`. */
const posted = (from: number) => server.requests.slice(from).filter(({ method }) => method === "POST");

describe("a request that gets lost", () => {
  test.each([
    ["a status that says so", { status: 502 }],
    ["a broken connection before the answer", { breaks: "before" as const }],
    ["a broken connection in place of the answer", { breaks: "after" as const }],
  ])("is sent again: %s", async (_, fault) => {
    await within((session) => session.execute("CREATE TABLE IF NOT EXISTS lost (a integer)"));
    await within((session) => session.execute("DELETE FROM lost"));
    // Every other request, be it the first one or one for a page.
    let count = 0;
    server.fault = () => (count++ % 2 === 0 ? fault : undefined);
    await within((session) => session.execute("INSERT INTO lost VALUES (1), (2)"));
    const { rows } = await within((session) => session.execute("SELECT count(*) FROM lost"));
    server.fault = () => undefined;
    // Written once, though everything was asked for twice.
    expect(rows).toEqual([[2]]);
  });

  test("is given up after as many times as the profile says", async () => {
    server.fault = () => ({ status: 503, body: "busy" });
    const from = server.requests.length;
    expect(await facts(within((session) => session.execute("SELECT 1")))).toMatchObject({
      kind: "transient",
      retry: "reconnect",
      message: "HTTP 503: busy",
    });
    expect(server.requests.length - from).toBe(3);
  });

  test("a token that has expired is permanent", async () => {
    server.fault = () => ({ status: 401, body: "token expired" });
    expect(await facts(within((session) => session.execute("SELECT 1")))).toMatchObject({
      kind: "permanent",
      retry: "never",
      code: "HTTP 401",
    });
  });
});

describe("a query", () => {
  test("that the server has forgotten is lost", async () => {
    server.fault = ({ method }) => (method === "GET" ? { status: 410 } : undefined);
    expect(await facts(within((session) => session.execute("SELECT 1")))).toMatchObject({
      kind: "transient",
      retry: "reconnect",
    });
  });

  test("comes in pages", async () => {
    const { rows } = await within((session) => session.execute("SELECT n FROM range(0, 10001) AS r(n)"));
    expect(rows.length).toBe(10_001);
    expect(rows.at(-1)).toEqual([10_000]);
  });

  test("of which enough is read is ended", async () => {
    const from = server.requests.length;
    const sql = "SELECT n FROM range(0, 1000000) AS r(n)";
    const { rows } = await within((session) => session.execute(sql, { limit: 2 }));
    expect(rows).toEqual([[0], [1]]);
    expect(server.requests.slice(from).map(({ method }) => method)).toContain("DELETE");
  });

  test("keeps numbers of any size, in rows and beside texts that look like them", async () => {
    const sql = `SELECT 9223372036854775807 AS a, -9007199254740993 AS b, cast('[9223372036854775807,"x"]' as varchar) AS c`;
    const { rows } = await within((session) => session.execute(sql));
    expect(rows).toEqual([
      [9_223_372_036_854_775_807n, -9_007_199_254_740_993n, '[9223372036854775807,"x"]'],
    ]);
  });

  test("tells how much it read", async () => {
    const { response } = await within((session) => session.execute("SELECT 1 AS one"));
    expect(response).toMatchObject({ _message: "SUCCESS", rows_affected: -1, bytes_processed: 7 });
    expect(String(response.query_id)).toMatch(/_fake0$/);
  });
});

describe("a session", () => {
  test("sends what the profile says", async () => {
    const from = server.requests.length;
    await within((session) => session.execute("SELECT 1"));
    expect(posted(from)[0]?.headers).toMatchObject({
      "x-trino-user": "etl",
      "x-trino-source": "etl",
      "x-trino-catalog": "memory",
      "x-trino-schema": "main",
      "x-trino-session": "query_max_run_time=1h",
      "x-trino-role": "memory=ROLE%7Badmin%7D",
      "x-trino-client-tags": "nightly",
      "x-trino-time-zone": "Europe/Berlin",
      "x-trino-transaction-id": "NONE",
    });
  });

  test("follows what statements change, and leaves nothing to the next", async () => {
    server.answerHeaders = (sql) =>
      sql.includes("one")
        ? { "X-Trino-Set-Session": "join_distribution_type=BROAD%2CCAST", "X-Trino-Set-Schema": "other" }
        : sql.includes("two")
          ? { "X-Trino-Clear-Session": "query_max_run_time" }
          : {};
    const from = server.requests.length;
    await within(async (session) => {
      await session.execute("SELECT 'one'");
      await session.execute("SELECT 'two'");
      await session.execute("SELECT 3");
    });
    await within((session) => session.execute("SELECT 4"));
    expect(
      posted(from).map(({ headers }) => [headers["x-trino-session"], headers["x-trino-schema"]]),
    ).toEqual([
      ["query_max_run_time=1h", "main"],
      ["query_max_run_time=1h,join_distribution_type=BROAD%2CCAST", "other"],
      ["join_distribution_type=BROAD%2CCAST", "other"],
      ["query_max_run_time=1h", "main"],
    ]);
  });

  test("follows transactions of the text, and ends one that is left open", async () => {
    server.answerHeaders = (sql) =>
      sql.includes("'start'")
        ? { "X-Trino-Started-Transaction-Id": "tx-1" }
        : sql === "ROLLBACK"
          ? { "X-Trino-Clear-Transaction-Id": "true" }
          : {};
    const from = server.requests.length;
    await within(async (session) => {
      await session.execute("SELECT 'start'");
      expect(session.inTransaction).toBe(true);
      await session.execute("SELECT 1");
    });
    expect(posted(from).map(({ sql, headers }) => [sql, headers["x-trino-transaction-id"]])).toEqual([
      ["SELECT 'start'", "NONE"],
      ["SELECT 1", "tx-1"],
      ["ROLLBACK", "tx-1"],
    ]);
  });

  test("begins and commits without a word to the server", async () => {
    const from = server.requests.length;
    await within(async (session) => {
      await session.begin();
      expect(session.inTransaction).toBe(true);
      await session.commit();
      expect(session.inTransaction).toBe(false);
    });
    expect(server.requests.length).toBe(from);
  });
});

describe("a text", () => {
  test("is cut at its semicolons, but not in the body of a function", () => {
    const routine =
      "CREATE FUNCTION f(x integer) RETURNS integer BEGIN DECLARE y integer; IF x > 1 THEN SET y = 1; END IF; RETURN case when y = 1 then if(x > 1, 1, 2) end; END";
    const sql = `-- first; not here\nSELECT ';', "a;b"; ${routine};\n/* ; */ SELECT 2 ;;`;
    expect(statementsOf(sql).map((one) => one.sql)).toEqual([
      `-- first; not here\nSELECT ';', "a;b"`,
      routine,
      "/* ; */ SELECT 2",
    ]);
    expect(statementsOf("/* who sends it */\n -- nothing\n;")).toEqual([]);
    for (const one of statementsOf(sql)) expect(sql.slice(one.start).startsWith(one.sql)).toBe(true);
  });

  test("takes values as literals, wherever a placeholder is one", () => {
    expect(withValues("SELECT ?, '?', \"?\" -- ?\n, ?", ["it's", null])).toBe(
      `SELECT 'it''s', '?', "?" -- ?\n, NULL`,
    );
    expect(withValues("VALUES ($2, $1)", [1.5, true])).toBe("VALUES (true, 1.5E0)");
    expect(withValues("VALUES (%s)", [new Uint8Array([0, 255])])).toBe("VALUES (X'00ff')");
    expect(() => withValues("SELECT ?", [])).toThrow(/no value for its placeholder 1/);
  });
});
