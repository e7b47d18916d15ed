// What is Postgres' own among the things that nodes can ask for: indexes, unlogged tables, materialized views, seeds over
// COPY, names of 63 bytes, contracts by the driver's types; and what a run does with connections and passwords.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunReport } from "../../src/index.ts";
import { type PostgresServer, startPostgres } from "./launch.ts";
import { Project, query, runProject, told } from "./project.ts";

let server: PostgresServer;
const projects: Project[] = [];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  for (const project of projects) project.remove();
  await server.stop();
});

function projectOf(schema: string, files: Record<string, string>, settings = {}): Project {
  const project = new Project(server, schema, files, settings);
  projects.push(project);
  return project;
}

/** Expects that all went well. */
function good(report: RunReport): void {
  const bad = report.results.filter(({ status }) => !["success", "pass"].includes(status));
  expect(told({ ...report, results: bad })).toBe("");
}

/** Definitions of a relation's indexes without their names. */
async function indexesOf(schema: string, name: string): Promise<unknown[]> {
  const rows = await query(
    server,
    `select regexp_replace(indexdef, 'INDEX \\S+ ON \\S+ ', 'INDEX ON ') from pg_indexes where schemaname = '${schema}' and tablename = '${name}' order by 1`,
  );
  return rows.flat();
}

describe("tables", () => {
  test("have the indexes of their config after every build, and are unlogged on demand", async () => {
    const config =
      "materialized='table', unlogged=true, indexes=[{'columns': ['id'], 'unique': true}, {'columns': ['id', 'n'], 'type': 'btree'}, {'columns': ['n'], 'type': 'hash'}]";
    const shop = projectOf("tables", { "models/m.sql": `{{ config(${config}) }}\nselect 1 as id, 2 as n` });
    for (let i = 0; i < 2; i++) {
      good(await shop.run("run"));
      expect(await indexesOf("tables", "m")).toEqual([
        "CREATE INDEX ON USING btree (id, n)",
        "CREATE INDEX ON USING hash (n)",
        "CREATE UNIQUE INDEX ON USING btree (id)",
      ]);
    }
    expect(
      await query(server, "select relpersistence from pg_class where oid = 'tables.m'::regclass"),
    ).toEqual([["u"]]);
  });
});

describe("materialized views", () => {
  const model = (indexes: string, reaction = "apply") =>
    `{{ config(materialized='materialized_view', on_configuration_change='${reaction}', indexes=${indexes}) }}\nselect 1 as id, 2 as n`;
  const byId = "[{'columns': ['id']}]";
  const byHash = "[{'columns': ['id'], 'type': 'hash'}]";
  const btree = ["CREATE INDEX ON USING btree (id)"];

  test("are changed where their indexes differ, and only then", async () => {
    const shop = projectOf("views", { "models/m.sql": model(byId) });
    good(await shop.run("run"));
    expect(await indexesOf("views", "m")).toEqual(btree);
    const [oid] = await query(server, "select 'views.m'::regclass::oid");
    shop.write({ "models/m.sql": model(byHash) });
    const report = await shop.run("run");
    good(report);
    expect(await indexesOf("views", "m")).toEqual(["CREATE INDEX ON USING hash (id)"]);
    expect(await query(server, "select 'views.m'::regclass::oid")).toEqual([oid]);
    expect((await shop.run("run")).results[0]?.message).toBe("REFRESH MATERIALIZED VIEW");
  });

  test("stay as they are, or fail, where the config says so", async () => {
    const shop = projectOf("views_kept", { "models/m.sql": model(byId) });
    good(await shop.run("run"));
    shop.write({ "models/m.sql": model(byHash, "continue") });
    good(await shop.run("run"));
    expect(await indexesOf("views_kept", "m")).toEqual(btree);
    shop.write({ "models/m.sql": model(byHash, "fail") });
    expect(told(await shop.run("run"))).toMatch(/m: error\n.*on_configuration_change is "fail"/);
    expect(await indexesOf("views_kept", "m")).toEqual(btree);
  });
});

