// Commands that read and change what is remembered: `etl history`, `etl state` and `etl gaps`.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEtl } from "../reliability/etl-process.ts";

let folder: string;

const etl = (...args: string[]) => startEtl(folder, args).ended;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "etl-state-"));
  mkdirSync(join(folder, "models"));
  writeFileSync(join(folder, "dbt_project.yml"), "name: shop\nflags: {history: true}\n");
  writeFileSync(
    join(folder, "models/events.sql"),
    `{{ config(materialized='incremental', watermark={'column': 'id'}) }}
select range as id from range({{ var('rows', 10) }})
{% if is_incremental() %} where {{ watermark_filter('range') }} {% endif %}`,
  );
  expect(await etl("history")).toMatchObject({
    code: 2,
    output: expect.stringContaining("nothing is remembered"),
  });
  expect((await etl("build")).code).toBe(0);
  expect((await etl("build", "--vars", "{rows: 12}")).code).toBe(0);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const json = async (...args: string[]) =>
  JSON.parse((await etl(...args, "--output", "json", "--quiet")).output);

test("list and show tell where a watermark stands and how it came there", async () => {
  expect(await json("state", "list")).toMatchObject([
    { relation: "main.events", column: "id", watermark: "11" },
  ]);
  expect(await json("state", "show", "events")).toMatchObject([
    { watermark: "11", before: "9", by: "advance", rows: 2, null: 0 },
    { watermark: "9", before: null, by: "rebuild", rows: 10 },
  ]);
});

test("history lists runs, one node's runs, and what changed between two", async () => {
  const runs = await json("history");
  expect(runs).toMatchObject([
    { command: "build", status: "success", nodes: 1, failed: 0 },
    { command: "build", status: "success", nodes: 1, failed: 0 },
  ]);
  expect(await json("history", "events")).toMatchObject([{ status: "success" }, { status: "success" }]);
  const { code } = await etl("history", "diff", runs[1].run.slice(0, 8), runs[0].run.slice(0, 8));
  expect(code).toBe(0);
  expect((await etl("history", "diff", "zz", "yy")).output).toContain('there is no run "zz"');
  expect((await etl("history", "--limit", "1")).output.trim().split("\n")).toHaveLength(3);
});

test("set and reset move a watermark by hand, and the next run follows", async () => {
  expect((await etl("state", "set", "events", "5")).output).toContain("at 5; it stood at 11");
  expect((await etl("build")).code).toBe(0);
  expect(await json("state", "show", "events")).toMatchObject([
    { watermark: "9", before: "5", rows: 4 },
    { by: "set", watermark: "5", before: "11" },
    {},
    {},
  ]);
  expect((await etl("state", "reset", "events")).output).toContain("is forgotten; it stood at 9");
  expect((await etl("build", "--vars", "{rows: 13}")).code).toBe(0);
  expect(await json("state", "list")).toMatchObject([{ watermark: "12" }]);
}, 20_000);

test("gaps tells what is missing by its exit code, and builds it", async () => {
  expect((await etl("state", "set", "events", "20")).code).toBe(0);
  const rows = ["--vars", "{rows: 16}"];
  const { code, output } = await etl("gaps", ...rows);
  expect(code).toBe(1);
  // What came before took the rows 6 to 9 in twice.
  expect(output).toContain(
    "events: 3 rows missed, 4 rows too many up to 20; etl gaps events --fix builds these intervals",
  );
  expect(await json("gaps", "events", ...rows)).toMatchObject([
    {
      model: "model.shop.events",
      missing: 3,
      due: 0,
      surplus: 4,
      intervals: [{ from: "0", to: "20", missing: 3 }],
    },
  ]);
  expect((await etl("gaps", "--fix", ...rows)).code).toBe(0);
  expect(await etl("gaps", ...rows)).toMatchObject({
    code: 0,
    output: expect.stringContaining("events: nothing is missing up to 20"),
  });
  expect((await json("state", "show", "events"))[0]).toMatchObject({ by: "fix", watermark: "20", rows: 16 });
}, 60_000);

test.each([
  [["state", "set", "events", "noon"], /"noon" is not a value of type BIGINT/],
  [["state", "set", "event", "5"], /no model with a watermark named "event"[\s\S]*did you mean "events"/],
  [["state", "set", "events"], /etl state set <model> <value>/],
  [["state", "lst"], /did you mean "state list"/],
])("%j is refused with advice", async (args, message) => {
  const { code, output } = await etl(...args);
  expect(code).toBe(2);
  expect(output).toMatch(message);
});
