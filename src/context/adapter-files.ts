// `adapter.*` methods about files beside the warehouse: external materializations (dbt-duckdb's names and rules) and seeds.

import type { Adapter } from "../adapter/adapter.ts";
import { getAttribute, getItem, toText } from "../jinja/operations.ts";
import { type Dict, type Effectful, PyObject, type Value } from "../jinja/value.ts";
import { type AdapterMethod, ask, method, NOTHING, relationArgument } from "./adapter-method.ts";
import { isDatabaseError } from "./database-refusal.ts";
import { fail } from "./fail.ts";
import type { NodeContext } from "./node-context.ts";
import { RelationPartsValue } from "./relation-parts-value.ts";

/** Options whose value is a string literal in SQL. */
const TEXT_OPTIONS: ReadonlySet<string> = new Set(["delimiter", "quote", "escape", "null"]);

/** Options of COPY ... TO as SQL; the format is told by the file's name unless it is given. */
function writeOptions(location: Value, given: Value): Value {
  const options: Dict = given instanceof Map ? given : new Map();
  if (!options.has("format")) {
    const extension = /\.([^./\\]+)$/.exec(toText(location))?.[1]?.toLowerCase();
    options.set("format", extension ?? (options.has("delimiter") ? "csv" : "parquet"));
  }
  if (options.get("format") === "csv" && !options.has("header")) options.set("header", 1);
  const partition = toText(options.get("partition_by") ?? "");
  if (partition.includes(",") && !partition.startsWith("(")) options.set("partition_by", `(${partition})`);
  return [...options].map(([key, value]) => writeOption(toText(key), toText(value))).join(", ");
}

/**
 * DuckDB writes beside a file and renames when there is one already; a first one that is cut off by a kill would stay
 * as half a file. It refuses the option for several files, and cannot rename in object stores.
 */
function isSingleLocalFile(location: Value, options: Value): boolean {
  const several = ["partition_by", "per_thread_output", "file_size_bytes", "use_tmp_file"];
  const keys = options instanceof Map ? [...options.keys()] : [];
  const given = new Set(keys.map((key) => toText(key).toLowerCase()));
  return !several.some((option) => given.has(option)) && !/^\w\w+:|^\/dev\//.test(toText(location));
}

function writeOption(key: string, value: string): string {
  return TEXT_OPTIONS.has(key.toLowerCase()) && !value.startsWith("'")
    ? `${key} '${value.replaceAll("'", "''")}'`
    : `${key} ${value}`;
}

/** The path or glob that reads back what was written. */
function readLocation(location: Value, given: Value): Value {
  const read = (key: string): string => toText((given instanceof Map && given.get(key)) || "");
  const partition = read("partition_by");
  if (partition === "" && read("per_thread_output") === "") return toText(location);
  const levels = partition === "" ? [] : partition.split(",").map(() => "*");
  return `${[toText(location), "*", ...levels].join("/")}.${read("format") || "parquet"}`;
}

/** Asks the engine whether it can read a file. */
function* locationExists(context: NodeContext, location: Value): Effectful<Value> {
  const sql = `select 1 from ${context.scope.shared.adapter.literal(toText(location))} where 1=0`;
  try {
    yield* ask({ kind: "execute", sql, fetch: false, autoBegin: false, limit: null });
    return true;
  } catch (error) {
    if (isDatabaseError(error)) return false;
    throw error;
  }
}

function field(object: Value, name: string): Value {
  return object instanceof PyObject ? getAttribute(object, name) : getItem(object, name);
}

/** A name of its own for each batch of a microbatch model; "" for any other model. */
function batchId(model: Value): Value {
  const batch = model instanceof Map ? model.get("batch") : undefined;
  const start = batch instanceof Map ? batch.get("event_time_start") : undefined;
  return start === undefined || start === null
    ? ""
    : toText(start).replaceAll(/[-:+]/g, "").replaceAll(" ", "_");
}

