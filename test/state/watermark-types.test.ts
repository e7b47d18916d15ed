// Watermarks of every type that has an order, on both engines: late rows, gaps, ranges, and the zone in which times are
// meant.

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildGaps } from "../../src/pipeline.ts";
import { gapsToFix, projectGaps } from "../../src/project-gaps.ts";
import { openFolder } from "../adapter/open-folder.ts";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { troubles } from "../run/harness.ts";
import { type Lab, openLab } from "./lab.ts";

let server: PostgresServer;
let lab: Lab;

beforeAll(async () => {
  server = await startPostgres();
});
afterEach(() => lab.close());
afterAll(() => server.stop());

/** One model for each type of column. */
const MODELS: Readonly<Record<string, string>> = {
  plain: "'lookback': '1 hour', 'time_zone': 'Europe/Berlin'",
  zoned: "'lookback': '1 hour', 'chunk': '1 day'",
  day: "'lookback': '2 days'",
  number: "'lookback': 10, 'chunk': 100",
  price: "'chunk': 100",
  word: "",
};

const files = Object.fromEntries(
  Object.entries(MODELS).map(([column, watermark]) => [
    `models/m_${column}.sql`,
    `{{ config(materialized='incremental', unique_key='id', watermark={'column': '${column}'${watermark && `, ${watermark}`}}) }}
select * from {{ target.schema }}.arrivals
{% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
  ]),
);

/** A row whose columns say the same in all types, but for the day and the number of one that comes a little late. */
const row = (id: number, day: number, { clock = "10:00", date = day, number = 100 * day } = {}): string =>
  `(${id}, '2026-01-0${day} ${clock}', '2026-01-0${day} ${clock}:00+00', '2026-01-0${date}', ${number}, ${number}.5, 'k${date}', 0)`;

const ids = async (column: string): Promise<string> =>
  (await lab.query(`select id from m_${column} order by id`)).flat().join(" ");

test.each(["duckdb", "postgres"])("watermarks of every type on %s", async (engine) => {
  lab = openLab(engine === "postgres" ? server : null, files);
  const columns =
    "id integer, plain timestamp, zoned timestamp with time zone, day date, number bigint, price decimal(12, 2), word varchar(9), v integer";
  const run = async (flags = {}) =>
    expect(troubles(await lab.run("run", { startedAt: new Date("2026-01-09T12:00:00Z"), flags }))).toBe("");
  await lab.query(
    `set time zone 'America/New_York'; create table arrivals (${columns}); insert into arrivals values ${row(1, 1)}, ${row(2, 5)}`,
  );
  await run();
  const late = row(4, 5, { clock: "09:30", date: 4, number: 495 });
  await lab.query(`insert into arrivals values ${row(3, 2)}, ${late}, ${row(5, 6)}`);
  await run();
  for (const column of ["plain", "zoned", "day", "number"]) expect(await ids(column), column).toBe("1 2 4 5");
  // Without a lookback what came late is missed.
  for (const column of ["price", "word"]) expect(await ids(column), column).toBe("1 2 5");

  await openFolder(lab.folder, "gaps", {}, async (project) => {
    const found = await projectGaps(project, undefined);
    const gaps = found.flatMap(({ model, intervals }) =>
      intervals.map(({ range, missing }) => [model.name, range.kind === "values" && range.from, missing]),
    );
    expect(gaps).toEqual([
      ["m_day", "2026-01-02", 1],
      ["m_number", "200", 1],
      ["m_plain", "2026-01-02 00:00:00", 1],
      ["m_price", "200.00", 1],
      ["m_price", "400.00", 1],
      ["m_word", null, 2],
      ["m_zoned", "2026-01-02 00:00:00+00:00", 1],
    ]);
    expect(troubles(await buildGaps(project, gapsToFix(found)))).toBe("");
  });
  for (const column of Object.keys(MODELS)) expect(await ids(column), column).toBe("1 2 3 4 5");

  // 9:30 in UTC is 10:30 in Berlin, after the row of January 2 in times without a zone.
  await lab.query("update arrivals set v = 1");
  await run({
    select: ["m_plain", "m_zoned", "m_day"],
    event_time_start: "2026-01-02T09:30:00",
    event_time_end: "2026-01-05",
  });
  const changed = async (column: string) =>
    (await lab.query(`select id from m_${column} where v = 1 order by id`)).flat().join(" ");
  expect(await changed("plain")).toBe("");
  expect(await changed("zoned")).toBe("3");
  expect(await changed("day")).toBe("3 4");
});

test("rows without a value are mended where the watermark includes them", async () => {
  lab = openLab(null, {
    "models/events.sql": `{{ config(materialized='incremental', watermark={'column': 'n', 'nulls': 'include'}) }}
select * from {{ target.schema }}.arrivals
{% if is_incremental() %} where n > {{ watermark() }} {% endif %}`,
    "models/clean.sql": `{{ config(materialized='incremental', watermark={'column': 'n', 'nulls': 'exclude'}) }}
select * from {{ target.schema }}.arrivals
{% if is_incremental() %} where n > {{ watermark() }} {% endif %}`,
  });
  await lab.query(
    "create table arrivals (id integer, n integer); insert into arrivals values (1, 1), (2, null)",
  );
  expect(troubles(await lab.run("run"))).toBe("");
  expect(await lab.query("select id from clean")).toEqual([["1"]]);
  await lab.query("insert into arrivals values (3, 3), (4, null)");
  expect(troubles(await lab.run("run"))).toBe("");
  await openFolder(lab.folder, "gaps", {}, async (project) => {
    const found = await projectGaps(project, undefined);
    expect(found.map(({ intervals }) => intervals)).toEqual([
      [],
      [{ range: { kind: "nulls" }, missing: 1, due: 0, surplus: 0 }],
    ]);
    expect(troubles(await buildGaps(project, gapsToFix(found)))).toBe("");
  });
  expect(await lab.query("select id from events order by id")).toEqual([["1"], ["2"], ["3"], ["4"]]);
  expect(await lab.query("select id from clean order by id")).toEqual([["1"], ["3"]]);
});

test("a watermark of texts follows the order of the engine's collation", async () => {
  lab = openLab(server, {
    "models/words.sql": `{{ config(materialized='incremental', watermark={'column': 'word'}) }}
select * from {{ target.schema }}.arrivals
{% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
  });
  await lab.query(
    `create table arrivals (word varchar(9) collate "en-x-icu"); insert into arrivals values ('a')`,
  );
  // By code points B comes before a, in a dictionary after it.
  for (const word of ["B", "c"]) {
    expect(troubles(await lab.run("run"))).toBe("");
    await lab.query(`insert into arrivals values ('${word}')`);
  }
  expect(troubles(await lab.run("run"))).toBe("");
  expect(await lab.query("select word from words order by word")).toEqual([["a"], ["B"], ["c"]]);
});
