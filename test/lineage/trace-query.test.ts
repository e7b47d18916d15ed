// The lineage of single queries: one line a case, the expected columns below each other.

import { describe, expect, test } from "vitest";
import type { SqlDialect } from "../../src/sql/query-tree.ts";
import { decides, shown, trace } from "./tables.ts";

type Case = readonly [sql: string, columns: readonly string[], dialect?: SqlDialect];

function cases(list: readonly Case[]): void {
  test.each(list.map(([sql, columns, dialect]) => ({ sql, columns, dialect })))(
    "$sql",
    ({ sql, columns, dialect }) => {
      const lineage = trace(sql, dialect);
      expect(shown(lineage)).toEqual(columns);
      expect(lineage.problems).toEqual([]);
    },
  );
}

describe("values", () => {
  cases([
    ["select id, meters as length from rides", ["id <- rides.id", "length <- rides.meters"]],
    ["select meters * 2 as twice, 1 as one from rides", ["twice <- computed rides.meters", "one <- "]],
    [
      "select case when city = 'Ulm' then name end as n from riders",
      ["n <- computed riders.city, computed riders.name"],
    ],
    ["select count(*) as n, count(distinct bike) as b from rides", ["n <- ", "b <- computed rides.bike"]],
    [
      "select sum(meters) over w as s from rides window w as (partition by bike order by started)",
      ["s <- computed rides.bike, computed rides.meters, computed rides.started"],
    ],
    [
      "select list_transform(tags, tag -> tag || bike) as l from rides",
      ["l <- computed rides.bike, computed rides.tags"],
    ],
    ["select [upper(x) for x in tags if x <> 'e'] as l from rides", ["l <- computed rides.tags"]],
    [
      "select home.zip as zip, riders.home.street as s from riders",
      ["zip <- computed riders.home", "s <- computed riders.home"],
    ],
    ["select {'a': id, 'b': name} as s from riders", ["s <- computed riders.id, computed riders.name"]],
    [
      "select r from riders as r",
      ["r <- computed riders.city, computed riders.home, computed riders.id, computed riders.name"],
    ],
    [
      "select (select max(started) from rides where rider_id = riders.id) as last from riders",
      ["last <- computed rides.started"],
    ],
    [
      "select meters / 1000 as km, km * 2 as twice from rides",
      ["km <- computed rides.meters", "twice <- computed rides.meters"],
    ],
    [
      "select int4 '3' as i, (jsonb '{}')->'a' as j, varchar(3) 'x' as v, json_objectagg(name: id) as o from riders group by 1",
      ["i <- ", "j <- ", "v <- ", "o <- computed riders.id, computed riders.name"],
      "postgres",
    ],
    ["select id operator(pg_catalog.+) 1 as x from riders", ["x <- computed riders.id"], "postgres"],
    [
      "select bike['x']:y.z as a, model::variant:b[0] as c from bikes",
      ["A <- computed bikes.bike", "C <- computed bikes.model"],
      "snowflake",
    ],
    [
      "select connect_by_root name as root from riders connect by prior id = id",
      ["ROOT <- riders.name"],
      "snowflake",
    ],
    [
      "select r.id from rides for system_time as of timestamp_sub(current_timestamp(), interval 1 hour) r",
      ["id <- rides.id"],
      "bigquery",
    ],
    ["select pg_catalog.upper(name) as n from riders", ["n <- computed riders.name"]],
    [
      "select date_diff(day, bought, current_date) as age from bikes",
      ["AGE <- computed bikes.bought"],
      "snowflake",
    ],
  ]);
});

describe("pipes", () => {
  const of = (sql: string, columns: readonly string[]): Case => [sql, columns, "bigquery"];
  cases([
    of("from rides |> where meters > 1 |> select id, meters * 2 as twice", [
      "id <- rides.id",
      "twice <- computed rides.meters",
    ]),
    of(
      "from rides |> aggregate sum(meters) as m, count(*) as n group and order by bike desc, rider_id as r",
      ["bike <- rides.bike", "r <- rides.rider_id", "m <- computed rides.meters", "n <- "],
    ),
    of("from bikes |> extend upper(model) as m |> set bike = m |> drop bought |> rename model as kind", [
      "bike <- computed bikes.model",
      "kind <- bikes.model",
      "m <- computed bikes.model",
    ]),
    of(
      "with a as (from bikes |> as b |> where b.bought is not null) from a |> join rides as r on r.bike = a.bike " +
        "|> extend r.meters as m |> where a.model = 'x' |> select a.model, r.id, m",
      ["model <- bikes.model", "id <- rides.id", "m <- rides.meters"],
    ),
    of("select bike from rides |> distinct |> union all (select model from bikes) |> order by bike", [
      "bike <- bikes.model, rides.bike",
    ]),
    of("select id from riders where id in (from rides |> select rider_id)", ["id <- riders.id"]),
  ]);
});

