// Jobs: ids that make a repeat harmless, labels, limits, pages, errors by their reasons, cancelling.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { adapter } from "../../adapters/bigquery/index.ts";
import type { Session, Warehouse } from "../../src/adapter/adapter.ts";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import { type FakeBigQuery, type Fault, type SeenRequest, startFakeBigQuery } from "./fake-server.ts";
import { open, settingsOf } from "./open.ts";

let server: FakeBigQuery;
let warehouse: Warehouse;
beforeAll(async () => {
  server = await startFakeBigQuery();
  const limits = {
    maximum_bytes_billed: 5_000_000_000,
    timeout_seconds: 90,
    priority: "batch",
    location: "EU",
  };
  warehouse = await open({ ...settingsOf(server.port), ...limits });
});
afterAll(async () => {
  await warehouse.close();
  await server.stop();
});
afterEach(() => {
  server.fault = () => undefined;
});

function inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  return warehouse.withSession("test", work);
}

async function factsOf(sql: string): Promise<DatabaseError["facts"]> {
  const error: unknown = await inSession((session) => session.execute(sql)).catch(
    (caught: unknown) => caught,
  );
  if (!(error instanceof DatabaseError)) throw new Error(`no DatabaseError: ${error}`);
  return error.facts;
}

const isInsert = ({ method, path }: SeenRequest): boolean => method === "POST" && path.endsWith("/jobs");

/** Answers the first request that fits with a fault. */
function once(fits: (request: SeenRequest) => boolean, fault: Fault): void {
  let done = false;
  server.fault = (request) => {
    if (done || !fits(request)) return undefined;
    done = true;
    return fault;
  };
}

describe("a request that is sent again", () => {
  test.each<[string, Fault]>([
    ["when the service is busy", { status: 503, reason: "backendError" }],
    ["when there were too many", { status: 403, reason: "rateLimitExceeded" }],
    ["when the connection broke before it arrived", { breaks: "before" }],
    ["when its answer got lost", { breaks: "after" }],
  ])("%s: the statement runs once", async (_, fault) => {
    await inSession(async (session) => {
      await session.execute("create or replace table main.counter (n int64)");
      once(isInsert, fault);
      const from = server.requests.length;
      const { affected } = await session.execute("insert into main.counter (n) values (1)");
      expect(affected).toBe(1);
      const inserts = server.requests.slice(from).filter(isInsert);
      expect(new Set(inserts.map(({ body }) => JSON.stringify(body.jobReference))).size).toBe(1);
      expect(inserts.length).toBe(2);
      expect((await session.execute("select count(*) from main.counter")).rows).toEqual([[1]]);
    });
  });

  test("is given up after some attempts", async () => {
    server.fault = (request) =>
      isInsert(request) ? { status: 503, reason: "backendError", message: "down" } : undefined;
    const from = server.requests.length;
    expect(await factsOf("select 1")).toMatchObject({
      kind: "transient",
      retry: "transaction",
      message: "down",
    });
    expect(server.requests.length - from).toBe(4);
  });
});

test("a job says what the profile asks for and whom it works for", async () => {
  const from = server.requests.length;
  const labels = { node_id: "model.shop.A b", dbt_invocation_id: "1-2" };
  await inSession((session) => session.execute("select 1", { labels }));
  const [insert] = server.requests.slice(from).filter(isInsert);
  expect(insert?.body).toMatchObject({
    jobReference: {
      projectId: "test-project",
      location: "EU",
      jobId: expect.stringMatching(/^etl_[\da-f-]{36}$/),
    },
    configuration: {
      query: { useLegacySql: false, priority: "BATCH", maximumBytesBilled: "5000000000" },
      jobTimeoutMs: "90000",
      labels: { node_id: "model_shop_a_b", dbt_invocation_id: "1-2" },
    },
  });
});

test("what a job cost is told under dbt's keys", async () => {
  const { response } = await inSession((session) =>
    session.execute("create or replace table main.costs as select 1 as n"),
  );
  expect(response).toMatchObject({
    _message: "CREATE TABLE (1.0 rows, 100.0 Bytes processed)",
    code: "CREATE TABLE",
    rows_affected: 1,
    bytes_processed: 100,
    bytes_billed: 10_485_760,
    slot_ms: 5,
    location: "EU",
    project_id: "test-project",
    job_id: expect.stringMatching(/^etl_/),
  });
});

