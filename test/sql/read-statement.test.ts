// SQL to our tree: its shape, its places, what is mended, and what happens to text that is no SQL.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dialectOf, type SqlDialect } from "../../src/sql/query-tree.ts";
import { asSelect, queryOf, readSql, selectOf } from "./read-sql.ts";

const textAt = (sql: string, at: { readonly start: number; readonly end: number } | null) =>
  at === null ? null : sql.slice(at.start, at.end);

describe("places", () => {
  test("of names are offsets of the text, also behind letters outside of the basic plane", () => {
    const sql = "select '🚲' as sign, r.station from rides as r";
    const { items, from } = selectOf(sql);
    expect(items.map(({ value, alias }) => [textAt(sql, value.at), textAt(sql, alias?.at ?? null)])).toEqual([
      [null, "sign"],
      ["r.station", null],
    ]);
    const source = from[0]?.source;
    expect(source?.kind === "table" && textAt(sql, source.name[0]?.at ?? null)).toBe("rides");
  });

  test("of items are the expressions as written, without their aliases", () => {
    const sql = `select distinct id, sum(case when a = 'x, y' then b end) as total, -- a comment, too
      coalesce(c, (select max(d) from u)) e, extract(year from f), f is distinct from g as h,
      string_agg(i, ',' order by j) within_text
      from t order by 1`;
    const { items } = selectOf(sql);
    expect(items.map(({ at }) => textAt(sql, at))).toEqual([
      "id",
      "sum(case when a = 'x, y' then b end)",
      "coalesce(c, (select max(d) from u))",
      "extract(year from f)",
      "f is distinct from g",
      "string_agg(i, ',' order by j)",
    ]);
  });
});

describe("shapes", () => {
  test("chains are lists", () => {
    const { where } = selectOf("select 1 from t where a and b and c and d");
    expect(where).toMatchObject({ kind: "call", name: "and" });
    expect(where?.kind === "call" ? where.args.length : 0).toBe(4);
    const union = queryOf("select 1 union all select 2 union all select 3").query;
    expect(union).toMatchObject({ kind: "set", operator: "union" });
    expect(union.kind === "set" ? union.rest.length : 0).toBe(2);
  });

  test("joins keep their side, USING and conditions", () => {
    const { from } = selectOf(
      "select * from a left join b using (k) natural join c semi join d on d.x = a.x",
    );
    expect(
      from.map(({ join }) => join && [join.side, join.natural, join.using.length, join.conditions.length]),
    ).toEqual([null, ["left", false, 1, 0], ["inner", true, 0, 0], ["semi", false, 0, 1]]);
  });

  test.each([
    ["insert into t (a) select b from u", ["a"]],
    ["create table t as select b from u", []],
    ["create view v as (select b from u)", []],
  ])("the query of %s", (sql, names) => {
    const { query, columns } = queryOf(sql);
    expect(asSelect(query).items).toHaveLength(1);
    expect(columns.map(({ text }) => text)).toEqual(names);
  });

  test("statements without a query are understood as such", () => {
    expect(readSql("delete from t where a = 1")).toEqual({ kind: "statement", name: "delete" });
  });

  test("quoted paths of BigQuery are cut into names", () => {
    const source = selectOf("select 1 from `p.d.t`", "bigquery").from[0]?.source;
    expect(source?.kind === "table" && source.name.map(({ text }) => text)).toEqual(["p", "d", "t"]);
  });
});

describe("what the parser gets wrong", () => {
  test("a union behind a comparison with a subquery belongs to the query", () => {
    const { query } = queryOf("select a from t where b > (select 1) union all select c from u");
    expect(query.kind).toBe("set");
    if (query.kind === "set") {
      expect(asSelect(query.first).where).toMatchObject({
        name: "gt",
        args: [{ kind: "column" }, { kind: "query" }],
      });
      expect(query.rest).toHaveLength(1);
    }
  });

  test("a union behind a derived table without a name belongs to the query", () => {
    const sql = "with c as (select * from (select a from t) union all (select b from u)) select d from c";
    const { ctes, items } = selectOf(sql, "snowflake");
    expect(ctes[0]?.query.kind).toBe("set");
    expect(textAt(sql, items[0]?.at ?? null)).toBe("d");
  });

  test("samples may stand without parentheses", () => {
    expect(selectOf("select a from t tablesample 10 percent where b").where).toMatchObject({
      kind: "column",
    });
  });

  test.each<SqlDialect>(["postgres", "duckdb", "snowflake"])(
    "casts to intervals end before the next word: %s",
    (dialect) => {
      const sql = "select a::interval b, c::interval d from t where e > f::interval and g is not null";
      const { items, where } = selectOf(sql, dialect);
      expect(items.map(({ alias }) => textAt(sql, alias?.at ?? null))).toEqual(["b", "d"]);
      expect(items[0]?.value).toMatchObject({ kind: "cast", type: "interval" });
      expect(where).toMatchObject({ kind: "call", name: "and" });
    },
  );

  test("whole numbers are divided by two slashes", () => {
    expect(selectOf("select a // 2 as h from t where b = 'x//y'").items[0]?.value).toMatchObject({
      name: "mod",
      args: [{ parts: [{ text: "a" }] }, { text: "2" }],
    });
  });

  test("aggregates that the parser does not know may be ordered", () => {
    const sql = "select st_makeline(p, (select 1) order by at desc nulls last) as line, b from t";
    const { items } = selectOf(sql, "postgres");
    expect(items[0]?.value).toMatchObject({
      name: "st_makeline",
      args: [{}, {}, { parts: [{ text: "at" }] }],
    });
    expect(textAt(sql, items[1]?.at ?? null)).toBe("b");
  });

  test("lists of rows may end with a comma", () => {
    expect(selectOf("select * from (values (1), (2),) as v(a)").from).toHaveLength(1);
  });

  test("functions may have quoted names of several parts", () => {
    expect(selectOf('select "db"."main"."double it"(a) as b from t').items).toHaveLength(1);
  });
});

