// `etl retry` after a run that was killed before it could write run_results.json: the warehouse remembers what it was to
// do and what it published.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startEtl } from "../reliability/etl-process.ts";

let folder: string;

const SLOW = "select count(*) as n from range(10000000000) a where hash(a.range) % 7 = 3";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-retry-"));
  mkdirSync(join(folder, "models"));
  writeFileSync(join(folder, "dbt_project.yml"), "name: shop\nflags: {history: true}\n");
  write("a_first", "select 1 as id");
  write("b_second", "-- depends_on: {{ ref('a_first') }}\nselect {{ 1 if var('quick', true) else 2 }} as id");
  write("c_third", "select * from {{ ref('b_second') }}");
  write("d_apart", "select 1 as id");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(model: string, sql: string): void {
  writeFileSync(join(folder, `models/${model}.sql`), `{{ config(materialized='table') }}\n${sql}\n`);
}

const etl = (...args: string[]) => startEtl(folder, args).ended;

/** Begins a run and kills it while b_second is at work. */
async function killed(...args: string[]): Promise<void> {
  write("b_second", `-- depends_on: {{ ref('a_first') }}\n${SLOW}`);
  const running = startEtl(folder, ["run", "--threads", "1", "--log-level", "debug", ...args]);
  await running.says(/start .*b_second/);
  // Long enough for the statement to be under way.
  await new Promise((done) => setTimeout(done, 300));
  running.child.kill("SIGKILL");
  expect((await running.ended).signal).toBe("SIGKILL");
  write("b_second", "-- depends_on: {{ ref('a_first') }}\nselect 2 as id");
}

/** Names and statuses of what the last command ran. */
function results(): Record<string, string> {
  const { results } = JSON.parse(readFileSync(join(folder, "target/run_results.json"), "utf8")) as {
    results: readonly { unique_id: string; status: string }[];
  };
  return Object.fromEntries(results.map(({ unique_id, status }) => [unique_id.slice(11), status]));
}

test("without a run_results.json it goes on with what was not published", async () => {
  await killed();
  const { code, output } = await etl("retry");
  expect(code, output).toBe(0);
  expect(output).toMatch(
    /going on with the last run that the warehouse remembers, [-0-9a-f]{36}: 2 of 4 nodes are left/,
  );
  expect(results()).toEqual({ b_second: "success", c_third: "success" });
  const again = await etl("retry");
  expect(again.code).toBe(0);
  expect(again.output).toContain("has nothing to retry");
});

test("the run_results.json of an earlier run does not count, that of the retry does", async () => {
  expect((await etl("run")).code).toBe(0);
  await killed("--exclude", "d_apart");
  write("c_third", "select nothing from {{ ref('b_second') }}");
  const { code, output } = await etl("retry");
  expect(code, output).toBe(1);
  expect(results()).toEqual({ b_second: "success", c_third: "error" });
  write("c_third", "select * from {{ ref('b_second') }}");
  expect((await etl("retry")).code).toBe(0);
  expect(results()).toEqual({ c_third: "success" });
});

test("the flags of that run hold; its variables must be given again, since they may be secrets", async () => {
  await killed("--full-refresh", "--vars", "{quick: true, token: s3cr3t}");
  for (const vars of [[], ["--vars", "{quick: true}"]]) {
    const { code, output } = await etl("retry", ...vars);
    expect(code).toBe(2);
    expect(output).toMatch(/was given other --vars, which are not kept in the warehouse[\s\S]*same --vars/);
  }
  expect(readFileSync(join(folder, "shop.duckdb")).includes("s3cr3t")).toBe(false);
  const { code, output } = await etl("retry", "--vars", "{token: s3cr3t, quick: true}");
  expect(code, output).toBe(0);
  const { args } = JSON.parse(readFileSync(join(folder, "target/run_results.json"), "utf8"));
  expect(args.full_refresh).toBe(true);
});

test("a run that failed is retried where its target folder is gone", async () => {
  write("c_third", "select nothing from {{ ref('b_second') }}");
  expect((await etl("build")).code).toBe(1);
  rmSync(join(folder, "target"), { recursive: true });
  write("c_third", "select * from {{ ref('b_second') }}");
  const { code, output } = await etl("retry");
  expect(code, output).toBe(0);
  expect(results()).toEqual({ c_third: "success" });
});

test("with history off nothing but run_results.json counts", async () => {
  await killed();
  const { code, output } = await etl("retry", "--no-history");
  expect(code).toBe(2);
  expect(output).toContain("there is no run to retry");
});
