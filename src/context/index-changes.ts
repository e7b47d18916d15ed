// What differs between the indexes that a materialized view has and those that its model asks for, as the macros of
// dbt-postgres read it: a list of changes, each with `action` and `context`. Behaviour follows its relation_configs:
// an index is the same when its columns (in whatever order), its uniqueness and its method are.

import type { Adapter } from "../adapter/adapter.ts";
import { getItem, iterate, toText, truth, typeName } from "../jinja/operations.ts";
import { type Dict, PyObject, type Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";

/** An object that only has attributes. */
class Facts extends PyObject {
  constructor(
    override readonly typeName: string,
    private readonly facts: Readonly<Record<string, Value>>,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    return Object.hasOwn(this.facts, name) ? this.facts[name] : undefined;
  }
}

interface Index {
  /** Null for one that is not made yet. */
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly method: string;
}

/**
 * @param results {"indexes": table} with the columns name, method, unique, column_names
 * @param model the node, whose config may have `indexes`
 * @returns None when nothing changes
 */
export function indexChanges(results: Value, model: Value, adapter: Adapter): Value {
  const existing = [...iterate(getItem(results, "indexes"))].map(existingIndex);
  const wanted = wantedIndexes(model);
  const key = (index: Index): string => indexKey(index, adapter);
  const wantedKeys = new Set(wanted.map(key));
  const existingKeys = new Set(existing.map(key));
  // Dropped first: a new index may take the place of an old one.
  const changes = [
    ...existing.filter((index) => !wantedKeys.has(key(index))).map((index) => change("drop", index)),
    ...wanted.filter((index) => !existingKeys.has(key(index))).map((index) => change("create", index)),
  ];
  if (changes.length === 0) return null;
  return new Facts("PostgresMaterializedViewConfigChangeCollection", {
    indexes: changes,
    requires_full_refresh: false,
    has_changes: true,
  });
}

function change(action: "drop" | "create", index: Index): Value {
  const context = new Facts("PostgresIndexConfig", {
    name: index.name,
    column_names: [...index.columns],
    unique: index.unique,
    method: index.method,
    as_node_config: new Map<Value, Value>([
      ["columns", [...index.columns]],
      ["unique", index.unique],
      ["type", index.method],
    ]),
  });
  return new Facts("PostgresIndexConfigChange", { action, context, requires_full_refresh: false });
}

function existingIndex(row: Value): Index {
  return {
    name: toText(getItem(row, "name")),
    columns: toText(getItem(row, "column_names")).split(","),
    unique: truth(getItem(row, "unique")),
    method: toText(getItem(row, "method")),
  };
}

function wantedIndexes(model: Value): Index[] {
  const config = model instanceof Map ? model.get("config") : undefined;
  const indexes = config instanceof Map ? (config.get("indexes") ?? []) : [];
  if (!Array.isArray(indexes))
    return fail("CompilationError", `"indexes" must be a list, not ${typeName(indexes)}`);
  return indexes.map((index) =>
    index instanceof Map
      ? wantedIndex(index)
      : fail("CompilationError", `an index must be a dictionary, not ${typeName(index)}`),
  );
}

function wantedIndex(index: Dict): Index {
  const columns = index.get("columns");
  const method = index.get("type") ?? null;
  return {
    name: null,
    columns: Array.isArray(columns) ? columns.map(toText) : [],
    unique: truth(index.get("unique") ?? false),
    method: method === null ? "btree" : toText(method),
  };
}

function indexKey({ columns, unique, method }: Index, adapter: Adapter): string {
  return JSON.stringify([columns.map((name) => adapter.foldIdentifier(name)).sort(), unique, method]);
}
