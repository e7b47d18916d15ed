// A network that goes silent: no end of a connection is told, nothing comes any more. Whoever waits for an answer is told
// of it in a known time, and a statement that merely takes long is left alone.

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Warehouse } from "../../src/adapter/adapter.ts";
import { DatabaseError, type DatabaseErrorFacts } from "../../src/adapter/database-error.ts";
import { type PostgresServer, startPostgres } from "./launch.ts";
import { open, settingsOf } from "./open.ts";
import { type BreakingProxy, startProxy } from "./proxy.ts";

let server: PostgresServer;
let proxy: BreakingProxy;
let warehouse: Warehouse;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

/** One second of silence is too long, where a profile without these keys waits for a minute. */
async function openFar(): Promise<void> {
  proxy = await startProxy(server);
  const limits = { keepalives_idle: 1, connect_timeout: 2, retries: 0 };
  warehouse = await open({ ...settingsOf(server), ...limits, port: proxy.port, sslmode: "disable" });
}

afterEach(async () => {
  await warehouse.close();
  await proxy.close();
});

/** What a statement fails with, "done" when it does not. */
async function outcome(sql: string, whenSent: () => void = () => {}): Promise<DatabaseErrorFacts | "done"> {
  return warehouse.withSession("test", async (session) => {
    try {
      const running = session.execute(sql);
      whenSent();
      await running;
      return "done";
    } catch (error) {
      if (error instanceof DatabaseError) return error.facts;
      throw error;
    }
  });
}

const sleeping = "select pg_sleep(60)";

test("while a statement runs: the connection is given up", async () => {
  await openFar();
  const facts = await outcome(sleeping, () => setTimeout(() => (proxy.isSilent = true), 300));
  expect(facts).toMatchObject({
    retry: "reconnect",
    message: "nothing comes from the server, on a new connection neither: the network is silent",
  });
  expect(facts).not.toHaveProperty("abrupt");
});

test("for one connection, which a firewall forgot: another one serves", async () => {
  await openFar();
  expect(await outcome("select 1")).toBe("done");
  proxy.isSilent = true;
  const facts = await outcome("select 2", () => setTimeout(() => (proxy.isSilent = false), 300));
  expect(facts).toMatchObject({
    retry: "reconnect",
    message: expect.stringContaining("its answer does not come"),
  });
  expect(await outcome("select 3")).toBe("done");
});

/** Inserts a row and commits; `silence` begins right before the COMMIT is sent. */
function committed(silence: () => void): Promise<DatabaseErrorFacts | "committed"> {
  return warehouse.withSession("test", async (session) => {
    await session.execute("create table if not exists kept (n integer)");
    await session.begin();
    await session.execute("insert into kept values (1)");
    silence();
    return session.commit().then(
      () => "committed",
      (error: DatabaseError) => error.facts,
    );
  });
}

const silentFor = (milliseconds: number): void => {
  proxy.isSilent = true;
  setTimeout(() => (proxy.isSilent = false), milliseconds);
};

test("before a COMMIT arrives: nothing is kept, and it may be done again", async () => {
  await openFar();
  const facts = await committed(() => silentFor(300));
  expect(facts).toMatchObject({
    retry: "reconnect",
    message: expect.stringMatching(/^nothing was committed/),
  });
});

test("after a COMMIT arrived: it is found committed", async () => {
  await openFar();
  proxy.judge = (text) => {
    if (text.includes("COMMIT")) silentFor(300);
    return "forward";
  };
  expect(await committed(() => {})).toBe("committed");
});

test("a statement that takes long is asked after again and again, and left alone", async () => {
  await openFar();
  expect(await outcome("select pg_sleep(3.5)")).toBe("done");
});
