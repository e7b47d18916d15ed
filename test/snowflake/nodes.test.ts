// What nodes do on Snowflake beyond the conformance suite: dynamic tables that change, tags and warehouses that are taken
// back, clones, rights, quoted names, rows and watermark in one transaction, freshness without a column.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Cell } from "../../src/adapter/result.ts";
import { measureFreshness } from "../../src/index.ts";
import { type FakeSnowflake, startFakeSnowflake } from "./fake-server.ts";
import { open, settingsOf } from "./open.ts";
import { messages, Project } from "./project.ts";

let server: FakeSnowflake;
const projects: Project[] = [];
beforeAll(async () => {
  server = await startFakeSnowflake();
});
afterEach(() => {
  server.fault = () => undefined;
});
afterAll(async () => {
  for (const project of projects) project.remove();
  await server.stop();
});

function project(schema: string, files: Readonly<Record<string, string>>): Project {
  const made = new Project(server.port, schema, files);
  projects.push(made);
  return made;
}

async function rows(sql: string): Promise<readonly (readonly Cell[])[]> {
  const warehouse = await open(settingsOf(server.port));
  try {
    return (await warehouse.withSession("look", (session) => session.execute(sql))).rows;
  } finally {
    await warehouse.close();
  }
}

/** Statements that were sent by the work and match, with one space between words. */
async function sent(pattern: RegExp, work: () => Promise<unknown>): Promise<readonly string[]> {
  const from = server.requests.length;
  await work();
  return server.requests
    .slice(from)
    .map(({ sql }) => sql.replaceAll(/\s+/g, " ").trim())
    .filter((sql) => pattern.test(sql));
}

const model = (config: string, sql: string): string => `{{ config(${config}) }}\n${sql}\n`;

