// Anomaly tests against a history of known answers, such as sixty days with a rhythm of weekdays.

import { afterEach, expect, test } from "vitest";
import { runHistory } from "../../src/project-state.ts";
import type { RunReport } from "../../src/run/report.ts";
import { openFolder } from "../adapter/open-folder.ts";
import { statuses, TestProject, troubles } from "../run/harness.ts";

let project: TestProject | undefined;

afterEach(() => {
  project?.close();
  project = undefined;
});

/** A Sunday. */
const FIRST = Date.UTC(2026, 0, 4, 6);
const DAY = 86_400_000;

/** About a thousand rows, two hundred on Sundays; a little different every day. */
const usual = (day: number): number => (day % 7 === 0 ? 200 : 1000) + ((day * 37) % 21) - 10;

function shop(tests: string, columns = ""): TestProject {
  return new TestProject({
    "models/orders.sql":
      "{{ config(materialized='table') }} select r.range as id, case when r.range < {{ var('nulls', 0) }} then null else r.range % 100 end as amount, case when r.range % 10 < {{ var('cards', 7) }} then 'card' else 'cash' end as paid_by from range({{ var('rows') }}) as r",
    "models/orders.yml": `models:\n  - name: orders\n    data_tests:\n${tests}${columns}`,
  });
}

async function day(number: number, vars: Readonly<Record<string, number>>): Promise<RunReport> {
  return (project as TestProject).run("build", {
    startedAt: new Date(FIRST + number * DAY),
    flags: { vars: new Map(Object.entries(vars)) },
  });
}

/** What runs of other days would have measured, in all series that there are. */
async function remember(from: number, to: number): Promise<void> {
  const days = Array.from({ length: to - from }, (_, i) => {
    const number = from + i;
    const at = new Date(FIRST + number * DAY).toISOString().slice(0, 19);
    return `('day ${number}', ${usual(number)}, ${number % 7}, timestamp '${at}')`;
  });
  await (project as TestProject).query(
    `insert into etl_state.measures
     select day.run, node_id, series, metric, segment, day.rows, 0, day.weekday, day.moment
     from (select distinct node_id, series, metric, segment from etl_state.measures) as known
     cross join (values ${days.join(", ")}) as day(run, rows, weekday, moment)`,
  );
}

const statusOf = (report: RunReport) =>
  report.results.find(({ resource }) => resource.resourceType === "test")?.status;

test("after sixty days a normal Sunday passes, a halved Tuesday fails, and the next halved Tuesday, too", async () => {
  project = shop(
    "      - volume_anomalies: {name: by_weekday, arguments: {seasonality: weekday}}\n      - volume_anomalies: {name: plain}\n",
  );
  const halved = { by_weekday: "fail", plain: "pass" };
  const normal = { by_weekday: "pass", plain: "pass" };
  for (const number of [0, 1])
    expect(statuses(await day(number, { rows: usual(number) }))).toMatchObject(normal);
  await remember(2, 60);
  expect(statuses(await day(63, { rows: 203 }))).toMatchObject(normal);
  const report = await day(65, { rows: 500 });
  expect(statuses(report)).toMatchObject(halved);
  const sample = report.results.find(({ status }) => status === "fail")?.sample;
  expect(sample?.rows[0]?.slice(0, 3)).toEqual(["row_count", "", "500"]);
  expect(statuses(await day(65, { rows: 1003 }))).toMatchObject(normal);
  // What was anomalous is no part of what is expected.
  expect(statuses(await day(72, { rows: 500 }))).toMatchObject(halved);
  expect(await project.query("select count(*), sum(is_anomalous) from etl_state.measures")).toEqual([
    ["128", "2"],
  ]);
}, 300_000);

test("with too few points nothing is judged, which is said", async () => {
  project = shop("      - volume_anomalies: {arguments: {min_points: 3}}\n");
  for (const [number, rows] of [100, 1, 5000].entries())
    expect(statusOf(await day(number, { rows }))).toBe("pass");
  const notes = project.events.flatMap((event) =>
    event.kind === "message" && event.text.includes("not judged yet") ? [event.text] : [],
  );
  expect(notes.map((text) => text.replace(/.*: /, ""))).toEqual([
    "not judged yet, since 0 of 3 earlier points are known",
    "not judged yet, since 1 of 3 earlier points are known",
    "not judged yet, since 2 of 3 earlier points are known",
  ]);
});

test("a level that stays is normal after as many points as are needed", async () => {
  project = shop("      - volume_anomalies: {arguments: {min_points: 4, training_days: 8}}\n");
  const seen: (string | undefined)[] = [];
  for (let number = 0; number < 14; number++)
    seen.push(statusOf(await day(number, { rows: (number < 6 ? 1000 : 2000) + (number % 3) })));
  expect(seen.slice(0, 6)).toEqual(Array(6).fill("pass"));
  expect(seen.slice(6, 10)).toEqual(Array(4).fill("fail"));
  expect(seen.slice(10)).toEqual(Array(4).fill("pass"));
});

