// The anomaly tests on PostgreSQL: the same macros, another engine's SQL.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { Project, query } from "../postgres/project.ts";
import { statuses, troubles } from "../run/harness.ts";

let server: PostgresServer;
let project: Project;

beforeAll(async () => {
  server = await startPostgres();
  project = new Project(server, "anomalies", {
    "models/orders.sql": `{{ config(materialized='table') }}
select
  r as id,
  case when r <= {{ var('nulls') }} then null else (r % 100)::numeric end as amount,
  case when r % 10 < {{ var('cards') }} then 'card' else 'cash' end as paid_by,
  now() - interval '1 minute' * {{ var('minutes') }} as seen_at
from generate_series(1, {{ var('rows') }}) as r`,
    "models/orders.yml": `models:
  - name: orders
    data_tests:
      - volume_anomalies: {name: volume, arguments: {min_points: 4}}
      - freshness_anomalies: {name: freshness, arguments: {min_points: 4, timestamp_column: seen_at}}
      - dimension_anomalies: {name: dimension, arguments: {min_points: 4, dimensions: [paid_by]}, config: {where: id > 0}}
    columns:
      - name: amount
        data_tests:
          - column_anomalies: {name: amounts, arguments: {min_points: 4, metrics: [null_rate, distinct_count, mean, stddev, median, p95]}}
`,
  });
}, 300_000);

afterAll(async () => {
  project?.remove();
  await server?.stop();
});

const usual = { rows: 1000, nulls: 10, cards: 7, minutes: 60 };

test("each passes while things are as usual, and fails for what it looks at", async () => {
  for (let round = 0; round < 5; round++) {
    const report = await project.run("build", { ...usual, rows: 1000 + round });
    expect(report.success, troubles(report)).toBe(true);
  }
  const cases = [
    [{ rows: 3000, nulls: 30 }, ["volume"]],
    [{ nulls: 200 }, ["amounts"]],
    [{ cards: 3 }, ["dimension"]],
    [{ minutes: 600 }, ["freshness"]],
  ] as const;
  for (const [vars, failing] of cases) {
    const found = statuses(await project.run("build", { ...usual, ...vars }));
    expect(Object.keys(found).filter((name) => found[name] === "fail")).toEqual(failing);
  }
  const [row] = await query(
    server,
    "select count(*)::int, count(distinct run_id)::int from etl_state.measures",
  );
  expect(row?.[1]).toBe(9);
}, 300_000);
