// What is remembered is found by indexes on PostgreSQL: no command reads a table of the state from end to end to find a few
// rows, however many runs are remembered.

import { afterAll, beforeAll, expect, test } from "vitest";
import { depsOf } from "../../src/open-project.ts";
import { runHistory, showWatermark } from "../../src/project-state.ts";
import { keptVersions, undoLastRun } from "../../src/project-undo.ts";
import { readLastRun } from "../../src/run/memory/last-run.ts";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { query } from "../postgres/project.ts";
import { troubles } from "../run/harness.ts";
import { Shop } from "./shop.ts";

let server: PostgresServer;
let shop: Shop;

beforeAll(async () => {
  server = await startPostgres();
  shop = new Shop(server, {
    "dbt_project.yml": "name: shop\nprofile: shop\nflags: {history: true}\nmodels: {+keep_versions: 2}\n",
    "models/events.sql": `{{ config(materialized='incremental', watermark={'column': 'id'}) }}
select * from (values (1), (2)) as t(id) {% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
    "models/events.yml": "models:\n  - name: events\n    data_tests: [volume_anomalies: {name: volume}]\n",
  });
}, 300_000);
afterAll(async () => {
  shop.close();
  await server.stop();
});

/** Tables with a row or less a run, which take no time to read, and what the test reads. */
const SMALL = /^(?:runs|migrations|quarantine|events)$/;

test("by the statements of a run and of the commands that look back", async () => {
  for (let run = 0; run < 2; run++) expect(troubles(await shop.run("build"))).toBe("");
  shop.events.length = 0;
  expect(troubles(await shop.run("build"))).toBe("");
  await shop.with("history", {}, (project) => runHistory(project, undefined, 20));
  for (const node of ["events", "volume"]) {
    const { columns, rows } = await shop.with("history", {}, (project) => runHistory(project, node, 20));
    expect(rows).toHaveLength(3);
    if (node === "events")
      expect(rows.map((row) => row[columns.indexOf("bytes")])).toEqual(Array(3).fill(8192));
  }
  await shop.with("state show", {}, (project) => showWatermark(project, "events", 20));
  await shop.with("retry", {}, (project) => readLastRun(depsOf(project, new Set())));
  await shop.with("history versions", {}, keptVersions);
  await shop.with("undo", {}, (project) => undoLastRun(project, undefined, false));

  const state = new RegExp(`"${shop.stateSchema}"\\."(\\w+)"`);
  const sent = shop.events.flatMap((event) =>
    event.kind === "statement" &&
    /^\s*(?:\/\*.*?\*\/)?\s*(?:select|with)/s.test(event.sql) &&
    state.test(event.sql)
      ? [event.sql]
      : [],
  );
  expect(sent.length).toBeGreaterThan(12);
  const read: string[] = [];
  for (const sql of new Set(sent)) {
    // Tables of a test are too small for an index to pay.
    const plan = await query(server, `set enable_seqscan = off; set enable_sort = on; explain ${sql}`);
    read.push(...plan.flatMap(([line]) => /Seq Scan on (\w+)/.exec(String(line))?.[1] ?? []));
  }
  expect(read.filter((table) => !SMALL.test(table))).toEqual([]);
}, 300_000);
