// `etl lineage`, `compile --write-lineage` and selection by column, over a project with every kind of node that has
// columns.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LineageGraph } from "../../src/lineage/lineage-graph.ts";
import { folderWith } from "./etl.ts";
import { etl } from "./in-process.ts";

const project: Readonly<Record<string, string>> = {
  "dbt_project.yml": 'name: bikes\nversion: "1.0"\nflags:\n  send_anonymous_usage_stats: false\n',
  "seeds/cities.csv": "code,city_name\nulm,Ulm\n",
  "seeds/cities.yml": "version: 2\nseeds:\n  - name: cities\n    config: {column_types: {code: varchar}}\n",
  "models/sources.yml": [
    "version: 2",
    "sources:",
    "  - name: app",
    "    schema: main",
    "    tables:",
    "      - name: rides",
    "        columns: [{name: id, data_type: integer}]",
    "exposures:",
    "  - name: report",
    "    type: dashboard",
    "    owner: {email: ann@example.com}",
    "    depends_on: [ref('by_city')]",
    "",
  ].join("\n"),
  "models/stg_rides.sql":
    "select id as ride_id, city_code, meters from {{ source('app', 'rides') }} where not deleted\n",
  "models/km.sql":
    "{{ config(materialized='ephemeral') }}\nselect ride_id, city_code, meters / 1000 as km from {{ ref('stg_rides') }}\n",
  "models/by_city.sql": [
    "select c.city_name as city, sum(km.km) as total_km, count(*) as rides",
    "from {{ ref('km') }} as km",
    "join {{ ref('cities') }} as c on c.code = km.city_code",
    "group by c.city_name",
    "",
  ].join("\n"),
  "models/odd.sql": "select frm where from {{ ref('stg_rides') }} {{ var('more', '') }}\n",
  "snapshots/cities_over_time.sql": [
    "{% snapshot cities_over_time %}",
    "{{ config(unique_key='code', strategy='check', check_cols=['city_name'], target_schema='main') }}",
    "select code, city_name from {{ ref('cities') }}",
    "{% endsnapshot %}",
    "",
  ].join("\n"),
};

const folder = folderWith(project);
const lineage = (...args: string[]) => etl(folder, ["lineage", ...args]);

async function graphOf(of: string): Promise<LineageGraph> {
  expect((await etl(of, ["compile", "--write-lineage"])).code).toBe(0);
  return JSON.parse(readFileSync(join(of, "target", "lineage.json"), "utf8"));
}

describe("lineage.json", async () => {
  const graph = await graphOf(folder);
  const node = (id: string) => graph.nodes.find((each) => each.id === id);
  const into = (id: string) =>
    graph.edges
      .filter(({ to }) => to.node === id)
      .map(({ from, to, kind, expression }) =>
        [
          `${from.node.split(".").at(-1)}.${from.column}`,
          to.column,
          kind,
          ...(expression ? [expression] : []),
        ].join(" "),
      );

  test("has the columns of seeds from their files, and of sources also those that queries read", () => {
    expect(node("seed.bikes.cities")).toEqual({
      id: "seed.bikes.cities",
      columns: [
        { name: "code", type: "VARCHAR" },
        { name: "city_name", type: null },
      ],
      status: { kind: "traced" },
    });
    expect(node("source.bikes.app.rides")?.columns.map(({ name }) => name)).toEqual([
      "id",
      "city_code",
      "meters",
      "deleted",
    ]);
  });

  test("tells copies, renamings and computed columns apart, through ephemeral models", () => {
    expect(into("model.bikes.stg_rides")).toEqual([
      "rides.id ride_id rename",
      "rides.city_code city_code copy",
      "rides.meters meters copy",
    ]);
    expect(into("model.bikes.km")).toContain("stg_rides.meters km derive meters / 1000");
    expect(into("model.bikes.by_city")).toEqual([
      "cities.city_name city rename",
      "km.km total_km derive sum(km.km)",
    ]);
  });

  test("tells what decides about rows", () => {
    const uses = graph.indirect
      .filter(({ to }) => to === "model.bikes.by_city")
      .map(({ from, use }) => `${use} ${from.node.split(".").at(-1)}.${from.column}`);
    expect(uses.sort()).toEqual(["group cities.city_name", "join cities.code", "join km.city_code"]);
  });

  test("has the columns that a snapshot adds", () => {
    expect(node("snapshot.bikes.cities_over_time")?.columns.map(({ name }) => name)).toEqual([
      "code",
      "city_name",
      "dbt_scd_id",
      "dbt_updated_at",
      "dbt_valid_from",
      "dbt_valid_to",
    ]);
    expect(into("snapshot.bikes.cities_over_time")).toContain("cities.code dbt_scd_id derive");
  });

  test("falls back to whole tables for a query that cannot be read, and for exposures", () => {
    expect(node("model.bikes.odd")?.status).toMatchObject({ kind: "table-level" });
    expect(graph.tables).toEqual([
      { from: "model.bikes.by_city", to: "exposure.bikes.report" },
      { from: "model.bikes.stg_rides", to: "model.bikes.odd" },
    ]);
  });
});

