// An example of every type of Snowflake that the fake can give, and the cell that it comes back as.

import type { TypeExample } from "../adapter/conformance/engine.ts";

export const snowflakeTypes: readonly TypeExample[] = [
  { sql: "true", type: "BOOLEAN", family: "boolean", cell: true },
  { sql: "42", type: "NUMBER(38,0)", family: "integer", cell: 42 },
  { sql: "9007199254740991", type: "NUMBER(38,0)", family: "integer", cell: 9_007_199_254_740_991 },
  { sql: "9223372036854775807", type: "NUMBER(38,0)", family: "integer", cell: 9_223_372_036_854_775_807n },
  { sql: "-9223372036854775807", type: "NUMBER(38,0)", family: "integer", cell: -9_223_372_036_854_775_807n },
  { sql: "cast(1.5 as number(10, 2))", type: "NUMBER(10,2)", family: "decimal", cell: "1.50" },
  {
    sql: "cast('12345678901234567890123456.5' as number(38, 10))",
    type: "NUMBER(38,10)",
    family: "decimal",
    cell: "12345678901234567890123456.5000000000",
  },
  { sql: "cast(0.1 as float)", type: "FLOAT", family: "float", cell: 0.1 },
  { sql: "cast('nan' as float)", type: "FLOAT", family: "float", cell: Number.NaN },
  { sql: "cast('-inf' as float)", type: "FLOAT", family: "float", cell: Number.NEGATIVE_INFINITY },
  { sql: "cast('ü😀' as varchar)", type: "VARCHAR", family: "text", cell: "ü😀" },
  { sql: "cast('1234567890123456' as varchar)", type: "VARCHAR", family: "text", cell: "1234567890123456" },
  { sql: "date '2024-02-29'", type: "DATE", family: "date", cell: "2024-02-29" },
  { sql: "date '1969-12-31'", type: "DATE", family: "date", cell: "1969-12-31" },
  { sql: "cast('23:59:59' as time)", type: "TIME(9)", family: "time", cell: "23:59:59" },
  {
    sql: "cast('2024-01-31 13:05:07.250000' as timestamp_ntz)",
    type: "TIMESTAMP_NTZ(9)",
    family: "timestamp",
    cell: "2024-01-31 13:05:07.25",
  },
  {
    sql: "cast('1969-12-31 23:59:59.5' as timestamp_ntz)",
    type: "TIMESTAMP_NTZ(9)",
    family: "timestamp",
    cell: "1969-12-31 23:59:59.5",
  },
  {
    sql: "cast('2024-01-31 12:00:00+00' as timestamp_tz)",
    type: "TIMESTAMP_TZ(9)",
    family: "timestamptz",
    cell: "2024-01-31 12:00:00+00:00",
  },
  { sql: `cast('{"a": [1, 2.50]}' as variant)`, type: "VARIANT", family: "json", cell: '{"a": [1, 2.50]}' },
];
