// Dynamic tables: created once, changed as their configs are, rebuilt where they must be, swapped with other kinds.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { model } from "../adapter/lab.ts";
import { type SnowflakeLab, startLab } from "./lab.ts";
import { messages } from "./project.ts";

let lab: SnowflakeLab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.stop());

describe("a dynamic table", () => {
  const dynamic = (config: string): string =>
    model(`materialized='dynamic_table', snowflake_warehouse='wh', ${config}`, "select 1 as id");

  test("is changed in place, rebuilt where it must be, and left alone", async () => {
    const shop = lab.project("dynamic", { "models/d.sql": dynamic("target_lag='1 minute'") });
    await shop.succeeds("run");
    const change = async (config: string) => {
      shop.write({ "models/d.sql": dynamic(config) });
      return lab.sent(/dynamic table d|dynamic table db/i, () => shop.succeeds("run"));
    };
    expect(await change("target_lag='1 minute'")).toEqual([]);
    expect(await change("target_lag='2 minutes', cluster_by='id'")).toEqual([
      "alter dynamic table db.dynamic.d set target_lag = '2 minutes'",
      "alter dynamic table db.dynamic.d cluster by (id)",
    ]);
    expect(await change("target_lag='2 minutes'")).toEqual([
      "alter dynamic table db.dynamic.d drop clustering key",
    ]);
    const [rebuilt] = await change("target_lag='2 minutes', refresh_mode='full'");
    expect(rebuilt).toMatch(/^create or replace dynamic table db\.dynamic\.d .*refresh_mode = FULL/);
    expect(
      await change("target_lag='2 minutes', refresh_mode='full', on_configuration_change='fail'"),
    ).toEqual([]);
    shop.write({ "models/d.sql": dynamic("target_lag='3 minutes', on_configuration_change='fail'") });
    expect(messages(await shop.run("run"))[0]).toContain(
      "configured otherwise in the warehouse (target_lag)",
    );
  });

  test("takes the place of a table, and a view its own", async () => {
    const shop = lab.project("swapped", { "models/d.sql": model("materialized='table'", "select 1 as id") });
    await shop.succeeds("run");
    shop.write({ "models/d.sql": dynamic("target_lag='1 minute'") });
    await shop.succeeds("run");
    const kinds =
      "select table_name, is_dynamic from db.information_schema.tables where table_schema = 'SWAPPED'";
    expect(await lab.rows(kinds)).toEqual([["D", "YES"]]);
    shop.write({ "models/d.sql": "select 2 as id" });
    await shop.succeeds("run");
    expect(await lab.rows(kinds)).toEqual([["D", "NO"]]);
  });

  test("is transient by the flag of dbt-snowflake, unless it says otherwise", async () => {
    const shop = lab.project("flagged", {
      "dbt_project.yml":
        "name: shop\nprofile: shop\nquery-comment: null\nflags: {snowflake_default_transient_dynamic_tables: true}\n",
      "models/a.sql": dynamic("target_lag='1 minute'"),
      "models/b.sql": dynamic("target_lag='1 minute', transient=false"),
      "models/c.sql": dynamic("target_lag='1 minute', table_format='iceberg'"),
    });
    const made = await lab.sent(/^create .*dynamic/i, () => shop.succeeds("run"));
    expect(made.map((line) => line.split(" db.")[0])).toEqual([
      "create transient dynamic table",
      "create dynamic table",
      "create dynamic iceberg table",
    ]);
    expect(await lab.sent(/dynamic table db/i, () => shop.succeeds("run"))).toEqual([]);
  });

  test("becomes an Iceberg table and an ordinary one again with --full-refresh", async () => {
    const shop = lab.project("formats", { "models/d.sql": dynamic("target_lag='1 minute'") });
    await shop.succeeds("run");
    const change = (config: string): Promise<readonly string[]> => {
      shop.write({ "models/d.sql": dynamic(`target_lag='1 minute'${config}`) });
      return lab.sent(/^(create|drop|alter) .*formats"?\./i, () =>
        shop.succeeds("run", { full_refresh: true }),
      );
    };
    const iceberg = await change(", table_format='iceberg'");
    expect(iceberg.map((line) => line.split(/ (?:db|"DB")\./)[0])).toEqual([
      "drop dynamic table if exists",
      "create dynamic iceberg table",
    ]);
    const ordinary = await change("");
    expect(ordinary.map((line) => line.split(/ (?:db|"DB")\./)[0])).toEqual([
      "create dynamic table",
      "drop dynamic table if exists",
      "alter dynamic table",
    ]);
  });

  test.each([
    ["target_lag='1 minute', scheduler='disable'", "takes no target_lag"],
    ["scheduler='enable'", "needs target_lag"],
    ["scheduler='sometimes'", 'scheduler must be ENABLE or DISABLE, not "sometimes"'],
  ])("of a config that cannot be: %s", async (config, expected) => {
    const shop = lab.project("wrong", { "models/d.sql": dynamic(config) });
    expect(messages(await shop.run("run"))[0]).toContain(expected);
  });
});
