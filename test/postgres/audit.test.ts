// Audit before publish on an engine where others read all the while: a reader waits for no test, and meets no bad row.

import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "./launch.ts";
import { Project, query, told } from "./project.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

/** One of the tests can be made to take longer than a reader waits. */
const FILES = {
  "models/orders.sql":
    "{{ config(materialized=var('as'), audit=true, post_hook=var('hook', [])) }} select {{ var('batch') }} as batch, {{ var('id') }} as id",
  "models/schema.yml": "models: [{name: orders, columns: [{name: id, data_tests: [not_null]}]}]\n",
  "tests/slow.sql":
    "select batch from (select batch, pg_sleep({{ var('wait', 0) }})::text as waited from {{ ref('orders') }}) as t where waited is null",
};

interface Reader {
  /** Ends it. What it saw, each once; a lock that it had to wait for is an error. */
  stop(): Promise<readonly string[]>;
}

async function startReader(schema: string): Promise<Reader> {
  const client = new pg.Client({ ...server });
  await client.connect();
  await client.query("set lock_timeout = '2s'");
  const seen = new Set<string>();
  let goesOn = true;
  const reading = (async () => {
    while (goesOn) {
      const rows = await client
        .query(`select batch, id from ${schema}.orders order by 1`)
        .then((result) => JSON.stringify(result.rows))
        .catch((error: Error) => error.message);
      seen.add(rows);
      await new Promise((done) => setTimeout(done, 20));
    }
    await client.end();
  })();
  return {
    stop: async () => {
      goesOn = false;
      await reading;
      return [...seen];
    },
  };
}

/** Reads while `work` runs. */
async function readDuring(schema: string, work: () => Promise<void>): Promise<readonly string[]> {
  const reader = await startReader(schema);
  let seen: readonly string[] = [];
  try {
    await work();
  } finally {
    seen = await reader.stop();
  }
  return seen;
}

test.each(process.env.ETL_TEST_LONG ? ["table", "view", "incremental"] : ["table", "incremental"])(
  "%s: readers see the old rows while the tests run on the new ones",
  async (as) => {
    const schema = `audited_${as}`;
    const project = new Project(server, schema, FILES);
    const run = async (vars: Record<string, string | number>): Promise<string> =>
      told(await project.run("build", { as, ...vars }));
    const passes = "not_null_orders_id: pass\norders: success\nslow: pass";
    const first = JSON.stringify([{ batch: 1, id: 1 }]);
    const second = JSON.stringify([
      ...(as === "incremental" ? [{ batch: 1, id: 1 }] : []),
      { batch: 2, id: 2 },
    ]);
    try {
      expect(await run({ batch: 1, id: "1" })).toBe(passes);
      const good = await readDuring(schema, async () => {
        expect(await run({ batch: 2, id: "2", wait: 3 })).toBe(passes);
      });
      expect([first, second]).toEqual(expect.arrayContaining([...good]));
      const bad = await readDuring(schema, async () => {
        expect(await run({ batch: 2, id: "null::int", wait: 1 })).toMatch(
          /"orders" is not published: 1 of 2 tests failed/,
        );
      });
      expect(bad).toEqual([second]);
    } finally {
      project.remove();
    }
  },
);

test("what a hook does to the rows is tested, too", async () => {
  const project = new Project(server, "hooked", FILES);
  const vars = { as: "table", batch: 1, id: "1" };
  try {
    expect(told(await project.run("build", vars))).toMatch("orders: success");
    const hook = "update {{ this }} set id = null";
    const report = told(await project.run("build", { ...vars, hook }));
    expect(report).toMatch(/model "orders" is not published/);
    expect(await query(server, "select id from hooked.orders")).toEqual([[1]]);
  } finally {
    project.remove();
  }
});
