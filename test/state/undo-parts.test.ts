// `etl undo` of runs that change a relation in several transactions: batches, and chunks of a backfill. One version is kept
// for all of them, that of before the run, also where some of them failed.

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Value } from "../../src/jinja/value.ts";
import { undoLastRun } from "../../src/project-undo.ts";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { troubles } from "../run/harness.ts";
import { type Engine, Shop } from "./shop.ts";

vi.setConfig({ testTimeout: 300_000 });

let server: PostgresServer;
let shop: Shop;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
afterEach(() => shop.close());

const undo = () => shop.with("undo", {}, (project) => undoLastRun(project, undefined, true));

const vars = (v: string, more: Readonly<Record<string, Value>> = {}) => ({
  flags: { vars: new Map<Value, Value>([["v", v]]), ...more },
});

/** Six days of four rows. */
const ARRIVALS = `create table arrivals as
  select d * 100 + h as id, timestamp '2026-01-01 00:00:00' + d * interval '1 day' + h * interval '1 hour' as seen_at
  from (select * from (values (0), (1), (2), (3), (4), (5)) as t(d)) as days
  cross join (select * from (values (0), (6), (12), (18)) as t(h)) as hours`;

const SOURCE = `sources:
  - name: raw
    schema: "{{ target.schema }}"
    tables: [{name: arrivals, config: {event_time: seen_at}}]
`;

/** A number that cannot be had on the last two days when v is "half". */
const BROKEN =
  "cast(cast(id as varchar) || case when '{{ var('v') }}' = 'half' and id >= 400 then 'x' else '' end as integer)";

const marks = () =>
  shop.query(
    `select value from ${shop.stateSchema}.watermarks where committed_at = (select max(committed_at) from ${shop.stateSchema}.watermarks)`,
  );

describe.each<Engine>(["duckdb", "postgres"])("on %s", (engine) => {
  const open = async (files: Record<string, string>) => {
    shop = new Shop(engine === "postgres" ? server : undefined, {
      "dbt_project.yml": "name: shop\nprofile: shop\nmodels: {+keep_versions: 3}\n",
      "models/raw.yml": SOURCE,
      ...files,
    });
    await shop.query(ARRIVALS);
  };

  test("batches of a microbatch model", async () => {
    const key = engine === "postgres" ? ", unique_key='id'" : "";
    await open({
      "models/batches.sql": `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='seen_at',
        batch_size='day', begin='2026-01-01', lookback=2${key}, post_hook='select 1') }}
select id, seen_at, '{{ var('v') }}' as v, ${BROKEN} as n
from {{ source('raw', 'arrivals') }}`,
    });
    const build = (v: string, at: string) => shop.run("build", { ...vars(v), at });
    expect(troubles(await build("a", "2026-01-04T12:00:00Z"))).toBe("");
    const a = await shop.relations();
    expect(troubles(await build("b", "2026-01-06T12:00:00Z"))).toBe("");
    const b = await shop.relations();
    expect(b).not.toEqual(a);
    await undo();
    expect(await shop.relations()).toEqual(a);
    await undo();
    expect(await shop.relations()).toEqual(b);
    // The batches of the last two days fail, the one before them does not.
    const report = await build("half", "2026-01-06T12:00:00Z");
    expect(report.results[0]?.status, troubles(report)).toBe("partial success");
    expect(await shop.relations()).not.toEqual(b);
    await undo();
    expect(await shop.relations()).toEqual(b);
  });

  test("chunks of a backfill, of a table that is there and of one that is made", async () => {
    await open({
      "models/events.sql": `{{ config(materialized='incremental', watermark={'column': 'seen_at', 'chunk': '1 day'}) }}
select id, seen_at, '{{ var('v') }}' as v, ${BROKEN} as n
from {{ source('raw', 'arrivals') }} {% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
    });
    const range = { event_time_start: "2026-01-02", event_time_end: "2026-01-06" };
    expect(troubles(await shop.run("build", vars("a")))).toBe("");
    const [a, markA] = [await shop.relations(), await marks()];
    expect(troubles(await shop.run("build", vars("b", range)))).toBe("");
    const b = await shop.relations();
    expect(b).not.toEqual(a);
    await undo();
    expect(await shop.relations()).toEqual(a);
    expect(await marks()).toEqual(markA);
    expect((await shop.run("build", vars("half", range))).success).toBe(false);
    expect(await shop.relations()).not.toEqual(a);
    await undo();
    expect(await shop.relations()).toEqual(a);
    expect(await marks()).toEqual(markA);
    // What was taken back is built again, whole.
    expect(troubles(await shop.run("build", vars("b", range)))).toBe("");
    expect(await shop.relations()).toEqual(b);
    expect(troubles(await shop.run("build", vars("c", { ...range, full_refresh: true })))).toBe("");
    expect(Object.keys(await shop.relations())).toContain("events");
    await undo();
    expect(await shop.relations()).toEqual(b);
  });
});
