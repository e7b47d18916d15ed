// What is wrong with the names of a query: told only where it is certain, with the place.

import { describe, expect, test } from "vitest";
import type { SqlDialect } from "../../src/sql/query-tree.ts";
import { trace } from "./tables.ts";

function problems(sql: string, dialect?: SqlDialect): string[] {
  return trace(sql, dialect).problems.map(({ kind, name, at }) => {
    const text = at === null ? "nowhere" : sql.slice(at.start, at.end);
    return `${kind} ${name} at ${text}`;
  });
}

describe("are found", () => {
  test.each<[string, readonly string[]]>([
    ["select metres from rides", ["unknown-column metres at metres"]],
    ["select r.metres from rides as r", ["unknown-column metres at metres"]],
    ["select x.id from rides as r", ["unknown-source x at x"]],
    ["select id from rides join riders on rider_id = riders.id", ["ambiguous-column id at id"]],
    ["with a as (select id from rides) select bike from a", ["unknown-column bike at bike"]],
    [
      "select id from rides where metres > 1 order by lenght",
      ["unknown-column metres at metres", "unknown-column lenght at lenght"],
    ],
    ["select model from rides join bikes using (bicycle)", ["unknown-column bicycle at bicycle"]],
    ["select (select max(m) from bikes) as a from rides", ["unknown-column m at m"]],
    ["select * exclude (modell) from bikes", ["unknown-column modell at modell"]],
    ["unpivot months on jann, feb into name m value n", ["unknown-column jann at jann"]],
    ["select bike, count(*) as n from rides", ["ungrouped-column bike at bike"]],
    [
      "select upper(bike) as b, sum(meters) as m from rides group by rider_id",
      ["ungrouped-column bike at bike"],
    ],
    [
      "select model, sum(1) as n from (select distinct model, bike from bikes) b group by b.bike",
      ["ungrouped-column model at model"],
    ],
    ["select id from ridez", ["unknown-relation ridez at ridez"]],
    [
      "with a as (select id from rides), b as (select idd from a) select id from a",
      ["unknown-column idd at idd"],
    ],
  ])("%s", (sql, expected) => {
    expect(problems(sql)).toEqual(expected);
  });

  test.each<[string, readonly string[], SqlDialect?]>([
    ["select bike, sum(meters) as m from rides", ["ungrouped-column bike at bike"], "postgres"],
    [
      "select bike, id, sum(meters) as m from rides group by bike",
      ["ungrouped-column id at id"],
      "snowflake",
    ],
    [
      "select bike, r.id, count(*) as n from rides as r group by 1",
      ["ungrouped-column id at id"],
      "bigquery",
    ],
    [
      "with a as (select bike, meters + 1 as m from rides) select bike, m, count(*) as n from a group by bike",
      ["ungrouped-column m at m"],
      "postgres",
    ],
    ["select id from rides union all select id, bike from rides", ["set-width union at id"], "postgres"],
    ["select id, bike from rides except select id from riders", ["set-width except at id"], "trino"],
  ])("%s", (sql, expected, dialect) => {
    expect(problems(sql, dialect)).toEqual(expected);
  });

  test("with the columns that could be meant", () => {
    expect(trace("select metres from rides").problems).toMatchObject([
      { candidates: ["id", "rider_id", "bike", "started", "meters", "tags"] },
    ]);
  });

  test("and CTEs that nothing reads", () => {
    const sql = "with a as (select 1 as x), b as (select 2 as y) select x from a";
    expect(trace(sql).unusedCtes).toMatchObject([{ name: "b" }]);
  });
});

