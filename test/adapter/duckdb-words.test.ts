// What the DuckDB adapter makes of words: type names, advice on errors, sources in files.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adapter } from "../../adapters/duckdb/index.ts";
import type { Warehouse } from "../../src/adapter/adapter.ts";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import { makeRelation, renderRelation } from "../../src/adapter/relation.ts";
import { openingOf } from "./opening.ts";

const folder = mkdtempSync(join(tmpdir(), "etl-duckdb-words-"));
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await openingOf(adapter).open({ type: "duckdb" });
});
afterAll(async () => {
  await warehouse.close();
  rmSync(folder, { recursive: true });
});

describe("type names", () => {
  test("every name that the engine knows is printed as the engine prints it", async () => {
    await warehouse.withSession("s", async (session) => {
      const { rows } = await session.execute(
        "SELECT DISTINCT type_name FROM duckdb_types() WHERE NOT contains(type_name, '\"') ORDER BY 1",
      );
      const wrong: unknown[] = [];
      for (const [name] of rows) {
        const described = await session.describe(`SELECT NULL::${String(name)} AS x`).catch(() => undefined);
        const type = described?.[0]?.type;
        // ENUM, STRUCT and the like need arguments; NULL is printed as INTEGER.
        if (type === undefined || name === "null") continue;
        if (adapter.types.normalize(String(name)) !== type)
          wrong.push([name, adapter.types.normalize(String(name)), type]);
      }
      expect(wrong).toEqual([]);
    });
  });

  test.each([
    "varchar(10)",
    "numeric",
    "decimal(10)",
    "NUMERIC(28,6)",
    "int[]",
    "text[3][]",
    "double precision",
    "timestamp without time zone",
    "timestamp with time zone",
    'struct(a int, "b c" numeric(4, 1), n struct(x text[]))',
    "map(text, int)",
    "enum('a', 'b,c', 'it''s (x)')",
    "union(num int, str text)",
    "character varying",
  ])("%s", async (name) => {
    const described = await warehouse.withSession("s", (session) =>
      session.describe(`SELECT NULL::${name} AS x`),
    );
    expect(adapter.types.normalize(name)).toBe(described[0]?.type);
  });

  test("all names that seeds and contracts use are real", async () => {
    const names = [...Object.values(adapter.types.names), ...Object.values(adapter.types.seeds)];
    await warehouse.withSession("s", (session) =>
      session.describe(`SELECT ${names.map((name, i) => `NULL::${name} AS c${i}`).join(", ")}`),
    );
  });
});

describe("advice", () => {
  beforeAll(() =>
    warehouse.withSession("s", (session) =>
      session.execute("CREATE TABLE orders (order_id integer, amount integer, status varchar)"),
    ),
  );

  test.each([
    ["SELECT amont FROM orders", 'did you mean "amount"?'],
    ["SELECT o.amont FROM orders o", 'did you mean "amount"?'],
    ["SELECT * FROM order_s", 'did you mean "orders"?'],
    ["SELECT dat_trunc('day', now())", 'did you mean "date_trunc"?'],
    ["SELECT order_id FROM orders a, orders b", "say which one: a.order_id or b.order_id"],
    [
      "SELECT status, count(*) FROM orders",
      "add the column to group by, or take one of its values with any_value()",
    ],
    [
      "SELECT sum(status) FROM orders",
      "cast the arguments to types that the function takes, for example x::integer",
    ],
    ["SELECT status + 'x' FROM orders", "texts are joined with ||"],
    ["SELECT lag(amount) FROM orders", "lag() is computed over a window: lag(...) over (order by ...)"],
    ["SELECT coalsce(amount, 0) FROM orders", 'did you mean "coalesce"?'],
    ["SELECT getdate()", "DuckDB has no getdate(): write current_timestamp"],
    ["SELECT `amount` FROM orders", 'names are quoted with double quotes: "name"'],
    ["SELECT amount FROM orders WHERE amount like '1%'", "like compares texts: cast the value as varchar"],
    ["SELECT length()", "the function takes: length(VARCHAR) or length(BIT) or length(ANY[])"],
    ["SELECT 'x'::integer", "use try_cast(... as ...) for NULL instead of an error"],
    ["SELECT * FROM 'nowhere/*.csv'", "paths are relative to the project folder"],
    ["SELECT completely_unknown_name FROM orders", undefined],
  ])("%s", async (sql, help) => {
    const error = await warehouse
      .withSession("s", (session) => session.execute(sql))
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(adapter.explain((error as DatabaseError).facts, sql)?.help).toBe(help);
  });
});

describe("sources in files", () => {
  const source = { name: "raw orders", identifier: "orders_v2", schema: "landing" };
  const external = (meta: Record<string, unknown>): string | undefined =>
    adapter.externalSource?.(new Map(Object.entries(meta)), source);

  test("become a path in quotes or the function call as written", () => {
    expect(external({})).toBeUndefined();
    expect(external({ external_location: "data/{name}.csv" })).toBe("'data/raw orders.csv'");
    expect(external({ external_location: "s3://b/{schema}/{identifier}.parquet" })).toBe(
      "'s3://b/landing/orders_v2.parquet'",
    );
    expect(external({ external_location: "read_csv('{name}.csv', names=['a'])" })).toBe(
      "read_csv('raw orders.csv', names=['a'])",
    );
    expect(external({ external_location: "'{name}.csv'" })).toBe("'raw orders.csv'");
    expect(external({ external_location: "{folder}/{{x}}/{name}", folder: "f" })).toBe("'f/{x}/raw orders'");
    expect(external({ external_location: "%(name)s/100%%", formatter: "oldstyle" })).toBe(
      "'raw orders/100%'",
    );
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Python's string templates
    expect(external({ external_location: "${name}/$identifier$$", formatter: "template" })).toBe(
      "'raw orders/orders_v2$'",
    );
    expect(external({ external_location: "x", plugin: "excel" })).toBeUndefined();
  });

  test("are refused when a name or formatter is unknown", () => {
    expect(() => external({ external_location: "{nme}.csv" })).toThrow(/uses \{nme\}/);
    expect(() => external({ external_location: "{name}.csv", formatter: "oldstile" })).toThrow(
      /"oldstile" is not a formatter/,
    );
  });

  test("are read by the engine", async () => {
    const path = join(folder, "raw orders.csv");
    writeFileSync(path, "a,b\n1,x\n");
    const text = external({ external_location: join(folder, "{name}.csv") });
    const relation = {
      ...makeRelation({ schema: "landing", identifier: "orders_v2" }),
      external: text as string,
    };
    const { rows } = await warehouse.withSession("s", (session) =>
      session.execute(`SELECT * FROM ${renderRelation(relation, adapter.quote)}`),
    );
    expect(rows).toEqual([[1, "x"]]);
  });
});