test("pages are read one after the other", async () => {
  const from = server.requests.length;
  const { rows } = await inSession((session) =>
    session.execute("select n from unnest(generate_array(1, 9000)) as n"),
  );
  expect([rows.length, rows[0], rows.at(-1)]).toEqual([9000, [1], [9000]]);
  const pages = server.requests.slice(from).filter(({ path }) => path.includes("/queries/"));
  expect(pages.map(({ query }) => query.get("pageToken"))).toEqual([null, "4000", "8000"]);
});

describe("an error", () => {
  test.each<[string, Fault & { readonly status: number }, object]>([
    [
      "of rights",
      { status: 403, reason: "accessDenied" },
      { kind: "permanent", retry: "never", code: "accessDenied" },
    ],
    ["of a quota", { status: 403, reason: "quotaExceeded" }, { kind: "permanent", retry: "never" }],
    [
      "of another job at the same table",
      {
        status: 400,
        reason: "invalidQuery",
        message: "Could not serialize access to table p:d.t due to concurrent update",
      },
      { kind: "transient", retry: "transaction" },
    ],
    [
      "of a limit of time",
      { status: 400, reason: "stopped", message: "Job execution was cancelled: Job timed out after 90s" },
      { kind: "timeout", retry: "never" },
    ],
    [
      "of a name, with its place and the nearest",
      { status: 400, reason: "invalidQuery", message: "Unrecognized name: idd; Did you mean id? at [2:3]" },
      {
        kind: "permanent",
        position: 9,
        candidates: ["id"],
        message: "Unrecognized name: idd; Did you mean id?",
      },
    ],
    [
      "of syntax",
      {
        status: 400,
        reason: "invalidQuery",
        message: "Syntax error: Expected end of input but got keyword FROM at [1:1]",
      },
      { message: expect.stringMatching(/^syntax error at or near "FROM"/), position: 0 },
    ],
  ])("%s", async (_, fault, facts) => {
    server.fault = (request) => (isInsert(request) ? fault : undefined);
    expect(await factsOf("select\n  idd")).toMatchObject(facts);
  });

  test("comes with a way out", () => {
    const said = (message: string, code = "invalidQuery") =>
      adapter.explain({ kind: "permanent", retry: "never", message, code }, "")?.help;
    expect(said("Query exceeded limit for bytes billed: 1000")).toContain("maximum_bytes_billed");
    expect(said("Cannot query over table 'x' without a filter over column(s) 'day'")).toContain(
      "partitioning column",
    );
    expect(said("Invalid storage region: EUU", "invalid")).toContain("location");
    expect(said("Access Denied", "accessDenied")).toContain("right");
    expect(said("Not found: Dataset p:d was not found in location US", "notFound")).toContain("location");
  });
});

test("cancelling ends the job at the service", async () => {
  await inSession(async (session) => {
    const from = server.requests.length;
    const endless = session.execute("select count(*) from range(100000000000) as r(n) where n % 7 < 8");
    const ended = expect(endless).rejects.toMatchObject({ facts: { kind: "cancelled" } });
    const sent = () => server.requests.slice(from).map(({ path }) => path);
    await expect.poll(sent).toContainEqual(expect.stringMatching(/\/jobs$/));
    await session.cancel();
    await ended;
    expect(sent()).toContainEqual(expect.stringMatching(/\/cancel$/));
    expect((await session.execute("select 1")).rows).toEqual([[1]]);
  });
});

test("a query behind a declaration is described, a change is not", async () => {
  await inSession(async (session) => {
    const columns = await session.describe("declare x int64 default 2; select x as n");
    expect(columns).toMatchObject([{ name: "n" }]);
    await expect(session.describe("create table main.never (n int64); select 1")).rejects.toThrow(
      "several statements",
    );
  });
  expect(
    (await warehouse.listRelations([{ database: "test-project", schema: "main" }])).map(
      ({ identifier }) => identifier,
    ),
  ).not.toContain("never");
});