describe("a dynamic table", () => {
  const dynamic = (config: string): string =>
    model(`materialized='dynamic_table', snowflake_warehouse='wh', ${config}`, "select 1 as id");

  test("is changed in place, rebuilt where it must be, and left alone", async () => {
    const shop = project("dynamic", { "models/d.sql": dynamic("target_lag='1 minute'") });
    await shop.succeeds("run");
    const change = async (config: string) => {
      shop.write({ "models/d.sql": dynamic(config) });
      return sent(/dynamic table d|dynamic table db/i, () => shop.succeeds("run"));
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
    const shop = project("swapped", { "models/d.sql": model("materialized='table'", "select 1 as id") });
    await shop.succeeds("run");
    shop.write({ "models/d.sql": dynamic("target_lag='1 minute'") });
    await shop.succeeds("run");
    const kinds =
      "select table_name, is_dynamic from db.information_schema.tables where table_schema = 'SWAPPED'";
    expect(await rows(kinds)).toEqual([["D", "YES"]]);
    shop.write({ "models/d.sql": "select 2 as id" });
    await shop.succeeds("run");
    expect(await rows(kinds)).toEqual([["D", "NO"]]);
  });

  test.each([
    ["target_lag='1 minute', scheduler='disable'", "takes no target_lag"],
    ["scheduler='enable'", "needs target_lag"],
    ["scheduler='sometimes'", 'scheduler must be ENABLE or DISABLE, not "sometimes"'],
  ])("of a config that cannot be: %s", async (config, expected) => {
    const shop = project("wrong", { "models/d.sql": dynamic(config) });
    expect(messages(await shop.run("run"))[0]).toContain(expected);
  });
});

describe("what a node sets in its session", () => {
  const tagged = "materialized='table', query_tag='mine', snowflake_warehouse='large'";

  test("is taken back when it fails", async () => {
    const shop = project("tagged", {
      "models/a.sql": model(tagged, "select no_such_column as id"),
      "models/b.sql": "select 1 as id",
    });
    const lines = await sent(/session|warehouse|view/i, () => shop.run("run"));
    expect(lines).toEqual([
      "select current_warehouse()",
      "use warehouse large",
      "show parameters like 'query_tag' in session",
      "alter session set query_tag = 'mine'",
      "ALTER SESSION UNSET QUERY_TAG",
      'USE WAREHOUSE "WH"',
      "create or replace view db.tagged.b as ( select 1 as id )",
    ]);
  });

  test("goes back to the tag of the profile", async () => {
    const made = new Project(
      server.port,
      "profiled",
      { "models/a.sql": model(tagged, "select 1 as id") },
      { query_tag: "it's \\ ours" },
    );
    projects.push(made);
    const lines = await sent(/query_tag =/i, () => made.succeeds("run"));
    expect(lines).toEqual([
      "ALTER SESSION SET QUERY_TAG = 'it''s \\\\ ours'",
      "alter session set query_tag = 'mine'",
      "alter session set query_tag = 'it''s \\\\ ours'",
    ]);
  });
});

describe("transactions", () => {
  const incremental = (strategy: string): string =>
    model(
      `materialized='incremental', incremental_strategy='${strategy}', unique_key='id'`,
      "select 1 as id",
    );

  test("hold the statements of a strategy, so that a failure between them loses nothing", async () => {
    const shop = project("held", { "models/i.sql": incremental("delete+insert") });
    await shop.succeeds("run");
    server.fault = ({ sql }) =>
      /^\s*insert into/i.test(sql) ? { code: "000603", message: "on purpose" } : undefined;
    expect(messages(await shop.run("run"))[0]).toContain("on purpose");
    server.fault = () => undefined;
    expect(await rows("select id from db.held.i")).toEqual([[1]]);
  });

  test("hold rows and watermark together", async () => {
    const shop = project("marked", {
      "models/i.sql": `{{ config(materialized='incremental', incremental_strategy='append', watermark={'column': 'day'}) }}
select cast('2024-01-01' as timestamp_ntz) as day {% if is_incremental() %} from (select 1) where {{ watermark_filter() }} {% endif %}`,
    });
    await shop.succeeds("run");
    const lines = await sent(/^(begin|commit|insert)/i, () => shop.succeeds("run"));
    expect(lines.map((line) => line.slice(0, 30))).toEqual(
      [
        "BEGIN",
        'insert into db.marked.i ("DAY"',
        ...lines.slice(2, -1).map(() => "insert into db.etl_state.water"),
        "COMMIT",
      ].slice(0, lines.length),
    );
    expect(lines.at(-1)).toBe("COMMIT");
  });

  test("of projects' own macros are kept as they are", async () => {
    const shop = project("macros", {
      "macros/fill.sql":
        "{% macro fill() %}{% do run_query(snowflake_dml_explicit_transaction('insert into ' ~ target.schema ~ '.t values (2)')) %}{% endmacro %}",
      "models/t.sql": model("materialized='table', post_hook='{{ fill() }}'", "select 1 as id"),
    });
    expect(await sent(/^(begin|commit|insert)/i, () => shop.succeeds("run"))).toEqual([
      "begin",
      "insert into macros.t values (2)",
      "commit",
    ]);
  });
});

test("rights are granted, kept and taken back", async () => {
  const granted = (to: string): string =>
    `{{ config(materialized='table', copy_grants=true, grants={'select': [${to}]}) }}\nselect 1 as id\n`;
  const shop = project("rights", { "models/t.sql": granted("'reader', 'writer'") });
  const change = (to: string): Promise<readonly string[]> => {
    shop.write({ "models/t.sql": granted(to) });
    return sent(/^(grant|revoke)/i, () => shop.succeeds("run"));
  };
  expect(await change("'reader', 'writer'")).toEqual([
    "grant select on db.rights.t to reader",
    "grant select on db.rights.t to writer",
  ]);
  expect(await change("'reader', 'writer'")).toEqual([]);
  expect(await change("'reader'")).toEqual(['revoke SELECT on db.rights.t from "WRITER"']);
});

test("names are quoted where the project says so, of any letters", async () => {
  const shop = project("Mixed Schema", {
    "dbt_project.yml":
      "name: shop\nprofile: shop\nquoting: {schema: true, identifier: true}\nseeds: {+quote_columns: true}\n",
    "models/a.sql": model("materialized='table', alias='it''s \"a\"'", "select 1 as id"),
    "models/b.sql": "select * from {{ ref('a') }}",
    "seeds/s.csv": "id,With Space\n1,x\n",
  });
  await shop.succeeds("build");
  await shop.succeeds("build");
  expect(await rows('select id from "Mixed Schema"."b"')).toEqual([[1]]);
  expect(await rows('select "With Space" from "Mixed Schema"."s"')).toEqual([["x"]]);
  await expect(rows('select id from "Mixed Schema".b')).rejects.toThrow("does not exist");
});

test("the comment of a statement stands behind it", async () => {
  const shop = project("commented", {
    "dbt_project.yml": "name: shop\nprofile: shop\n",
    "models/v.sql": "select 1 as id",
  });
  const [line] = await sent(/view/, () => shop.succeeds("run"));
  expect(line).toMatch(/^create or replace view .* \) \/\* \{.*"node_id": "model\.shop\.v"\} \*\/$/);
});

test("freshness without a column is asked of the information schema", async () => {
  const shop = project("fresh", {
    "models/t.sql": model("materialized='table'", "select 1 as id"),
    "models/s.yml":
      "sources: [{name: raw, schema: fresh, freshness: {warn_after: {count: 1, period: hour}}, tables: [{name: t}]}]",
  });
  await shop.succeeds("run");
  const lines = await sent(/last_altered/, async () => {
    const { results } = await shop.within("source freshness", {}, measureFreshness);
    expect(results.map(({ status }) => status)).toEqual(["warn"]);
  });
  expect(lines).toHaveLength(1);
});

