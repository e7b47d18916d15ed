// Rows that came after their interval was closed: how many is known exactly, and mending them gives what a full refresh
// would give.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { gapSentences } from "../../src/cli/gaps-output.ts";
import { buildGaps } from "../../src/pipeline.ts";
import { gapsToFix, projectGaps } from "../../src/project-gaps.ts";
import type { ModelGaps } from "../../src/run/watermark/model-gaps.ts";
import { type OpenOptions, openFolder } from "../adapter/open-folder.ts";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { troubles } from "../run/harness.ts";
import { type Lab, openLab } from "./lab.ts";
import { clockText, type LateEvent, lateStream, momentOf, replay } from "./late-stream.ts";

let server: PostgresServer;
let lab: Lab;

beforeAll(async () => {
  server = await startPostgres();
});
afterEach(() => lab.close());
afterAll(() => server.stop());

const find = (name?: string): Promise<readonly ModelGaps[]> =>
  openFolder(lab.folder, "gaps", {}, (open) => projectGaps(open, name));
const mend = async (): Promise<void> => {
  const report = await openFolder(lab.folder, "gaps", {}, async (open) =>
    buildGaps(open, gapsToFix(await projectGaps(open, undefined))),
  );
  expect(troubles(report)).toBe("");
};
const sum = (found: readonly ModelGaps[], of: (gap: ModelGaps["intervals"][number]) => number): number =>
  found.flatMap(({ intervals }) => intervals).reduce((total, gap) => total + of(gap), 0);

/** A model over a source in which rows appear as they arrive. */
async function stream(
  engine: string,
  events: readonly LateEvent[],
  model: string,
  source = "",
): Promise<void> {
  lab = openLab(engine === "postgres" ? server : null, {
    "models/events.sql": model,
    "models/sources.yml": `sources:
  - name: raw
    schema: "{{ target.schema }}"
    tables: [{name: arrived${source}}]
`,
  });
  const rows = events.map(({ id, at, arrives }) => `(${id}, '${clockText(at)}', '${clockText(arrives)}')`);
  await lab.query(
    `create table stream (id integer, seen_at timestamp, arrived_at timestamp); insert into stream values ${rows.join(", ")};
     create table clock as select timestamp '2026-01-01' as now;
     create view arrived as select stream.* from stream, clock where arrived_at <= now`,
  );
}

async function runAt(minutes: number): Promise<void> {
  await lab.query(`update clock set now = '${clockText(minutes)}'`);
  expect(troubles(await lab.run("run", { startedAt: momentOf(minutes) }))).toBe("");
}

/** The rows that a full refresh would give, less those that the table has, and the other way round. */
async function difference(): Promise<string> {
  const columns = "id, seen_at, arrived_at";
  const all = `select ${columns} from arrived where seen_at <= (select max(seen_at) from events)`;
  const own = `select ${columns} from events`;
  const rows = await lab.query(
    `select 'lacks', * from (${all} except all ${own}) as a union all select 'has', * from (${own} except all ${all}) as b`,
  );
  return rows.map((row) => row.join(" ")).join("\n");
}

const DAYS = 3 * 1440;
const EVENTS = lateStream(1500, DAYS);
const RUNS = [1000, 1440, 2600, 3300, 4000];

describe.each(["duckdb", "postgres"])("of a stream with late rows on %s", (engine) => {
  test.each([
    ["by keys, with a lookback of three hours", "unique_key='id', ", 180],
    ["without keys and without a lookback", "", 0],
  ])("the number of missed rows is exact %s, and mending gives a full refresh", async (_, key, lookback) => {
    const model = `{{ config(materialized='incremental', ${key}watermark={'column': 'seen_at'${lookback > 0 ? ", 'lookback': '3 hours'" : ""}}) }}
select * from {{ source('raw', 'arrived') }}
{% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`;
    await stream(engine, EVENTS, model);
    for (const minutes of RUNS) await runAt(minutes);
    const expected = replay(EVENTS, RUNS, lookback);
    expect(expected.missed).toBeGreaterThan(10);

    const found = await find();
    expect(sum(found, ({ missing, due }) => missing - due)).toBe(expected.missed);
    expect(sum(found, ({ due }) => due)).toBe(expected.due);
    expect(sum(found, ({ surplus }) => surplus)).toBe(0);
    const byDay = found[0]?.intervals.map(({ range, missing, due }) => [
      range.kind === "values" ? range.from?.slice(0, 10) : null,
      missing - due,
    ]);
    expect(new Map(byDay as [string, number][])).toEqual(expected.byDay);
    const late = await lab.query(
      "select coalesce(sum(late_rows), 0) from etl_state.late_rows where outcome = 'taken'",
    );
    expect(late).toEqual([[String(lookback > 0 ? expected.late : 0)]]);

    await mend();
    expect(await difference()).toBe("");
    expect(await find()).toMatchObject([{ intervals: [] }]);
    await runAt(4400);
    const lacking = (await difference()).split("\n").filter((line) => line.startsWith("lacks"));
    expect(sum(await find(), ({ missing }) => missing)).toBe(lacking.length);
  });
});