describe("rows as values", () => {
  cases([
    ["select s.a from (select {'a': id, 'b': name} as s from riders)", ["a <- riders.id"]],
    [
      "select s.* from (select struct_pack(a := id, b := upper(name)) as s from riders)",
      ["a <- riders.id", "b <- computed riders.name"],
    ],
    [
      "select last.meters from (select arg_max(r, started) as last from rides r group by bike)",
      ["meters <- computed rides.meters, computed rides.started"],
    ],
    [
      "select l.* from (select array_agg(b order by bought limit 1)[offset(0)] as l from bikes b group by model)",
      [
        "bike <- computed bikes.bike, computed bikes.bought",
        "model <- computed bikes.bought, computed bikes.model",
        "bought <- computed bikes.bought",
      ],
      "bigquery",
    ],
    ["select (r).name from riders r", ["name <- computed riders.name"], "postgres"],
    [
      "select {*} as o from bikes",
      ["O <- computed bikes.bike, computed bikes.bought, computed bikes.model"],
      "snowflake",
    ],
    ["select exists(from rides where rider_id = riders.id) as has from riders", ["has <- "]],
  ]);
});

describe("stars", () => {
  cases([
    [
      "select * exclude (started, tags) from rides",
      ["id <- rides.id", "rider_id <- rides.rider_id", "bike <- rides.bike", "meters <- rides.meters"],
    ],
    [
      "select * exclude (a.bike, model, bought) from bikes a join bikes b on a.model = b.model",
      ["bike <- bikes.bike"],
    ],
    [
      "select * replace (upper(model) as model) from bikes",
      ["bike <- bikes.bike", "model <- computed bikes.model", "bought <- bikes.bought"],
    ],
    [
      "select * rename (model as kind) from bikes",
      ["bike <- bikes.bike", "kind <- bikes.model", "bought <- bikes.bought"],
    ],
    ["select columns(c -> c like 'b_ke') from bikes", ["bike <- bikes.bike"]],
    [
      "select * exclude (started, tags, meters) rename (bike as b) from rides",
      ["id <- rides.id", "rider_id <- rides.rider_id", "B <- rides.bike"],
      "snowflake",
    ],
    ["select * ilike 'B%' exclude (bought) rename (bike as b) from bikes", ["B <- bikes.bike"], "snowflake"],
    ["select b.* not like 'bo%' from bikes b", ["bike <- bikes.bike", "model <- bikes.model"]],
    ["select columns(['bike', 'model']) from bikes", ["bike <- bikes.bike", "model <- bikes.model"]],
    [
      "select greatest(*columns('jan|feb')) as m, coalesce(*columns(* exclude (station))) as n from months",
      [
        "m <- computed months.feb, computed months.jan",
        "n <- computed months.feb, computed months.jan, computed months.mar",
      ],
    ],
    ["select columns('^b') from bikes", ["bike <- bikes.bike", "bought <- bikes.bought"]],
    [
      "select max(columns(* exclude (station))) from months",
      ["jan <- computed months.jan", "feb <- computed months.feb", "mar <- computed months.mar"],
    ],
    ["select home.* from riders", ["street <- computed riders.home", "zip <- computed riders.home"]],
    ["from bikes", ["bike <- bikes.bike", "model <- bikes.model", "bought <- bikes.bought"]],
    [
      "select b.*, r.id from rides r join bikes b on b.bike = r.bike",
      ["bike <- bikes.bike", "model <- bikes.model", "bought <- bikes.bought", "id <- rides.id"],
    ],
  ]);

  test("of a table with unknown columns is said to be incomplete, and columns are followed through it", () => {
    const lineage = trace("with a as (select * from log) select id, level from a");
    expect(shown(lineage)).toEqual(["id <- log.id", "level <- log.level"]);
    expect(trace("select * from log").unknown).toEqual(["log"]);
    expect(trace("select * from read_csv('x.csv')").unknown).toEqual([""]);
  });
});