test("how late rows come is told in seconds, with zones and without", async () => {
  const late = (zone: string, seen: string): string =>
    `{% set q = "select cast('2024-01-01 12:00:00' as timestamp_ntz) as day, cast('2024-01-01 12:00:30+00' as ${seen}) as seen" %}
{% set told = run_query(watermark_lateness(q, 'day', 'timestamp', 'seen', '${seen === "timestamp_tz" ? "timestamptz" : "timestamp"}', '${zone}', 0.95)) %}
select {{ told.rows[0][0] if execute else 0 }} as known, {{ told.rows[0][2] if execute else 0 }} as greatest`;
  const shop = project("late", {
    "models/plain.sql": late("UTC", "timestamp_ntz"),
    "models/zoned.sql": late("Europe/Berlin", "timestamp_tz"),
  });
  await shop.succeeds("run");
  expect(await rows("select known, greatest from db.late.plain")).toEqual([[1, 30]]);
  expect(await rows("select known, greatest from db.late.zoned")).toEqual([[1, 3630]]);
});

test("what is not supported is told", async () => {
  const shop = project("told", {
    "models/i.sql": model("materialized='table', table_format='iceberg'", "select 1 as id"),
    "models/t.sql": model(
      "materialized='incremental', unique_key='id', tmp_relation_type='view', incremental_strategy='delete+insert'",
      "select 1 as id",
    ),
    "models/a.sql": model("materialized='table', audit=true", "select 1 as id"),
    "models/a.yml": "models: [{name: a, columns: [{name: id, data_tests: [unique]}]}]",
  });
  const first = messages(await shop.run("run")).join("\n");
  expect(first).toContain("audit needs transactions, and snowflake has them for rows alone");
  expect(first).toContain("Iceberg tables are not supported: remove table_format");
  expect(messages(await shop.run("run")).join("\n")).toContain(
    "tmp_relation_type must be table or transient",
  );
});

test("a table of another environment is cloned, a view is made on its view", async () => {
  const files = {
    "models/t.sql": model("materialized='table', copy_grants=true", "select 1 as id"),
    "models/v.sql": "select * from {{ ref('t') }}",
  };
  const prod = project("prod", files);
  await prod.succeeds("run");
  const dev = project("dev_of_it", files);
  const lines = await sent(/clone|view/i, () =>
    dev.succeeds("clone", { state: join(prod.folder, "target") }),
  );
  expect(lines).toEqual([
    "create or replace transient table db.dev_of_it.t clone db.prod.t copy grants",
    expect.stringMatching(/^create or replace view db\.dev_of_it\.v as \( select \* from db\.prod\.v \)$/),
  ]);
  expect(await rows("select id from db.dev_of_it.v")).toEqual([[1]]);
});

test("what the catalog knows of sizes is told", async () => {
  const shop = project("sizes", { "models/t.sql": model("materialized='table'", "select 1 as id") });
  await shop.succeeds("run");
  const warehouse = await open(settingsOf(server.port));
  const [found] = await warehouse.catalog([{ database: "db", schema: "sizes", identifier: null }]);
  await warehouse.close();
  expect(found?.owner).toBe("OWNER");
  expect(found?.stats).toMatchObject({
    row_count: { label: "Row Count", value: 7, include: true },
    bytes: { value: 1024, include: true },
    last_modified: { value: "2024-01-31 12:00UTC", include: true },
    clustering_key: { value: null, include: false },
  });
});

test.each([
  ["000606", "No active warehouse selected in the current session.", /write warehouse: in the profile/],
  [
    "090073",
    "Warehouse 'WH' cannot be resumed because resource monitor 'M' has exceeded its quota.",
    /used up its credits/,
  ],
  [
    "003001",
    "SQL access control error:\nInsufficient privileges to operate on schema 'X'",
    /ask its owner to grant it/,
  ],
  ["100038", "Numeric value 'x' is not recognized", /try_to_number/],
])("advice for error %s", async (code, message, advice) => {
  const shop = project("advised", { "models/t.sql": model("materialized='table'", "select 1 as id") });
  server.fault = ({ sql }) => (/table/.test(sql) && /as \(/.test(sql) ? { code, message } : undefined);
  expect(messages(await shop.run("run"))[0]).toMatch(advice);
});

test("no secret is in any file of a run", async () => {
  const made = new Project(
    server.port,
    "hidden",
    { "models/t.sql": "select '{{ target }}' as x" },
    { password: "hunter2-of-the-test" },
  );
  projects.push(made);
  await made.run("run");
  server.fault = ({ path }) =>
    path === "/session/v1/login-request" ? { code: "390100", message: "not hunter2-of-the-test" } : undefined;
  const refused = await made.run("run").catch((error: unknown) => JSON.stringify(error));
  expect(JSON.stringify(refused)).not.toContain("hunter2-of-the-test");
  const files = readdirSync(made.folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== "profiles.yml",
  );
  expect(files.length).toBeGreaterThan(3);
  for (const { parentPath, name } of files)
    expect(readFileSync(join(parentPath, name), "utf8")).not.toContain("hunter2-of-the-test");
});
