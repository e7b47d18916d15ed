// Lineage held against an engine: the values of one column of a table are changed at a time, and only columns may change
// that lineage says come from it, unless the column decides about rows.

import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, expect, test } from "vitest";
import { trace } from "./tables.ts";

let engine: DuckDBConnection;

const setUp = `
  create table rides as select * from (values
    (1, 1, 'a', timestamp '2024-05-01 10:00:00', 5, ['x', 'y']),
    (2, 2, 'b', timestamp '2024-05-02 10:00:00', 7, ['y']),
    (3, 2, 'a', timestamp '2024-05-03 10:00:00', 9, [])
  ) t(id, rider_id, bike, started, meters, tags);
  create table riders as select * from (values
    (1, 'Ann', 'Ulm', {'street': 'A 1', 'zip': '89073'}), (2, 'Bob', 'Bonn', {'street': 'B 2', 'zip': '53111'})
  ) t(id, name, city, home);
  create table bikes as select * from (values ('a', 'city', date '2020-01-01'), ('b', 'cargo', date '2021-01-01'))
    t(bike, model, bought);
  create table months as select * from (values ('n', 1, 2, 3), ('s', 4, 5, 6)) t(station, jan, feb, mar);`;

/** Another value for every row, by column. */
const changes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  rides: {
    id: "id + 100",
    rider_id: "3 - rider_id",
    bike: "case when bike = 'a' then 'b' else 'a' end",
    started: "started + interval 40 day",
    meters: "meters * 3 + 1",
    tags: "list_append(tags, 'z')",
  },
  riders: {
    id: "3 - id",
    name: "name || '!'",
    city: "city || '!'",
    home: "{'street': 'C', 'zip': home.zip || '0'}",
  },
  bikes: { bike: "bike || '!'", model: "model || '!'", bought: "bought + interval 3 year" },
  months: { station: "station || '!'", jan: "jan + 50", feb: "feb + 60", mar: "mar + 70" },
};

beforeAll(async () => {
  const instance = await DuckDBInstance.create(":memory:");
  engine = await instance.connect();
  await engine.run(setUp);
});

async function columnsOf(sql: string): Promise<Map<string, string>> {
  const reader = await engine.runAndReadAll(sql);
  const rows = reader.getRowsJson();
  const names = reader.columnNames();
  return new Map(
    names.map((name, index) => [
      `${index} ${name}`,
      JSON.stringify(
        rows
          .map((row) => row[index])
          .map(String)
          .sort(),
      ),
    ]),
  );
}

test.each([
  "select id, meters * 2 as m, upper(bike) as b, len(tags) as n from rides",
  "select bike, sum(meters) as s, max(started) as last from rides group by bike",
  "select r.id, b.model, b.bought from rides r left join bikes b using (bike)",
  "select * exclude (home) from riders",
  "select * replace (upper(model) as model) from bikes",
  "select home.zip as zip, riders.name from riders",
  "select id, row_number() over (partition by bike order by started) as n from rides",
  "with a as (select rider_id, sum(meters) as m from rides group by 1) select name, m from riders join a on a.rider_id = riders.id",
  "select name, (select max(meters) from rides where rider_id = riders.id) as longest from riders",
  "select id, name from riders union all select id, bike from rides",
  "select id, name from riders union all by name select bike as name, id from rides",
  "select * from months unpivot (n for month in (jan, feb))",
  "select * from (select bike, rider_id, meters from rides) pivot (sum(meters) for rider_id in (1, 2))",
  "select id, unnest(tags) as tag from rides",
  "select id, tag from rides, unnest(tags) as u(tag)",
  "select distinct bike, rider_id from rides",
  "select bike as a, rider_id as b from rides union select model, 1 from bikes",
  "select bike || '!' as b, sum(meters) as m from rides group by all",
  "select bike from rides where meters > 6 or bike in (select bike from bikes where model = 'city')",
  "select bike, meters from rides qualify row_number() over (partition by bike order by started) = 1",
  "with recursive r(n, m) as (select id, name from riders union all select n + 10, m from r where n < 30) select n, m from r",
  "select case when city = 'Ulm' then name else 'x' end as a, coalesce(city, name) as b from riders",
  "select list_transform(tags, t -> t || bike) as l, {'a': id, 'b': meters} as s from rides",
  "select max(columns(* exclude (station))) from months",
])("%s", async (sql) => {
  const lineage = trace(sql);
  const before = await columnsOf(sql);
  const wrong: string[] = [];
  for (const [table, columns] of Object.entries(changes)) {
    for (const [column, value] of Object.entries(columns)) {
      const isSame = (origin: { readonly relation: string; readonly column: string | null }) =>
        origin.relation === table && origin.column === column;
      if (lineage.indirect.some(isSame)) continue;
      await engine.run(`begin; update ${table} set ${column} = ${value}`);
      const after = await columnsOf(sql);
      await engine.run("rollback");
      [...before].forEach(([name, values], index) => {
        const isNamed = lineage.columns[index]?.origins.some(isSame) === true;
        if (after.get(name) !== values && !isNamed) wrong.push(`${name} changes with ${table}.${column}`);
      });
    }
  }
  expect(wrong).toEqual([]);
  expect(before.size).toBe(lineage.columns.length);
});
