// `etl undo` on both engines: after a good build and a bad one, every relation and watermark is as after the good one.

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { EtlError, type NodeCommand } from "../../src/index.ts";
import type { Value } from "../../src/jinja/value.ts";
import { keptVersions, type UndoReport, undoLastRun } from "../../src/project-undo.ts";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { troubles } from "../run/harness.ts";
import { type Asked, type Engine, Shop } from "./shop.ts";

vi.setConfig({ testTimeout: 300_000 });

let server: PostgresServer;
let shop: Shop;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
afterEach(() => shop.close());

const PROJECT = `name: shop
profile: shop
models: {+keep_versions: 2}
seeds: {+keep_versions: 2}
snapshots: {+keep_versions: 2}
`;

/** A project of every kind of relation; `bad` changes rows, columns and kinds of all of them. */
function files(bad: boolean): Record<string, string> {
  const [value, extra] = bad ? ["v || '!'", ", 1 as extra"] : ["v", ", 2 as gone_in_b"];
  return {
    "dbt_project.yml": PROJECT,
    "seeds/numbers.csv": bad ? "id,v\n1,x\n9,y\n" : "id,v\n1,a\n2,b\n3,c\n",
    "models/plain.sql": `{{ config(materialized='table', indexes=[{'columns': ['id']}]) }}\nselect id, ${value} as v${extra} from {{ ref('numbers') }}`,
    "models/seen.sql": `select * from {{ ref('plain') }}`,
    "models/turned.sql": `{{ config(materialized='${bad ? "view" : "table"}') }}\nselect id from {{ ref('seen') }}`,
    "models/grown.sql": `{{ config(materialized='incremental', unique_key='id', watermark={'column': 'id'}) }}
select id, ${value} as v from {{ ref('numbers') }}
{% if is_incremental() %} where id > 1 {% endif %}`,
    "snapshots/past.sql": `{% snapshot past %}{{ config(unique_key='id', strategy='check', check_cols='all') }}
select id, v from {{ ref('numbers') }}{% endsnapshot %}`,
    ...(bad ? { "models/fresh.sql": "{{ config(materialized='table') }} select 1 as id" } : {}),
  };
}

async function good(command: NodeCommand, asked?: Asked): Promise<void> {
  expect(troubles(await shop.run(command, asked))).toBe("");
}

const undo = (start?: string, perform = true): Promise<UndoReport> =>
  shop.with("undo", {}, (project) => undoLastRun(project, start, perform));

/** The messages of what an undo is refused for, with their advice. */
async function problemsOf(undone: Promise<unknown>): Promise<string> {
  const error = await undone.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EtlError);
  return (error as EtlError).diagnostics.map(({ message, help }) => `${message}\n${help}`).join("\n");
}

const newestRun = async (): Promise<string> => {
  const [[id] = []] = await shop.query(
    `select run_id from ${shop.stateSchema}.runs order by started_at desc limit 1`,
  );
  return id ?? "";
};

const watermarks = () =>
  shop.query(
    `select w.identifier, w.value from ${shop.stateSchema}.watermarks w where w.committed_at = (
       select max(o.committed_at) from ${shop.stateSchema}.watermarks o where o.identifier = w.identifier) order by 1`,
  );