test.each([
  ["null_rate", { nulls: 400 }],
  ["mean", { nulls: 50 }],
])("the %s of a column", async (metric, vars) => {
  const columns = `    columns:\n      - name: amount\n        data_tests:\n          - column_anomalies: {arguments: {metrics: [null_rate, distinct_count, mean, p95]}}\n`;
  project = new TestProject({
    "models/orders.sql":
      "{{ config(materialized='table') }} select case when r.range < {{ var('nulls', 0) }} then null else r.range % 100 end as amount from range({{ var('rows') }}) as r",
    "models/orders.yml": `models:\n  - name: orders\n${columns}`,
  });
  for (let number = 0; number < 8; number++)
    expect(statusOf(await day(number, { rows: 1000 + number, nulls: number % 2 }))).toBe("pass");
  const report = await day(8, { rows: 1000, ...vars });
  expect(statusOf(report)).toBe("fail");
  const found = report.results.find(({ status }) => status === "fail")?.sample?.rows.map(([name]) => name);
  expect(found).toContain("null_rate");
  if (metric === "mean") expect(found).not.toContain("distinct_count");
});

test("shares of categories, also of one that is new or gone", async () => {
  project = shop("      - dimension_anomalies: {arguments: {dimensions: [paid_by]}}\n");
  for (let number = 0; number < 8; number++)
    expect(statusOf(await day(number, { rows: 1000 + number * 10 }))).toBe("pass");
  for (const cards of [3, 10]) {
    const report = await day(8, { rows: 1000, cards });
    expect(statusOf(report)).toBe("fail");
    const rows = report.results.find(({ status }) => status === "fail")?.sample?.rows ?? [];
    expect(rows.map(([, segment, value]) => [segment, value]).sort()).toEqual([
      ["card", String(cards / 10)],
      ["cash", String(1 - cards / 10)],
    ]);
  }
});

test("etl history tells what a test has measured, against what is usual", async () => {
  project = shop(
    "      - dimension_anomalies: {name: shares, arguments: {dimensions: [paid_by], min_points: 3}}\n",
  );
  for (let number = 0; number < 4; number++) await day(number, { rows: 1000 });
  await day(4, { rows: 1000, cards: 3 });
  const view = await openFolder(project.folder, "history", {}, (opened) => runHistory(opened, "shares", 2));
  expect(view.rows.map((row) => row.slice(0, 6))).toEqual([
    ["2026-01-08 06:00:00", "share", "card", 0.3, "0.43x", "yes"],
    ["2026-01-08 06:00:00", "share", "cash", 0.7, "2.33x", "yes"],
    ["2026-01-07 06:00:00", "share", "card", 0.7, "1.00x", "no"],
    ["2026-01-07 06:00:00", "share", "cash", 0.3, "1.00x", "no"],
  ]);
  expect(view.note).toBe("in the last run 2 of 2 measures were anomalies");
});

test("severity, where and error_if mean what they mean for every test", async () => {
  project = shop(
    "      - volume_anomalies: {arguments: {min_points: 3}, config: {severity: warn, where: id < 700}}\n",
  );
  for (let number = 0; number < 4; number++) expect(statusOf(await day(number, { rows: 900 }))).toBe("pass");
  expect(statusOf(await day(4, { rows: 5000 }))).toBe("pass");
  expect(statusOf(await day(5, { rows: 300 }))).toBe("warn");
});

test("the age of the newest row", async () => {
  project = new TestProject({
    "models/events.sql":
      "{{ config(materialized='table') }} select now() - interval '{{ var('minutes') }} minutes' as seen_at",
    "models/events.yml":
      "models:\n  - name: events\n    data_tests:\n      - freshness_anomalies: {arguments: {timestamp_column: seen_at, min_points: 5}}\n",
  });
  for (let number = 0; number < 6; number++) {
    const report = await day(number, { minutes: 60 + number });
    expect(statusOf(report), troubles(report)).toBe("pass");
  }
  expect(statusOf(await day(6, { minutes: 1 }))).toBe("pass");
  expect(statusOf(await day(7, { minutes: 300 }))).toBe("fail");
});

test.each([
  ["volume_anomalies: {arguments: {seasonality: month}}", "seasonality must be 'weekday'"],
  ["volume_anomalies: {arguments: {direction: up}}", "direction must be 'both', 'spike' or 'drop', not 'up'"],
  ["column_anomalies: {arguments: {column_name: id, metrics: [nulls]}}", "knows no metric 'nulls'"],
  ["dimension_anomalies", "needs dimensions"],
])("%s is refused before anything runs", async (written, message) => {
  project = shop(`      - ${written}\n`);
  await expect(day(0, { rows: 1 })).rejects.toThrow(message);
});

test("a run without such tests makes no state", async () => {
  project = new TestProject({ "models/m.sql": "select 1 as x" });
  expect(statuses(await project.run("build"))).toEqual({ m: "success" });
  expect(
    await project.query("select count(*) from duckdb_schemas() where schema_name = 'etl_state'"),
  ).toEqual([["0"]]);
});