describe("gaps", () => {
  const text = async (...args: Parameters<typeof find>): Promise<string> =>
    gapSentences(await find(...args), false).join("\n");

  test("of a microbatch model are batches, which are built again", async () => {
    const files = {
      "models/daily.sql": `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='seen_at',
  batch_size='day', begin='2026-01-02', lookback=0) }}
select id, seen_at from {{ source('raw', 'arrived') }}`,
      "models/sources.yml":
        "sources: [{name: raw, schema: '{{ target.schema }}', tables: [{name: arrived, config: {event_time: seen_at}}]}]\n",
    };
    lab = openLab(null, files, { history: true });
    await lab.query(
      "create table arrived (id integer, seen_at timestamp); insert into arrived values (1, '2026-01-01'), (2, '2026-01-02'), (3, '2026-01-04')",
    );
    const at = (day: number) => ({ startedAt: new Date(Date.UTC(2026, 0, day, 12)) });
    expect(troubles(await lab.run("run", at(5)))).toBe("");
    expect(
      await lab.query("select range_from, action from etl_state.intervals order by range_from limit 2"),
    ).toEqual([
      ["2026-01-02 00:00:00+00:00", "batch"],
      ["2026-01-03 00:00:00+00:00", "batch"],
    ]);
    await lab.query("insert into arrived values (4, '2026-01-03'), (5, '2026-01-05 11:00')");
    const looked = await openFolder(lab.folder, "gaps", at(5), (open) => projectGaps(open, "daily"));
    expect(looked[0]?.intervals).toEqual([
      {
        range: { kind: "values", from: "2026-01-03 00:00:00", to: "2026-01-04 00:00:00", closed: false },
        missing: 1,
        due: 0,
        surplus: 0,
      },
      expect.objectContaining({ missing: 1, due: 1 }),
    ]);
    await mend();
    expect(await lab.query("select id from daily order by 1")).toEqual([["2"], ["3"], ["4"], ["5"]]);
    expect(await find()).toMatchObject([{ intervals: [] }]);
  });

  test("tell the lookback that would have taken almost all rows", async () => {
    const events = Array.from({ length: 200 }, (_, id) => ({
      id,
      at: id,
      arrives: id + (id % 50 === 7 ? 0 : 130),
    }));
    await stream(
      "duckdb",
      events,
      `{{ config(materialized='incremental', unique_key='id', watermark={'lookback': '1 hour'}) }}
select * from {{ source('raw', 'arrived') }}
{% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
      ", config: {watermark: {column: seen_at, arrival: arrived_at}}",
    );
    await runAt(500);
    expect(await text("events")).toBe(
      "events: nothing is missing up to 2026-01-01 03:19:00\nevents: 99 % of the rows arrive within 2 h 10 min, and the lookback is 1 hour: write lookback: 3 hours",
    );
  });

  test("without an arrival column are measured by what runs have seen", async () => {
    const late = (id: number) => (id < 10 ? 100 : id < 12 ? 400 : 0);
    const events = Array.from({ length: 200 }, (_, id) => ({ id, at: id, arrives: id + late(id) }));
    await stream(
      "duckdb",
      events,
      `{{ config(materialized='incremental', unique_key='id', watermark={'column': 'seen_at', 'lookback': '2 hours'}) }}
select * from {{ source('raw', 'arrived') }}
{% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
    );
    for (const minutes of [50, 110, 210]) await runAt(minutes);
    expect(await text()).toContain("99 % of the rows arrive within 49 min, and the lookback is 2 hours");
    await runAt(500);
    expect(await text()).toContain("2 rows missed");
    await mend();
    expect(
      await lab.query("select outcome, sum(late_rows) from etl_state.late_rows group by 1 order by 1"),
    ).toEqual([
      ["missed", "2"],
      ["taken", "10"],
    ]);
  });

  test("of sums are seen when all columns are compared", async () => {
    lab = openLab(null, {
      "models/daily.sql": `{{ config(materialized='incremental', unique_key='day', watermark={'column': 'day'}) }}
select cast(seen_at as date) as day, count(*) as n from {{ target.schema }}.arrived
{% if is_incremental() %} where {{ watermark_filter('seen_at') }} {% endif %} group by 1`,
    });
    await lab.query(
      "create table arrived (seen_at timestamp); insert into arrived values ('2026-01-01'), ('2026-01-03')",
    );
    expect(troubles(await lab.run("run"))).toBe("");
    await lab.query("insert into arrived values ('2026-01-01'), ('2026-01-02')");
    const flags = { all_columns: true };
    const seen = (options: OpenOptions) =>
      openFolder(lab.folder, "gaps", options, async (open) => {
        const [found] = await projectGaps(open, "daily");
        return found?.intervals.map(({ missing, surplus }) => [missing, surplus]);
      });
    expect(await seen({})).toEqual([[1, 0]]);
    expect(await seen({ flags })).toEqual([
      [1, 1],
      [1, 0],
    ]);
    const report = await openFolder(lab.folder, "gaps", { flags }, async (open) =>
      buildGaps(open, gapsToFix(await projectGaps(open, undefined))),
    );
    expect(troubles(report)).toBe("");
    expect(await lab.query("select n from daily order by day")).toEqual([["2"], ["1"], ["1"]]);
  });

  test("of a model that nothing has built, or that is not there, are told", async () => {
    lab = openLab(null, {
      "models/events.sql":
        "{{ config(materialized='incremental', watermark={'column': 'id'}) }} select 1 as id",
    });
    await expect(find("events")).rejects.toThrow('model "events" has taken in nothing yet');
    await expect(find("event")).rejects.toThrow('no model with a watermark named "event"');
    expect(await text()).toBe("no model with a watermark has taken in anything yet");
  });
});
