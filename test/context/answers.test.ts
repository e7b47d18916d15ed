// Every expression of record/expressions.json gives what dbt's own context gave for it (record/record-context.py): its
// type and text, or an error where dbt raises one. Queries run on the real DuckDB adapter.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adapter } from "../../adapters/duckdb/index.ts";
import type { Warehouse } from "../../src/adapter/adapter.ts";
import { tableOf } from "../../src/context/table-of-result.ts";
import { csvText, structureText, tableText } from "../../src/context/table-text.ts";
import { JinjaError } from "../../src/jinja/errors.ts";
import { toText, typeName } from "../../src/jinja/operations.ts";
import { Tuple, type Value } from "../../src/jinja/value.ts";
import { type Harness, harness, hostWith } from "./harness.ts";

interface Answer {
  readonly expression: string;
  readonly type?: string;
  readonly text?: string;
  readonly items?: readonly Omit<Answer, "expression">[];
  readonly error?: string;
}

interface TableAnswer {
  readonly sql: string;
  readonly text: string;
  readonly csv: string;
  readonly structure: string;
}

const answers = JSON.parse(readFileSync(join(import.meta.dirname, "record/answers.json"), "utf8")) as {
  readonly [K in "operation" | "model" | "parse"]: readonly Answer[];
} & { readonly tables: readonly TableAnswer[] };

/** Where we answer otherwise on purpose, with the reason. */
const DIFFERENT: Readonly<Record<string, string>> = {
  "adapter.quote('a\"b')": "a quote within a name is doubled, so that every name survives",
  "ref('orders').get('metadata')": "the class is called Relation for every adapter",
  "invocation_id | length": "the harness's id",
  "graph.keys() | list": "made by the manifest, which the harness does not have",
  "metric('m')": "made by the phase",
  "function('f')": "made by the phase",
  "write('x')": "given by the runner",
  "run_query('select 1').columns": "while parsing, undefined values may be looked into in macros, too",
  "run_query('select \\'nan\\'::double as a').rows[0].values()":
    "nan is a float: our Decimal holds numbers only",
  "modules.pytz.utc": "the class has a name of its own",
  "adapter.valid_incremental_strategies()": "the adapter's own list",
};

/** Names of classes that differ between dbt's adapters and ours. */
const TYPES: Readonly<Record<string, string>> = {
  DuckDBRelation: "Relation",
  DuckDBColumn: "Column",
  RelationType: "str",
  ValidatedStringMixin: "str",
  OrderedDict: "dict",
  UTC: "datetime.timezone",
  date: "datetime.date",
  datetime: "datetime.datetime",
};

let folder: string;
let warehouse: Warehouse;
let own: Harness;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "etl-context-"));
  const credentials = adapter.defaultCredentials?.("shop", folder);
  if (!credentials) throw new Error("DuckDB needs no profile");
  warehouse = await adapter.open(credentials, { threads: 1, host: hostWith([]) });
  await warehouse.withSession("setup", async (session) => {
    await session.execute(
      "create table probe_table as select 1::integer as id, 'a' as name, 1.5::decimal(10,2) as price",
    );
    await session.execute("set global timezone = 'UTC'");
  });
  own = harness(warehouse);
});

afterAll(async () => {
  await warehouse?.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const kind of ["operation", "model", "parse"] as const) {
  describe(kind, () => {
    for (const answer of answers[kind]) {
      test.skipIf(answer.expression in DIFFERENT)(answer.expression, async () => {
        const text = `{% macro probe() %}{% do return(${answer.expression}) %}{% endmacro %}`;
        const run = own.run(text, own.scope(kind));
        if (answer.error !== undefined) await expect(run).rejects.toThrow(JinjaError);
        else expectSame(await run, answer);
      });
    }
  });
}

describe("tables as text", () => {
  for (const { sql, text, csv, structure } of answers.tables) {
    test(sql, async () => {
      const result = await warehouse.withSession("test", (session) => session.execute(sql));
      const { data } = tableOf(result, () => undefined);
      expect(tableText(data, { maxRows: 20, maxColumns: 6, maxWidth: 20, maxPrecision: 3 })).toBe(text);
      expect(csvText(data)).toBe(csv);
      expect(structureText(data)).toBe(structure);
    });
  }
});

function expectSame(value: Value, answer: Omit<Answer, "expression">): void {
  if (answer.items !== undefined) {
    expect(typeName(value)).toBe(answer.type);
    const items = value instanceof Tuple ? value.items : (value as Value[]);
    expect(items.length).toBe(answer.items.length);
    answer.items.forEach((item, i) => {
      expectSame(items[i] ?? null, item);
    });
    return;
  }
  const type = answer.type ?? "";
  expect(typeName(value)).toBe(TYPES[type] ?? type);
  if (type !== "DuckDBColumn" && type !== "OrderedDict") expect(toText(value)).toBe(answer.text);
}