test("a query that cannot be read is warned of once, at its place", async () => {
  const { code, err } = await lineage("by_city.city", "--upstream");
  expect(code).toBe(0);
  expect(err.match(/lineage-unread/g)).toHaveLength(1);
  expect(err).toContain("--> models/odd.sql:1:18");
});

describe("etl lineage", () => {
  test("shows both ways as trees", async () => {
    expect((await lineage("km.km")).out).toBe(
      [
        "km.km",
        "  <- stg_rides.meters  computed: meters / 1000",
        "     <- app.rides.meters  copy",
        "  -> by_city.total_km  computed: sum(km.km)",
        "",
      ].join("\n"),
    );
    expect((await lineage("by_city.city", "--downstream")).out).toBe(
      "by_city.city\n  -> report  whole table\n",
    );
  });

  test("goes as far as --depth says", async () => {
    expect((await lineage("by_city.total_km", "--upstream", "--depth", "1")).out).toBe(
      "by_city.total_km\n  <- km.km  computed: sum(km.km)\n",
    );
  });

  test("takes a model for all of its columns, and sources by their names", async () => {
    expect((await lineage("stg_rides", "--upstream")).out.match(/^stg_rides\./gm)).toHaveLength(3);
    expect((await lineage("app.rides.deleted", "--downstream")).out).toContain("~> stg_rides  filter");
  });

  test("answers as data and as diagrams", async () => {
    expect(JSON.parse((await lineage("by_city.city", "--output", "json")).out)).toMatchObject({
      node: "model.bikes.by_city",
      column: "city",
      upstream: { edges: [{ kind: "rename" }] },
    });
    expect((await lineage("by_city.city", "--output", "mermaid")).out).toMatch(
      /^flowchart LR\n {2}subgraph n0\["by_city"\]/,
    );
    expect((await lineage("by_city.city", "--output", "dot")).out).toMatch(/^digraph lineage \{/);
    const [event] = JSON.parse(
      (await lineage("by_city.total_km", "--upstream", "--output", "openlineage")).out,
    );
    expect(event.outputs[0].facets.columnLineage.fields.total_km.inputFields[0]).toMatchObject({
      field: "km",
      transformations: [{ type: "DIRECT", subtype: "TRANSFORMATION" }],
    });
  });

  test.each([
    [
      "by_city.citty",
      'error[column-not-found]: "by_city" has no column "citty"',
      'did you mean "by_city.city"?',
    ],
    ["by_cty.city", 'error[column-not-found]: there is no node for "by_cty.city"', 'did you mean "by_city"?'],
  ])("refuses %s", async (address, message, help) => {
    const { code, err } = await lineage(address);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain(help);
  });

  test("refuses both ways at once", async () => {
    expect(await lineage("km.km", "--upstream", "--downstream")).toMatchObject({ code: 2, out: "" });
  });
});

describe("--select column:", () => {
  const ls = async (...args: string[]) =>
    (await etl(folder, ["ls", "--resource-type", "all", "--output", "name", ...args])).out.trim().split("\n");

  test("takes the node of a column, what depends on the column and what it depends on", async () => {
    expect(await ls("--select", "column:stg_rides.meters")).toEqual(["stg_rides"]);
    expect((await ls("--select", "column:cities.code+")).sort()).toEqual([
      "by_city",
      "cities",
      "cities_over_time",
      "report",
    ]);
    expect((await ls("--select", "column:cities.city_name+1")).sort()).toEqual([
      "by_city",
      "cities",
      "cities_over_time",
    ]);
    expect((await ls("--select", "+column:km.km")).sort()).toEqual(["app.rides", "km", "stg_rides"]);
  });

  test("refuses columns that do not exist", async () => {
    const { code, err } = await etl(folder, ["ls", "--select", "column:km.kmm+"]);
    expect(code).toBe(2);
    expect(err).toContain('did you mean "km.km"?');
  });

  test("cannot stand in selectors.yml", async () => {
    const other = folderWith({
      ...project,
      "selectors.yml": "selectors:\n  - name: s\n    definition: {method: column, value: km.km}\n",
    });
    const { code, err } = await etl(other, ["ls", "--selector", "s"]);
    expect(code).toBe(2);
    expect(err).toContain("selects by column, which no selector can");
  });
});

test("the cache gives what tracing anew gives, whatever was edited", async () => {
  const cached = folderWith(project);
  const edits: readonly (readonly [string, string])[] = [
    [
      "models/stg_rides.sql",
      "select id as ride_id, city_code, meters, 1 as extra from {{ source('app', 'rides') }}\n",
    ],
    ["models/km.sql", "select ride_id, city_code, meters as km from {{ ref('stg_rides') }}\n"],
    ["seeds/cities.csv", "code,city_name,land\nulm,Ulm,DE\n"],
    ["models/by_city.sql", "select * from {{ ref('cities') }}\n"],
    ["models/sources.yml", (project["models/sources.yml"] ?? "").replace("integer", "bigint")],
  ];
  await graphOf(cached);
  for (const [file, text] of edits) {
    writeFileSync(join(cached, file), text);
    const { metadata: _, ...warm } = (await graphOf(cached)) as LineageGraph & { readonly metadata: unknown };
    rmSync(join(cached, "target", "etl_lineage_cache.json"));
    const { metadata: __, ...cold } = (await graphOf(cached)) as LineageGraph & {
      readonly metadata: unknown;
    };
    expect(warm).toEqual(cold);
  }
});

test("a name that cannot be resolved makes the lineage of its model that of whole tables", async () => {
  const other = folderWith({
    "dbt_project.yml": 'name: bikes\nversion: "1.0"\n',
    "seeds/rides.csv": "id,meters\n1,5\n",
    "models/km.sql": "select id, metres / 1000 as km from {{ ref('rides') }}\n",
  });
  const { nodes, tables } = await graphOf(other);
  expect(nodes.find(({ id }) => id === "model.bikes.km")?.status).toEqual({
    kind: "table-level",
    reason: 'it reads "metres", which is not known',
  });
  expect(tables).toEqual([{ from: "seed.bikes.rides", to: "model.bikes.km" }]);
});

test("the columns of a source that is selected whole are asked of the warehouse, unless it must not be", async () => {
  const files = {
    "dbt_project.yml": 'name: bikes\nversion: "1.0"\n',
    "models/raw_rides.sql": "{{ config(alias='raw') }} select 1 as id, 5 as meters\n",
    "models/sources.yml":
      "version: 2\nsources:\n  - name: app\n    schema: main\n    tables: [{name: raw}]\n",
    "models/rides.sql": "select * from {{ source('app', 'raw') }}\n",
  };
  const other = folderWith(files);
  expect((await etl(other, ["run", "--select", "raw_rides"])).code).toBe(0);
  expect((await etl(other, ["lineage", "rides", "--upstream", "--no-introspect"])).out).toContain(
    "none of its columns is known",
  );
  expect(existsSync(join(other, "target", "lineage.json"))).toBe(false);
  expect((await etl(other, ["lineage", "rides", "--upstream"])).out).toBe(
    "rides.id  INTEGER\n  <- app.raw.id  copy\n\nrides.meters  INTEGER\n  <- app.raw.meters  copy\n",
  );
});

test("the columns of sources that are read from files are those of the files", async () => {
  const of = folderWith({
    "dbt_project.yml": project["dbt_project.yml"] ?? "",
    "data/rides.csv": "id,Meters\n1,2.5\n",
    "data/cities.csv": "code\nulm\n",
    "models/rides.sql": "select * from {{ source('files', 'rides') }}\n",
    "models/cities.sql": "select *, upper(code) as shown from {{ source('calls', 'cities') }}\n",
    "models/gone.sql": "select * from {{ source('files', 'gone') }}\n",
  });
  const sources = [
    "version: 2",
    "sources:",
    "  - name: files",
    `    meta: {external_location: '${of}/data/{name}.csv'}`,
    "    tables: [{name: rides}, {name: gone}]",
    "  - name: calls",
    `    config: {external_location: "read_csv('${of}/data/cities.csv', all_varchar=true)"}`,
    "    tables: [{name: cities}]",
    "",
  ];
  writeFileSync(join(of, "models/sources.yml"), sources.join("\n"));
  // The warehouse must be there: looking at columns makes none.
  expect((await etl(of, ["build", "--exclude", "gone"])).code).toBe(0);
  const { edges, nodes } = await graphOf(of);
  expect(
    edges.map(({ from, to, kind }) => `${from.node}.${from.column} ${kind} ${to.node}.${to.column}`),
  ).toEqual([
    "source.bikes.calls.cities.code copy model.bikes.cities.code",
    "source.bikes.calls.cities.code derive model.bikes.cities.shown",
    "source.bikes.files.rides.id copy model.bikes.rides.id",
    "source.bikes.files.rides.Meters copy model.bikes.rides.Meters",
  ]);
  expect(nodes.find(({ id }) => id === "model.bikes.gone")?.columns).toEqual([]);
});

test("with --check, target/lineage.json has the types that the engine gives", async () => {
  const other = folderWith({
    "dbt_project.yml": 'name: bikes\nversion: "1.0"\n',
    "models/tags.sql": "select map_from_entries([('k', 'v')]) as tags\n",
  });
  const typeOfTags = async (...more: string[]): Promise<unknown> => {
    expect((await etl(other, ["compile", "--write-lineage", ...more])).code).toBe(0);
    const { nodes } = JSON.parse(readFileSync(join(other, "target", "lineage.json"), "utf8"));
    return nodes[0].columns[0].type;
  };
  expect(await typeOfTags()).toBe(null);
  expect(await typeOfTags("--check")).toBe("MAP(VARCHAR, VARCHAR)");
});
