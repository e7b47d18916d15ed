// Watermarks of sources: models take from the source that they read what they do not say themselves.

import { afterEach, beforeEach, expect, test } from "vitest";
import { showWatermark } from "../../src/project-state.ts";
import { openFolder } from "../adapter/open-folder.ts";
import { troubles } from "../run/harness.ts";
import { type Lab, openLab } from "./lab.ts";

let lab: Lab;

const sources = (watermark: string): string => `sources:
  - name: raw
    schema: "{{ target.schema }}"
    tables:
      - {name: arrivals, config: {watermark: ${watermark}}}
      - {name: others, config: {watermark: {column: id}}}
`;

beforeEach(async () => {
  lab = openLab(null, {
    "models/sources.yml": sources("{column: seen_at, lookback: 1 hour}"),
    "models/plain.sql": `{{ config(materialized='incremental', unique_key='id') }}
select * from {{ source('raw', 'arrivals') }} {% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
    "models/renamed.sql": `{{ config(materialized='incremental', unique_key='id', watermark={'column': 'at_time', 'lookback': None}) }}
select id, seen_at as at_time from {{ source('raw', 'arrivals') }}
{% if is_incremental() %} where {{ watermark_filter(source('raw', 'arrivals')) }} {% endif %}`,
    "models/untouched.sql":
      "{{ config(materialized='incremental') }} select * from {{ source('raw', 'arrivals') }} {% if is_incremental() %} where false {% endif %}",
  });
  await lab.query(
    "create table arrivals (id integer, seen_at timestamp, other_at timestamp); create table others (id integer); insert into arrivals values (1, '2026-01-01 10:00', '2026-02-01')",
  );
});
afterEach(() => lab.close());

const run = async () => expect(troubles(await lab.run("run"))).toBe("");
const marks = () =>
  lab.query(
    "select identifier, column_name, value, late_rows from etl_state.watermarks order by committed_at desc, identifier limit 2",
  );

test("models follow the column and the lookback of their source", async () => {
  await run();
  await lab.query(
    "insert into arrivals values (2, '2026-01-01 09:30', '2026-02-02'), (3, '2026-01-01 11:00', '2026-02-03')",
  );
  await run();
  expect((await marks()).map((row) => row.join(" ")).sort()).toEqual([
    "plain seen_at 2026-01-01 11:00:00 1",
    // Its own lookback is none.
    "renamed at_time 2026-01-01 11:00:00 0",
  ]);
  expect(await lab.query("select id from plain order by id")).toEqual([["1"], ["2"], ["3"]]);
  expect(await lab.query("select id from renamed order by id")).toEqual([["1"], ["3"]]);
});

test("the state of a watermark that a model has of its source is shown", async () => {
  await run();
  const { rows } = await openFolder(lab.folder, "state show", {}, (project) =>
    showWatermark(project, "plain", 5),
  );
  expect(rows.map((row) => row[1])).toEqual(["2026-01-01 10:00:00"]);
});

test("a source that follows another column is followed at once, whatever the parse cache holds", async () => {
  await run();
  lab.write({ "models/sources.yml": sources("{column: other_at}") });
  await lab.query("insert into arrivals values (2, '2025-01-01', '2026-03-01')");
  await run();
  expect((await marks()).map((row) => row.join(" "))).toContain("plain other_at 2026-03-01 00:00:00 0");
  expect(await lab.query("select id from plain order by id")).toEqual([["1"], ["2"]]);
});

test("a model that reads several sources with a watermark must name its column", async () => {
  lab.write({
    "models/joined.sql": `{{ config(materialized='incremental', watermark={}) }}
select a.* from {{ source('raw', 'arrivals') }} as a join {{ source('raw', 'others') }} using (id)`,
  });
  await expect(lab.run("run")).rejects.toThrow(/watermark needs the name of a column \(model "joined"\)/);
});
