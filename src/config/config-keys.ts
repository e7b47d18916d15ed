// The one table of node configs: which resources know a key, what its value must be, its default, and how the value of
// a more specific place meets that of a more general one. Rows stand in the order in which dbt writes them.
// Facts from dbt-core 1.11: artifacts/resources/v1/*.py, contracts/graph/model_config.py.

import type { Dict, Value } from "../jinja/value.ts";
import type { ConfigTreeKey } from "./config.ts";

/** Resources with configs of their own; those not named here (analyses, operations) have the configs of "node". */
export type ConfigKind =
  | "model"
  | "seed"
  | "snapshot"
  | "test"
  | "unit_test"
  | "source"
  | "exposure"
  | "metric"
  | "semantic_model"
  | "saved_query"
  | "function"
  | "node";

export type ValueKind =
  | "boolean"
  | "text"
  | "integer"
  /** A text or a list of texts. */
  | "texts"
  | "mapping"
  | "hooks"
  /** A mapping of privileges to a grantee or a list of them. */
  | "grants"
  | "any"
  /** `loose`: dbt takes any other text as well and goes on as if nothing was set. */
  | { readonly choices: readonly string[]; readonly anyCase?: true; readonly loose?: true };

/**
 * replace: the specific one stands; append: lists joined, general first; update: mappings joined key by key;
 * grants: by privilege, "+privilege" appends; hooks: appended as {sql, transaction, index}.
 */
export type MergeRule = "replace" | "append" | "update" | "grants" | "hooks";

export interface ConfigKey {
  readonly key: string;
  readonly kinds: readonly ConfigKind[];
  readonly value: ValueKind;
  readonly merge: MergeRule;
  readonly initial: () => Value;
  /** Part of where the relation lies, not of what it is: ignored by `state:modified.configs`. */
  readonly compare?: false;
}

const NODES: readonly ConfigKind[] = ["model", "seed", "snapshot", "function", "node"];
const WITH_RELATION: readonly ConfigKind[] = [...NODES, "test"];
const ALL: readonly ConfigKind[] = [
  ...WITH_RELATION,
  "unit_test",
  "source",
  "exposure",
  "metric",
  "semantic_model",
  "saved_query",
];

const none = (): Value => null;
const list = (): Value => [];
const dict = (): Value => new Map();
const always =
  (value: Value): (() => Value) =>
  () =>
    value;

function row(
  key: string,
  kinds: readonly ConfigKind[],
  value: ValueKind,
  initial = none,
  merge: MergeRule = "replace",
): ConfigKey {
  return { key, kinds, value, initial, merge };
}

function placing(
  key: string,
  kinds: readonly ConfigKind[],
  value: ValueKind,
  initial = none,
  merge: MergeRule = "replace",
): ConfigKey {
  return { key, kinds, value, initial, merge, compare: false };
}

function docs(): Value {
  return new Map<Value, Value>([
    ["show", true],
    ["node_color", null],
  ]);
}

function contract(): Value {
  return new Map<Value, Value>([
    ["enforced", false],
    ["alias_types", true],
  ]);
}

function metaColumns(): Value {
  const names = ["dbt_valid_to", "dbt_valid_from", "dbt_scd_id", "dbt_updated_at", "dbt_is_deleted"];
  return new Map<Value, Value>(names.map((name) => [name, null]));
}

function noFreshness(): Value {
  const threshold = () =>
    new Map<Value, Value>([
      ["count", null],
      ["period", null],
    ]);
  return new Map<Value, Value>([
    ["warn_after", threshold()],
    ["error_after", threshold()],
    ["filter", null],
  ]);
}