describe("are not made up", () => {
  test.each<[string, SqlDialect?]>([
    ["select anything, l.more from log as l"],
    ["select lower(bike) as b from rides group by b having b <> 'x' order by b"],
    ["select bike as id from rides join riders on rider_id = riders.id order by id"],
    ["select meters as m from rides where m > 1"],
    ["select rowid, bike from rides"],
    ["select datediff(day, started, current_timestamp()) as d from rides", "snowflake"],
    ["select date_trunc(started, month) as m, _partitiontime from rides", "bigquery"],
    ["select a, b from read_parquet('x.parquet')"],
    ["select bike, id, count(*) as n from rides group by id", "postgres"],
    ["select bike, count(*) over () as n from rides", "snowflake"],
    ["select lower(bike) as bike, count(*) as n from rides group by bike", "postgres"],
    ["select bike, sum(meters) as m from rides group by rollup (bike)", "snowflake"],
    ["select bike, id, sum(meters) as m from rides group by grouping sets ((bike), (id))", "snowflake"],
    ["select bike, id, sum(meters) as m from rides group by bike, grouping sets ((id), ())", "bigquery"],
    ["select bike, id, sum(meters) as m from rides group by grouping sets ((bike, id), (id))", "trino"],
    ["select bike, id, sum(meters) as m from rides group by grouping sets (bike, id)", "postgres"],
    ["select bike, sum(meters) as m from rides group by all", "snowflake"],
    ["select bike, sum(meters) as m from rides group by *", "duckdb"],
    ["select bike, count(*) as n from rides", "sqlite"],
    [
      "select rider_id, listagg(bike, ',') within group (order by started) as l from rides group by 1",
      "snowflake",
    ],
    ["select rider_id, mode() within group (order by bike) as m from rides group by 1", "postgres"],
    [
      "select rider_id, array_agg(bike order by started limit 1)[offset(0)] as b from rides group by 1",
      "bigquery",
    ],
    ["select rider_id, any_value(bike having max started) as b from rides group by rider_id", "bigquery"],
    [
      "select rider_id, count(*) filter (where meters > 1) as n, max(id) + 1 as m from rides group by 1",
      "postgres",
    ],
    [
      "select rider_id, sum(sum(meters)) over (partition by rider_id order by max(started)) as s from rides group by 1",
      "postgres",
    ],
    [
      "select rides.*, name, count(*) as n from rides join riders on rider_id = riders.id group by 1, 2, 3, 4, 5, 6, 7",
      "postgres",
    ],
    [
      "select date_trunc('month', started) || 'x' as m, count(*) as n from rides group by date_trunc('month', started)",
      "postgres",
    ],
    [
      "select r.rider_id + 1 as k, case when max(meters) > 1 then rider_id end as m from rides r group by r.rider_id",
      "redshift",
    ],
    ["select to_date(started) as d, year(d) as y, count(*) as n from rides group by 1, 2", "snowflake"],
    ["select my_total(meters) as t, bike as b, count(*) as n from rides group by b", "postgres"],
    ["select id, (select count(*) from riders where riders.id = rides.id) as n from rides", "postgres"],
    ["select id, (select max(rides.meters + r.id) from riders as r) as n from rides", "postgres"],
    ["select * from log union all select id, bike from rides", "postgres"],
    ["select id from rides union by name select id, bike from rides", "duckdb"],
    ["select bike, greatest(min(meters), 1) as m from rides group by bike", "postgres"],
    ["select list_filter(tags, x -> x <> 'a') as l from rides"],
    [`select {"road": meters, bike: id} as s from rides`],
    ["select t.x, t.y from (select 1 as x) as t, (select 2 as y) as t"],
    ["select main.bikes from main.bikes"],
    [
      "select rides.id from rides left join riders inner join bikes b on b.model = riders.city on rider_id = riders.id and b.bike = rides.bike",
      "postgres",
    ],
    [
      "with recursive r as (select id as n from rides union all select n + 1 from r where not looped) cycle n set looped using path select n, looped, path from r",
      "postgres",
    ],
    ["select xmlelement(name ride, bike) as x from rides", "postgres"],
    ["select bike from rides semi join bikes on bikes.bike = rides.bike where bike <> 'a'"],
    [`select min_jan, min_feb from (select min(columns('jan|feb')) as "min_\\0" from months)`],
    ["select street, zip from (select unnest(home) from riders)"],
    ["select id from rides union select id from riders order by rides.id"],
    ["select t.x, t.ordinality from unnest(array[1, 2]) with ordinality as t(x)", "postgres"],
    ["select station, n from months unpivot (n for month in (columns('jan|feb|mar')))"],
    [`select "count_star()" from (select count(*) from rides)`],
    ["select t.position from (select position('a' in bike) from rides) as t", "redshift"],
    ["select u.a.b from rides, unnest(tags) as u(a)"],
    ["select meters * 2 as twice, alias.twice + 1 as more from rides order by alias.more"],
    ["select lower(bike) as b, count(*) as n from rides group by alias.b having alias.n > 1"],
    [
      "select name from riders where exists (select 1 from rides where rider_id = riders.id and city = 'Ulm')",
    ],
    ["select $1, t.$2 from rides t", "snowflake"],
    ["select riders.id from riders, rides where rides.rider_id = riders.id order by started"],
    ["select bike, count(*) from rides group by all order by all"],
    [
      "select a.id, b.name from ((select id from rides) a join (select id, name from riders) b on a.id = b.id) union all select 1, 'x'",
      "redshift",
    ],
    [
      "with a as (select id from rides), b as (select id from riders) select a.id + 1 as k from a join b on k = b.id",
      "snowflake",
    ],
    ["select total = meters * 2, id from rides", "tsql"],
    ["select t.id, i.x, place from rides t, t.tags as i at place", "redshift"],
    ["select shared.tools.hex_to_int(bike) as n from rides", "snowflake"],
  ])("%s", (sql, dialect) => {
    expect(problems(sql, dialect)).toEqual([]);
  });
});
