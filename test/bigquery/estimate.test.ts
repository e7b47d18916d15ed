// `--estimate`: bytes by dry runs, what cannot be known yet, and nothing built.

import { afterAll, beforeAll, expect, test } from "vitest";
import { estimateLines } from "../../src/cli/estimate-output.ts";
import { type FakeBigQuery, startFakeBigQuery } from "./fake-server.ts";
import { Project } from "./project.ts";

let server: FakeBigQuery;
beforeAll(async () => {
  server = await startFakeBigQuery();
});
afterAll(() => server.stop());

test("each query is told what it would read, and none is run", async () => {
  const project = new Project(server.port, "estimates", {
    "models/a.sql": "{{ config(materialized='table') }} select 1 as id",
    "models/b.sql": "{{ config(materialized='table') }} select * from {{ ref('a') }}",
    "models/v.sql": "select 1 as id",
    "models/a.yml": "models: [{name: a, columns: [{name: id, data_tests: [not_null]}]}]",
  });
  const from = server.requests.length;
  const lines = estimateLines(await project.estimates("build"));
  expect(lines.map((line) => line.trim().replaceAll(/ {2,}/g, " | "))).toEqual([
    "100 bytes | table | estimates.a",
    expect.stringMatching(/^unknown \| table \| estimates\.b \| Not found: Table/),
    expect.stringMatching(/^unknown \| test \| not_null_a_id \| Not found: Table/),
    "0 bytes | view | estimates.v",
    "all together: 100 bytes, and what 2 nodes would read, which is not known yet",
  ]);
  const jobs = server.requests.slice(from).flatMap(({ sql, body }) => (sql === undefined ? [] : [body]));
  expect(jobs.length).toBeGreaterThan(0);
  for (const { configuration } of jobs) expect(configuration).toMatchObject({ dryRun: true });
  project.remove();
});
