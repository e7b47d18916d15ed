// A small project put together by hand: the built-in macros, those of DuckDB and of ./record/project, and scopes for an
// operation, a compiled model and a model that is being parsed, all without the stages that make them for real.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { adapter } from "../../adapters/duckdb/index.ts";
import type { Credentials, Session, Warehouse } from "../../src/adapter/adapter.ts";
import { makeRelation } from "../../src/adapter/relation.ts";
import { RelationCache } from "../../src/adapter/relation-cache.ts";
import type { EtlEvent } from "../../src/base/events.ts";
import type { Host } from "../../src/base/host.ts";
import type { Config } from "../../src/config/config.ts";
import { callMacroIn } from "../../src/context/call-macro.ts";
import { TemplateEnvironment } from "../../src/context/environment.ts";
import { createGlobals, type NodeGlobals } from "../../src/context/globals.ts";
import { MacroIndex } from "../../src/context/macro-index.ts";
import { RelationValue } from "../../src/context/relation-value.ts";
import type { WarehouseRequest } from "../../src/context/requests.ts";
import type { NodeScope, SharedScope } from "../../src/context/scope.ts";
import { driveAsync } from "../../src/jinja/drive.ts";
import { type Dict, PyFloat, type Value } from "../../src/jinja/value.ts";
import type { Macro } from "../../src/manifest/manifest.ts";

const ROOT = join(import.meta.dirname, "../..");
const PROJECT = join(import.meta.dirname, "record/project");

export interface Harness {
  readonly shared: SharedScope;
  readonly events: EtlEvent[];
  /** Answers of the warehouse; throws when there is none. */
  answer(request: unknown, session?: Session): unknown;
  scope(kind: "operation" | "model" | "parse", changes?: Partial<NodeScope>): NodeScope;
  /** Calls a macro made of this text in a context. */
  run(text: string, scope: NodeScope): Promise<Value>;
  globals(scope: NodeScope): NodeGlobals;
}

const environment = new TemplateEnvironment({
  now: () => new Date("2026-01-02T03:04:05.678Z"),
  checkInterrupt: () => {},
});

/** Macros of a folder's .sql files. */
export function macrosOf(folder: string, packageName: string): Macro[] {
  return filesOf(folder)
    .filter((file) => file.endsWith(".sql"))
    .flatMap((file) => macrosOfText(readFileSync(file, "utf8"), packageName, relative(ROOT, file)));
}

export function macrosOfText(text: string, packageName: string, file: string): Macro[] {
  return environment.scan({ file, text }).map((block) => ({
    id: `macro.${packageName}.${block.name}`,
    name: block.name,
    packageName,
    path: file,
    originalFilePath: file,
    place: { file, line: block.line, column: 1 },
    block,
    dependsOnMacros: [],
    description: "",
    meta: new Map(),
    docs: { show: true, nodeColor: null },
    patchPath: null,
    arguments: [],
    config: new Map(),
    supportedLanguages: null,
    createdAt: 0,
  }));
}

function filesOf(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesOf(path) : [path]));
}

let builtIn: Macro[] | undefined;

function allMacros(extra: readonly Macro[]): Macro[] {
  builtIn ??= [
    ...macrosOf(join(ROOT, "templates/macros"), "dbt"),
    ...macrosOf(adapter.macros, "dbt_duckdb"),
    ...macrosOf(join(PROJECT, "macros"), "shop"),
    ...macrosOf(join(PROJECT, "packages/toolbox/macros"), "toolbox"),
  ];
  return [...builtIn, ...extra];
}

const VARS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["greeting", "hello"],
  ["nested", "{{ var('greeting') }} you"],
  ["number", 7],
  ["ratio", new PyFloat(1.5)],
  ["items", ["a", "b"]],
]);

const CREDENTIALS: Credentials = {
  type: "duckdb",
  database: "shop",
  schema: "main",
  threads: 2,
  visible: {},
  secrets: [],
};

const FLAGS: Dict = new Map<Value, Value>([
  ["full_refresh", false],
  ["which", "run-operation"],
  ["empty", false],
]);

function configOf(): Config {
  const place = { file: "dbt_project.yml", line: 1, column: 1 };
  const project = {
    name: "shop",
    quoting: {},
    dispatch: [{ macroNamespace: "toolbox", searchOrder: ["shop", "toolbox"] }],
  };
  return {
    project: project as unknown as Config["project"],
    folder: PROJECT,
    catalogs: new Map(),
    targetFolder: join(PROJECT, "target"),
    logFolder: join(PROJECT, "logs"),
    profile: { profile: "shop", target: "dev", settings: {}, place: () => place, projectFolder: PROJECT },
    adapter,
    parentAdapters: [],
    credentials: CREDENTIALS,
    env: { ETL_PROBE: "probed", ETL_PROBER: "x" },
    envVars: new Map(),
    secrets: [],
    threads: 2,
    flags: {
      get: (name) => FLAGS.get(name) ?? null,
      boolean: (name) => FLAGS.get(name) === true,
      text: () => undefined,
      texts: () => [],
      all: FLAGS,
    },
    variables: {
      cli: new Map(),
      get: (name) => (VARS.has(name) ? { value: VARS.get(name) ?? null } : undefined),
      names: () => new Set(VARS.keys()),
    },
    names: {},
    selectors: new Map(),
    diagnostics: [],
  };
}

