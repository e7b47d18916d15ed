// `etl undo` on both engines: after a good build and a bad one, every relation and watermark is as after the good one.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { NodeCommand } from "../../src/index.ts";
import { type UndoReport, undoLastRun } from "../../src/project-undo.ts";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { troubles } from "../run/harness.ts";
import { type Asked, type Engine, Shop } from "./shop.ts";

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
    await undo();
    expect(await shop.relations()).toEqual(a);

    shop.write(files(true));
    await good("build");
    expect(await shop.relations()).toMatchObject({ fresh: {}, plain: {} });
  });
});
