// An example of every type of BigQuery and the cell that it comes back as.

import type { TypeExample } from "../adapter/conformance/engine.ts";

export const bigqueryTypes: readonly TypeExample[] = [
  { sql: "true", type: "BOOL", family: "boolean", cell: true },
  { sql: "42", type: "INT64", family: "integer", cell: 42 },
  { sql: "9007199254740991", type: "INT64", family: "integer", cell: 9_007_199_254_740_991 },
  { sql: "9223372036854775807", type: "INT64", family: "integer", cell: 9_223_372_036_854_775_807n },
  { sql: "-9223372036854775807", type: "INT64", family: "integer", cell: -9_223_372_036_854_775_807n },
  { sql: "cast(0.1 as float64)", type: "FLOAT64", family: "float", cell: 0.1 },
  { sql: "cast('nan' as float64)", type: "FLOAT64", family: "float", cell: Number.NaN },
  { sql: "cast('-inf' as float64)", type: "FLOAT64", family: "float", cell: Number.NEGATIVE_INFINITY },
  { sql: "numeric '1.25'", type: "NUMERIC", family: "decimal", cell: "1.25" },
  {
    sql: "bignumeric '12345678901234567890123456.5'",
    type: "BIGNUMERIC",
    family: "decimal",
    cell: "12345678901234567890123456.5",
  },
  { sql: "'ü😀'", type: "STRING", family: "text", cell: "ü😀" },
  { sql: "date '2024-02-29'", type: "DATE", family: "date", cell: "2024-02-29" },
  { sql: "time '23:59:59.999999'", type: "TIME", family: "time", cell: "23:59:59.999999" },
  {
    sql: "datetime '2024-01-31 13:05:07.250000'",
    type: "DATETIME",
    family: "timestamp",
    cell: "2024-01-31 13:05:07.25",
  },
  {
    sql: "timestamp '2024-01-31 13:05:07.123456+01:00'",
    type: "TIMESTAMP",
    family: "timestamptz",
    cell: "2024-01-31 12:05:07.123456+00:00",
  },
  {
    sql: "timestamp '0001-01-01 00:00:00+00'",
    type: "TIMESTAMP",
    family: "timestamptz",
    cell: "0001-01-01 00:00:00+00:00",
  },
  { sql: "interval 3 day", type: "INTERVAL", family: "interval", cell: "0-0 3 0:0:0" },
  { sql: "b'\\x00\\xff\\x61'", type: "BYTES", family: "binary", cell: new Uint8Array([0, 255, 97]) },
  { sql: `json '{"a": [1]}'`, type: "JSON", family: "json", cell: '{"a":[1]}' },
  { sql: "[1, 2, 3]", type: "ARRAY<INT64>", family: "list", cell: [1, 2, 3] },
  {
    sql: "struct(1 as a, struct(b'\\x00' as c, 9223372036854775807 as d) as b)",
    type: "STRUCT<`a` INT64, `b` STRUCT<`c` BYTES, `d` INT64>>",
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
    sql: "[struct(date '2020-01-01' as day), struct(date '2020-01-02' as day)]",
    type: "ARRAY<STRUCT<`day` DATE>>",
    family: "list",
    cell: [new Map([["day", "2020-01-01"]]), new Map([["day", "2020-01-02"]])],
  },
];
