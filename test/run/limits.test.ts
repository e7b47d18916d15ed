// Limits: the timeout of a node, the deadline of a run, how often a node is tried again.

import { afterEach, expect, test } from "vitest";
import { readSpan } from "../../src/config/span.ts";
import { limitsOf, waitBefore } from "../../src/run/node-limits.ts";
import { statuses, TestProject, troubles } from "./harness.ts";

let project: TestProject | undefined;

afterEach(() => {
  project?.close();
  project = undefined;
});

const SLOW = "select count(*) as n from range(100000) a, range(100000) b where a.range + b.range = 7";

test("a node that takes longer than its timeout is ended, and what hangs on it is skipped", async () => {
  project = new TestProject({
    "models/late.sql": `{{ config(materialized='table', timeout='300ms') }}\n${SLOW}`,
    "models/after.sql": "select * from {{ ref('late') }}",
    // Longer than a timer of Node takes.
    "models/other.sql": "{{ config(materialized='table', timeout='40 days') }} select 1 as x",
  });
  const report = await project.run("run");
  expect(statuses(report)).toEqual({ late: "error", after: "skipped", other: "success" });
  expect(troubles(report)).toMatch(/model "late" took longer than its timeout of 0\.3 s/);
  expect(report.interrupted).toBe(false);
});

test.each([
  ["300ms", 0.3],
  ["30s", 30],
  ["10m", 600],
  ["1h 30m", 5400],
  ["2 hours", 7200],
  ["1.5 min", 90],
  [45, 45],
  ["soon", undefined],
  ["10 parsecs", undefined],
  [0, undefined],
  [null, undefined],
])("the span %j is %j seconds", (text, seconds) => {
  expect(readSpan(text)).toBe(seconds);
});

test("retries and their waits: doubled, and never the same for two nodes", () => {
  const limits = limitsOf(
    new Map<string, string | number>([
      ["retries", 2],
      ["retry_delay", "3s"],
    ]),
  );
  expect(limits).toEqual({ attempts: 3, losses: 3, firstWaitMs: 3000 });
  for (const attempt of [1, 2, 3]) {
    const waits = ["model.a", "model.b", "model.c"].map((id) => waitBefore(limits, attempt, id));
    expect(new Set(waits).size).toBe(3);
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(2000 * 2 ** (attempt - 1));
      expect(wait).toBeLessThanOrEqual(4000 * 2 ** (attempt - 1));
    }
    expect(waitBefore(limits, attempt, "model.a")).toBe(waits[0]);
  }
});

test("at the run's deadline what runs is cancelled, the rest is skipped with the reason, hooks on end still run", async () => {
  project = new TestProject({
    "dbt_project.yml":
      "name: shop\nprofile: test\non-run-end: ['create or replace table ended as select 1 as x']\n",
    "models/a_first.sql": "select 1 as x",
    "models/b_late.sql": `-- depends_on: {{ ref('a_first') }}\n{{ config(materialized='table') }}\n${SLOW}`,
    "models/c_after.sql": "select * from {{ ref('b_late') }}",
  });
  const report = await project.run("run", { flags: { deadline: "800ms" } });
  expect(statuses(report)).toMatchObject({ a_first: "success", b_late: "error", c_after: "skipped" });
  expect(report).toMatchObject({ interrupted: false, success: false });
  expect(troubles(report)).toMatch(/model "b_late" was cancelled: the run's deadline of 800ms has passed/);
  expect(troubles(report)).toMatch(/c_after: skipped: the run's deadline of 800ms has passed/);
  expect(await project.query("select x from ended")).toEqual([["1"]]);
});

test("a deadline that is no length of time is refused", async () => {
  project = new TestProject({ "models/a.sql": "select 1 as x" });
  await expect(project.run("run", { flags: { deadline: "noon" } })).rejects.toThrow(
    /--deadline must be a length of time such as 30m or 1h 30m, not "noon"/,
  );
});
