// What people read on a console at 80 columns: lines of nodes, messages with frames, failing rows, the summary.

import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/base/diagnostic.ts";
import type { EtlEvent } from "../../src/base/events.ts";
import { build, facts, finished, told } from "./told.ts";

const sources = { "/shop/models/schema.yml": "models:\n  - name: orders\n      - unique\n" };

const warning = (line: number, code: Diagnostic["code"] = "config-key"): EtlEvent => ({
  kind: "diagnostic",
  diagnostic: {
    code,
    severity: "warning",
    message: `key ${line} is not known`,
    place: { file: "dbt_project.yml", line, column: 3 },
  },
});

describe("a build", () => {
  test("reads well at 80 columns", () => {
    expect(told(build, { sources, exitCode: 1 }).out).toMatchInlineSnapshot(`
      "5 nodes on duckdb, target dev, 4 threads

      1/5  ok     seed        main.raw_orders                        1,200 rows  0.05s
      2/5  ok     table       main.orders                               99 rows  12.3s
      3/5  pass   test        not_null_orders_id                                 0.15s
      4/5  FAIL   test        unique_orders_order_id                     7 rows  0.20s
      error[seed-cell]: 7 values of order_id occur more than once
        --> models/schema.yml:3:9
         3 |       - unique
           |         ^^^^^^
          order_id | n
          ---------+--
                 1 | 2
                17 | 3
              null | 2
        all rows: etl show --select unique_orders_order_id --limit -1
      5/5  skip   table       main.customers              after unique_orders_order_id

      Failed in 12.6s: 2 built, 1 passed, 1 failed, 1 skipped
        rows     1,299
        slowest  orders 12.3s, unique_orders_order_id 0.20s, not_null_orders_id 0.15s
        failed   unique_orders_order_id (models/schema.yml:3)
        next     etl retry
      "
    `);
  });

  test("is silent under --quiet but for what went wrong", () => {
    const { out } = told(build, { sources, settings: { quiet: true } });
    expect(out).toContain("FAIL");
    expect(out).not.toMatch(/ok |Done|Failed in/);
  });

  test("says everything at level debug, statements with their time", () => {
    const statement: EtlEvent = {
      kind: "statement",
      node: "model.shop.orders",
      sql: "select 1\nfrom x",
      milliseconds: 12.34,
      rows: 1,
    };
    const { out } = told([...build, statement], { settings: { level: "debug" } });
    expect(out).toContain("1/5  start  seed        main.raw_orders");
    expect(out).toContain("model.shop.orders: 12.3 ms, 1 row\n    select 1\n    from x\n");
  });

  test("repeats the options that the next command needs", () => {
    const { out } = told(build, { settings: { repeatedOptions: " --target prod" } });
    expect(out).toContain("etl show --select unique_orders_order_id --limit -1 --target prod");
    expect(out).toContain("etl retry --target prod");
  });

  test("of nothing has no summary", () => {
    const { out } = told([{ kind: "command-finished", command: "build", exitCode: 0, seconds: 1 }]);
    expect(out).toBe("");
  });
});

describe("a green build", () => {
  test("names the next command and the slowest three", () => {
    const { out } = told([
      { kind: "command-started", command: "build", invocationId: "0", version: "0.1.0", at: new Date(0) },
      ...["a", "b", "c", "d"].map((name, index) => finished(index + 1, facts("model", name), { total: 4 })),
      { kind: "command-finished", command: "build", exitCode: 0, seconds: 61 },
    ]);
    expect(out.slice(out.indexOf("\nDone"))).toMatchInlineSnapshot(`
      "
      Done in 1m 01s: 4 built
        slowest  d 0.20s, c 0.15s, b 0.10s
        next     etl show --select d
      "
    `);
  });
});

describe("diagnostics", () => {
  const mistake: Diagnostic = {
    code: "jinja-syntax",
    severity: "error",
    message: 'model "customers" refers to "stg_order", which does not exist',
    place: { file: "models/customers.sql", line: 2, column: 23, length: 9 },
    notes: [{ message: "called from here", place: { file: "models/b.sql", line: 1, column: 1 } }],
    help: 'did you mean "stg_orders"?',
  };
  const event: EtlEvent = { kind: "diagnostic", diagnostic: mistake };

  test("have one form", () => {
    const text = "select 1\nselect * from {{ ref('stg_order') }}\n";
    expect(told([event], { sources: { "/shop/models/customers.sql": text } }).err).toMatchInlineSnapshot(`
      "error[jinja-syntax]: model "customers" refers to "stg_order", which does not exist
        --> models/customers.sql:2:23
         2 | select * from {{ ref('stg_order') }}
           |                       ^^^^^^^^^
        note: called from here (models/b.sql:1:1)
        help: did you mean "stg_orders"?
      "
    `);
  });

  test("stand without a frame where the file is gone, and where it can hold a secret", () => {
    expect(told([event]).err).not.toContain("|");
    const place = { file: "/home/ann/.dbt/profiles.yml", line: 1, column: 1 };
    const secret = { ...mistake, place, code: "profile-key" as const };
    const { err } = told([{ kind: "diagnostic", diagnostic: secret }], {
      sources: { [place.file]: "password: hunter2" },
    });
    expect(err).toContain("--> /home/ann/.dbt/profiles.yml:1:1");
    expect(err).not.toContain("hunter2");
  });

  test("are told once, and of hundreds of one code only the first ten", () => {
    const lines = Array.from({ length: 40 }, (_, index) => warning(index + 1));
    const { out } = told([...lines, ...lines, warning(1, "flag-key")]);
    expect(out.match(/warning\[config-key\]: /g)).toHaveLength(10);
    expect(out).toContain("warning[flag-key]");
    expect(out).toContain("and 30 more warning[config-key]\n");
  });

  test("go to stderr where stdout carries the answer; errors that end the command always do", () => {
    const { out, err } = told([event, warning(1)], { settings: { chatterToStderr: true } });
    expect(out).toBe("");
    expect(err).toMatch(/error\[jinja-syntax\](.|\n)*warning\[config-key\]/);
    const others = told([event, warning(1)]);
    expect(others.out).toContain("warning[config-key]");
    expect(others.err).toContain("error[jinja-syntax]");
  });
});

describe("words of templates", () => {
  const say = (print: boolean): EtlEvent => ({ kind: "message", level: "info", text: "hello", print });

  test("print() is heard under --quiet, log() is not", () => {
    expect(told([say(true), say(false)], { settings: { quiet: true } }).out).toBe("hello\n");
  });

  test("--no-print silences print()", () => {
    expect(told([say(true)], { settings: { print: false } }).out).toBe("");
  });
});

test("colours mark the severity and can be left out", () => {
  const { out } = told([warning(1)], { settings: { colours: true } });
  expect(out).toContain("\u001b[33m");
  expect(told([warning(1)]).out).not.toContain("\u001b");
});
