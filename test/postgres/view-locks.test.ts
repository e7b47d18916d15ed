// A table is rebuilt while others want the views on it: all go through, in whatever order they come by their locks, and a
// view that another run replaces is that of the other run.

import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "./launch.ts";
import { Project, query, told } from "./project.ts";

let server: PostgresServer;
let project: Project;

beforeAll(async () => {
  server = await startPostgres();
  project = new Project(server, "views", {
    "models/rebuilt.sql": "{{ config(materialized='table') }} select {{ var('n') }} as n",
    "models/seen.sql":
      "{{ config(enabled=var('n') == 1) }} select n, 'first' as by from {{ ref('rebuilt') }}",
  });
});
afterAll(async () => {
  project?.remove();
  await server?.stop();
});

test("a view that was built from the old table, and waits for its name", async () => {
  expect(told(await project.run("run", { n: 1 }))).toMatch(/rebuilt: success\nseen: success/);
  const other = new pg.Client({ ...server });
  await other.connect();
  // Should they wait for each other, this one is ended: it looks sooner.
  await other.query("set deadlock_timeout = '600ms'");
  // What a run of another process does for a view.
  await other.query("begin; create view views.seen_new as select n, 'second' as by from views.rebuilt");
  const rebuilding = project.run("run", { n: 2 });
  const waits = () =>
    query(server, "select 1 from pg_stat_activity where query like '%rebuilt%' and wait_event_type = 'Lock'");
  await expect.poll(waits, { timeout: 30_000, interval: 20 }).toHaveLength(1);
  await other.query(
    "alter view views.seen rename to seen_old; alter view views.seen_new rename to seen; drop view views.seen_old; commit",
  );
  await other.end();
  expect(told(await rebuilding)).toBe("rebuilt: success");
  expect(await query(server, "select n, by from views.seen")).toEqual([[2, "second"]]);
  expect(await query(server, "show lock_timeout")).toEqual([["0"]]);
}, 120_000);

// Two nodes with a view in common are rebuilt side by side: one that waits for the view must not hold what the other needs.
test("nothing that a view reads is locked while the view is waited for", async () => {
  const shared = new Project(server, "shared", {
    "models/one.sql": "{{ config(materialized='table') }} select 1 as id",
    "models/two.sql": "{{ config(materialized='table', enabled=var('all')) }} select 1 as id",
    "models/joined.sql":
      "{{ config(enabled=var('all')) }} select id from {{ ref('one') }} join {{ ref('two') }} using (id)",
  });
  const other = new pg.Client({ ...server });
  await other.connect();
  try {
    expect(told(await shared.run("run", { all: true }))).not.toMatch(/error|skipped/);
    await other.query("begin; select from shared.joined");
    const reader = (await other.query("select pg_backend_pid() as pid")).rows[0].pid;
    const rebuilding = shared.run("run", { all: false });
    const waits = () =>
      query(server, "select 1 from pg_locks where relation = 'shared.joined'::regclass and not granted");
    await expect.poll(waits, { timeout: 30_000, interval: 20 }).toHaveLength(1);
    const held = `select mode from pg_locks where relation = 'shared.two'::regclass and pid <> ${reader}`;
    expect(await query(server, held)).toEqual([]);
    await other.query("commit");
    expect(told(await rebuilding)).toBe("one: success");
  } finally {
    await other.end();
    shared.remove();
  }
}, 120_000);
