// What is remembered of runs, of nodes and of the freshness of sources, and what can be read from it.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEtl } from "../reliability/etl-process.ts";

let folder: string;

const etl = (...args: string[]) => startEtl(folder, args).ended;
const json = async (...args: string[]) =>
  JSON.parse((await etl(...args, "--output", "json", "--quiet")).output);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-history-"));
  mkdirSync(join(folder, "models"));
  writeFileSync(join(folder, "dbt_project.yml"), "name: shop\nflags: {history: true}\n");
  writeFileSync(join(folder, "models/quick.sql"), "{{ config(materialized='table') }} select 1 as id");
  writeFileSync(
    join(folder, "models/raw.yml"),
    `sources:
  - name: raw
    schema: main
    tables:
      - name: orders
        config: {loaded_at_query: "select now() - interval 3 hour", freshness: {warn_after: {count: 1, period: hour}}}
`,
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("checks of freshness are remembered, and shown under the source's name", async () => {
  for (let check = 0; check < 2; check++) expect((await etl("source", "freshness")).code).toBe(0);
  const found = await json("history", "orders");
  expect(found).toHaveLength(2);
  expect(found[0]).toMatchObject({ status: "warn", hours_old: 3 });
  expect((await etl("source", "freshness", "--no-history")).code).toBe(0);
  expect(await json("history", "orders")).toHaveLength(2);
}, 300_000);

test("a node's runs come with their time against the median, and what the last one means", async () => {
  for (let run = 0; run < 2; run++) expect((await etl("run")).code).toBe(0);
  const { output } = await etl("history", "quick");
  expect(output).toMatch(
    /the last run took \d+\.\d\d s, (about|\d+ % (slower|faster) than) that of the run before/,
  );
  const [last, first] = await json("history", "quick");
  expect(last.to_median).toMatch(/^\d+\.\d\dx$/);
  expect(first.to_median).toBeNull();
  expect(last.statements).toBeGreaterThan(0);
  // DuckDB would have to read the table for it.
  expect(last).not.toHaveProperty("bytes");
}, 300_000);

test("the summary names a node that took far longer than usual", async () => {
  expect((await etl("run")).output).not.toContain("slower");
  // Five runs that no machine can keep up with.
  const instance = await DuckDBInstance.create(join(folder, "shop.duckdb"));
  const connection = await instance.connect();
  for (let run = 0; run < 5; run++) {
    await connection.run(
      `insert into etl_state.runs (run_id, project, target, started_at) select 'past ${run}', project, target, started_at - interval 1 minute from etl_state.runs limit 1`,
    );
    await connection.run(
      `insert into etl_state.node_results (run_id, node_id, status, seconds) values ('past ${run}', 'model.shop.quick', 'success', -2)`,
    );
  }
  await connection.run("delete from etl_state.runs where run_id not like 'past%'");
  connection.closeSync();
  instance.closeSync();
  expect((await etl("run")).output).toMatch(/^ {2}slower +quick .+, usually /m);
  expect((await etl("run", "--no-history")).output).not.toContain("slower");
}, 300_000);