describe("joins", () => {
  cases([
    ["select bike, model from rides join bikes using (bike)", ["bike <- rides.bike", "model <- bikes.model"]],
    ["select bike from rides right join bikes using (bike)", ["bike <- bikes.bike"]],
    ["select bike from rides full join bikes using (bike)", ["bike <- bikes.bike, rides.bike"]],
    [
      "select * from bikes natural join (select bike, id from rides)",
      ["bike <- bikes.bike", "model <- bikes.model", "bought <- bikes.bought", "id <- rides.id"],
    ],
    [
      "select * from (select id, bike from rides) r join bikes b using (bike)",
      ["bike <- rides.bike", "id <- rides.id", "model <- bikes.model", "bought <- bikes.bought"],
      "postgres",
    ],
    [
      "select * from (select id, bike from rides) r join bikes b using (bike)",
      ["id <- rides.id", "bike <- rides.bike", "model <- bikes.model", "bought <- bikes.bought"],
    ],
    [
      "select * from bikes semi join rides on rides.bike = bikes.bike",
      ["bike <- bikes.bike", "model <- bikes.model", "bought <- bikes.bought"],
    ],
    ["select j.model from (rides join bikes using (bike)) as j", ["model <- bikes.model"]],
    [
      "select l.longest from riders left join lateral (select max(meters) as longest from rides where rider_id = riders.id) l on true",
      ["longest <- computed rides.meters"],
      "postgres",
    ],
    ["select x from rides, unnest(tags) as u(x)", ["x <- computed rides.tags"]],
    [
      "select x.street, id from riders, unnest(home) as x",
      ["street <- computed riders.home", "id <- riders.id"],
      "bigquery",
    ],
    [
      "select f.value, f.index from rides, lateral flatten(input => tags) f",
      ["VALUE <- computed rides.tags", "INDEX <- computed rides.tags"],
      "snowflake",
    ],
    [
      "select t.* from riders, jsonb_to_record(home) with ordinality as t(a, n)",
      ["a <- computed riders.home", "n <- "],
      "postgres",
    ],
    [
      "select x.a, x.n from rides cross join lateral unnest(tags) with ordinality as x(a, n)",
      ["a <- computed rides.tags", "n <- "],
      "postgres",
    ],
    [
      "select x.a from riders left join lateral jsonb_to_record(home) as x(a int, b text) on true",
      ["a <- computed riders.home"],
      "postgres",
    ],
    [
      "select e.* from riders, jsonb_each((home || '{}')->'zip') e",
      ["key <- computed riders.home", "value <- computed riders.home"],
      "postgres",
    ],
    [
      "select x.a, x.b from rides, rows from (generate_series(1, meters), unnest(tags)) as x(a, b)",
      ["a <- computed rides.meters", "b <- computed rides.tags"],
      "postgres",
    ],
    [
      "select j.* from riders, json_table(home, '$' columns (n for ordinality, zip text path '$.z' default 'x' on empty, nested path '$.k' columns (k int path '$'))) as j",
      ["n <- computed riders.home", "zip <- computed riders.home", "k <- computed riders.home"],
      "postgres",
    ],
    [
      "select m.* from rides match_recognize (partition by bike order by started measures first(a.meters) as f one row per match pattern (a b+) define b as b.id > 3) m",
      ["bike <- rides.bike", "F <- computed rides.meters"],
      "snowflake",
    ],
    ["select e.tag from rides lateral view explode(tags) e as tag", ["tag <- computed rides.tags"], "spark"],
  ]);
});

describe("queries in queries", () => {
  cases([
    [
      "with a as (select meters * 2 as m from rides) select m, m as n from a",
      ["m <- computed rides.meters", "n <- computed rides.meters"],
    ],
    ["with a(x) as (select name from riders) select x from a", ["x <- riders.name"]],
    ["with a as (select id from rides), b as (select * from a) select b.id from b", ["id <- rides.id"]],
    ["with bikes as (select id as bike from riders) select bike from bikes", ["bike <- riders.id"]],
    ["select id from rides union all select id from riders", ["id <- riders.id, rides.id"]],
    [
      "select id, name from riders union all by name select bike as name, id from rides",
      ["id <- riders.id, rides.id", "name <- riders.name, rides.bike"],
    ],
    ["select bike from rides except select bike from bikes", ["bike <- rides.bike"]],
    [
      "with recursive r(n, m) as (select id, name from riders union all select r.n + 1, rides.bike from r join rides on rides.id = r.n) select n, m from r",
      ["n <- computed riders.id", "m <- riders.name, rides.bike"],
    ],
    ["select v.a from (values (1, 'x'), (2, 'y')) as v(a, b)", ["a <- "]],
    ["create table t as select id from rides", ["id <- rides.id"]],
    ["insert into t (a, b) select id, bike from rides", ["a <- rides.id", "b <- rides.bike"]],
  ]);
});

