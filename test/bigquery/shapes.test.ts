// Values, types and schemas between the API's form, SQL's and ours.

import { describe, expect, test } from "vitest";
import { type Json, toCell } from "../../adapters/bigquery/cells.ts";
import { labelsOf } from "../../adapters/bigquery/labels.ts";
import { literal, quote } from "../../adapters/bigquery/names.ts";
import { nestedColumns, structSelection } from "../../adapters/bigquery/nested-columns.ts";
import { seedValue } from "../../adapters/bigquery/seed-values.ts";
import { isPreparing, statementHeads, withPlaces } from "../../adapters/bigquery/statements.ts";
import { described, withFields } from "../../adapters/bigquery/table-schema.ts";
import { type ApiField, family, typeOfField, types } from "../../adapters/bigquery/types.ts";
import { bigqueryTypes } from "./types.ts";

/** What the API answers for the examples that the fake service has no type for. */
const answers: readonly (readonly [ApiField, Json, string])[] = [
  [{ name: "n", type: "NUMERIC" }, "1.25", "numeric '1.25'"],
  [
    { name: "n", type: "BIGNUMERIC" },
    "12345678901234567890123456.5",
    "bignumeric '12345678901234567890123456.5'",
  ],
  [{ name: "n", type: "INTERVAL" }, "0-0 3 0:0:0", "interval 3 day"],
  [{ name: "n", type: "BYTES" }, "AP9h", "b'\\x00\\xff\\x61'"],
  [{ name: "n", type: "JSON" }, '{"a":[1]}', `json '{"a": [1]}'`],
  [{ name: "n", type: "TIMESTAMP" }, "-62135596800000000", "timestamp '0001-01-01 00:00:00+00'"],
  [{ name: "n", type: "FLOAT" }, "-Infinity", "cast('-inf' as float64)"],
];

test.each(answers)("%o", (field, value, sql) => {
  const example = bigqueryTypes.find((one) => one.sql === sql);
  expect({ type: typeOfField(field), family: family(field.type), cell: toCell(field)(value) }).toEqual({
    type: example?.type,
    family: example?.family,
    cell: example?.cell,
  });
});

test("types have one name each", () => {
  const pairs = [
    ["integer", "INT64"],
    [
      "struct<a int, b array<struct<`c` numeric(10, 2)>>>",
      "STRUCT<a INT64, b ARRAY<STRUCT<`c` NUMERIC(10, 2)>>>",
    ],
    ["string(5)", "STRING(5)"],
    ["record", "STRUCT"],
    ["geography", "GEOGRAPHY"],
  ] as const;
  for (const [given, normal] of pairs) expect(types.normalize(given)).toBe(normal);
  expect(types.contractName("numeric(10, 2)")).toBe("NUMERIC");
  expect(typeOfField({ name: "r", type: "RANGE", rangeElementType: { type: "DATE" } })).toBe("RANGE<DATE>");
});

test("names and texts are written so that nothing of them is read as SQL", () => {
  expect(quote("a`b\\c")).toBe("`a\\`b\\\\c`");
  expect(literal("it's\na \\ b")).toBe("'it\\'s\\na \\\\ b'");
  expect(labelsOf({ "Node ID": "model.Shop.ü/x".padEnd(80, "y") })).toEqual({
    node_id: "model_shop_ü_x".padEnd(63, "y"),
  });
});

describe("a script", () => {
  test("is looked at statement by statement", () => {
    const script =
      '# one; two\ndeclare x int64 default 1; select \';\' as a, """b;\'c""", r\'\\\', `d;e` /* ; */ from t;';
    expect(statementHeads(script).map((head) => head[0])).toEqual(["declare", "select"]);
    expect(statementHeads(" -- nothing\n;;")).toEqual([]);
    expect(isPreparing(["create", "or", "replace", "temp"])).toBe(true);
    expect(isPreparing(["create", "or", "replace", "table"])).toBe(false);
  });

  test("has values in the order of its places", () => {
    expect(withPlaces("select $2, '?', $1", ["a", "b"])).toEqual({
      sql: "select ?, '?', ?",
      binds: ["b", "a"],
    });
    expect(withPlaces("values (%s, ?)", [1, 2])).toEqual({ sql: "values (?, ?)", binds: [1, 2] });
    expect(() => withPlaces("select ?", [])).toThrow("no value for its placeholder 1");
  });
});

