import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { adapter } from "../../adapters/duckdb/index.ts";
import type { TypeExample } from "./conformance/engine.ts";
import { type Answer, type CaseName, conformance } from "./conformance/suite.ts";
import { testHost } from "./test-host.ts";

const folder = mkdtempSync(join(tmpdir(), "etl-duckdb-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const types: readonly TypeExample[] = [
  { sql: "true", type: "BOOLEAN", family: "boolean", cell: true },
  { sql: "(-128)::tinyint", type: "TINYINT", family: "integer", cell: -128 },
  { sql: "200::utinyint", type: "UTINYINT", family: "integer", cell: 200 },
  { sql: "32767::smallint", type: "SMALLINT", family: "integer", cell: 32767 },
  { sql: "42", type: "INTEGER", family: "integer", cell: 42 },
  { sql: "4000000000::uinteger", type: "UINTEGER", family: "integer", cell: 4_000_000_000 },
  { sql: "9007199254740991::bigint", type: "BIGINT", family: "integer", cell: 9_007_199_254_740_991 },
  { sql: "9223372036854775807::bigint", type: "BIGINT", family: "integer", cell: 9_223_372_036_854_775_807n },
  {
    sql: "18446744073709551615::ubigint",
    type: "UBIGINT",
    family: "integer",
    cell: 18_446_744_073_709_551_615n,
  },
  {
    sql: "(-170141183460469231731687303715884105727)::hugeint",
    type: "HUGEINT",
    family: "integer",
    cell: -(2n ** 127n - 1n),
  },
  {
    sql: "340282366920938463463374607431768211455::uhugeint",
    type: "UHUGEINT",
    family: "integer",
    cell: 2n ** 128n - 1n,
  },
  { sql: "123::bignum", type: "BIGNUM", family: "integer", cell: 123 },
  { sql: "1.5::float", type: "FLOAT", family: "float", cell: 1.5 },
  { sql: "0.1::double", type: "DOUBLE", family: "float", cell: 0.1 },
  { sql: "'nan'::double", type: "DOUBLE", family: "float", cell: Number.NaN },
  { sql: "'-infinity'::double", type: "DOUBLE", family: "float", cell: Number.NEGATIVE_INFINITY },
  { sql: "1.50::decimal(4,2)", type: "DECIMAL(4,2)", family: "decimal", cell: "1.50" },
  { sql: "(-0.005)::decimal(18,3)", type: "DECIMAL(18,3)", family: "decimal", cell: "-0.005" },
  {
    sql: "12345678901234567890123456789.012345678::decimal(38,9)",
    type: "DECIMAL(38,9)",
    family: "decimal",
    cell: "12345678901234567890123456789.012345678",
  },
  { sql: "7::decimal(9,0)", type: "DECIMAL(9,0)", family: "decimal", cell: "7" },
  { sql: "'ü😀'", type: "VARCHAR", family: "text", cell: "ü😀" },
  { sql: "'y'::enum('x', 'y', 'it''s')", type: "ENUM('x', 'y', 'it''s')", family: "text", cell: "y" },
  {
    sql: "'4ac7a9e9-607c-4c8a-84f3-843f0191e3fd'::uuid",
    type: "UUID",
    family: "text",
    cell: "4ac7a9e9-607c-4c8a-84f3-843f0191e3fd",
  },
  { sql: "date '2024-02-29'", type: "DATE", family: "date", cell: "2024-02-29" },
  { sql: "date '0001-01-01'", type: "DATE", family: "date", cell: "0001-01-01" },
  { sql: "date '9999-12-31'", type: "DATE", family: "date", cell: "9999-12-31" },
  { sql: "date '0044-03-15 (BC)'", type: "DATE", family: "date", cell: "0044-03-15 (BC)" },
  { sql: "date 'infinity'", type: "DATE", family: "date", cell: "infinity" },
  { sql: "time '23:59:59.999999'", type: "TIME", family: "time", cell: "23:59:59.999999" },
  { sql: "time_ns '01:02:03.123456789'", type: "TIME_NS", family: "time", cell: "01:02:03.123456" },
  { sql: "timetz '12:00:00+01:30'", type: "TIME WITH TIME ZONE", family: "time", cell: "12:00:00+01:30" },
  {
    sql: "timestamp '2024-01-31 13:05:07.25'",
    type: "TIMESTAMP",
    family: "timestamp",
    cell: "2024-01-31 13:05:07.25",
  },
  {
    sql: "timestamp '1969-12-31 23:59:59.999999'",
    type: "TIMESTAMP",
    family: "timestamp",
    cell: "1969-12-31 23:59:59.999999",
  },
  { sql: "timestamp '-infinity'", type: "TIMESTAMP", family: "timestamp", cell: "-infinity" },
  {
    sql: "timestamp_s '2024-01-31 13:05:07'",
    type: "TIMESTAMP_S",
    family: "timestamp",
    cell: "2024-01-31 13:05:07",
  },
  {
    sql: "timestamp_ms '2024-01-31 13:05:07.125'",
    type: "TIMESTAMP_MS",
    family: "timestamp",
    cell: "2024-01-31 13:05:07.125",
  },
  {
    sql: "timestamp_ns '1969-12-31 23:59:59.123456789'",
    type: "TIMESTAMP_NS",
    family: "timestamp",
    cell: "1969-12-31 23:59:59.123456",
  },
  {
    sql: "timestamptz '2024-01-31 12:00:00+00'",
    type: "TIMESTAMP WITH TIME ZONE",
    family: "timestamptz",
    cell: "2024-01-31 13:00:00+01:00",
  },
  {
    sql: "timestamptz '2024-07-31 12:00:00+00'",
    type: "TIMESTAMP WITH TIME ZONE",
    family: "timestamptz",
    cell: "2024-07-31 14:00:00+02:00",
  },
  {
    sql: "interval '14 months 3 days 04:05:06.5'",
    type: "INTERVAL",
    family: "interval",
    cell: "1 year 2 months 3 days 04:05:06.5",
  },
  { sql: "'\\x00\\xFFa'::blob", type: "BLOB", family: "binary", cell: new Uint8Array([0, 255, 97]) },
  { sql: "'10110'::bit", type: "BIT", family: "other", cell: "10110" },
  { sql: `'{"a": [1]}'::json`, type: "JSON", family: "json", cell: '{"a": [1]}' },
  { sql: "[1, null, 3]", type: "INTEGER[]", family: "list", cell: [1, null, 3] },
  { sql: "[[1.5::decimal(3,1)], []]", type: "DECIMAL(3,1)[][]", family: "list", cell: [["1.5"], []] },
  { sql: "array_value(1, 2)", type: "INTEGER[2]", family: "list", cell: [1, 2] },
  {
    sql: `{'a': 1, 'b c': date '2024-01-01', 'n': {'x': null::varchar}}`,
    type: 'STRUCT(a INTEGER, "b c" DATE, n STRUCT(x VARCHAR))',
    family: "struct",
    cell: new Map<string, never>(
      Object.entries({ a: 1, "b c": "2024-01-01", n: new Map([["x", null]]) }) as never,
    ),
  },
  { sql: "map {'k': [1]}", type: "MAP(VARCHAR, INTEGER[])", family: "struct", cell: new Map([["k", [1]]]) },
  { sql: "union_value(num := 2)", type: "UNION(num INTEGER)", family: "other", cell: "2" },
  { sql: "['{}'::json]", type: "JSON[]", family: "list", cell: ["{}"] },
  { sql: "'{\"a\": 1}'::json::variant", type: "VARIANT", family: "other", cell: "{'a': 1}" },
];

const answers: Readonly<Record<CaseName, Answer>> = {
  "the last of several statements gives the result": "passes",
  "a text without a statement does nothing": "passes",
  "affected rows are told": "passes",
  "a limit reads no more than that, and the session goes on": "passes",
  "rows need not be fetched": "passes",
  "a rollback undoes tables and rows": "passes",
  "a commit is seen by other sessions, work before it is not": "passes",
  "transactions in SQL text are followed": "passes",
  "a session left in a transaction is rolled back": "passes",
  "a commit after a failed statement fails and keeps nothing": "passes",
  "a missing column is told with its position and code": "passes",
  "a syntax error is told with its position": "passes",
  "a syntax error in a single statement is told the same way": "passes",
  "a violated constraint is permanent": "passes",
  "losing against another transaction is transient: do the transaction again": "passes",
  "a running statement is cancelled, the session goes on": "passes",
  "a statement is cancelled even before it has started": "passes",
  "cancelling reaches one session only": "passes",
  "a cancelled transaction keeps nothing": "passes",
  "four sessions build and swap tables at once": "passes",
  "four sessions create the same schema at once": "passes",
  "nothing of a session is left to the next": "passes",
  "closing cancels what runs and refuses what comes": "passes",
  "every type comes back as its neutral cell": "passes",
  "types are told in the engine's own words": "passes",
  "null comes back as null in every type": "passes",
  "texts survive as literals": "passes",
  "values are bound": "passes",
  "odd names of tables and columns survive": "passes",
  "odd names of schemas survive": "passes",
  "a query is described without being run": "passes",
  "several statements are not described, and not run": "passes",
  "relations of many schemas are listed with their kinds, temporary ones are not": "passes",
  "no schemas have no relations": "passes",
  "schemas are listed": "passes",
  "the catalog tells columns in their order, types and comments": "passes",
  "a thousand tables are listed in a moment": "passes",
  "a seed is loaded with its types": "passes",
  "words for null are null, but in texts": "passes",
  "other delimiters, line ends and a byte order mark are read": "passes",
  "a file's name is a name, not a pattern": "passes",
  "quoted cells hold anything": "passes",
  "given types are used, a cell that does not fit is told": "passes",
  "ragged rows are told with both counts": "passes",
  "an open quote is told where it opens": "passes",
  "a wrong encoding is told with byte and offset": "passes",
  "an empty file has no header": "passes",
  "a failed load leaves nothing": "passes",
  "a long seed is streamed": "passes",
};

conformance(
  {
    adapter,
    credentials() {
      const settings = {
        type: "duckdb",
        path: "conformance.duckdb",
        settings: { TimeZone: "Europe/Berlin" },
      };
      const { value } = adapter.credentials(
        { profile: "p", target: "t", settings, place: () => undefined, projectFolder: folder },
        testHost(),
      );
      if (!value) throw new Error("the credentials are wrong");
      return value;
    },
    database: "conformance",
    types,
    numbers: (rows) => `SELECT range AS n FROM range(${rows})`,
    endless: "SELECT count(*) AS n FROM range(100000000) a, range(100000) b WHERE a.range + b.range < 0",
    failing: "SELECT 'x' || range::varchar::date::varchar AS failing FROM range(3)",
    missingColumnCode: "Binder Error",
  },
  answers,
);
