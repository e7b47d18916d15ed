// catalogs.yml on Snowflake: where tables go and what they are named, that tables of another catalog are written without
// transactions, replaced after their query was tried, and what is said of mistakes.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EtlError } from "../../src/base/diagnostic.ts";
import { model } from "../adapter/lab.ts";
import { type SnowflakeLab, startLab } from "./lab.ts";
import { messages } from "./project.ts";

let lab: SnowflakeLab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.stop());

const linked = (database: string, more = ""): string => `catalogs:
  - name: Open
    write_integrations:
      - name: polaris
        catalog_type: iceberg_rest
        adapter_properties: {catalog_linked_database: ${database}${more}}
`;
const table = (sql: string, config = ""): string =>
  model(`materialized='table', catalog_name='open'${config}`, sql);

test("a linked database names its tables, of glue in small letters, unless a node has its own", async () => {
  const shop = lab.project("Named", {
    "catalogs.yml": linked("lake", ", catalog_linked_database_type: glue"),
    "models/a.sql": table("select 1 as id", ", schema='Mart'"),
    "models/b.sql": table("select 1 as id", ", database='own'"),
    "models/c.sql": "select * from {{ ref('a') }}",
    "macros/names.sql":
      "{% macro generate_schema_name(custom_schema_name, node) %}{{ snowflake__generate_schema_name(custom_schema_name, node) }}{% endmacro %}",
  });
  const named = await shop.within("parse", {}, async ({ manifest }) =>
    [...manifest.resources.values()].flatMap((one) => ("relationName" in one ? [one.relationName] : [])),
  );
  expect(named).toEqual(["lake.named_mart.a", "own.named.b", "db.Named.c"]);
});

describe("a table of another catalog", () => {
  test("goes only when its new query was tried", async () => {
    const shop = lab.project("tried", {
      "catalogs.yml": linked("db"),
      "models/t.sql": table("select 1 as id"),
    });
    await shop.succeeds("run");
    shop.write({ "models/t.sql": table("select no_such_column as id") });
    expect(messages(await shop.run("run"))[0]).toMatch(/no_such_column/i);
    expect(await lab.rows("select id from db.tried.t")).toEqual([[1]]);
    shop.write({ "models/t.sql": table("select 2 as id") });
    const lines = await lab.sent(/tried"?\."?t/i, () => shop.succeeds("run"));
    expect(lines).toEqual([
      'drop table if exists "DB"."TRIED"."T"',
      "create iceberg table db.tried.t as ( select 2 as id )",
    ]);
  });

  test("is written without transactions", async () => {
    const rows = (strategy: string): string =>
      model(
        `materialized='incremental', catalog_name='open', incremental_strategy='${strategy}', unique_key='id'`,
        "select 1 as id",
      );
    const shop = lab.project("kept", {
      "catalogs.yml": linked("db"),
      "models/i.sql": rows("delete+insert"),
      "models/own.sql": rows("delete+insert").replace("catalog_name='open', ", ""),
    });
    await shop.succeeds("run");
    const lines = await lab.sent(/^(begin|commit|insert|delete|drop|create)/i, () => shop.succeeds("run"));
    expect(lines.map((line) => line.split(" ").slice(0, 5).join(" "))).toEqual([
      "drop table if exists db.kept.i__dbt_tmp",
      "create iceberg table db.kept.i__dbt_tmp as",
      expect.stringMatching(/^delete from db\.kept\.i/),
      expect.stringMatching(/^insert into db\.kept\.i/),
      "drop table if exists db.kept.i__dbt_tmp",
      "create or replace temporary table",
      "BEGIN",
      expect.stringMatching(/^delete from db\.kept\.own/),
      expect.stringMatching(/^insert into db\.kept\.own/),
      "COMMIT",
      expect.stringMatching(/^drop table if exists db\.kept\.own__dbt_tmp/),
    ]);
    expect(await lab.rows("select id from db.kept.i")).toEqual([[1]]);
  });
});

test("a snapshot in a linked database leaves nothing behind", async () => {
  const shop = lab.project("history", {
    "catalogs.yml": linked("db"),
    "models/t.sql": "select 1 as id",
    "snapshots/s.yml":
      "snapshots: [{name: s, relation: ref('t'), config: {unique_key: id, strategy: check, check_cols: all, catalog_name: open}}]",
  });
  await shop.succeeds("build");
  await shop.succeeds("build");
  const tables =
    "select table_name from db.information_schema.tables where table_schema = 'HISTORY' order by 1";
  expect(await lab.rows(tables)).toEqual([["S"], ["T"]]);
});