/** Where dbt-duckdb keeps temporary tables of warehouses without temporary tables (MotherDuck). */
function tempRelationPath(context: NodeContext, model: Value, batch: Value | undefined): Value {
  const { invocation } = context.scope.shared;
  const suffix = batch === undefined || batch === null || batch === "" ? "" : `__${toText(batch)}`;
  return new RelationPartsValue("Path", {
    database: toText(field(model, "database")),
    schema: "dbt_temp",
    identifier: `${toText(field(model, "identifier"))}__${invocation.id.split("-").at(-1) ?? ""}${suffix}`,
  });
}

/** Whether names of a seed's columns are quoted; without the config quote_columns, as names of relations are. */
export function quotesSeedColumns(adapter: Pick<Adapter, "defaultQuoting">, configured: Value): boolean {
  return typeof configured === "boolean" ? configured : adapter.defaultQuoting.identifier;
}

/** Loads the current seed's file; columns as `seed_column_types` gave them, or a list of objects with name and type. */
function* loadSeed(
  context: NodeContext,
  relation: Value,
  columns: Value,
  quoteColumns: Value | undefined,
): Effectful<Value> {
  const target = relationArgument("load_seed", "relation", relation).relation;
  const pairs = columns instanceof Map ? [...columns] : listedColumns(columns);
  return yield* ask({
    kind: "load-seed",
    target,
    columns: pairs.map(([name, type]) => ({ name: toText(name), type: toText(type) })),
    unquotedNames: !quotesSeedColumns(context.scope.shared.adapter, quoteColumns ?? null),
  });
}

function listedColumns(columns: Value): [Value, Value][] {
  if (!Array.isArray(columns))
    return fail("TypeError", "adapter.load_seed() takes the columns that adapter.seed_columns() gave");
  return columns.map((column) => [field(column, "name"), field(column, "type")]);
}

export const fileMethods: Readonly<Record<string, AdapterMethod>> = {
  external_root: method([], undefined, (context) => {
    const root = context.scope.shared.credentials.visible.external_root;
    return typeof root === "string" ? root : ".";
  }),
  external_write_options: method(["write_location", "rendered_options"], undefined, (_, location, options) =>
    writeOptions(location, options),
  ),
  external_read_location: method(["write_location", "rendered_options"], undefined, (_, location, options) =>
    readLocation(location, options),
  ),
  is_single_local_file: method(
    ["location", "rendered_options"],
    () => false,
    (_, location, options) => isSingleLocalFile(location, options),
  ),
  location_exists: method(["location"], () => false, locationExists),
  store_relation: method(
    ["plugin_name", "relation", "column_list", "path", "format", "config"],
    NOTHING,
    (_, plugin) =>
      fail(
        "NotImplementedError",
        `plugin "${toText(plugin)}" cannot be used: Python plugins of dbt-duckdb do not run here`,
        "write the file with COPY, or with format: parquet, csv or json",
      ),
  ),
  get_seed_file_path: method(
    ["model"],
    undefined,
    (_, model) => `${toText(field(model, "root_path"))}/${toText(field(model, "original_file_path"))}`,
  ),
  batch_id_for_model: method(["model"], undefined, (_, model) => batchId(model)),
  get_temp_relation_path: method(["model", "batch_id?"], undefined, tempRelationPath),
  seed_columns: method(
    [],
    () => [],
    function* () {
      const columns = yield* ask({ kind: "seed-columns" });
      return columns.map(
        ({ name, type }) =>
          new Map<Value, Value>([
            ["name", name],
            ["type", type],
          ]),
      );
    },
  ),
  seed_column_types: method(
    ["model?"],
    () => new Map(),
    function* () {
      const columns = yield* ask({ kind: "seed-columns" });
      return new Map<Value, Value>(columns.map(({ name, type }) => [name, type]));
    },
  ),
  load_seed: method(["relation", "columns", "quote_columns?"], () => 0, loadSeed),
};
