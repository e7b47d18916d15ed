// A backfill that is killed goes on where it was: each chunk is built once, and in the end the table is that of a backfill
// that nobody disturbed.

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { type Lab, openLab } from "../state/lab.ts";
import { runEtl, startEtl } from "./etl-process.ts";

const long = process.env.ETL_TEST_LONG === "1";
const DAYS = long ? 24 : 12;
/** After how many chunks of each run it is killed. */
const KILLS = long ? [1, 5, 4, 2, 1] : [1, 3];

let server: PostgresServer;
let lab: Lab;

beforeAll(async () => {
  server = await startPostgres();
});
afterEach(() => lab.close());
afterAll(() => server.stop());

test.each(["duckdb", "postgres"])(
  "a killed backfill goes on with the chunks left, on %s",
  async (engine) => {
    lab = openLab(engine === "postgres" ? server : null, {
      "models/events.sql": `{{ config(materialized='incremental', watermark={'column': 'seen_at', 'chunk': '1 day'}) }}
select id, seen_at, v from {{ target.schema }}.arrivals
{% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
    });
    const hours = Array.from({ length: 24 * DAYS }, (_, id) => `(${id}, '${momentText(id)}', 0)`);
    await lab.query(
      `create table arrivals (id integer, seen_at timestamp, v integer); insert into arrivals values ${hours.join(", ")}`,
    );
    const command = ["run", "--event-time-start", "2026-01-01", "--event-time-end", momentText(24 * DAYS)];

    // Once it makes the table, once it replaces what is there.
    for (const round of [1, 2]) {
      await lab.query(`update arrivals set v = ${round}`);
      let left = DAYS;
      for (const chunks of KILLS) {
        const running = startEtl(lab.folder, command);
        const told = (output: string) => output.match(/chunk \d+ of/g)?.length ?? 0;
        await running.says({ test: (output) => told(output) >= chunks });
        running.child.kill("SIGKILL");
        expect((await running.ended).signal, await running.ended.then(({ output }) => output)).toBe(
          "SIGKILL",
        );
        await expectWholeChunks(round);
        left = DAYS - (await chunksOf(round)).length;
      }
      const { code, output } = await runEtl(lab.folder, command);
      expect(code, output).toBe(0);
      expect(output).toContain(`${DAYS - left} chunks are built, ${left} are left`);
      const starts = (await chunksOf(round)).map(([from]) => from);
      expect(new Set(starts).size).toBe(DAYS);
      expect(starts).toHaveLength(DAYS);
      expect(await lab.query(`select count(*), count(distinct id) from events where v = ${round}`)).toEqual([
        [String(24 * DAYS), String(24 * DAYS)],
      ]);
      expect(
        await lab.query("select value from etl_state.watermarks order by committed_at desc limit 1"),
      ).toEqual([[momentText(24 * DAYS - 1)]]);
    }
  },
  600_000,
);

function momentText(hours: number): string {
  return new Date(Date.UTC(2026, 0, 1, hours)).toISOString().slice(0, 19).replace("T", " ");
}

/** The chunks that the backfill of a round has committed. */
async function chunksOf(round: number) {
  const begun = await lab.query("select backfill_id from etl_state.backfills order by started_at");
  expect(begun).toHaveLength(round);
  return lab.query(
    `select range_from, new_rows from etl_state.intervals where backfill_id = '${begun.at(-1)?.[0]}' order by 1`,
  );
}

/** What is written down is what the table has: the rows of each chunk, all of them or none. */
async function expectWholeChunks(round: number): Promise<void> {
  const kept = await chunksOf(round);
  expect(kept.every(([, rows]) => rows === "24")).toBe(true);
  const built = await lab.query(
    `select cast(cast(seen_at as date) as varchar(10)), count(*) from events where v = ${round} group by 1 order by 1`,
  );
  expect(built.map(([day, rows]) => [`${day} 00:00:00`, rows])).toEqual(kept);
}
