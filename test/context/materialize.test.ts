// The built-in materializations run whole in this context on the real DuckDB: what a template asks for is enough to build.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adapter } from "../../adapters/duckdb/index.ts";
import type { Warehouse } from "../../src/adapter/adapter.ts";
import { callMacroIn } from "../../src/context/call-macro.ts";
import { RelationValue } from "../../src/context/relation-value.ts";
import { driveAsync } from "../../src/jinja/drive.ts";
import { toText } from "../../src/jinja/operations.ts";
import type { Value } from "../../src/jinja/value.ts";
import { type Harness, harness, hostWith } from "./harness.ts";

let folder: string;
let warehouse: Warehouse;
let own: Harness;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "etl-context-"));
  const credentials = adapter.defaultCredentials?.("shop", folder);
  if (!credentials) throw new Error("DuckDB needs no profile");
  warehouse = await adapter.open(credentials, { threads: 1, host: hostWith([]) });
  own = harness(warehouse);
});

afterAll(async () => {
  await warehouse?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a materialization of the model "orders"; gives what it returned and what the run would report. */
async function materialize(name: string, sql: string, config: Record<string, Value> = {}) {
  const macro = own.shared.macros.materialization(name, "duckdb");
  if (!macro) throw new Error(`no materialization ${name}`);
  const base = own.scope("model");
  const extra = new Map<string, Value>([...base.extra, ["sql", sql], ["compiled_code", sql]]);
  const get = (key: string): Value | undefined => config[key] ?? base.config.get(key);
  const globals = own.globals({ ...base, extra, config: { add: () => undefined, get } });
  const value = await warehouse.withSession(name, (session) =>
    driveAsync(callMacroIn(globals, macro), (request) => own.answer(request, session)),
  );
  const relations = value instanceof Map ? value.get("relations") : undefined;
  for (const built of Array.isArray(relations) ? relations : []) {
    if (built instanceof RelationValue) own.shared.relations.add(built.relation);
  }
  return { value: toText(value), message: toText(globals.results.response("main") ?? null) };
}

async function rows(): Promise<unknown> {
  return warehouse.withSession(
    "look",
    async (session) => (await session.execute("select * from main.orders order by 1")).rows,
  );
}

test("view, then table, then incremental, with the relation cache kept true", async () => {
  const view = await materialize("view", "select 1 as id");
  expect(view.value).toBe(`{'relations': [<Relation "shop"."main"."orders">]}`);
  const known = () => own.shared.relations.get("shop", "main", "orders")?.kind;
  expect(known()).toBe("view");
  expect(await rows()).toEqual([[1]]);

  await materialize("table", "select 2 as id");
  expect(await rows()).toEqual([[2]]);
  expect(known()).toBe("table");

  await materialize("incremental", "select 3 as id", {
    materialized: "incremental",
    incremental_strategy: "append",
    on_schema_change: "ignore",
  });
  expect(await rows()).toEqual([[2], [3]]);

  await materialize("incremental", "select 3 as id, 'x' as name", {
    materialized: "incremental",
    incremental_strategy: "delete+insert",
    unique_key: "id",
    on_schema_change: "append_new_columns",
  });
  expect(await rows()).toEqual([
    [2, null],
    [3, "x"],
  ]);
});
