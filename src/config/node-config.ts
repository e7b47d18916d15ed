// Merges the configs of one node from general to specific by the rules of config-keys.ts. Behaviour follows dbt-core 1.11
// (context/context_config.py) and dbt-common (contracts/config/base.py).

import type { Dict, Value } from "../jinja/value.ts";
import { type ConfigKey, type ConfigKind, configKeyName, defaultConfig, keysOf } from "./config-keys.ts";

/**
 * @param kind what kind of resource it is
 * @param levels configs from general to specific: project tree, properties, config(); for a package's node the root
 *   project's tree last. Keys without "+", hooks under either spelling
 * @returns the whole config with defaults, in dbt's order of keys; keys that no table knows come last
 */
export function mergeNodeConfig(kind: ConfigKind, levels: readonly Dict[]): Dict {
  const config = defaultConfig(kind);
  const table = keysOf(kind);
  for (const level of levels) {
    for (const [key, value] of level) {
      const name = typeof key === "string" ? configKeyName(key) : key;
      const entry = typeof name === "string" ? table.get(name) : undefined;
      config.set(name, entry ? mergeValue(entry, config.get(name) ?? null, value) : value);
    }
  }
  return finish(kind, config);
}

/**
 * Adds one `config()` call to those before it in the same template.
 * @param calls what the earlier calls gave; changed in place
 */
export function addConfigCall(calls: Dict, kind: ConfigKind, values: Dict): void {
  const table = keysOf(kind);
  for (const [key, value] of values) {
    const name = typeof key === "string" ? configKeyName(key) : key;
    const entry = typeof name === "string" ? table.get(name) : undefined;
    const before = calls.get(name);
    calls.set(name, entry && before !== undefined ? mergeCalls(entry, before, value) : value);
  }
}

/** Like `mergeValue`, but "+privilege" of grants keeps its "+" for the merge with the levels above. */
function mergeCalls(entry: ConfigKey, before: Value, value: Value): Value {
  if (entry.merge !== "grants" || !(before instanceof Map) || !(value instanceof Map))
    return mergeValue(entry, before, value);
  const joined = new Map<Value, Value>(before);
  for (const [key, grantees] of value) {
    const appends = typeof key === "string" && key.startsWith("+");
    joined.set(key, appends ? [...asList(before.get(key) ?? null), ...asList(grantees)] : grantees);
  }
  return joined;
}

function mergeValue(entry: ConfigKey, general: Value, specific: Value): Value {
  switch (entry.merge) {
    case "append":
    case "hooks":
      return [...asList(general), ...asList(specific)];
    case "update":
      return general instanceof Map && specific instanceof Map
        ? new Map([...general, ...specific])
        : specific;
    case "grants":
      return general instanceof Map && specific instanceof Map ? mergeGrants(general, specific) : specific;
    default:
      return specific;
  }
}

/** The items of a config that may be one value alone. */
export function asList(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : value === null ? [] : [value];
}

function mergeGrants(general: Dict, specific: Dict): Dict {
  const merged: Dict = new Map(
    [...general].map(([privilege, grantees]) => [privilege, [...asList(grantees)]]),
  );
  for (const [key, grantees] of specific) {
    const appends = typeof key === "string" && key.startsWith("+");
    const privilege = appends ? key.replace(/^\++/, "") : key;
    const before = appends ? asList(merged.get(privilege) ?? null) : [];
    merged.set(privilege, [...before, ...asList(grantees)]);
  }
  return merged;
}

/** What dbt's config classes do once all is merged. */
function finish(kind: ConfigKind, config: Dict): Dict {
  for (const key of ["pre-hook", "post-hook"]) {
    const hooks = config.get(key);
    if (Array.isArray(hooks)) config.set(key, hooks.map(hookValue));
  }
  const analysis = config.get("static_analysis");
  if (typeof analysis === "boolean") config.set("static_analysis", analysis ? "on" : "off");
  for (const [key, entry] of keysOf(kind))
    if (entry.value === "boolean") config.set(key, truthOf(config.get(key) ?? null));
  const begin = config.get("begin");
  if (typeof begin === "string" && config.get("incremental_strategy") === "microbatch")
    config.set("begin", isoMoment(begin));
  keepKeys(config, "docs", ["show", "node_color"]);
  keepKeys(config, "contract", ["enforced", "alias_types"]);
  if (kind === "test") finishStoreFailures(config);
  return config;
}

/** A moment without a zone as dbt shows it, which reads the `begin` of microbatch models as one. */
function isoMoment(text: string): string {
  const [, date, time = "00:00", seconds = ":00"] =
    /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?)?$/.exec(text.trim()) ?? [];
  return date === undefined ? text : `${date}T${time}${seconds}`;
}

/** Mappings with a fixed set of keys lose all others. */
function keepKeys(config: Dict, name: string, keys: readonly string[]): void {
  const value = config.get(name);
  if (value instanceof Map) config.set(name, new Map(keys.map((key) => [key, value.get(key) ?? null])));
}

/** A hook as {sql, transaction, index}: a text, a mapping, or the JSON that before_begin() and after_commit() give. */
function hookValue(hook: Value): Value {
  let given = hook;
  if (typeof hook === "string") {
    const parsed = hookJson(hook);
    given = parsed ?? new Map<Value, Value>([["sql", hook]]);
  }
  if (!(given instanceof Map)) return given;
  return new Map<Value, Value>([
    ["sql", given.get("sql") ?? ""],
    ["transaction", given.get("transaction") ?? true],
    ["index", given.get("index") ?? null],
  ]);
}

function hookJson(text: string): Dict | undefined {
  if (!text.trimStart().startsWith("{") || !text.includes('"sql"')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || !("sql" in parsed) || typeof parsed.sql !== "string")
      return undefined;
    const transaction = "transaction" in parsed ? parsed.transaction !== false : true;
    return new Map<Value, Value>([
      ["sql", parsed.sql],
      ["transaction", transaction],
    ]);
  } catch {
    return undefined;
  }
}

/** `store_failures_as` wins over `store_failures`, whatever level either comes from. */
function finishStoreFailures(config: Dict): void {
  const as = config.get("store_failures_as") ?? null;
  const store = config.get("store_failures") ?? null;
  if (as !== null) config.set("store_failures", as !== "ephemeral");
  else config.set("store_failures_as", store === null ? null : store === true ? "table" : "ephemeral");
}

/** "true" and "false", as templates without as_bool give them, are meant as booleans. */
export function truthOf(value: Value): Value {
  return typeof value === "string" && /^(?:true|false)$/i.test(value)
    ? value.toLowerCase() === "true"
    : value;
}