describe("pivots", () => {
  cases([
    [
      "select * from (select bike, model, 1 as n from bikes) pivot (sum(n) for model in ('city', 'cargo' as c))",
      ["bike <- bikes.bike", "city <- ", "c <- "],
    ],
    [
      "select * from (select bike, city, meters from rides join riders on rider_id = riders.id) pivot (sum(meters) for city in ('Ulm'))",
      ["bike <- rides.bike", "Ulm <- computed rides.meters"],
    ],
    [
      "select * from months unpivot (n for month in (jan, feb))",
      ["station <- months.station", "mar <- months.mar", "month <- ", "n <- months.feb, months.jan"],
    ],
    [
      "unpivot months on jan, feb, mar into name month value n",
      ["station <- months.station", "month <- ", "n <- months.feb, months.jan, months.mar"],
    ],
  ]);

  test("over values that only the data knows are incomplete", () => {
    const lineage = trace("pivot rides on bike using sum(meters) group by rider_id");
    expect(shown(lineage)).toEqual(["rider_id <- rides.rider_id"]);
    expect(lineage.unknown).toEqual([""]);
  });
});

describe("names", () => {
  cases([
    ["select ID, Name as N from RIDERS", ["id <- riders.id", "N <- riders.name"]],
    [
      'select "id", NAME as "N", city C from riders',
      ["id <- riders.id", "N <- riders.name", "c <- riders.city"],
      "postgres",
    ],
    [
      "select upper(name), coalesce(city, 'x'), id::text, id + 1 from riders",
      [
        "upper <- computed riders.name",
        "coalesce <- computed riders.city",
        "id <- computed riders.id",
        "? <- computed riders.id",
      ],
      "postgres",
    ],
    ["select id as key from riders", ["KEY <- riders.id"], "snowflake"],
    ["select lower(bike) as bike from rides group by bike order by bike", ["bike <- computed rides.bike"]],
    [
      "select main.riders.id, db.main.riders.name from db.main.riders",
      ["id <- riders.id", "name <- riders.name"],
    ],
  ]);
});

describe("what decides about rows", () => {
  test.each<[string, readonly string[]]>([
    [
      "select 1 as a from rides where meters > 5 and bike in (select bike from bikes where model = 'city')",
      ["filter bikes.bike", "filter bikes.model", "filter rides.bike", "filter rides.meters"],
    ],
    [
      "select bike, sum(meters) as m from rides group by 1 having max(started) > now() order by m",
      ["filter rides.started", "group rides.bike", "order rides.meters"],
    ],
    [
      "select name from riders join rides on rides.rider_id = riders.id",
      ["join riders.id", "join rides.rider_id"],
    ],
    ["select model from bikes join rides using (bike)", ["join bikes.bike", "join rides.bike"]],
    [
      "with a as (select id from rides where meters > 5), b as (select id from rides where started > now()) select id from a",
      ["filter rides.meters"],
    ],
    [
      "select bike from rides qualify row_number() over (partition by bike order by started) = 1",
      ["filter rides.bike", "filter rides.started"],
    ],
    ["select bike from bikes except select bike from rides", ["set bikes.bike", "set rides.bike"]],
    [
      "select distinct on (city) id from riders order by city, name",
      ["group riders.city", "order riders.city", "order riders.name"],
    ],
    ["select city, count(*) as n from riders group by all", ["group riders.city"]],
  ])("%s", (sql, expected) => {
    expect(decides(trace(sql))).toEqual(expected);
  });
});

describe("types", () => {
  test.each<[string, readonly (string | null)[], SqlDialect?]>([
    [
      "select id, id + 1 as a, id > 1 as b, bike || 'x' as c, 1.50 as d, sum(meters) as e, count(*) as f, avg(meters) as g from rides group by all",
      ["INTEGER", "INTEGER", "BOOLEAN", "VARCHAR", "DECIMAL(3,2)", "HUGEINT", "BIGINT", "DOUBLE"],
    ],
    [
      "select cast(id as decimal(10,2)) as a, id::bigint[] as b, coalesce(name, 'x') as c, home.zip as d, some_function(id) as e from riders",
      ["DECIMAL(10,2)", "BIGINT[]", "VARCHAR", "VARCHAR", null],
    ],
    [
      "select case when id = 1 then name else city end as a, case when id = 1 then name else id end as b from riders",
      ["VARCHAR", null],
    ],
    [
      "select id::text as a, count(*) as b, name is null as c, now() as d from riders",
      ["text", "bigint", "boolean", "timestamp with time zone"],
      "postgres",
    ],
    [
      "select 'x' as a, a.n * 1.5 as b, sum(a.n) as c, avg(a.n) as d, a.n / 2 as e, case when a.t then 1 else 0 end as f, a.s || a.n as g from (select 1 as n, true as t, 'y' as s) a group by a.n, a.t, a.s",
      ["text", "numeric", "bigint", "numeric", null, "integer", "text"],
      "postgres",
    ],
    ["select id from rides union all select bike from rides", [null]],
  ])("%s", (sql, types, dialect) => {
    expect(trace(sql, dialect).columns.map(({ type }) => type)).toEqual(types);
  });
});