describe("catalogs.yml", () => {
  const integration = (text: string): string =>
    `catalogs:\n  - name: lake\n    write_integrations:\n      - {name: one, ${text}}\n`;

  test.each([
    ["is empty", "", 'catalogs.yml must hold a list under "catalogs"', 1],
    ["has no list", "catalogs: {name: lake}", 'must hold a list under "catalogs"', 1],
    ["has a text for a catalog", "catalogs: [lake]", "catalog 1 must be a mapping with name, not a text", 1],
    [
      "has an unknown key",
      "catalogs:\n  - nmae: lake",
      '"nmae" is not a key of catalog 1 | did you mean "name"?',
      2,
    ],
    [
      "has no integrations",
      "catalogs:\n  - name: lake",
      'catalog "lake" has no list of write_integrations',
      2,
    ],
    ["has no type", integration("external_volume: v"), 'write integration "one" has no "catalog_type"', 4],
    [
      "has a wrong type",
      integration("catalog_type: iceberg_rst"),
      '"iceberg_rst" is not a catalog_type of this warehouse | did you mean "ICEBERG_REST"?',
      4,
    ],
    [
      "has a wrong key",
      integration("catalog_type: built_in, external_volumn: v"),
      '"external_volumn" is not a key of write integration 1 of catalog "lake" | did you mean "external_volume"?',
      4,
    ],
    [
      "has a wrong format",
      integration("catalog_type: built_in, table_format: delta"),
      'table_format must be iceberg, not "delta"',
      4,
    ],
    [
      "has a wrong policy",
      integration("catalog_type: built_in, adapter_properties: {storage_serialization_policy: fast}"),
      "storage_serialization_policy must be COMPATIBLE or OPTIMIZED",
      4,
    ],
    [
      "names no linked database",
      integration("catalog_type: iceberg_rest"),
      "it has no catalog_linked_database",
      4,
    ],
    [
      "has a property that nobody reads",
      integration("catalog_type: iceberg_rest, adapter_properties: {catalog_linked_databas: lake}"),
      "it has no catalog_linked_database",
      4,
    ],
    [
      "names no active integration",
      `${integration("catalog_type: built_in")}      - {name: two, catalog_type: built_in}\n`,
      "several write_integrations, none of which is active | add active_write_integration: one",
      2,
    ],
    [
      "names an active integration that is not there",
      `${integration("catalog_type: built_in")}    active_write_integration: tow\n`,
      'catalog "lake" has no write integration "tow"',
      5,
    ],
    [
      "names a catalog twice",
      `${integration("catalog_type: built_in")}  - {name: LAKE, write_integrations: [{name: two, catalog_type: built_in}]}\n`,
      'there is a catalog "lake" already',
      5,
    ],
    [
      "names a catalog of Snowflake",
      integration("catalog_type: built_in").replace("name: lake", "name: snowflake"),
      'there is a catalog "SNOWFLAKE" already',
      2,
    ],
  ])("%s", async (_, text, expected, line) => {
    const shop = lab.project("wrong", { "catalogs.yml": text, "models/v.sql": "select 1 as id" });
    const found = await mistakes(shop.run("run"));
    expect(found.map(({ text }) => text).join("\n")).toContain(expected);
    expect(found[0]).toMatchObject({ code: "catalogs-invalid", file: "catalogs.yml", line });
  });

  test.each([
    [
      "an unknown catalog",
      "catalog_name='opne'",
      'is to be written to the catalog "opne", which does not exist | did you mean "Open"?',
      "catalog-unknown",
    ],
    [
      "clusters",
      "catalog_name='open', cluster_by='id'",
      "an Iceberg table of another catalog takes no cluster_by",
      "catalog-config",
    ],
    ["a volume", "catalog_name='open', external_volume='v'", "takes no external_volume", "catalog-config"],
    [
      "a wrong policy",
      "table_format='iceberg', storage_serialization_policy='fast'",
      "storage_serialization_policy must be COMPATIBLE or OPTIMIZED",
      "catalog-config",
    ],
  ])("is asked for %s by a model", async (_, config, expected, code) => {
    const shop = lab.project("asked", {
      "catalogs.yml": linked("lake"),
      "models/t.sql": model(`materialized='table', ${config}`, "select 1 as id"),
    });
    const [first] = await mistakes(shop.run("run"));
    expect(first).toMatchObject({ code, file: "models/t.sql", line: 1 });
    expect(first?.text).toContain(expected);
  });
});

interface Mistake {
  readonly code: string;
  readonly text: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
}

async function mistakes(work: Promise<unknown>): Promise<readonly Mistake[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof EtlError)) throw error ?? new Error("nothing was said");
  return error.diagnostics.map(({ code, message, help, place }) => ({
    code,
    text: [message, help].filter(Boolean).join(" | "),
    file: place?.file,
    line: place?.line,
  }));
}
