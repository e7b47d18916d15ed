// What Postgres refuses, as people read it: the place in their own file, the server's words, what to do.

import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "./launch.ts";
import { Project, query, told } from "./project.ts";

let server: PostgresServer;
const projects: Project[] = [];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  for (const project of projects) project.remove();
  await server.stop();
});

/** Runs models in a schema of their own. */
async function run(schema: string, models: Record<string, string>, settings = {}): Promise<string> {
  const files = Object.fromEntries(Object.entries(models).map(([name, sql]) => [`models/${name}.sql`, sql]));
  const project = new Project(server, schema, files, settings);
  projects.push(project);
  // Names of indexes and temporary tables are new in every run.
  return told(await project.run("run"))
    .replaceAll(/[0-9a-f]{32}/g, "HASH")
    .replaceAll(/__dbt_tmp\d+/g, "__dbt_tmpTIME");
}

test("a column that does not exist, with the nearest", async () => {
  const models = {
    orders: "select 1 as id, 2 as amount",
    sums: "{{ config(materialized='table') }}\nselect id,\n  amont\nfrom {{ ref('orders') }}",
  };
  expect(await run("columns", models)).toMatchInlineSnapshot(`
    "orders: success
    sums: error
      models/sums.sql:3:3 model "sums": column "amont" does not exist
        help: did you mean "amount"?"
  `);
});

test("a syntax error", async () => {
  expect(await run("syntax", { m: "select 1 as id\nform orders\nwhere id = 1" })).toMatchInlineSnapshot(`
    "m: error
      models/m.sql:2:1 model "m": syntax error at or near "form"
        help: did you mean "from" instead of "form"?"
  `);
});

test("merge where the server has none, as before Postgres 15", async () => {
  // Newer servers know the word, but not at this place.
  const sql = `{{ config(pre_hook="create view v as merge into t using s on true") }}\nselect 1 as id`;
  expect(await run("merges", { m: sql })).toMatchInlineSnapshot(`
    "m: error
      models/m.sql:1:38 pre-hook of model "m": syntax error at or near "merge"
        note: the statement: create view v as merge into t using s on true
        help: merge came with Postgres 15, and microbatch needs it: on an older server take incremental_strategy: delete+insert"
  `);
});

test("functions, groups and types", async () => {
  const models = {
    calls: "select roundd(1.5)",
    groups: "select g % 2 as odd, g from generate_series(1, 3) g group by 1",
    sets: "select 1 as a, 2 as b union all select 3",
  };
  expect(await run("words", models)).toMatchInlineSnapshot(`
    "calls: error
      models/calls.sql:1:8 model "calls": function roundd(numeric) does not exist
        help: correct its name, or cast the arguments to types that it takes: x::integer
    groups: error
      models/groups.sql:1:22 model "groups": column "g.g" must appear in the GROUP BY clause or be used in an aggregate function
        help: add the column to group by, or take one of its values with min() or max()
    sets: error
      models/sets.sql:1:40 model "sets": each UNION query must have the same number of columns
        help: select the same number of columns on both sides of the union"
  `);
});

test("a value that a cast does not take", async () => {
  const sql = "{{ config(materialized='table') }}\nselect x::int from (values ('1'), ('n/a')) as v (x)";
  expect(await run("casts", { m: sql })).toMatchInlineSnapshot(`
    "m: error
      models/m.sql:1:1 model "m": invalid input syntax for type integer: "n/a"
        note: the statement: create  table "postgres"."casts"."m" as ( select x::int from (values ('1'), ('n/a')) as v (x) );
        help: clean the text before the cast, for example with nullif(x, 'n/a')"
  `);
});

test("a constraint that is broken, with the values", async () => {
  const sql =
    "{{ config(materialized='table', indexes=[{'columns': ['id'], 'unique': true}]) }}\nselect 1 as id union all select 1";
  expect(await run("twice", { m: sql })).toMatchInlineSnapshot(`
    "m: error
      models/m.sql:1:1 model "m": could not create unique index "HASH"
        note: the statement: create unique index if not exists "HASH" on "postgres"."twice"."m" (id)
        note: Key (id)=(1) is duplicated.
        help: remove the duplicates, or the unique index or constraint"
  `);
});

test("statement_timeout", async () => {
  const sql = `{{ config(materialized='table', pre_hook="set local statement_timeout = '50ms'") }}\nselect 1 as n from pg_sleep(5)`;
  expect(await run("slow", { m: sql })).toMatchInlineSnapshot(`
    "m: error
      models/m.sql:1:1 model "m": canceling statement due to statement timeout
        note: the statement: create  table "postgres"."slow"."m" as ( select 1 as n from pg_sleep(5) );
        help: statement_timeout of the role, the database or the session ended it: raise it, or make the query faster"
  `);
});

test("a lock that somebody else holds", async () => {
  const sql = `{{ config(materialized='incremental', pre_hook="set local lock_timeout = '20ms'") }}\nselect 1 as id`;
  expect(await run("locks", { m: sql })).toBe("m: success");
  const { host, port, user, password, database } = server;
  const holder = new pg.Client({ host, port, user, password, database });
  await holder.connect();
  await holder.query("begin; lock table locks.m in access exclusive mode");
  try {
    expect(await run("locks", { m: sql })).toMatchInlineSnapshot(`
      "m: error
        models/m.sql:1:1 model "m": canceling statement due to lock timeout
          note: the statement: insert into "postgres"."locks"."m" ("id") select "id" from "m__dbt_tmpTIME"
          help: another session holds the lock: look into pg_stat_activity, then run again"
    `);
  } finally {
    await holder.end();
  }
});

test("a permission that the role lacks", async () => {
  await query(
    server,
    "create role guest login password 'guest-password'; create schema walled; create table walled.secret (n int)",
  );
  const guest = { user: "guest", password: "guest-password" };
  await expect(run("elsewhere", { m: "select 1 as id" }, guest)).rejects.toThrow(
    /schema "elsewhere" cannot be created: permission denied/,
  );
  await query(server, "grant usage, create on schema walled to guest");
  expect(
    await run("walled", { m: "{{ config(materialized='table') }}\nselect * from walled.secret" }, guest),
  ).toMatchInlineSnapshot(`
    "m: error
      models/m.sql:1:1 model "m": permission denied for table secret
        note: the statement: create  table "postgres"."walled"."m" as ( select * from walled.secret );
        help: the role of the profile lacks this right: ask the owner to grant it"
  `);
});

test("another database", async () => {
  expect(await run("databases", { m: "select * from other.public.t" })).toMatchInlineSnapshot(`
    "m: error
      models/m.sql:1:28 model "m": cross-database references are not implemented: "other.public.t"
        help: Postgres reads one database: bring the table here, or use a foreign table"
  `);
});

test("a model that is to be made in another database", async () => {
  const m = "{{ config(database='elsewhere') }}\nselect 1 as id";
  await expect(run("other_database", { m })).rejects.toThrow(
    /schema "other_database" cannot be created: references to another database are not allowed \(elsewhere is not postgres\)/,
  );
});
