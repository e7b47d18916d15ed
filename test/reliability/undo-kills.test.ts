// A kill at any moment of `etl undo` leaves everything as before or as after it; one of a build or a replay with rows in
// quarantine loses and doubles none. On both engines, with processes that are killed between their statements.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { query } from "../postgres/project.ts";
import { type Engine, Shop } from "../state/shop.ts";
import { runEtl, startEtl } from "./etl-process.ts";
import { statementsIn } from "./kills-project.ts";

vi.setConfig({ testTimeout: 300_000 });

const rounds = process.env.ETL_TEST_LONG === "1" ? 40 : 2;

let server: PostgresServer;
let shop: Shop;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
afterEach(() => shop.close());

/** Shares of a command's statements, spread over it. */
const shares = Array.from({ length: rounds }, (_, round) => (round * 0.618 + 0.6) % 1);

const state = (): readonly string[] => ["--state-schema", shop.stateSchema];

async function done(...args: string[]): Promise<number> {
  const { code, output } = await runEtl(shop.folder, [...args, ...state(), "--log-level", "debug"]);
  expect(code, output).toBe(0);
  return statementsIn(output);
}

/** How many sessions the server has beside the one that asks. */
const clients = (): Promise<unknown[][]> =>
  query(
    server,
    "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
  );

/** Kills a command once it has sent so many statements. */
async function kill(args: readonly string[], statements: number): Promise<void> {
  const running = startEtl(shop.folder, [...args, ...state(), "--log-level", "debug"]);
  await running.says({ test: (output) => statementsIn(output) >= statements });
  running.child.kill("SIGKILL");
  await running.ended;
  // The server notices the death of its client by itself.
  await expect.poll(clients, { timeout: 10_000 }).toEqual([["0"]]);
}

describe.each<Engine>(["duckdb", "postgres"])("on %s, killed", (engine) => {
  const open = (files: Record<string, string>) => {
    shop = new Shop(engine === "postgres" ? server : undefined, files);
    mkdirSync(join(shop.folder, "models"), { recursive: true });
  };

  test("in the middle of an undo, everything is as before or after, and undo goes on", async () => {
    const tables = Array.from({ length: 5 }, (_, i) => [
      `models/t${i}.sql`,
      "{{ config(materialized='table') }} select {{ var('n') }} as n",
    ]);
    open({
      "dbt_project.yml": "name: shop\nprofile: shop\nmodels: {+keep_versions: 3}\n",
      ...Object.fromEntries(tables),
      "models/grown.sql": "{{ config(materialized='incremental') }} select {{ var('n') }} as n",
      "models/seen.sql": "select n + {{ var('n') }} as n from {{ ref('t0') }}",
    });
    await done("run", "--vars", "n: 1");
    const a = await shop.relations();
    await done("run", "--vars", "n: 2");
    const b = await shop.relations();
    const statements = await done("undo");
    expect(await shop.relations()).toEqual(a);
    for (const share of shares) {
      await kill(["undo"], Math.ceil(share * statements));
      const left = await shop.relations();
      expect([a, b]).toContainEqual(left);
      await done("undo");
      expect(await shop.relations()).toEqual(JSON.stringify(left) === JSON.stringify(a) ? b : a);
    }
  });

  test("in a build or a replay with rows in quarantine, none is lost or doubled", async () => {
    open({
      "models/orders.sql": `{{ config(materialized='incremental', incremental_strategy='append', watermark={'column': 'id'}) }}
select id, note from {{ target.schema }}.arrivals {% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
      "models/schema.yml": `models:
  - name: orders
    columns:
      - name: note
        data_tests:
          - accepted_values: {arguments: {values: ["{{ var('good', 'good') }}", good]}, config: {quarantine: true}}
`,
    });
    await shop.query("create table arrivals as select 0 as id, 'good' as note");
    await done("build");
    const held = () =>
      shop.queries(async (ask) => {
        const found = await ask(
          `select table_schema || '.' || table_name from information_schema.tables where table_schema = '${shop.stateSchema}' and table_name like 'quarantine_orders%'`,
        );
        const [[table] = []] = found;
        const aside = table ? await ask(`select id from ${table}`) : [];
        return [...(await ask("select id from orders")), ...aside]
          .map(([id]) => Number(id))
          .sort((x, y) => x - y);
      });
    let last = 0;
    for (const share of shares) {
      const before = Array.from({ length: last + 1 }, (_, i) => i);
      const arrive = Array.from(
        { length: 10 },
        (_, i) => `(${last + i + 1}, '${i % 3 === 0 ? "ugly" : "good"}')`,
      );
      await shop.query(`insert into arrivals values ${arrive.join(", ")}`);
      last += 10;
      const after = Array.from({ length: last + 1 }, (_, i) => i);
      await kill(["build"], Math.ceil(share * 45));
      expect([before, after]).toContainEqual(await held());
      await done("build");
      expect(await held()).toEqual(after);
      await kill(["quarantine", "replay", "--vars", "good: ugly"], Math.ceil(share * 45));
      expect(await held()).toEqual(after);
      await done("quarantine", "replay", "--vars", "good: ugly");
      expect(await held()).toEqual(after);
      expect(await shop.query("select count(*) from orders")).toEqual([[String(last + 1)]]);
      // What was replayed would break the test of the next build, which has no such var.
      await shop.query("update orders set note = 'good'");
    }
  });
});