describe.each<Engine>(["duckdb", "postgres"])("on %s", (engine) => {
  const open = (project: Record<string, string>) => {
    shop = new Shop(engine === "postgres" ? server : undefined, project);
  };

  test("build A, bad build B, undo: everything is as in A; undone again it is as in B", async () => {
    open(files(false));
    await good("build");
    const [a, markA] = [await shop.relations(), await watermarks()];
    shop.write(files(true));
    await good("build", { flags: {} });
    const [b, markB] = [await shop.relations(), await watermarks()];
    expect(b).not.toEqual(a);
    expect(markB).not.toEqual(markA);

    const dry = await undo(undefined, false);
    expect(dry.changes.map(({ version }) => version.identifier).sort()).toEqual(Object.keys(b).sort());
    expect(await shop.relations()).toEqual(b);

    await undo();
    expect(await shop.relations()).toEqual(a);
    expect(await watermarks()).toEqual(markA);
    await undo();
    expect(await shop.relations()).toEqual(b);
    expect(await watermarks()).toEqual(markB);
  });

  test("tells each relation that keeps a run from being taken back, and what to do about it", async () => {
    open({
      "dbt_project.yml": "name: shop\nprofile: shop\n",
      "models/kept.sql": "{{ config(materialized='table', keep_versions=1) }} select {{ var('n', 1) }} as n",
      "models/free.sql": "{{ config(materialized='table') }} select 1 as n",
    });
    await expect(undo()).rejects.toThrow(/no run has kept what it changed/);
    const build = async (n: number): Promise<string> => {
      const flags = { vars: new Map<Value, Value>([["n", BigInt(n)]]), select: ["kept"] };
      await good("run", { flags });
      return newestRun();
    };
    const [first, second, third] = [await build(1), await build(2), await build(3)];
    await expect(undo("zz")).rejects.toThrow(/there is no run "zz"/);
    const problems = await problemsOf(undo(first));
    expect(problems).toMatch(`was built again since, by run ${third.slice(0, 8)}`);
    expect(problems).toMatch(`etl undo ${third.slice(0, 8)}`);
    await undo(third);
    expect(await shop.query("select n from kept")).toEqual([["2"]]);
    // Of one version each, that of the second run had to go for that of the third.
    expect(await problemsOf(undo(second))).toMatch(
      /what .*kept was before run .* is gone[\s\S]*keep_versions/,
    );
    await good("run");
    expect(await problemsOf(undo())).toMatch(/free was not kept[\s\S]*keep_versions: 2 in its config/);
    expect(await shop.query("select n from kept")).toEqual([["1"]]);
  });

  test("goes back run by run as far as versions are kept, and no further", async () => {
    open({
      "dbt_project.yml": PROJECT,
      "models/t.sql": "{{ config(materialized='table') }} select {{ var('n') }} as n",
    });
    const runs: string[] = [];
    for (let n = 1; n <= 4; n++) {
      await good("run", { flags: { vars: new Map<Value, Value>([["n", BigInt(n)]]) } });
      runs.push(await newestRun());
    }
    const view = await shop.with("history versions", {}, keptVersions);
    expect(view.rows.filter(([name]) => name === `${shop.schema}.t`)).toHaveLength(2);
    await undo(runs[3]);
    await undo(runs[2]);
    expect(await shop.query("select n from t")).toEqual([["2"]]);
    expect(await problemsOf(undo(runs[1]))).toMatch(/is gone/);
  });

  test("a project without the configs sends no statement for them, and makes no schema", async () => {
    open({ ...files(false), "dbt_project.yml": "name: shop\nprofile: shop\n" });
    shop.write({ "models/grown.sql": "{{ config(materialized='incremental') }} select 1 as id" });
    await good("build");
    shop.events.length = 0;
    await good("build");
    const sent = shop.events.flatMap((event) => (event.kind === "statement" ? [event.sql] : []));
    expect(sent.filter((sql) => /etl_state|__etl_|etl_rows|duckdb_constraints|quarantine/.test(sql))).toEqual(
      [],
    );
  });
});

describe("on postgres", () => {
  test("views of others, grants, comments and indexes are there after an undo", async () => {
    shop = new Shop(server, {
      ...files(false),
      "models/schema.yml": "models: [{name: seen, description: What is seen}]\n",
      "dbt_project.yml": PROJECT.replace(
        "+keep_versions: 2",
        "+keep_versions: 2, +persist_docs: {relation: true}",
      ),
    });
    await good("build");
    const role = `reader_${shop.schema}`;
    await shop.query(`create view others as select id, gone_in_b from plain; create view on_others as select id from others;
      create view on_seen as select id from seen; create role ${role}; grant select on plain, seen, grown to ${role}`);
    const facts = () =>
      shop.query(`select relname, coalesce(obj_description(c.oid), ''),
          has_table_privilege('${role}', c.oid, 'select'), pg_get_viewdef(c.oid, true),
          (select count(*) from pg_index where indrelid = c.oid)
        from pg_class c where relnamespace = '${shop.schema}'::regnamespace and relkind in ('r', 'v') order by 1`);
    const before = await facts();
    const rows = await shop.relations();
    await good("build");
    await undo();
    expect(await facts()).toEqual(before);
    expect(await shop.relations()).toEqual(rows);
  });
});
