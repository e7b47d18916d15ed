// Several runs at once on one schema, as processes: what dbt answers with duplicates.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Session, Warehouse } from "../../src/adapter/adapter.ts";
import { makeRelation } from "../../src/adapter/relation.ts";
import { startEtl } from "../reliability/etl-process.ts";
import { type PostgresServer, startPostgres } from "./launch.ts";
import { open, settingsOf } from "./open.ts";

const WRITERS = 4;
const ROUNDS = process.env.ETL_TEST_LONG ? 25 : 2;

/** Adds 50 rows to what is there, a second after it has looked. */
const APPEND = `{{ config(materialized='incremental') }}
select g as id, pg_sleep({{ var('sleep', 0) }} / 50.0)::text as waited
from generate_series(1, 50 + coalesce({% if is_incremental() %}(select max(id) from {{ this }}){% else %}0{% endif %}, 0)) as g
{% if is_incremental() %} where g > (select max(id) from {{ this }}) {% endif %}`;

let server: PostgresServer;
let warehouse: Warehouse;
let folder: string;

beforeAll(async () => {
  server = await startPostgres();
  warehouse = await open(settingsOf(server));
  folder = mkdtempSync(join(tmpdir(), "etl-lease-"));
  mkdirSync(join(folder, "models"));
  const output = { ...settingsOf(server), schema: "leases", threads: 2 };
  writeFileSync(
    join(folder, "profiles.yml"),
    `shop: {target: dev, outputs: {dev: ${JSON.stringify(output)}}}\n`,
  );
  writeFileSync(join(folder, "dbt_project.yml"), "name: shop\nprofile: shop\n");
  writeFileSync(join(folder, "models/app.sql"), APPEND);
  writeFileSync(
    join(folder, "models/total.sql"),
    "{{ config(materialized='table') }} select count(*) as n from {{ ref('app') }}",
  );
  writeFileSync(join(folder, "models/seen.sql"), "select * from {{ ref('app') }}");
}, 60_000);

afterAll(async () => {
  await warehouse?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const query = async (sql: string) =>
  (await warehouse.withSession("test", (session: Session) => session.execute(sql))).rows;

const counts = () => query("select count(*), count(distinct id) from leases.app");

beforeEach(() => query("drop schema if exists leases cascade"));

test(`${WRITERS} writers at once: no run fails and every row is there once`, async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const runs = Array.from({ length: WRITERS }, () => startEtl(folder, ["build"]).ended);
    for (const { code, output } of await Promise.all(runs)) expect(code, output).toBe(0);
    expect(await counts()).toEqual([[round * WRITERS * 50, round * WRITERS * 50]]);
  }
}, 120_000);

test("--on-conflict fail ends the node with the name of who builds it", async () => {
  expect((await startEtl(folder, ["build"]).ended).code).toBe(0);
  await warehouse.withSession("holder", async (session) => {
    const relation = makeRelation({ database: server.database, schema: "leases", identifier: "app" });
    const options = { wait: false, expiresAfterSeconds: 60, onWait: () => {} };
    const lease = await session.lease?.(relation, options);
    expect(lease).toMatchObject({ waited: false, kind: "table" });
    const { code, output } = await startEtl(folder, ["run", "--on-conflict", "fail"]).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/leases\.app is being built by .+\(user /);
    await lease?.release();
  });
  expect(await counts()).toEqual([[50, 50]]);
}, 60_000);

test("a killed holder is followed at once", async () => {
  expect((await startEtl(folder, ["build"]).ended).code).toBe(0);
  const first = startEtl(folder, ["run", "--select", "app", "--vars", "{sleep: 30}"]);
  await leaseIsHeld();
  first.child.kill("SIGKILL");
  expect((await startEtl(folder, ["run", "--select", "app"]).ended).code).toBe(0);
  expect(await counts()).toEqual([[100, 100]]);
}, 60_000);

test.skipIf(process.platform === "win32")(
  "a holder that stands still loses its lease and cannot publish what it made before",
  async () => {
    expect((await startEtl(folder, ["build"]).ended).code).toBe(0);
    const first = startEtl(folder, ["run", "--select", "app", "--vars", "{sleep: 1}"]);
    await leaseIsHeld();
    first.child.kill("SIGSTOP");
    const second = await startEtl(folder, ["run", "--select", "app", "--lease-seconds", "1"]).ended;
    expect(second.code, second.output).toBe(0);
    expect(await counts()).toEqual([[100, 100]]);
    first.child.kill("SIGCONT");
    const { code, output } = await first.ended;
    // It meets the end of its connection and adds its rows anew, after those of the other.
    expect(code, output).toBe(0);
    expect(await counts()).toEqual([[150, 150]]);
  },
  60_000,
);

test("a microbatch model keeps its lease, though its own session stands idle while batches run", async () => {
  const config =
    "materialized='incremental', incremental_strategy='microbatch', event_time='at', batch_size='day', begin='2026-01-01'";
  writeFileSync(
    join(folder, "models/batches.sql"),
    `{{ config(${config}, unique_key='at') }} select now() as at, pg_sleep({{ var('sleep', 0) }})::text as waited`,
  );
  const range = ["--event-time-start", "2026-01-01", "--event-time-end", "2026-01-02"];
  const first = startEtl(folder, [
    "run",
    "--select",
    "batches",
    "--lease-seconds",
    "3",
    "--vars",
    "{sleep: 12}",
    ...range,
  ]);
  await leaseIsHeld();
  const holder = () => query("select pid from pg_locks where locktype = 'advisory' and granted");
  const pid = await holder();
  const second = startEtl(folder, ["run", "--select", "batches", "--lease-seconds", "3", ...range]);
  // Long enough for the holder to be looked at twice.
  await second.says(/waits for/);
  await new Promise((done) => setTimeout(done, 8000));
  expect(await holder()).toEqual(pid);
  const [one, two] = await Promise.all([first.ended, second.ended]);
  expect(one.code, one.output).toBe(0);
  expect(two.code, two.output).toBe(0);
  expect(two.output).toContain("batches: waits for");
}, 60_000);

/** Waits until a process has begun to build. */
async function leaseIsHeld(): Promise<void> {
  for (;;) {
    const [row] = await query("select count(*) from pg_locks where locktype = 'advisory' and granted");
    const [busy] = await query(
      "select count(*) from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and pid <> pg_backend_pid()",
    );
    if (Number(row?.[0]) > 0 && Number(busy?.[0]) > 0) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}
