// Rows that came after their interval was closed: how many is known exactly, and mending them gives what a full refresh
// would give.

import { afterEach, describe, expect, test } from "vitest";
import { buildGaps } from "../../src/pipeline.ts";
import { gapsToFix, projectGaps } from "../../src/project-gaps.ts";
import type { ModelGaps } from "../../src/run/find-gaps.ts";
import { TestProject, troubles } from "../run/harness.ts";
import { clockText, type LateEvent, lateStream, momentOf, replay } from "./late-stream.ts";
import { openFolder } from "./open-folder.ts";

let project: TestProject;

afterEach(() => project.close());

const find = (name?: string): Promise<readonly ModelGaps[]> =>
  openFolder(project.folder, "gaps", {}, (open) => projectGaps(open, name));
const mend = async (): Promise<void> => {
  const report = await openFolder(project.folder, "gaps", {}, async (open) =>
    buildGaps(open, gapsToFix(await projectGaps(open, undefined))),
  );
  expect(troubles(report)).toBe("");
};
const sum = (found: readonly ModelGaps[], of: (gap: ModelGaps["intervals"][number]) => number): number =>
  found.flatMap(({ intervals }) => intervals).reduce((total, gap) => total + of(gap), 0);

/** A model over a source in which rows appear as they arrive. */
async function stream(events: readonly LateEvent[], model: string, source = ""): Promise<void> {
  project = new TestProject({
    "models/events.sql": model,
    "models/sources.yml": `sources:
  - name: raw
    schema: main
    tables: [{name: arrived${source}}]
`,
  });
  const rows = events.map(({ id, at, arrives }) => `(${id}, '${clockText(at)}', '${clockText(arrives)}')`);
  await project.query(
    `create table stream (id integer, seen_at timestamp, arrived_at timestamp); insert into stream values ${rows.join(", ")};
     create table clock as select timestamp '2026-01-01' as now;
     create view arrived as select stream.* from stream, clock where arrived_at <= now`,
  );
}

async function runAt(minutes: number): Promise<void> {
  await project.query(`update clock set now = '${clockText(minutes)}'`);
  expect(troubles(await project.run("run", { startedAt: momentOf(minutes) }))).toBe("");
}

/** The rows that a full refresh would give, less those that the table has, and the other way round. */
async function difference(): Promise<string> {
  const columns = "id, seen_at, arrived_at";
  const all = `select ${columns} from arrived where seen_at <= (select max(seen_at) from events)`;
  const own = `select ${columns} from events`;
  const rows = await project.query(
    `select 'lacks', * from (${all} except all ${own}) union all select 'has', * from (${own} except all ${all})`,
  );
  return rows.map((row) => row.join(" ")).join("\n");
}

const DAYS = 3 * 1440;
const EVENTS = lateStream(1500, DAYS);
const RUNS = [400, 1000, 1440, 2000, 2600, 3300, 4000];

describe("of a stream with late rows", () => {
  test.each([
    ["by keys, with a lookback of three hours", "unique_key='id', ", 180],
    ["without keys and without a lookback", "", 0],
  ])("the number of missed rows is exact %s, and mending gives a full refresh", async (_, key, lookback) => {
    const model = `{{ config(materialized='incremental', ${key}watermark={'column': 'seen_at'${lookback > 0 ? ", 'lookback': '3 hours'" : ""}}) }}
select * from {{ source('raw', 'arrived') }}
{% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`;
    await stream(EVENTS, model);
    for (const minutes of RUNS) await runAt(minutes);
    const expected = replay(EVENTS, RUNS, lookback);
    expect(expected.missed).toBeGreaterThan(20);

    const found = await find();
    expect(sum(found, ({ missing, due }) => missing - due)).toBe(expected.missed);
    expect(sum(found, ({ due }) => due)).toBe(expected.due);
    expect(sum(found, ({ surplus }) => surplus)).toBe(0);
    const byDay = found[0]?.intervals.map(({ range, missing, due }) => [
      range.kind === "values" ? range.from?.slice(0, 10) : null,
      missing - due,
    ]);
    expect(new Map(byDay as [string, number][])).toEqual(expected.byDay);
    const late = await project.query(
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
