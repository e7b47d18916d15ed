// The dict `model` of a template: what manifest.json shows of the node, without the keys that are empty. dbt leaves out
// every None field of its own (not what the user wrote: a null in `meta` stays), so `model.version is defined` tells
// something. Behaviour of dbt-core, context/providers.py (ctx_model).

import type { Dict, Value } from "../jinja/value.ts";
import type { Manifest } from "./manifest.ts";
import type { Resource } from "./node.ts";
import { type CompiledParts, nodeToValue } from "./node-json.ts";

/** Keys whose value is made of fields of dbt's, or of a list or dict of such. */
const made: ReadonlySet<Value> = new Set([
  "checksum",
  "constraints",
  "contract",
  "docs",
  "refs",
  "returns",
  "arguments",
  "test_metadata",
  "time_spine",
]);

/** Keys of a config whose value is made of fields of dbt's. */
const madeInConfig: ReadonlySet<Value> = new Set([
  "contract",
  "docs",
  "freshness",
  "post-hook",
  "pre-hook",
  "snapshot_meta_column_names",
]);

/**
 * @param translateType the warehouse's name of a column type ("string" is TEXT); used where the contract asks for it,
 *   which is the default
 * @returns a new dict; `meta`, keyword arguments of tests and the like are shared with the resource
 */
export function modelToValue(
  resource: Resource,
  manifest: Manifest | undefined,
  { compiled, translateType }: { compiled?: CompiledParts; translateType?: (type: string) => string } = {},
): Dict {
  const value = withoutEmpty(nodeToValue(resource, manifest, compiled), made);
  const config = value.get("config");
  if (config instanceof Map) value.set("config", withoutEmpty(config, madeInConfig));
  const columns = value.get("columns");
  if (columns instanceof Map) {
    const contract = value.get("contract");
    const translate = contract instanceof Map && contract.get("alias_types") === true && translateType;
    value.set("columns", columnsWithoutEmpty(columns, translate || undefined));
  }
  if (compiled) value.set("compiled_sql", compiled.code);
  return value;
}

function withoutEmpty(dict: Dict, deep: ReadonlySet<Value>): Dict {
  const kept: Dict = new Map();
  for (const [key, value] of dict) {
    if (value !== null) kept.set(key, deep.has(key) ? cleaned(value) : value);
  }
  return kept;
}

const none: ReadonlySet<Value> = new Set();
const constraintsOnly: ReadonlySet<Value> = new Set(["constraints"]);

function cleaned(value: Value): Value {
  if (Array.isArray(value)) return value.map(cleaned);
  return value instanceof Map ? withoutEmpty(value, none) : value;
}

function columnsWithoutEmpty(columns: Dict, translateType: ((type: string) => string) | undefined): Dict {
  const kept: Dict = new Map();
  for (const [name, column] of columns) {
    if (!(column instanceof Map)) continue;
    const value = withoutEmpty(column, constraintsOnly);
    const type = value.get("data_type");
    if (translateType && typeof type === "string") value.set("data_type", translateType(type));
    kept.set(name, value);
  }
  return kept;
}