export function hostWith(events: EtlEvent[]): Host {
  return {
    cwd: PROJECT,
    home: PROJECT,
    env: {},
    get files(): never {
      throw new Error("a context reads no files");
    },
    now: () => new Date("2026-01-02T03:04:05.678Z"),
    elapsedMs: () => 0,
    uuid: () => "0",
    emit: (event) => void events.push(event),
    signal: new AbortController().signal,
    checkInterrupt: () => {},
  };
}

/**
 * @param warehouse where requests go; undefined: any request is an error
 * @param macros beside the built-in ones and the fixture's
 */
export function harness(warehouse?: Warehouse, macros: readonly Macro[] = []): Harness {
  const events: EtlEvent[] = [];
  const relations = new RelationCache(adapter, async (schemas) =>
    warehouse ? warehouse.listRelations(schemas) : [],
  );
  const shared: SharedScope = {
    host: hostWith(events),
    config: configOf(),
    projects: [configOf().project],
    adapter,
    credentials: CREDENTIALS,
    environment,
    macros: new MacroIndex({
      environment,
      macros: allMacros(macros),
      rootProject: "shop",
      internalPackages: ["dbt_duckdb", "dbt"],
      dispatch: [{ macroNamespace: "toolbox", searchOrder: ["shop", "toolbox"] }],
      adapterTypes: ["duckdb", "default"],
    }),
    invocation: {
      id: "0b6d2f4e-0000-4000-8000-000000000000",
      startedAt: new Date("2026-01-02T03:04:05.678Z"),
      command: "run-operation",
    },
    relations,
  };
  const answer = (request: unknown, session?: Session): unknown =>
    answerRequest(request as WarehouseRequest, relations, warehouse, session);
  return {
    shared,
    events,
    answer,
    scope: (kind, changes) => ({ ...scopeOf(shared, kind), ...changes }),
    run: (text, scope) =>
      driveAsync(callMacroIn(createGlobals(scope), probe(text)), (request) => answer(request)),
    globals: createGlobals,
  };
}

export function probe(text: string): Macro {
  const macro = macrosOfText(text, "shop", "macros/probe.sql")[0];
  if (!macro) throw new Error(`no macro in ${text}`);
  return macro;
}

async function answerRequest(
  request: WarehouseRequest,
  relations: RelationCache,
  warehouse: Warehouse | undefined,
  session?: Session,
): Promise<unknown> {
  if (!warehouse) throw new Error(`nothing answers ${JSON.stringify(request)}`);
  if (!session)
    return warehouse.withSession("test", (one) => answerRequest(request, relations, warehouse, one));
  switch (request.kind) {
    case "execute":
      if (request.autoBegin && !session.inTransaction) await session.begin();
      return session.execute(request.sql, { fetch: request.fetch });
    case "begin":
      if (!session.inTransaction) await session.begin();
      return null;
    case "commit":
      if (session.inTransaction) await session.commit();
      return null;
    case "describe":
      return session.describe(request.sql);
    case "cache":
      await relations.ensure(request.schemas);
      return null;
    case "schemas":
      return warehouse.listSchemas(request.database);
    default:
      return null;
  }
}

const ORDERS: Dict = new Map<Value, Value>([
  ["name", "orders"],
  ["unique_id", "model.shop.orders"],
  ["resource_type", "model"],
  ["database", "shop"],
  ["schema", "main"],
  ["alias", "orders"],
  ["language", "sql"],
  ["columns", new Map()],
]);

const ORDERS_CONFIG: Dict = new Map<Value, Value>([
  ["materialized", "table"],
  ["tags", ["nightly"]],
  ["meta", new Map([["owner", "me"]])],
  ["custom", "x"],
  ["unique_key", null],
  ["full_refresh", null],
  ["persist_docs", new Map()],
]);

function scopeOf(shared: SharedScope, kind: "operation" | "model" | "parse"): NodeScope {
  const orders = makeRelation({ database: "shop", schema: "main", identifier: "orders" });
  const source = (table: string) =>
    makeRelation({
      database: "shop",
      schema: "raw_data",
      identifier: table === "customers" ? "cust" : table,
    });
  const value = (relation: typeof orders): Value => new RelationValue(relation, shared.adapter);
  const model: Dict = new Map([...ORDERS, ["config", ORDERS_CONFIG]]);
  return {
    shared,
    packageName: "shop",
    execute: kind !== "parse",
    ...(kind === "operation" ? {} : { nodeId: "model.shop.orders" }),
    references: {
      ref: () => value(orders),
      source: ({ table }) => value(kind === "parse" ? orders : source(table)),
      metric: () => null,
      function: () => null,
    },
    config: {
      add: () => undefined,
      get: (key) => (kind === "operation" ? undefined : ORDERS_CONFIG.get(key)),
    },
    relation: kind === "operation" ? null : orders,
    model: () => model,
    graph: () => new Map<Value, Value>([["nodes", new Map([["model.shop.orders", model]])]]),
    extra: new Map<string, Value>(
      kind === "operation"
        ? []
        : [
            ["pre_hooks", []],
            ["post_hooks", []],
          ],
    ),
  };
}
