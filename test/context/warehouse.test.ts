// What templates ask of the warehouse, answered by a script: the requests in their order, and the relation cache after them.

import { describe, expect, test } from "vitest";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import { makeRelation } from "../../src/adapter/relation.ts";
import type { QueryResult } from "../../src/adapter/result.ts";
import { callMacroIn } from "../../src/context/call-macro.ts";
import type { WarehouseRequest } from "../../src/context/requests.ts";
import type { NodeScope } from "../../src/context/scope.ts";
import { drive } from "../../src/jinja/drive.ts";
import { toText } from "../../src/jinja/operations.ts";
import type { Value } from "../../src/jinja/value.ts";
import { harness, macrosOfText, probe } from "./harness.ts";

const nothing: QueryResult = { columns: [], rows: [], response: { _message: "OK" } };
const table = makeRelation({ database: "shop", schema: "main", identifier: "orders" }, { kind: "table" });

interface Script {
  readonly macros?: string;
  readonly scope?: Partial<NodeScope>;
  readonly answer?: (request: WarehouseRequest) => unknown;
  /** What it runs in, to be looked at when it has thrown. */
  readonly own?: ReturnType<typeof harness>;
}

function run(
  body: string,
  {
    macros = "",
    scope = {},
    answer,
    own = harness(undefined, macrosOfText(macros, "shop", "macros/more.sql")),
  }: Script = {},
) {
  const requests: WarehouseRequest[] = [];
  own.shared.relations.add(table);
  const globals = own.globals(own.scope("model", scope));
  const call = callMacroIn(globals, probe(`{% macro probe() %}${body}{% endmacro %}`));
  const value = drive<Value>(call, (request) => {
    requests.push(request as WarehouseRequest);
    const given = answer?.(request as WarehouseRequest);
    return given ?? ((request as WarehouseRequest).kind === "execute" ? nothing : null);
  });
  return { text: toText(value).trim(), requests, relations: own.shared.relations, globals };
}

const sqlOf = (requests: readonly WarehouseRequest[]): string[] =>
  requests.map((request) =>
    request.kind === "execute" ? request.sql.trim().replaceAll(/\s+/g, " ") : request.kind,
  );

describe("relations", () => {
  test("a schema is read once, by the cache request", () => {
    const { text, requests } = run("{% set r = load_relation(this) %}{{ r }} {{ r.type }}");
    expect(text).toBe('"shop"."main"."orders" table');
    expect(requests).toEqual([
      { kind: "cache", schemas: [{ database: "shop", schema: "main", identifier: null }] },
    ]);
  });

  test("dropping and renaming run macros that a project can override, and keep the cache true", () => {
    const macros =
      "{% macro drop_relation(relation) %}{% do run_query('drop my ' ~ relation.identifier) %}{% endmacro %}";
    const { requests, relations } = run(
      "{% set this = this.incorporate(type='table') %}{% do adapter.rename_relation(this, this.incorporate(path={'identifier': 'old'})) %}{% do adapter.drop_relation(this.incorporate(type='view')) %}",
      { macros },
    );
    expect(sqlOf(requests)).toEqual(['alter table "shop"."main"."orders" rename to "old"', "drop my orders"]);
    expect(relations.get("shop", "main", "orders")).toBeUndefined();
    expect(relations.get("shop", "main", "old")?.kind).toBe("table");
  });

  test("a relation whose drop fails stays known", () => {
    const refuse = (request: WarehouseRequest): unknown => {
      if (request.kind === "execute")
        throw new DatabaseError({ kind: "permanent", retry: "never", message: "in use" }, request.sql);
      return null;
    };
    const own = harness();
    const drop = "{% do adapter.drop_relation(this.incorporate(type='table')) %}";
    expect(() => run(drop, { answer: refuse, own })).toThrow("in use");
    expect(own.shared.relations.get("shop", "main", "orders")?.kind).toBe("table");
  });

  test("a relation without a type cannot be dropped", () => {
    expect(() => run("{% do adapter.drop_relation(this) %}")).toThrow("its type is not known");
  });

  test("a schema is made and committed", () => {
    const { requests } = run("{% do adapter.create_schema(this) %}");
    expect(sqlOf(requests).slice(-2)).toEqual(['create schema if not exists "shop"."main"', "commit"]);
  });
});

