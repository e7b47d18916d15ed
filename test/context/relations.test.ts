// Relations and columns beyond what record/answers.json asks: subqueries of --empty and of event times, aliases that
// an engine needs, and the mistakes that templates make with them.

import { describe, expect, test } from "vitest";
import { adapter } from "../../adapters/duckdb/index.ts";
import { adapter as postgres } from "../../adapters/postgres/index.ts";
import { makeRelation, type Relation } from "../../src/adapter/relation.ts";
import { ColumnFactory } from "../../src/context/column-value.ts";
import { RelationFactory } from "../../src/context/relation-factory.ts";
import { EVENT_TIME_FILTER, RelationValue } from "../../src/context/relation-value.ts";
import { JinjaError } from "../../src/jinja/errors.ts";
import { callPlain, equals, getAttribute, hashKey, toRepr, toText } from "../../src/jinja/operations.ts";
import type { Kwargs, Value } from "../../src/jinja/value.ts";

const parts = { database: "d", schema: "s", identifier: "t" };

function relation(change: Partial<Relation> = {}): RelationValue {
  return new RelationValue({ ...makeRelation(parts), ...change }, adapter);
}

function call(
  object: Value,
  method: string,
  args: readonly Value[] = [],
  kwargs: Record<string, Value> = {},
): Value {
  return callPlain(getAttribute(object, method), args, new Map(Object.entries(kwargs)) as Kwargs);
}

function mistake(run: () => unknown): JinjaError {
  try {
    run();
  } catch (error) {
    if (error instanceof JinjaError) return error;
    throw error;
  }
  throw new Error("there was no mistake");
}

describe("relations as text", () => {
  test("a limit makes a subquery, render() leaves it out", () => {
    expect(toText(relation({ limit: 0 }))).toBe('(select * from "d"."s"."t" where false limit 0)');
    expect(toText(relation({ limit: 9 }))).toBe('(select * from "d"."s"."t" limit 9)');
    expect(call(relation({ limit: 0 }), "render")).toBe('"d"."s"."t"');
  });

  test("a filter wraps the limit; engines that need an alias get one", () => {
    const options = { [EVENT_TIME_FILTER]: "at >= '2020-01-01'" };
    expect(toText(new RelationValue({ ...makeRelation(parts), limit: 1, options }, postgres))).toBe(
      `(select * from (select * from "d"."s"."t" limit 1) _dbt_limit_subq_t where at >= '2020-01-01') _dbt_et_filter_subq_t`,
    );
  });

  test("a function is printed by its name alone", () => {
    expect(toText(relation({ kind: "function", limit: 0 }))).toBe('"d"."s"."t"');
  });

  test("an external relation prints its text", () => {
    expect(toText(relation({ external: "read_csv('x.csv')" }))).toBe("read_csv('x.csv')");
  });

  test("inside of a list the class is shown", () => {
    expect(toRepr([relation()])).toBe('[<Relation "d"."s"."t">]');
  });
});

describe("relations as values", () => {
  test("equal when all that dbt compares is equal; keys of a dict then, too", () => {
    expect(equals(relation(), relation({ options: { persistence: "x" } }))).toBe(true);
    expect(equals(relation(), relation({ kind: "view" }))).toBe(false);
    expect(hashKey(relation())).toBe(hashKey(relation({ kind: "view" })));
  });

  test("paths come from dictionaries and from other relations", () => {
    const other = relation({ schema: "z" });
    expect(toText(call(relation(), "incorporate", [], { path: getAttribute(other, "path") }))).toBe(
      '"d"."z"."t"',
    );
    expect(toText(call(relation(), "replace_path", [], { database: null }))).toBe('"s"."t"');
  });

  test("what is not known is kept as an option", () => {
    const kept = call(relation(), "incorporate", [], { file_format: "parquet" });
    expect(getAttribute(kept, "file_format")).toBe("parquet");
  });

  test("quoting of the project holds for new relations", () => {
    const factory = new RelationFactory(adapter, { schema: false });
    expect(toText(call(factory, "create", [], parts))).toBe('"d".s."t"');
    expect(toText(call(factory, "create", [], { ...parts, quote_policy: new Map([["schema", true]]) }))).toBe(
      '"d"."s"."t"',
    );
  });

  test("a node gives its alias as the identifier", () => {
    const node = new Map<Value, Value>([
      ["database", "d"],
      ["schema", "s"],
      ["name", "n"],
      ["alias", "a"],
    ]);
    const factory = new RelationFactory(adapter, {});
    expect(toText(call(factory, "create_from", [null, node]))).toBe('"d"."s"."a"');
  });
});

describe("mistakes", () => {
  test("a parameter that does not exist names the nearest and the signature", () => {
    const error = mistake(() => call(relation(), "include", [], { databse: false }));
    expect(error.detail).toBe("include() got an unexpected keyword argument 'databse'");
    expect(error.help).toBe(
      'did you mean "database"? write include(database=..., schema=..., identifier=...)',
    );
  });

  test("missing, doubled and too many arguments are Python's TypeErrors", () => {
    const column = new ColumnFactory(adapter);
    expect(mistake(() => callPlain(column, ["a"])).detail).toBe(
      "Column() missing 1 required positional argument: 'dtype'",
    );
    expect(mistake(() => callPlain(column, ["a", "b"], new Map([["column", "c"]]))).detail).toBe(
      "Column() got multiple values for argument 'column'",
    );
    expect(mistake(() => call(relation(), "quoted", ["a", "b"])).detail).toBe(
      "quoted() takes 1 positional argument but 2 were given",
    );
  });

  test("an unknown type of relation", () => {
    expect(mistake(() => call(relation(), "incorporate", [], { type: "tables" })).help).toBe(
      'did you mean "table"?',
    );
  });

  test("a relation is no dictionary", () => {
    expect(mistake(() => relation().iterate()).detail).toContain("used as a dictionary");
  });
});
