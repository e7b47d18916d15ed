// Backfills of a range: chunk by chunk, on a model with a watermark.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { statuses, troubles } from "../run/harness.ts";
import { type Lab, openLab } from "./lab.ts";

let server: PostgresServer;
let lab: Lab;

beforeAll(async () => {
  server = await startPostgres();
});
afterEach(() => lab.close());
afterAll(() => server.stop());

const NOW = new Date("2026-01-10T12:00:00Z");

/** A model over a table that the test fills. */
function shop(engine: string, watermark: string, config = ""): Lab {
  return openLab(engine === "postgres" ? server : null, {
    "models/events.sql": `{{ config(materialized='incremental', watermark=${watermark}${config}) }}
select id, seen_at, cast(v as integer) as v from {{ target.schema }}.arrivals
{% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
  });
}

/** Rows for `insert`, one for each start and number of hours. */
const every = (hours: number, count: number): string =>
  Array.from({ length: count }, (_, i) => {
    const at = new Date(Date.UTC(2026, 0, 1, hours * i)).toISOString().slice(0, 19).replace("T", " ");
    return `(${i}, '${at}', 0)`;
  }).join(", ");
const CREATE = "create table arrivals (id integer, seen_at timestamp, v varchar(9));";

const build = (flags: Record<string, string | boolean> = {}) => lab.run("run", { startedAt: NOW, flags });
const range = (start: string, end?: string) => ({
  event_time_start: start,
  ...(end === undefined ? {} : { event_time_end: end }),
});
const events = () => lab.query("select id, v from events order by 1, 2");
const chunks = () =>
  lab.query("select range_from, range_to, new_rows from etl_state.intervals order by committed_at");
const marks = () => lab.query("select value, action from etl_state.watermarks order by committed_at");

const DAILY = "{'column': 'seen_at', 'chunk': '1 day'}";

describe.each(["duckdb", "postgres"])("a backfill on %s", (engine) => {
  test("replaces the rows of its range alone, and leaves the watermark where it stands", async () => {
    lab = shop(engine, DAILY);
    await lab.query(`${CREATE} insert into arrivals values ${every(6, 12)}`);
    expect(troubles(await build())).toBe("");
    await lab.query("update arrivals set v = '1'; insert into arrivals values (99, '2026-01-02 13:00', 1)");
    await lab.query("delete from arrivals where id = 5");
    const report = await build(range("2026-01-02", "2026-01-03T12:00:00"));
    expect(troubles(report)).toBe("");
    expect(report.results.find(({ facts }) => facts.name === "events")?.message).toBe("SUCCESS (2 chunks)");
    expect((await events()).map(([id, v]) => `${id}:${v}`)).toEqual([
      ...["0:0", "1:0", "2:0", "3:0", "4:1", "6:1", "7:1", "8:1", "9:1", "10:0", "11:0", "99:1"],
    ]);
    expect(await chunks()).toEqual([
      ["2026-01-02 00:00:00", "2026-01-03 00:00:00", "4"],
      ["2026-01-03 00:00:00", "2026-01-03 12:00:00", "2"],
    ]);
    expect(await marks()).toEqual([
      ["2026-01-03 18:00:00", "rebuild"],
      ["2026-01-03 18:00:00", "backfill"],
      ["2026-01-03 18:00:00", "backfill"],
    ]);
  });

  test("makes a table chunk by chunk, and the next run goes on behind it", async () => {
    lab = shop(engine, "{'column': 'seen_at', 'chunk': '1 day', 'nulls': 'include'}");
    await lab.query(
      `${CREATE} insert into arrivals values (1, '2025-12-31', 0), (2, '2026-01-01', 0), (3, '2026-01-03 23:59', 0), (4, null, 0), (5, '2999-01-01', 0)`,
    );
    expect(troubles(await build(range("2026-01-01")))).toBe("");
    expect((await events()).map(([id]) => id)).toEqual(["2", "3", "4"]);
    expect((await chunks()).map(([from, , rows]) => [from, rows])).toEqual([
      ["2026-01-01 00:00:00", "2"],
      ["2026-01-02 00:00:00", "0"],
      ["2026-01-03 00:00:00", "1"],
      ...[4, 5, 6, 7, 8, 9].map((day) => [`2026-01-0${day} 00:00:00`, "0"]),
      ["2026-01-10 00:00:00", "0"],
    ]);
    await lab.query("insert into arrivals values (6, '2026-01-04', 0)");
    expect(troubles(await build())).toBe("");
    expect((await events()).map(([id]) => id)).toEqual(expect.arrayContaining(["6"]));
    expect((await marks()).at(-1)).toEqual(["2026-01-04 00:00:00", "advance"]);
  });

  test("goes on with the chunks that a failed one left, and begins anew when it was complete", async () => {
    lab = shop(engine, DAILY);
    await lab.query(`${CREATE} insert into arrivals values ${every(24, 4)}`);
    await build();
    await lab.query("update arrivals set v = '1'");
    await lab.query("update arrivals set v = 'x' where id = 2");
    const dates = range("2026-01-01", "2026-01-05");
    const failed = await build(dates);
    expect(statuses(failed)).toMatchObject({ events: "error" });
    expect(failed.results.find(({ facts }) => facts.name === "events")?.message).toBe(
      "ERROR (2 of 4 chunks built)",
    );
    expect((await events()).map(([, v]) => v)).toEqual(["1", "1", "0", "0"]);
    await lab.query("update arrivals set v = '2'");
    const report = await build(dates);
    expect(troubles(report)).toBe("");
    expect((await events()).map(([, v]) => v)).toEqual(["1", "1", "2", "2"]);
    expect(await chunks()).toHaveLength(4);
    expect(troubles(await build(dates))).toBe("");
    expect((await events()).map(([, v]) => v)).toEqual(["2", "2", "2", "2"]);
  });

  test("lets newer versions of its keys stay, and moves older ones into the range", async () => {
    lab = shop(engine, "{'column': 'seen_at'}", ", unique_key='id'");
    await lab.query(
      `${CREATE} insert into arrivals values (1, '2026-01-01', 0), (2, '2026-01-02', 0), (3, '2026-01-09', 0)`,
    );
    await build();
    // A log: the rows of January 2 come back as older and as newer versions of what is there.
    await lab.query("insert into arrivals values (1, '2026-01-02 01:00', 1), (3, '2026-01-02 02:00', 1)");
    expect(troubles(await build(range("2026-01-02", "2026-01-03")))).toBe("");
    expect(await events()).toEqual([
      ["1", "1"],
      ["2", "0"],
      ["3", "0"],
    ]);
  });

  test("begins anew with --full-refresh, and its first chunk makes the table", async () => {
    lab = shop(engine, DAILY);
    await lab.query(`${CREATE} insert into arrivals values (1, '2025-12-01', 0), (2, '2026-01-02', 0)`);
    await build();
    const flags = { ...range("2026-01-01", "2026-01-04"), full_refresh: true };
    expect(troubles(await build(flags))).toBe("");
    expect((await events()).map(([id]) => id)).toEqual(["2"]);
    expect((await marks()).at(-1)).toEqual(["2026-01-02 00:00:00", "backfill"]);
  });
});

describe("a range", () => {
  test.each([
    [range("2026-01-05", "2026-01-06"), /begins at 2026-01-05 00:00:00, after the watermark 2026-01-02/],
    // No range goes beyond the start of the run.
    [range("2999-01-01", "2999-01-02"), /range from 2999-01-01 00:00:00 to 20.* is empty/],
    [range("0100-01-01"), /more than 10000 chunks/],
  ])("of %j is refused with the reason", async (flags, message) => {
    lab = shop("duckdb", DAILY);
    await lab.query(`${CREATE} insert into arrivals values (1, '2026-01-02', 0)`);
    await build();
    const report = await build(flags);
    expect(statuses(report)).toMatchObject({ events: "error" });
    expect(troubles(report)).toMatch(message);
    expect(await events()).toHaveLength(1);
  });

  test("of times is refused where the watermark is a number, and says what to do", async () => {
    lab = shop("duckdb", "{'column': 'id'}");
    await lab.query(CREATE);
    expect(troubles(await build(range("2026-01-01")))).toMatch(
      /range of times was given, but its watermark \\"id\\" is of type (INTEGER|integer)[\s\S]*etl gaps events --fix/,
    );
  });
});
