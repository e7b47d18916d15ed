// What the page of the docs site does without a page: search by name, addresses, colours of SQL, CSV.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeHref, readAddress, writeAddress } from "../../templates/docs/app/addresses.ts";
import { csv } from "../../templates/docs/app/csv.ts";
import { editDistance } from "../../templates/docs/app/edit-distance.ts";
import { NameSearch } from "../../templates/docs/app/search-names.ts";
import { coloured } from "../../templates/docs/app/sql-colours.ts";

describe("search by name", () => {
  const names = [
    "stg_orders",
    "orders",
    "orders_daily",
    "fct_customer_orders",
    "shop.raw_orders",
    "customers",
    "dim_date",
  ];
  const search = new NameSearch(names, () => 0);
  const found = (query: string) => search.find(query).map(({ node }) => names[node]);

  test("puts the name itself first, then beginnings", () => {
    expect(found("orders")[0]).toBe("orders");
    expect(found("ord")[0]).toBe("orders");
  });

  test.each([
    ["orders customer", ["fct_customer_orders"]],
    ["ordesr", ["orders", "stg_orders", "orders_daily", "shop.raw_orders", "fct_customer_orders"]],
    ["custmers", ["customers", "fct_customer_orders"]],
    ["dimdate", ["dim_date"]],
    ["raw_orders", ["shop.raw_orders"]],
    ["DIM", ["dim_date"]],
    ["zzz", []],
    ["", []],
    ["...", []],
  ])("finds for %j", (query, expected) => {
    expect([...found(query)].sort()).toEqual([...expected].sort());
  });
});

test.each([
  ["orders", "ordesr", 2, 1],
  ["orders", "orders", 2, 0],
  ["orders", "order", 2, 1],
  ["orders", "borders", 2, 1],
  ["abc", "xyz", 2, 3],
  ["a", "abcd", 2, 3],
])("%s and %s are %i slips apart at most %i", (a, b, most, distance) => {
  expect(editDistance(a, b, most)).toBe(distance);
  expect(editDistance(b, a, most)).toBe(distance);
});

describe("addresses", () => {
  test("come back as they were written", () => {
    const unit = fc.constantFrom("a", "/", "%", "?", "#", "&", "=", "+", " ", "é", "🚲", "<", '"', ".");
    fc.assert(
      fc.property(fc.string({ unit }), fc.string({ unit }), (id, column) => {
        const { page, subject, state } = readAddress(nodeHref(`model.a.${id}`, column));
        expect({ page, subject, column: state.column }).toEqual({
          page: "node",
          subject: `model.a.${id}`,
          column,
        });
      }),
      { seed: 3, numRuns: process.env.ETL_TEST_LONG === "1" ? 10_000 : 200 },
    );
  });

  test.each([
    ["", { page: "", subject: "" }],
    ["#/", { page: "", subject: "" }],
    ["#!/model/model.shop.orders", { page: "node", subject: "model.shop.orders" }],
    ["#!/overview", { page: "overview", subject: "" }],
    [writeAddress("graph", "", { select: "+orders+1" }), { page: "graph", state: { select: "+orders+1" } }],
    ["#/node/%E0%A4%A", { page: "node", subject: "%E0%A4%A" }],
  ])("%s is understood", (hash, expected) => {
    expect(readAddress(hash)).toMatchObject(expected);
  });
});

describe("colours of SQL", () => {
  test("lose and add nothing", () => {
    const piece = fc.constantFrom(
      "select ",
      "'it''s'",
      "'open",
      "--c\n",
      "/* x",
      "{{ ref('a') }}",
      "{% if",
      "count(",
      "1.5e3",
      '"Q"',
      "\n",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const sql = pieces.join("");
        expect(
          coloured(sql)
            .map(({ text }) => text)
            .join(""),
        ).toBe(sql);
      }),
      { seed: 11, numRuns: process.env.ETL_TEST_LONG === "1" ? 10_000 : 200 },
    );
  });

  test("tell words, texts, numbers, comments, templates and calls", () => {
    const kinds = coloured("select sum(a), 'x' from {{ ref('b') }} -- end\nlimit 10").filter(
      ({ kind }) => kind !== "",
    );
    expect(kinds.map(({ text, kind }) => `${kind}: ${text}`)).toEqual([
      "word: select",
      "call: sum",
      "text: 'x'",
      "word: from",
      "template: {{ ref('b') }}",
      "comment: -- end",
      "word: limit",
      "number: 10",
    ]);
  });
});

test("CSV quotes what needs it, and no cell is a formula", () => {
  expect(
    csv([
      ["a", 'b "c"', "d,e"],
      ["=1+1", "@x", "-2"],
    ]),
  ).toBe(`a,"b ""c""","d,e"\r\n'=1+1,'@x,'-2\r\n`);
});
