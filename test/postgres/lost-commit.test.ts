// The connection breaks while a transaction is committed: the server is asked what became of it, and nothing is written
// twice.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Warehouse } from "../../src/adapter/adapter.ts";
import { DatabaseError, type DatabaseErrorFacts } from "../../src/adapter/database-error.ts";
import { type PostgresServer, startPostgres } from "./launch.ts";
import { open, settingsOf } from "./open.ts";
import { type BreakingProxy, startProxy, type Verdict } from "./proxy.ts";

let server: PostgresServer;
let proxy: BreakingProxy;
let warehouse: Warehouse;
beforeAll(async () => {
  server = await startPostgres();
  proxy = await startProxy(server);
  warehouse = await open({ ...settingsOf(server), port: proxy.port, sslmode: "disable" });
});
afterAll(async () => {
  await warehouse.close();
  await proxy.close();
  await server.stop();
});
beforeEach(() => run("drop table if exists t; create table t (n integer)"));

function run(sql: string): Promise<unknown> {
  return warehouse.withSession("run", async (session) => (await session.execute(sql)).rows);
}

/** The first piece that commits meets the verdict; the connections after it are left alone. */
function onCommit(verdict: Verdict, also: (text: string) => Verdict = () => "forward"): void {
  let met = false;
  proxy.judge = (text) => {
    if (met || !text.includes("COMMIT")) return met ? also(text) : "forward";
    met = true;
    return verdict;
  };
}

/** Inserts one row in a transaction of its own. */
async function insertAndCommit(): Promise<DatabaseErrorFacts | "committed"> {
  return warehouse.withSession("writer", async (session) => {
    await session.begin();
    await session.execute("insert into t values (1)");
    try {
      await session.commit();
      return "committed";
    } catch (error) {
      if (error instanceof DatabaseError) return error.facts;
      throw error;
    }
  });
}

describe("the connection breaks during COMMIT", () => {
  test("before the server hears of it: nothing is kept, and it may be done again", async () => {
    onCommit("break before");
    expect(await insertAndCommit()).toMatchObject({ kind: "transient", retry: "reconnect" });
    expect(await run("select n from t")).toEqual([]);
  });

  test("after the server committed: the transaction is found committed", async () => {
    onCommit("break after");
    expect(await insertAndCommit()).toBe("committed");
    expect(await run("select n from t")).toEqual([[1]]);
  });
});