describe("columns", () => {
  const columns = (names: readonly string[]) => (request: WarehouseRequest) => {
    if (request.kind !== "execute") return null;
    return {
      ...nothing,
      columns: [
        "column_name",
        "data_type",
        "character_maximum_length",
        "numeric_precision",
        "numeric_scale",
      ].map((name) => ({ name, type: "VARCHAR", family: "text" })),
      rows: names.map((name) => [name, "INTEGER", null, null, null]),
    };
  };

  test("a relation that does not exist has none", () => {
    const gone = (request: WarehouseRequest): unknown => {
      if (request.kind !== "execute") return null;
      throw new DatabaseError(
        { kind: "permanent", retry: "never", message: "Table with name orders does not exist!" },
        request.sql,
      );
    };
    expect(run("{{ adapter.get_columns_in_relation(this) }}", { answer: gone }).text).toBe("[]");
  });

  test("what the target lacks", () => {
    let asked = 0;
    const answer = (request: WarehouseRequest) => columns(asked++ === 0 ? ["id"] : ["id", "name"])(request);
    const macros =
      "{% macro duckdb__get_columns_in_relation(relation) %}{% set t = run_query('columns of ' ~ relation) %}{% do return(sql_convert_columns_in_relation(t)) %}{% endmacro %}";
    expect(
      run("{% for c in adapter.get_missing_columns(this, this) %}{{ c.name }}{% endfor %}", {
        answer,
        macros,
      }).text,
    ).toBe("name");
  });

  test("no lengths are compared where the engine ignores them", () => {
    expect(run("{% do adapter.expand_target_column_types(this, this) %}").requests).toEqual([]);
  });

  test("a snapshot's table must have its columns", () => {
    const answer = columns(["id"]);
    expect(() =>
      run(
        "{% do adapter.valid_snapshot_target(this, {'dbt_scd_id': 'scd', 'dbt_valid_from': 'a', 'dbt_valid_to': 'b'}) %}",
        { answer },
      ),
    ).toThrow('lacks the columns "scd", "a", "b"');
  });
});

describe("statements", () => {
  test("the node's own statement stays readable for the run", () => {
    const { globals } = run("{% call statement('main') %}select 1{% endcall %}");
    expect(toText(globals.results.response("main") ?? null)).toBe("OK");
  });

  test("a bound statement carries its values", () => {
    const { requests } = run(
      "{% do adapter.add_query('insert into t values (?, ?)', bindings=[1, 'a'], abridge_sql_log=True) %}",
    );
    expect(requests).toEqual([
      {
        kind: "execute",
        sql: "insert into t values (?, ?)",
        fetch: false,
        autoBegin: true,
        limit: null,
        binds: [1, "a"],
      },
    ]);
  });

  test("a seed is streamed by the runner", () => {
    const answer = (request: WarehouseRequest): unknown => {
      if (request.kind === "seed-columns") return [{ name: "id", type: "INTEGER" }];
      return request.kind === "load-seed" ? 3 : null;
    };
    const { text, requests } = run("{{ adapter.load_seed(this, adapter.seed_column_types(model)) }}", {
      answer,
    });
    expect(text).toBe("3");
    expect(requests[1]).toMatchObject({ kind: "load-seed", columns: [{ name: "id", type: "INTEGER" }] });
  });
});

test("while parsing, nothing is asked", () => {
  const body =
    "{% do adapter.execute('x') %}{% do run_query('x') %}{% do adapter.drop_relation(this) %}{% do adapter.create_schema(this) %}" +
    "{% do adapter.commit() %}{% do adapter.ensure_transaction() %}{% do adapter.load_seed(this, {}) %}{{ adapter.seed_columns() }}";
  expect(run(body, { scope: { execute: false } }).requests).toEqual([]);
});
