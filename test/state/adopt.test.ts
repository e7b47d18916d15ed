// `on_conflict: adopt`: of two runs that want the same relation at once, the second takes what the first one makes, where
// it would have made the same. Processes on a real PostgreSQL.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { settingsOf } from "../postgres/open.ts";
import { query } from "../postgres/project.ts";
import { type Ended, type Running, startEtl } from "../reliability/etl-process.ts";

let server: PostgresServer;
let folder: string;

beforeAll(async () => {
  server = await startPostgres();
  folder = mkdtempSync(join(tmpdir(), "etl-adopt-"));
  mkdirSync(join(folder, "models"));
  const output = { ...settingsOf(server), schema: "adopt", threads: 2 };
  writeFileSync(
    join(folder, "profiles.yml"),
    JSON.stringify({ shop: { target: "dev", outputs: { dev: output } } }),
  );
  writeFileSync(join(folder, "dbt_project.yml"), "name: shop\nprofile: shop\nflags: {on_conflict: adopt}\n");
  writeFileSync(
    join(folder, "models/parent.sql"),
    "{{ config(materialized='incremental') }} select clock_timestamp() as built",
  );
  writeFileSync(
    join(folder, "models/child.sql"),
    "{{ config(materialized='table') }} select max(built) as built, {{ 'pg_advisory_xact_lock(42)::text' if env_var('GATE', '') == 'wait' else 'null::text' }} as waited, '{{ var('word', '') }}' as word from {{ ref('parent') }}",
  );
  writeFileSync(
    join(folder, "models/added.sql"),
    "{{ config(materialized='incremental') }} select count(*) + 1 as id, pg_sleep(0.5)::text as waited from {{ this if is_incremental() else '(select 1 where false)' }} as t",
  );
}, 300_000);

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await query(server, "drop schema if exists adopt cascade; drop schema if exists etl_state cascade");
  const { code, output } = await ended(start("run"));
  expect(code, output).toBe(0);
}, 300_000);

const start = (...args: string[]): Running => startEtl(folder, args);
const ended = ({ ended }: Running) => ended;

/** Starts a build of the child that stands at a gate in the middle; `open` lets it go on. */
async function building(): Promise<{ readonly first: Running; readonly open: () => Promise<void> }> {
  const { host, port, user, password, database } = server;
  const gate = new pg.Client({ host, port, user, password, database });
  // The server may end before a test that failed has opened its gate.
  gate.on("error", () => {});
  await gate.connect();
  await gate.query("select pg_advisory_lock(42)");
  const first = startEtl(folder, ["run", "--select", "child"], { GATE: "wait" });
  for (;;) {
    const [row] = await query(server, "select count(*)::int from pg_locks where objid = 42 and not granted");
    if (row?.[0]) return { first, open: () => gate.end() };
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Starts a second run, and lets the first one end when the second waits for it. */
async function second(...args: string[]): Promise<Ended> {
  const { first, open } = await building();
  const running = start("run", "--select", ...args);
  await running.says(/child: waits for/);
  await open();
  const both = await Promise.all([ended(first), ended(running)]);
  for (const { code, output } of both) expect(code, output).toBe(0);
  return both[1];
}

const builds = async () =>
  (await query(server, "select count(*)::int from etl_state.builds where identifier = 'child'"))[0]?.[0];

test("the second takes the result of the first, and says whose", async () => {
  const { output } = await second("child");
  expect(output).toMatch(/child: waits for .*\n.*child: adopted from run [-0-9a-f]{36}/);
  expect(await builds()).toBe(2);
}, 300_000);

test("it builds by itself what it would make in another way", async () => {
  const { output } = await second("child", "--vars", "{word: other}");
  expect(output).not.toContain("adopted");
  expect(await query(server, "select word from adopt.child")).toEqual([["other"]]);
}, 300_000);

test("it builds by itself where what the node reads has changed since", async () => {
  const { output } = await second("parent", "child");
  expect(output).not.toContain("adopted");
  expect(
    await query(server, "select built = (select max(built) from adopt.parent) from adopt.child"),
  ).toEqual([[true]]);
}, 300_000);

test("it builds by itself what the first one, killed, did not publish", async () => {
  const { first, open } = await building();
  const running = start("run", "--select", "child");
  await running.says(/waits for/);
  first.child.kill("SIGKILL");
  await ended(first);
  await open();
  const { code, output } = await ended(running);
  expect(code, output).toBe(0);
  expect(output).not.toContain("adopted");
  expect(await builds()).toBe(2);
}, 300_000);

test("of several at once none fails, and every row was added by one of them", async () => {
  const runs = await Promise.all([1, 2, 3, 4].map(() => ended(start("run", "--select", "added"))));
  for (const { code, output } of runs) expect(code, output).toBe(0);
  const adopted = runs.filter(({ output }) => output.includes("adopted from run")).length;
  expect(await query(server, "select count(*)::int, count(distinct id)::int from adopt.added")).toEqual([
    [5 - adopted, 5 - adopted],
  ]);
}, 300_000);