describe("seeds", () => {
  test("are read as Python reads them, whatever COPY makes of the file", async () => {
    const shop = projectOf("seeds", {
      "seeds/plain.csv": 'id,note\n1,"a ""b"", c"\n2,\n3,"x\ny"\n',
      "seeds/inner.csv": 'id,note\n1,5" pipe\n2,6" pipe\n',
      "seeds/marker.csv": "id,note\n1,a\n2,\\.\n3,c\n",
      "seeds/blank.csv": "id,note\n1,a\n\n2,b\n",
      "seeds/shapes.csv":
        "whole,real,day,ok\n1.0,1,2024-01-31,true\n2,1e3,null,False\nnull,-.5,2024-02-29,\n",
      "seeds/nulls.csv": "id,note\n1,a\n2,NULL\n3, null \n4,  \n5, b \n6,nullable\n",
      "seeds/big.csv": "n\n9223372036854775807\n12345678901234567890\n",
    });
    good(await shop.run("seed"));
    const rows = (name: string) => query(server, `select * from seeds.${name} order by 1`);
    expect(await rows("plain")).toEqual([
      [1, 'a "b", c'],
      [2, null],
      [3, "x\ny"],
    ]);
    expect(await rows("inner")).toEqual([
      [1, '5" pipe'],
      [2, '6" pipe'],
    ]);
    expect(await rows("marker")).toEqual([
      [1, "a"],
      [2, "\\."],
      [3, "c"],
    ]);
    expect(await rows("blank")).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    expect(
      await query(server, "select whole, real, day::text, ok from seeds.shapes order by 1 nulls last"),
    ).toEqual([
      [1, 1, "2024-01-31", true],
      [2, 1000, null, false],
      [null, -0.5, "2024-02-29", null],
    ]);
    expect(await rows("nulls")).toEqual([
      [1, "a"],
      [2, null],
      [3, null],
      [4, null],
      [5, " b "],
      [6, "nullable"],
    ]);
    expect(await rows("big")).toEqual([["9223372036854775807"], ["12345678901234567890"]]);
  });

  test("tell the cell that a column does not take, by every kind of refusal", async () => {
    const shop = projectOf("bad_seeds", {
      "dbt_project.yml":
        "name: shop\nprofile: shop\nseeds: {shop: {+column_types: {code: varchar(3), small: smallint, kind: uuid}}}\n",
      "seeds/longer.csv": "id,code\n1,abc\n2,abcd\n",
      "seeds/larger.csv": "id,small\n1,5\n2,70000\n",
      "seeds/other.csv": 'id,kind\n1,"a1b2c3d4-0000-0000-0000-000000000000"\n2,none\n',
    });
    expect(told(await shop.run("seed"))).toMatchInlineSnapshot(`
      "larger: error
        seeds/larger.csv:3:3 small is smallint, '70000' is beyond its range
          note: row 2 of the seed, without its header
          help: correct the cell, leave it empty for NULL, or give the column another type under column_types
      longer: error
        seeds/longer.csv:3:3 code is varchar(3), 'abcd' is longer
          note: row 2 of the seed, without its header
          help: correct the cell, leave it empty for NULL, or give the column another type under column_types
      other: error
        seeds/other.csv:3:3 kind is uuid, 'none' is not
          note: row 2 of the seed, without its header
          help: correct the cell, leave it empty for NULL, or give the column another type under column_types"
    `);
  });

  test("may leave their column names to Postgres", async () => {
    const shop = projectOf("folded", {
      "dbt_project.yml": "name: shop\nprofile: shop\nseeds: {+quote_columns: false}\n",
      "seeds/s.csv": "ID,Name\n1,a\n",
    });
    good(await shop.run("seed"));
    expect(await query(server, "select id, name from folded.s")).toEqual([[1, "a"]]);
  });
});

describe("names", () => {
  const long = "n".repeat(63);

  test("of 63 bytes are built and built again in every way", async () => {
    const shop = projectOf("names", {
      [`models/t_${long.slice(2)}.sql`]: "{{ config(materialized='table') }}\nselect 1 as id",
      [`models/v_${long.slice(2)}.sql`]: `select * from {{ ref('t_${long.slice(2)}') }}`,
      [`models/i_${long.slice(2)}.sql`]:
        "{{ config(materialized='incremental', unique_key='id') }}\nselect 1 as id",
      [`seeds/s_${long.slice(2)}.csv`]: "id\n1\n",
      "models/schema.yml": `models:\n  - name: t_${long.slice(2)}\n    columns:\n      - name: id\n        data_tests: [not_null: {config: {store_failures: true}}]\n`,
    });
    for (let i = 0; i < 2; i++) good(await shop.run("build"));
    const names = await query(
      server,
      "select relname from pg_class where relnamespace = 'names'::regnamespace and relkind in ('r', 'v') order by 1",
    );
    expect(names.flat()).toEqual(["i", "s", "t", "v"].map((kind) => `${kind}_${long.slice(2)}`));
  });

  test("that are longer are refused before anything is built", async () => {
    const shop = projectOf("too_long", { [`models/${long}n.sql`]: "select 1 as id" });
    expect(told(await shop.run("run"))).toMatch(/64|63/);
    expect(
      await query(
        server,
        "select count(*)::int from pg_class where relnamespace = to_regnamespace('too_long')",
      ),
    ).toEqual([[0]]);
  });
});