describe("fields of structs", () => {
  const table: readonly ApiField[] = [
    { name: "id", type: "INTEGER", mode: "REQUIRED" },
    { name: "s", type: "RECORD", fields: [{ name: "x", type: "INTEGER" }] },
  ];

  test("are added where the new rows have more, and may be null", () => {
    const rows: readonly ApiField[] = [
      {
        name: "S",
        type: "RECORD",
        fields: [
          { name: "x", type: "INTEGER" },
          { name: "y", type: "STRING", mode: "REQUIRED" },
        ],
      },
      { name: "more", type: "DATE" },
    ];
    expect(withFields(table, rows)).toEqual([
      table[0],
      {
        name: "s",
        type: "RECORD",
        fields: [
          { name: "x", type: "INTEGER" },
          { name: "y", type: "STRING", mode: "NULLABLE" },
        ],
      },
      { name: "more", type: "DATE" },
    ]);
    expect(withFields(table, table)).toBe(table);
  });

  test("have descriptions by dotted names; tags go to leaves only", () => {
    const columns = {
      "s.x": { description: "inside", policy_tags: ["t"] },
      s: { description: "all", policy_tags: ["no"] },
    };
    expect(table.map((field) => described(field, columns))).toEqual([
      table[0],
      {
        name: "s",
        type: "RECORD",
        description: "all",
        fields: [{ name: "x", type: "INTEGER", description: "inside", policyTags: { names: ["t"] } }],
      },
    ]);
  });

  test("become one column of a contract", () => {
    const columns = {
      id: { name: "id", data_type: "int64", description: "key" },
      "a.b": { name: "a.b", data_type: "string" },
      "a.c.d": { name: "a.c.d", data_type: "date" },
      list: { name: "list", data_type: "array" },
      "list.x": { name: "list.x", data_type: "int64" },
    };
    expect(nestedColumns(columns)).toEqual({
      id: { name: "id", data_type: "int64", description: "key" },
      a: { name: "a", data_type: "struct<b string, c struct<d date>>" },
      list: { name: "list", data_type: "array<struct<x int64>>" },
    });
  });

  test("are selected in the order of the contract, NULL staying NULL", () => {
    expect(structSelection("id", "int64")).toBe("id");
    expect(structSelection("a", "struct<c struct<d date>, b string>")).toBe(
      "if(a is null, null, struct(if(a.c is null, null, struct(a.c.d as d)) as c, a.b as b)) as a",
    );
  });
});

test.each([
  ["int64", "1_000", '"1000"', true],
  ["int64", "9223372036854775808", undefined, false],
  ["bool", "Yes", "true", true],
  ["bool", "perhaps", undefined, false],
  ["date", "2024-2-3", '"2024-02-03"', true],
  ["date", "2024-02-30", undefined, false],
  ["timestamp", "2024-02-03T04:05:06Z", '"2024-02-03 04:05:06+00:00"', true],
  ["string(2)", "abc", undefined, false],
  ["string", "", "null", true],
  ["float64", "inf", '"Infinity"', true],
  ["json", "{", undefined, false],
  ["bytes", "00ff", '"AP8="', true],
])("a seed's cell of %s: %s", (type, cell, json, fits) => {
  const value = seedValue({ name: "c", type });
  expect(value.fits(cell)).toBe(fits);
  if (json !== undefined) expect(value.json(cell)).toBe(json);
});
