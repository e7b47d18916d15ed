// What BigQuery's API is asked and told beside SQL: when tables changed, fields of structs, clones of other environments.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { measureFreshness } from "../../src/pipeline.ts";
import { type FakeBigQuery, startFakeBigQuery } from "./fake-server.ts";
import { Project } from "./project.ts";

let server: FakeBigQuery;
const projects: Project[] = [];
beforeAll(async () => {
  server = await startFakeBigQuery();
});
afterAll(async () => {
  for (const project of projects) project.remove();
  await server.stop();
});

function project(dataset: string, files: Readonly<Record<string, string>>): Project {
  const made = new Project(server.port, dataset, files);
  projects.push(made);
  return made;
}

test("a source is as fresh as the last change of its table, where no column tells", async () => {
  const shop = project("raw", {
    "models/orders.sql": "{{ config(materialized='table') }} select 1 as id",
    "models/sources.yml": `sources:
  - {name: raw, schema: raw, config: {freshness: {warn_after: {count: 1, period: hour}}}, tables: [{name: orders}]}
`,
  });
  await shop.succeeds("run");
  const from = server.requests.length;
  const report = await shop.within("source freshness", {}, measureFreshness);
  expect(report.results.map(({ status }) => status)).toEqual(["pass"]);
  // The clock is asked of a query that reads no table.
  const [query] = server.requests.slice(from).flatMap(({ sql }) => sql ?? []);
  expect(query).toMatch(/timestamp_millis\(\d+\) as last_modified/);
});

test("fields that new rows have in structs are added by the API", async () => {
  const model = (fields: string): string =>
    `{{ config(materialized='incremental', on_schema_change='append_new_columns') }} select struct(${fields}) as s`;
  const shop = project("growing", { "models/i.sql": model("1 as x") });
  await shop.succeeds("run");
  shop.write({ "models/i.sql": model("1 as x, 'a' as y") });
  const from = server.requests.length;
  await shop.run("run");
  const patches = server.requests.slice(from).filter(({ method }) => method === "PATCH");
  expect(patches.map(({ path, body }) => [path, body])).toEqual([
    [
      "test-project/datasets/growing/tables/i",
      {
        schema: {
          fields: [
            {
              name: "s",
              type: "RECORD",
              mode: "NULLABLE",
              fields: [
                { name: "x", type: "INTEGER", mode: "NULLABLE" },
                { name: "y", type: "STRING", mode: "NULLABLE" },
              ],
            },
          ],
        },
      },
    ],
  ]);
});

test("tables of another environment are cloned", async () => {
  const files = { "models/t.sql": "{{ config(materialized='table') }} select 1 as id" };
  const prod = project("prod", files);
  await prod.succeeds("run");
  const manifest = readFileSync(join(prod.folder, "target", "manifest.json"), "utf8");
  const dev = project("dev", { ...files, "state/manifest.json": manifest });
  const from = server.requests.length;
  await dev.succeeds("clone", { state: "state" });
  expect(server.requests.slice(from).flatMap(({ sql }) => sql?.trim() ?? [])).toContain(
    "create or replace table `test-project`.`dev`.`t` clone `test-project`.`prod`.`t`",
  );
});