describe("nesting", () => {
  const derived = (depth: number): string =>
    depth === 0 ? "select a from t" : `select a from (${derived(depth - 1)}) t${depth}`;

  test("of 120 derived tables is read to its end", () => {
    let query = queryOf(derived(120)).query;
    let depth = 0;
    for (;;) {
      const source = asSelect(query).from[0]?.source;
      if (source?.kind !== "derived") break;
      query = source.query;
      depth += 1;
    }
    expect(depth).toBe(120);
  });

  test("of 120 calls keeps the column inside and its place", () => {
    const sql = `select ${"coalesce(".repeat(120)}inner_most${", 0)".repeat(120)} as x from t`;
    let value = selectOf(sql).items[0]?.value;
    while (value?.kind === "call") value = value.args[0];
    expect(value?.kind).toBe("column");
    expect(textAt(sql, value?.at ?? null)).toBe("inner_most");
  });

  test("beyond all measure is told, not thrown", () => {
    expect(readSql(derived(2000)).kind).toBe("unparsed");
    expect(readSql(`select ${"(".repeat(50_000)}`).kind).toBe("unparsed");
  });
});

describe("text that is no SQL", () => {
  test.each([
    ["", "there is no statement"],
    ["-- nothing", "there is no statement"],
    ["select 1; select 2", "there are several statements"],
  ])("%j", (sql, reason) => {
    expect(readSql(sql)).toEqual({ kind: "unparsed", reason, at: null });
  });

  test("tells where it stops understanding", () => {
    const sql = "select a,\n  b frm from t where where";
    const tree = readSql(sql);
    expect(tree.kind === "unparsed" && sql.slice(tree.at ?? 0).startsWith("where")).toBe(true);
  });

  test("and any other text gives an answer", () => {
    const words = fc.constantFrom(
      ..."select from where ( ) , * a.b 'x' \"y\" union all join on using with as case when then end over group by 1 [ ] { } := -> :: lateral unnest pivot for in".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (parts) => {
        expect(["query", "statement", "unparsed"]).toContain(readSql(parts.join(" ")).kind);
      }),
      { seed: 5, numRuns: process.env.ETL_TEST_LONG ? 5000 : 150 },
    );
  });
});

test.each<[string, SqlDialect]>([
  ["duckdb", "duckdb"],
  ["snowflake", "snowflake"],
  ["sqlserver", "tsql"],
  ["somethingelse", "generic"],
])("adapter type %s has dialect %s", (type, dialect) => {
  expect(dialectOf(type)).toBe(dialect);
});

describe("dialects", () => {
  const cases: readonly (readonly [SqlDialect, string])[] = [
    ["postgres", "select a #>> '{x}', (b).c from t cross join lateral (select 1 from u where u.x = t.x) l"],
    ["postgres", "select distinct on (a) a, b from only t where c = any(array[1, 2]) for update"],
    [
      "snowflake",
      "select f.value:a.b::int from t, lateral flatten(input => t.v) f qualify row_number() over (order by 1) = 1",
    ],
    ["snowflake", "select * exclude (a) rename (b as c) from t at (offset => -60)"],
    [
      "bigquery",
      "select * except (a), array(select x from unnest(b) as x with offset), struct(1 as c) from `d.t`",
    ],
    ["bigquery", "select safe_cast(a as int64), b[offset(0)] from t where _partitiontime > '2020-01-01'"],
    ["redshift", "select listagg(a, ',') within group (order by b) from t, t.items as i"],
    ["trino", "select approx_distinct(a), x from t cross join unnest(b) with ordinality as u (x, n)"],
    ["spark", "select transform(a, x -> x + 1), e.b from t lateral view outer explode(c) e as b"],
    [
      "duckdb",
      "from t select columns('a.*') + 1, [x for x in l if x > 1], {'a': 1} group by all order by all",
    ],
    ["duckdb", "pivot t on month using sum(amount) group by product"],
  ];
  test.each(cases)("%s: %s", (dialect, sql) => {
    expect(readSql(sql, dialect).kind).toBe("query");
  });
});
