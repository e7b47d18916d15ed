// An example of every type of Trino and the cell that it comes back as, in the time zone Europe/Berlin.

import type { TypeExample } from "../adapter/conformance/engine.ts";

/** What Iceberg has no column for cannot be stored there. */
const shown = { stored: false } as const;

export const trinoTypes: readonly TypeExample[] = [
  { sql: "true", type: "boolean", family: "boolean", cell: true },
  { sql: "tinyint '-128'", type: "tinyint", family: "integer", cell: -128, ...shown },
  { sql: "smallint '-32768'", type: "smallint", family: "integer", cell: -32768, ...shown },
  { sql: "42", type: "integer", family: "integer", cell: 42 },
  { sql: "9007199254740991", type: "bigint", family: "integer", cell: 9_007_199_254_740_991 },
  { sql: "9223372036854775807", type: "bigint", family: "integer", cell: 9_223_372_036_854_775_807n },
  { sql: "-9223372036854775807", type: "bigint", family: "integer", cell: -9_223_372_036_854_775_807n },
  { sql: "real '1.5'", type: "real", family: "float", cell: 1.5 },
  { sql: "double '0.1'", type: "double", family: "float", cell: 0.1 },
  { sql: "double '12345678901234567'", type: "double", family: "float", cell: 12_345_678_901_234_568 },
  { sql: "nan()", type: "double", family: "float", cell: Number.NaN },
  { sql: "-infinity()", type: "double", family: "float", cell: Number.NEGATIVE_INFINITY },
  { sql: "decimal '1.50'", type: "decimal(3, 2)", family: "decimal", cell: "1.50" },
  {
    sql: "cast(decimal '12345678901234567890123456.5' as decimal(38, 10))",
    type: "decimal(38, 10)",
    family: "decimal",
    cell: "12345678901234567890123456.5000000000",
  },
  { sql: "cast('ü😀' as varchar)", type: "varchar", family: "text", cell: "ü😀" },
  { sql: "cast('1234567890123456' as varchar)", type: "varchar", family: "text", cell: "1234567890123456" },
  { sql: "cast('abc' as varchar(5))", type: "varchar(5)", family: "text", cell: "abc", ...shown },
  { sql: "cast('ab' as char(3))", type: "char(3)", family: "text", cell: "ab ", ...shown },
  {
    sql: "uuid '4ac7a9e9-607c-4c8a-84f3-843f0191e3fd'",
    type: "uuid",
    family: "text",
    cell: "4ac7a9e9-607c-4c8a-84f3-843f0191e3fd",
  },
  { sql: "ipaddress '10.0.0.1'", type: "ipaddress", family: "text", cell: "10.0.0.1", ...shown },
  { sql: "date '2024-02-29'", type: "date", family: "date", cell: "2024-02-29" },
  { sql: "time '23:59:59.999999'", type: "time(6)", family: "time", cell: "23:59:59.999999" },
  {
    sql: "time '12:00:00+01:30'",
    type: "time(0) with time zone",
    family: "time",
    cell: "12:00:00+01:30",
    ...shown,
  },
  {
    sql: "timestamp '2024-01-31 13:05:07.250000'",
    type: "timestamp(6)",
    family: "timestamp",
    cell: "2024-01-31 13:05:07.25",
  },
  {
    sql: "timestamp '2024-01-31 13:05:07'",
    type: "timestamp(0)",
    family: "timestamp",
    cell: "2024-01-31 13:05:07",
    ...shown,
  },
  {
    sql: "timestamp '2024-01-31 13:05:07.123456789'",
    type: "timestamp(9)",
    family: "timestamp",
    cell: "2024-01-31 13:05:07.123456",
    ...shown,
  },
  {
    sql: "timestamp '2024-01-31 12:00:00.000000 UTC'",
    type: "timestamp(6) with time zone",
    family: "timestamptz",
    cell: "2024-01-31 12:00:00+00:00",
  },
  {
    sql: "timestamp '2024-07-31 14:00:00 Europe/Berlin'",
    type: "timestamp(0) with time zone",
    family: "timestamptz",
    cell: "2024-07-31 14:00:00+02:00",
    ...shown,
  },
  {
    sql: "interval '3' day",
    type: "INTERVAL DAY TO SECOND",
    family: "interval",
    cell: "3 00:00:00.000",
    ...shown,
  },
  { sql: "interval '14' month", type: "INTERVAL YEAR TO MONTH", family: "interval", cell: "1-2", ...shown },
  { sql: "X'00ff61'", type: "varbinary", family: "binary", cell: new Uint8Array([0, 255, 97]) },
  { sql: `json '{"a": [1]}'`, type: "json", family: "json", cell: '{"a":[1]}', ...shown },
  { sql: "array[1, null, 3]", type: "array(integer)", family: "list", cell: [1, null, 3] },
  {
    sql: "array[array[date '2020-01-01'], null]",
    type: "array(array(date))",
    family: "list",
    cell: [["2020-01-01"], null],
  },
  {
    sql: "map(array[cast('a' as varchar)], array[1])",
    type: "map(varchar, integer)",
    family: "struct",
    cell: new Map([["a", 1]]),
  },
  {
    sql: "cast(row(1, row(X'00', 9223372036854775807)) as row(a integer, b row(c varbinary, d bigint)))",
    type: "row(a integer, b row(c varbinary, d bigint))",
    family: "struct",
    cell: new Map<string, number | Map<string, Uint8Array | bigint>>([
      ["a", 1],
      [
        "b",
        new Map<string, Uint8Array | bigint>([
          ["c", new Uint8Array([0])],
          ["d", 9_223_372_036_854_775_807n],
        ]),
      ],
    ]),
  },
  {
    sql: "row(1, true)",
    type: "row(integer, boolean)",
    family: "struct",
    cell: new Map<string, number | boolean>([
      ["1", 1],
      ["2", true],
    ]),
    ...shown,
  },
];