const CONFIG_KEYS: readonly ConfigKey[] = [
  row("enabled", ALL, "boolean", always(true)),
  placing("alias", WITH_RELATION, "text"),
  placing("schema", NODES, "text"),
  placing("schema", ["test"], "text", always("dbt_test__audit")),
  placing("database", WITH_RELATION, "text"),
  row("event_time", ["source"], "any"),
  row("freshness", ["source"], "any", noFreshness),
  row("loaded_at_field", ["source"], "text"),
  row("loaded_at_query", ["source"], "text"),
  placing("tags", WITH_RELATION, "texts", list, "append"),
  placing("tags", ["unit_test"], "texts", list, "append"),
  row("tags", ["exposure"], "texts", list),
  placing("group", ["metric", "semantic_model", "saved_query"], "text"),
  row("meta", ALL, "mapping", dict, "update"),
  row("tags", ["source"], "texts", list),
  placing("group", WITH_RELATION, "text"),
  row("static_analysis", [...WITH_RELATION, "source", "unit_test"], "any"),
  row("materialized", ["model", "node"], "text", always("view")),
  row("materialized", ["seed"], "text", always("seed")),
  row("materialized", ["snapshot"], "text", always("snapshot")),
  row("materialized", ["function"], "text", always("function")),
  row("materialized", ["test"], { choices: ["test"] }, always("test")),
  row("incremental_strategy", NODES, "text"),
  row("batch_size", NODES, "any"),
  row("lookback", NODES, "any", always(1)),
  row("begin", NODES, "any"),
  row("persist_docs", NODES, "mapping", dict),
  row("post-hook", NODES, "hooks", list, "hooks"),
  row("pre-hook", NODES, "hooks", list, "hooks"),
  row("quoting", NODES, "mapping", dict, "update"),
  row("column_types", NODES, "mapping", dict, "update"),
  row("full_refresh", NODES, "boolean"),
  row("unique_key", NODES, "texts"),
  row(
    "on_schema_change",
    NODES,
    { choices: ["ignore", "fail", "append_new_columns", "sync_all_columns"], loose: true },
    always("ignore"),
  ),
  row("on_configuration_change", NODES, { choices: ["apply", "continue", "fail"] }, always("apply")),
  row("grants", NODES, "grants", dict, "grants"),
  row("packages", NODES, "texts", list, "append"),
  row("docs", NODES, "mapping", docs, "update"),
  row("contract", NODES, "mapping", contract, "update"),
  row("event_time", NODES, "any"),
  row("concurrent_batches", NODES, "any"),
  row("access", ["model"], { choices: ["private", "protected", "public"] }, always("protected")),
  row("freshness", ["model"], "any"),
  row("delimiter", ["seed"], "text", always(",")),
  row("quote_columns", ["seed"], "boolean"),
  row("strategy", ["snapshot"], "text"),
  row("target_schema", ["snapshot"], "text"),
  row("target_database", ["snapshot"], "text"),
  row("updated_at", ["snapshot"], "text"),
  row("check_cols", ["snapshot"], "texts"),
  row("snapshot_meta_column_names", ["snapshot"], "mapping", metaColumns, "update"),
  row("dbt_valid_to_current", ["snapshot"], "text"),
  row("type", ["function"], "text", always("scalar")),
  row("volatility", ["function"], "text"),
  row("runtime_version", ["function"], "any"),
  row("entry_point", ["function"], "text"),
  row("severity", ["test"], { choices: ["error", "warn"], anyCase: true }, always("ERROR")),
  row("store_failures", ["test"], "boolean"),
  row("store_failures_as", ["test"], "text"),
  row("where", ["test"], "text"),
  row("limit", ["test"], "integer"),
  row("fail_calc", ["test"], "text", always("count(*)")),
  row("warn_if", ["test"], "text", always("!= 0")),
  row("error_if", ["test"], "text", always("!= 0")),
  row("export_as", ["saved_query"], "any"),
  placing("schema", ["saved_query"], "text"),
  row("cache", ["saved_query"], "mapping", () => new Map<Value, Value>([["enabled", false]])),
];

/** Keys that dbt's own macros read from configs but that are no fields of its own, and those that etl adds. */
const MACRO_KEYS: readonly string[] = [
  "sql_header",
  "incremental_predicates",
  "merge_update_columns",
  "merge_exclude_columns",
  "hard_deletes",
  "invalidate_hard_deletes",
  "copy_grants",
  "node_color",
  "dbt_snapshot_meta",
  "transient",
  "catalog_name",
  "language",
  "config_keys_used",
  "config_keys_defaults",
  "meta_keys_used",
  "meta_keys_defaults",
  "submission_method",
  "watermark",
  "retries",
  "retry_delay",
  "timeout",
  "audit",
  "remembers_measures",
  "keep_versions",
  "quarantine",
  "primary_key",
];

const KIND_OF_TREE: Readonly<Record<ConfigTreeKey, ConfigKind>> = {
  models: "model",
  seeds: "seed",
  snapshots: "snapshot",
  sources: "source",
  data_tests: "test",
  unit_tests: "unit_test",
  analyses: "node",
  exposures: "exposure",
  metrics: "metric",
  "semantic-models": "semantic_model",
  "saved-queries": "saved_query",
  functions: "function",
};

/** The kind of configs that a tree of dbt_project.yml sets. */
export function kindOfTree(tree: ConfigTreeKey): ConfigKind {
  return KIND_OF_TREE[tree];
}

const tables = new Map<ConfigKind, ReadonlyMap<string, ConfigKey>>(
  [...new Set(CONFIG_KEYS.flatMap(({ kinds }) => kinds))].map((kind) => [
    kind,
    new Map(CONFIG_KEYS.filter(({ kinds }) => kinds.includes(kind)).map((entry) => [entry.key, entry])),
  ]),
);

/** The table of one kind, by key, in dbt's order. */
export function keysOf(kind: ConfigKind): ReadonlyMap<string, ConfigKey> {
  return tables.get(kind) as ReadonlyMap<string, ConfigKey>;
}

/** `pre_hook` and `post_hook` are spellings of `pre-hook` and `post-hook`. */
export function configKeyName(key: string): string {
  return key === "pre_hook" ? "pre-hook" : key === "post_hook" ? "post-hook" : key;
}

/**
 * Every key that means something in configs of a kind, for did-you-mean.
 * @param adapterKeys Adapter.configKeys
 */
export function knownConfigKeys(kind: ConfigKind, adapterKeys: readonly string[]): ReadonlySet<string> {
  return new Set([...keysOf(kind).keys(), "pre_hook", "post_hook", ...MACRO_KEYS, ...adapterKeys]);
}

/** True for a key that means something in configs of a kind. @param adapterKeys Adapter.configKeys */
export function isConfigKey(kind: ConfigKind, key: string, adapterKeys: readonly string[]): boolean {
  return keysOf(kind).has(configKeyName(key)) || MACRO_KEYS.includes(key) || adapterKeys.includes(key);
}

/** A config with nothing set: all keys of the kind with their defaults. */
export function defaultConfig(kind: ConfigKind): Dict {
  const config: Dict = new Map();
  for (const [key, entry] of keysOf(kind)) config.set(key, entry.initial());
  return config;
}
