// Iceberg tables on BigQuery: which tables can take the place of others, and what is said of mistakes.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EtlError } from "../../src/base/diagnostic.ts";
import { type BigQueryLab, startLab } from "./lab.ts";
import { messages } from "./project.ts";

let lab: BigQueryLab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.stop());

const iceberg = (sql: string, config = ""): string =>
  `{{ config(materialized='table', catalog_name='managed_iceberg', storage_uri='gs://lake/t'${config}) }}\n${sql}\n`;

test("an Iceberg table in place of a view goes there by its own name, when its query was tried", async () => {
  const shop = lab.project("iceberg", { "models/t.sql": "select 1 as id" });
  await shop.succeeds("run");
  shop.write({ "models/t.sql": iceberg("select no_such_column as id") });
  expect(messages(await shop.run("run"))[0]).toContain("no_such_column");
  shop.write({ "models/t.sql": iceberg("select 2 as id") });
  const from = lab.server.requests.length;
  await shop.succeeds("run");
  const sent = lab.server.requests
    .slice(from)
    .flatMap(({ sql }) => sql?.replaceAll(/\s+/g, " ").trim() ?? []);
  expect(sent).toEqual([
    "select 2 as id",
    expect.stringMatching(/^drop view if exists .*`t`$/),
    expect.stringMatching(
      /^create or replace table .*`t` with connection default options\(table_format='iceberg', file_format='parquet', storage_uri='gs:\/\/lake\/t'\) as \( select 2 as id \)$/,
    ),
  ]);
});

describe("what is said of", () => {
  const catalog = (text: string): string =>
    `catalogs:\n  - name: lake\n    write_integrations:\n      - {name: one, catalog_type: biglake_metastore, ${text}}\n`;

  test.each([
    [
      "a format that BigQuery has not",
      catalog("table_format: delta"),
      "",
      'table_format must be iceberg, not "delta"',
    ],
    [
      "files that BigQuery does not write",
      catalog("file_format: orc"),
      "",
      'file_format must be parquet, not "orc"',
    ],
    [
      "a volume that is no bucket",
      catalog("external_volume: lake"),
      "",
      "external_volume must be a folder of a bucket | write external_volume: gs://bucket",
    ],
    [
      "a type of Snowflake",
      catalog("").replace("biglake_metastore", "built_in"),
      "",
      '"built_in" is not a catalog_type of this warehouse | known: biglake_metastore, INFO_SCHEMA',
    ],
    [
      "a table without a place",
      catalog("table_format: iceberg"),
      "catalog_name='lake'",
      'model "t": nothing says where the files of its Iceberg table lie',
    ],
    [
      "an unknown catalog",
      catalog("external_volume: 'gs://lake'"),
      "catalog_name='lakes'",
      'written to the catalog "lakes", which does not exist | did you mean "lake"?',
    ],
  ])("%s", async (_, text, config, expected) => {
    const shop = lab.project("wrong", {
      "catalogs.yml": text,
      "models/t.sql": `{{ config(materialized='table', ${config}) }}\nselect 1 as id\n`,
    });
    const error = await shop.run("run").then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof EtlError)) throw error ?? new Error("nothing was said");
    const said = error.diagnostics.map(({ message, help }) => [message, help].filter(Boolean).join(" | "));
    expect(said.join("\n")).toContain(expected);
  });
});