test("contracts take types for the same that the driver does", async () => {
  const columns = [
    ["a", "varchar", "'x'::text"],
    ["b", "int", "1::smallint"],
    ["c", "numeric", "1.5"],
    ["d", "float", "1::real"],
    ["e", "text[]", "array['x']::varchar[]"],
  ] as const;
  const shop = projectOf("contracts", {
    "models/m.sql": `{{ config(materialized='table') }}\nselect ${columns.map(([name, , sql]) => `${sql} as ${name}`).join(", ")}`,
    "models/schema.yml": `models:\n  - name: m\n    config: {contract: {enforced: true}}\n    columns:\n${columns.map(([name, type]) => `      - {name: ${name}, data_type: "${type}"}\n`).join("")}`,
  });
  good(await shop.run("run"));
  shop.write({
    "models/m.sql":
      "{{ config(materialized='table') }}\nselect 1 as a, 1 as b, 1.5 as c, 1::real as d, array['x'] as e",
  });
  expect(told(await shop.run("run"))).toMatch(/m: error/);
});

test("contracts are held against a query behind a header of several statements", async () => {
  const shop = projectOf("headers", {
    "models/m.sql":
      "{{ config(materialized='table') }}\n{% call set_sql_header(config) %}set local time zone 'Asia/Kolkata'; select 'a;b';{% endcall %}\nselect current_setting('timezone') as zone",
    "models/schema.yml":
      "models:\n  - name: m\n    config: {contract: {enforced: true}}\n    columns: [{name: zone, data_type: text}]\n",
  });
  good(await shop.run("run"));
  expect(await query(server, "select zone from headers.m")).toEqual([["Asia/Kolkata"]]);
});

describe("a run", () => {
  test("uses no more connections than it has threads, and one", async () => {
    const models = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `models/m${i}.sql`,
        "{{ config(materialized='table') }}\nselect pg_backend_pid() as pid",
      ]),
    );
    const shop = projectOf("threads", models, { threads: 3 });
    good(await shop.run("run"));
    const pids = await query(
      server,
      Array.from({ length: 12 }, (_, i) => `select pid from threads.m${i}`).join(" union "),
    );
    expect(pids.length).toBeLessThanOrEqual(4);
  });

  test("runs hooks outside of the transaction when they say so", async () => {
    const shop = projectOf("hooks", {
      "models/m.sql": `{{ config(materialized='table', post_hook=after_commit("vacuum {{ this }}")) }}\nselect 1 as id`,
    });
    good(await shop.run("run"));
  });

  test("writes the password nowhere", async () => {
    const shop = projectOf("secrets", {
      "models/m.sql": "select '{{ target }}' as target, '{{ target.password }}' as password where nothing",
      "models/n.sql": "select 1 as id -- {{ adapter.config }}",
    });
    await shop.run("build");
    for (const entry of readdirSync(shop.folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === "profiles.yml") continue;
      const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
      expect([entry.name, text.includes(server.password)]).toEqual([entry.name, false]);
    }
  });
});

test("a view that nobody models stays on a rebuilt table, or its loss stands in the log", async () => {
  const shop = projectOf("outside", {
    "models/m.sql": "{{ config(materialized='table') }}\nselect 1 as id, 2 as n",
  });
  good(await shop.run("run"));
  await query(
    server,
    "create view outside.kept as select id from outside.m; create view outside.gone as select n from outside.m",
  );
  shop.write({ "models/m.sql": "{{ config(materialized='table') }}\nselect 7 as id" });
  const heard: string[] = [];
  good(await runProject(shop.folder, "run", { onMessage: (text) => heard.push(text) }));
  expect(await query(server, "select id from outside.kept")).toEqual([[7]]);
  expect(await query(server, "select to_regclass('outside.gone')::text")).toEqual([[null]]);
  expect(heard).toContain(
    "outside.gone went with the relation that it reads: its query does not fit the new columns",
  );
});

test("views are locked before the table that is rebuilt, as their readers lock them", async () => {
  const shop = projectOf("order_of_locks", {
    "models/m.sql": "{{ config(materialized='table') }}\nselect 1 as a",
  });
  good(await shop.run("run"));
  await query(server, "create view order_of_locks.of_m as select a from order_of_locks.m");
  const { host, port, user, password, database } = server;
  const reader = new pg.Client({ host, port, user, password, database });
  await reader.connect();
  try {
    // A reader that has the view and not yet the table.
    await reader.query("begin");
    await reader.query("comment on view order_of_locks.of_m is 'read'");
    const running = shop.run("run");
    const waits = "select 1 from pg_locks where not granted and relation = 'order_of_locks.of_m'::regclass";
    await expect.poll(() => query(server, waits), { timeout: 20_000 }).toEqual([[1]]);
    expect((await reader.query("select a from order_of_locks.m")).rows).toEqual([{ a: 1 }]);
    await reader.query("commit");
    good(await running);
  } finally {
    await reader.end();
  }
});
