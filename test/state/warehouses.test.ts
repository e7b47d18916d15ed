// What etl remembers, on warehouses that keep each statement at once or hold rows alone: anomalies are measured, watermarks
// move and gaps are found and mended as on the others; what needs more than the warehouse has is refused before it runs.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildGaps } from "../../src/pipeline.ts";
import { gapsToFix, projectGaps } from "../../src/project-gaps.ts";
import { listWatermarks } from "../../src/project-state.ts";
import { keptVersions, undoLastRun } from "../../src/project-undo.ts";
import { messages, SmallProject } from "../adapter/small-project.ts";
import { startFakeBigQuery } from "../bigquery/fake-server.ts";
import { settingsOf as bigquerySettings } from "../bigquery/open.ts";
import { startFakeSnowflake } from "../snowflake/fake-server.ts";
import { settingsOf as snowflakeSettings } from "../snowflake/open.ts";
import { startFakeTrino } from "../trino/fake-server.ts";
import { settingsOf as trinoSettings } from "../trino/open.ts";

const engines = {
  snowflake: { start: startFakeSnowflake, settings: snowflakeSettings, time: "timestamp_ntz" },
  bigquery: { start: startFakeBigQuery, settings: bigquerySettings, time: "timestamp" },
  trino: { start: startFakeTrino, settings: trinoSettings, time: "timestamp" },
} as const;

type Files = Readonly<Record<string, string>>;

describe.each(Object.entries(engines))("%s", (_, { start, settings, time }) => {
  let server: { readonly port: number; stop(): Promise<void> };
  const projects: SmallProject[] = [];
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    for (const one of projects) one.remove();
    await server.stop();
  });

  function project(schema: string, files: Files): SmallProject {
    const made = new SmallProject({ ...settings(server.port), schema, threads: 1 }, files);
    projects.push(made);
    return made;
  }

  /** A table of so many rows, half of them paid by card. */
  const orders = (rows: number, nulls: number): string => `{{ config(materialized='table') }}
{% for n in range(${rows}) -%}
select {{ n }} as id, {{ 'cast(null as integer)' if n < ${nulls} else n % 10 }} as amount, '{{ 'card' if n % 2 else 'cash' }}' as paid_by
{{ 'union all ' if not loop.last }}
{%- endfor %}`;

  test("anomalies are found among the measures of earlier runs", async () => {
    const shop = project("measured", {
      "models/orders.yml": `models:
  - name: orders
    data_tests:
      - volume_anomalies: {name: volume, arguments: {min_points: 3}}
      - dimension_anomalies: {name: dimension, arguments: {min_points: 3, dimensions: [paid_by]}}
    columns:
      - name: amount
        data_tests: [{column_anomalies: {name: amounts, arguments: {min_points: 3, metrics: [null_rate, distinct_count, mean, stddev, median, p95]}}}]
`,
    });
    for (const rows of [20, 21, 20, 22]) {
      shop.write({ "models/orders.sql": orders(rows, 1) });
      await shop.succeeds("build");
    }
    shop.write({ "models/orders.sql": orders(90, 4) });
    const failed = (await shop.run("build")).results.filter(({ status }) => status === "fail");
    expect(failed.map(({ facts }) => facts.name)).toEqual(expect.arrayContaining(["volume"]));
    expect(failed.map(({ facts }) => facts.name)).not.toContain("amounts");
  });

  const event = (id: number, day: string): string => `select ${id} as id, cast('${day}' as ${time}) as day`;

  test("a watermark moves with the rows, and gaps are found and mended", async () => {
    const shop = project("marked", {
      "models/src.sql": [event(1, "2024-01-01 00:00:00"), event(2, "2024-01-03 00:00:00")].join(
        " union all ",
      ),
      "models/i.sql": `{{ config(materialized='incremental', incremental_strategy='append', watermark={'column': 'day'}) }}
select * from {{ ref('src') }} {% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
    });
    await shop.succeeds("run");
    const { rows: marks } = await shop.within("state list", {}, listWatermarks);
    expect(JSON.stringify(marks)).toContain("2024-01-03");
    // It arrives when the watermark has passed it.
    shop.write({
      "models/src.sql": [
        event(1, "2024-01-01 00:00:00"),
        event(9, "2024-01-02 00:00:00"),
        event(2, "2024-01-03 00:00:00"),
      ].join(" union all "),
    });
    await shop.succeeds("run");
    const find = () => shop.within("gaps", {}, (open) => projectGaps(open, "i"));
    const missed = (found: Awaited<ReturnType<typeof find>>): number =>
      found.flatMap(({ intervals }) => intervals).reduce((sum, { missing }) => sum + missing, 0);
    expect(missed(await find())).toBe(1);
    const report = await shop.within("gaps", {}, async (open) =>
      buildGaps(open, gapsToFix(await projectGaps(open, undefined))),
    );
    expect(messages(report)).toEqual([]);
    expect(missed(await find())).toBe(0);
  });

  test.each(["audit: true", "quarantine: true", "keep_versions: 2"])("%s is refused", async (config) => {
    const shop = project("refused", {
      "models/t.sql": "{{ config(materialized='table') }} select 1 as id",
      "models/t.yml": `models: [{name: t, config: {${config}}, columns: [{name: id, data_tests: [not_null]}]}]`,
    });
    const said = messages(await shop.run("build")).join("\n");
    expect(said).toContain(`model "t": ${config.split(":")[0]} needs transactions`);
  });

  test("undo is refused, and versions are none", async () => {
    const shop = project("undone", { "models/t.sql": "{{ config(materialized='table') }} select 1 as id" });
    await shop.succeeds("run");
    await expect(shop.within("undo", {}, (open) => undoLastRun(open, undefined, true))).rejects.toThrow(
      /cannot exchange tables in one transaction/,
    );
    expect((await shop.within("history", {}, keptVersions)).rows).toEqual([]);
  });
});
