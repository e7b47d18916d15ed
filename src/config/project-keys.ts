// The top-level keys of dbt_project.yml, and what must not be a project's name. Facts from dbt-core 1.11, contracts/project.py.

import type { ConfigTreeKey, PathKey } from "./config.ts";

/** Folders that are read when the key is absent; docs-paths are then all others together. */
export const DEFAULT_PATHS: Readonly<Record<PathKey, readonly string[]>> = {
  "model-paths": ["models"],
  "seed-paths": ["seeds"],
  "snapshot-paths": ["snapshots"],
  "analysis-paths": ["analyses"],
  "macro-paths": ["macros"],
  "test-paths": ["tests"],
  "function-paths": ["functions"],
  "docs-paths": [],
  "asset-paths": [],
};

export const PATH_KEYS = Object.keys(DEFAULT_PATHS) as readonly PathKey[];

/** Old spellings that dbt still reads. */
export const OLD_KEYS: Readonly<Record<string, string>> = {
  "source-paths": "model-paths",
  "data-paths": "seed-paths",
  tests: "data_tests",
};

export const TREE_KEYS: readonly ConfigTreeKey[] = [
  "models",
  "seeds",
  "snapshots",
  "sources",
  "data_tests",
  "unit_tests",
  "analyses",
  "exposures",
  "metrics",
  "semantic-models",
  "saved-queries",
  "functions",
];

/** Every key that stands at the top of the file; `anchors` is a place for YAML anchors. */
export const PROJECT_KEYS: readonly string[] = [
  "name",
  "version",
  "config-version",
  "profile",
  "require-dbt-version",
  ...PATH_KEYS,
  "target-path",
  "log-path",
  "packages-install-path",
  "clean-targets",
  "on-run-start",
  "on-run-end",
  "dispatch",
  "quoting",
  "query-comment",
  "restrict-access",
  "vars",
  "flags",
  ...TREE_KEYS,
  "dbt-cloud",
  "packages",
  "anchors",
  "osi-paths",
  "sync",
];

/** Trees whose hooks are rendered when the node runs, not when the file is read. */
export const TREES_WITH_HOOKS: ReadonlySet<string> = new Set([
  "models",
  "seeds",
  "snapshots",
  "tests",
  "data_tests",
]);

/** Keys that are never rendered when the file is read. */
export const LATE_KEYS: ReadonlySet<string> = new Set([
  "on-run-start",
  "on-run-end",
  "query-comment",
  "vars",
]);

/** Names that templates use for something else. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(
  (
    "_sql_results adapter api column config context database env env_var exceptions execute flags fromjson fromyaml graph " +
    "invocation_id load_agate_table load_result log model modules post_hooks pre_hooks ref render return run_started_at schema " +
    "source sql sql_now store_result store_raw_result target this tojson toyaml try_or_compiler_error var write"
  ).split(" "),
);
