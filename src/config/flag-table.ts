// All flags in one table: dbt 1.11's and our own. The command line builds its options from it, `flags.ts` reads
// environment and dbt_project.yml by it, templates see the result as `flags.NAME`.

/** Commands as typed; "source freshness" and "docs generate" are one command each. */
export type Command =
  | "build"
  | "clean"
  | "clone"
  | "compile"
  | "debug"
  | "deps"
  | "docs coverage"
  | "docs export"
  | "docs generate"
  | "docs open"
  | "docs serve"
  | "gaps"
  | "history"
  | "history diff"
  | "history versions"
  | "init"
  | "lineage"
  | "lint"
  | "ls"
  | "parse"
  | "quarantine drop"
  | "quarantine list"
  | "quarantine replay"
  | "quarantine show"
  | "retry"
  | "run"
  | "run-operation"
  | "seed"
  | "show"
  | "snapshot"
  | "source freshness"
  | "state list"
  | "state reset"
  | "state set"
  | "state show"
  | "test"
  | "undo";

export type FlagType =
  | { readonly kind: "boolean" }
  | { readonly kind: "text" }
  | { readonly kind: "path" }
  | { readonly kind: "integer"; readonly least: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  /** Several words; the flag can be given several times. */
  | { readonly kind: "list"; readonly choices?: readonly string[] }
  /** A YAML mapping in one word. */
  | { readonly kind: "yaml" }
  | { readonly kind: "moment" }
  /** A length of time, e.g. "30m". */
  | { readonly kind: "span" };

export interface FlagSpec {
  /** dbt's name in lower case. A name can have several rows for different commands (`output`). */
  readonly name: string;
  /** Spellings on the command line, the long one first. */
  readonly cli: readonly string[];
  /** Spellings that mean "no". */
  readonly negative?: readonly string[];
  /** dbt's environment variable; DBT_ENGINE_... is read before DBT_... */
  readonly env?: string;
  readonly type: FlagType;
  readonly default: null | boolean | number | string | readonly string[];
  readonly commands: "all" | readonly Command[];
  /** One line, without a full stop. */
  readonly help: string;
  /** May stand under `flags:` in dbt_project.yml. */
  readonly project?: true;
  readonly hidden?: true;
  /** Accepted and without effect; the message says why. */
  readonly dead?: string;
}

const boolean: FlagType = { kind: "boolean" };
const text: FlagType = { kind: "text" };
const path: FlagType = { kind: "path" };
const list: FlagType = { kind: "list" };
const yaml: FlagType = { kind: "yaml" };
const moment: FlagType = { kind: "moment" };
const span: FlagType = { kind: "span" };
const integer = (least: number): FlagType => ({ kind: "integer", least });
const choice = (...choices: string[]): FlagType => ({ kind: "choice", choices });

const RUNS: readonly Command[] = [
  "build",
  "clone",
  "compile",
  "docs generate",
  "run",
  "seed",
  "show",
  "snapshot",
  "source freshness",
  "test",
];
/** Commands that can tell others what they do to tables. */
export const TELLING: readonly Command[] = ["build", "clone", "retry", "run", "seed", "snapshot", "test"];
/** Commands that look at what runs have left in the warehouse. */
const STATE: readonly Command[] = [
  "gaps",
  "history",
  "history diff",
  "history versions",
  "quarantine drop",
  "quarantine list",
  "quarantine replay",
  "quarantine show",
  "state list",
  "state reset",
  "state set",
  "state show",
];
/** Commands that take --select. */
const SELECTS: readonly Command[] = [...RUNS, "ls", "lint", "docs coverage", "docs export"];
const THREADS: readonly Command[] = [...RUNS, "gaps", "parse", "quarantine replay", "retry", "run-operation"];
const TARGET_PATH: readonly Command[] = [
  ...THREADS,
  "lineage",
  "lint",
  "ls",
  "clean",
  "docs coverage",
  "docs export",
  "docs open",
  "docs serve",
  "undo",
  ...STATE,
];

/** Resource types that `--resource-type` and the selector method `resource_type:` know. */
const SELECTABLE_TYPES = [
  "metric",
  "semantic_model",
  "saved_query",
  "source",
  "analysis",
  "model",
  "test",
  "unit_test",
  "exposure",
  "snapshot",
  "seed",
  "function",
] as const;

const TYPES: readonly Command[] = ["build", "clone", "ls", "test"];
const LOG_FORMATS = choice("text", "debug", "json", "default");
const LOG_LEVELS = choice("debug", "info", "warn", "error", "none");

const NO_TELEMETRY = "etl sends nothing anywhere";
const ONE_PARSER = "there is one parser, which needs no choice";
const NO_PICKLE = "the parse cache lies in the target folder and needs no setting";

/** Rows in the order of `etl help`. */
// biome-ignore format: a table is read row by row
export const FLAGS: readonly FlagSpec[] = [
  // What to work on
  { name: "select", cli: ["--select", "-s", "--models", "--model", "-m"], type: list, default: [], commands: [...RUNS, "lint", "docs coverage", "docs export"], help: "Nodes to include" },
  { name: "select", cli: ["--select", "-s"], type: list, default: [], commands: ["ls"], help: "Nodes to include" },
  { name: "models", cli: ["--models", "--model", "-m"], type: list, default: [], commands: ["ls"], help: "Models to include" },
  { name: "exclude", cli: ["--exclude"], type: list, default: [], commands: SELECTS, help: "Nodes to leave out" },
  { name: "selector", cli: ["--selector"], type: text, default: null, commands: SELECTS, help: "Name of a selector of selectors.yml" },
  { name: "indirect_selection", cli: ["--indirect-selection"], env: "DBT_INDIRECT_SELECTION", type: choice("eager", "cautious", "buildable", "empty"), default: "eager", commands: "all", project: true, help: "Which tests come with the selected nodes" },
  { name: "resource_types", cli: ["--resource-type", "--resource-types"], env: "DBT_RESOURCE_TYPES", type: { kind: "list", choices: [...SELECTABLE_TYPES, "default", "all"] }, default: [], commands: TYPES, help: "Only resources of these types" },
  { name: "exclude_resource_types", cli: ["--exclude-resource-type", "--exclude-resource-types"], env: "DBT_EXCLUDE_RESOURCE_TYPES", type: { kind: "list", choices: [...SELECTABLE_TYPES, "default"] }, default: [], commands: TYPES, help: "No resources of these types" },
  { name: "state", cli: ["--state"], env: "DBT_STATE", type: path, default: null, commands: "all", help: "Folder with the artifacts of an earlier run, for state:, result: and --defer" },
  { name: "defer", cli: ["--defer"], negative: ["--no-defer"], env: "DBT_DEFER", type: boolean, default: false, commands: "all", help: "Read nodes that are not selected from the state's relations" },
  { name: "defer_state", cli: ["--defer-state"], env: "DBT_DEFER_STATE", type: path, default: null, commands: "all", help: "Folder of the state for --defer alone" },
  { name: "favor_state", cli: ["--favor-state"], negative: ["--no-favor-state"], env: "DBT_FAVOR_STATE", type: boolean, default: false, commands: "all", help: "Defer to the state even where the relation exists" },
  // How to run
  { name: "full_refresh", cli: ["--full-refresh", "-f"], env: "DBT_FULL_REFRESH", type: boolean, default: false, commands: ["build", "clone", "compile", "retry", "run", "seed", "show"], help: "Build incremental models and seeds anew" },
  { name: "fail_fast", cli: ["--fail-fast", "-x"], negative: ["--no-fail-fast"], env: "DBT_FAIL_FAST", type: boolean, default: false, commands: "all", project: true, help: "Stop at the first failure" },
  { name: "threads", cli: ["--threads"], type: integer(1), default: null, commands: THREADS, help: "How many nodes run at a time" },
  { name: "empty", cli: ["--empty"], negative: ["--no-empty"], env: "DBT_EMPTY", type: boolean, default: false, commands: ["build", "compile", "run", "snapshot"], help: "Read no rows from refs and sources" },
  { name: "sample", cli: ["--sample"], env: "DBT_SAMPLE", type: text, default: null, commands: ["build", "run"], help: 'Read only the rows of a window of time, e.g. "3 days"' },
  { name: "event_time_start", cli: ["--event-time-start"], env: "DBT_EVENT_TIME_START", type: moment, default: null, commands: ["build", "run"], help: "Start of the range that microbatch models and models with a watermark build" },
  { name: "event_time_end", cli: ["--event-time-end"], env: "DBT_EVENT_TIME_END", type: moment, default: null, commands: ["build", "run"], help: "End of that range, exclusive" },
  { name: "check", cli: ["--check"], negative: ["--no-check"], env: "ETL_CHECK", type: boolean, default: false, commands: ["build", "compile", "run", "seed", "snapshot", "test"], project: true, help: "Check the SQL first, and run nothing when a name does not exist" },
  { name: "output", cli: ["--output"], type: choice("json", "sarif", "text"), default: "text", commands: ["lint"], help: "Form of what is printed" },
  { name: "dry_run", cli: ["--dry-run"], type: boolean, default: false, commands: ["build", "clone", "run", "seed", "snapshot", "test", "undo"], help: "Print what would be done, in which order, and do nothing" },
  { name: "estimate", cli: ["--estimate"], type: boolean, default: false, commands: ["build", "run", "snapshot", "test"], help: "Print how many bytes each query would read, and run none; for warehouses that bill them" },
  { name: "deadline", cli: ["--deadline"], env: "ETL_DEADLINE", type: span, default: null, commands: ["build", "clone", "retry", "run", "seed", "snapshot", "test"], project: true, help: "End the run after a time such as 30m: what runs is cancelled, the rest is skipped" },
  { name: "on_conflict", cli: ["--on-conflict"], env: "ETL_ON_CONFLICT", type: choice("wait", "adopt", "fail"), default: "wait", commands: ["build", "clone", "gaps", "quarantine replay", "retry", "run", "seed", "snapshot", "undo"], project: true, help: "What a node does that another run is building; adopt: wait, and take that run's result where it is the same" },
  { name: "lease_seconds", cli: ["--lease-seconds"], env: "ETL_LEASE_SECONDS", type: integer(1), default: 60, commands: ["build", "clone", "gaps", "quarantine replay", "retry", "run", "seed", "snapshot", "undo"], project: true, hidden: true, help: "How long a run that stands still may hold a node" },
  { name: "history", cli: ["--history"], negative: ["--no-history"], env: "ETL_HISTORY", type: boolean, default: false, commands: ["build", "clone", "gaps", "quarantine replay", "retry", "run", "seed", "snapshot", "source freshness", "test"], project: true, help: "Remember runs and their results in the warehouse" },
  { name: "state_schema", cli: ["--state-schema"], env: "ETL_STATE_SCHEMA", type: text, default: "etl_state", commands: "all", project: true, help: "Schema for what etl remembers: watermarks, history" },
  { name: "store_failures", cli: ["--store-failures"], env: "DBT_STORE_FAILURES", type: boolean, default: false, commands: ["build", "test"], help: "Keep the failing rows of tests in the warehouse" },
  { name: "show", cli: ["--show"], type: boolean, default: false, commands: ["build", "seed"], help: "Print some rows of each seed" },
  { name: "vars", cli: ["--vars"], type: yaml, default: "{}", commands: "all", help: "Variables as YAML: '{first_day: 2026-01-01}'" },
  { name: "args", cli: ["--args"], type: yaml, default: null, commands: ["run-operation"], help: "Arguments of the macro as YAML: '{days: 3}'" },
  { name: "inline", cli: ["--inline"], type: text, default: null, commands: ["compile", "show"], help: "A template to compile or show instead of a node" },
  { name: "inline_direct", cli: ["--inline-direct"], type: text, default: null, commands: ["show"], hidden: true, help: "SQL to show as it is, without a project" },
  { name: "limit", cli: ["--limit"], type: integer(-1), default: 5, commands: ["show"], help: "How many rows to show; -1 for all" },
  { name: "output", cli: ["--output"], type: choice("json", "text"), default: "text", commands: ["compile", "show"], help: "Form of what is printed" },
  { name: "output", cli: ["--output"], type: choice("text", "json", "dot", "mermaid", "openlineage"), default: "text", commands: ["lineage"], help: "Form of what is printed" },
  { name: "upstream", cli: ["--upstream"], type: boolean, default: false, commands: ["lineage"], help: "Only where the columns come from" },
  { name: "downstream", cli: ["--downstream"], type: boolean, default: false, commands: ["lineage"], help: "Only where the columns go to" },
  { name: "depth", cli: ["--depth"], type: integer(1), default: null, commands: ["lineage"], help: "How many nodes far at most" },
  { name: "limit", cli: ["--limit"], type: integer(1), default: 20, commands: ["history", "state show"], help: "How many of the last ones to list" },
  { name: "limit", cli: ["--limit"], type: integer(-1), default: 20, commands: ["quarantine show"], help: "How many rows to show; -1 for all" },
  { name: "output", cli: ["--output"], type: choice("json", "text"), default: "text", commands: STATE, help: "Form of what is printed" },
  { name: "output", cli: ["--output"], type: choice("json", "name", "path", "selector"), default: "selector", commands: ["ls"], help: "Form of the list" },
  { name: "output", cli: ["--output", "-o"], type: path, default: null, commands: ["source freshness"], help: "File for the report instead of target/sources.json" },
  { name: "output_keys", cli: ["--output-keys"], type: list, default: [], commands: ["ls"], help: "Keys of nodes for --output json, e.g. name config.materialized" },
  { name: "all_columns", cli: ["--all-columns"], type: boolean, default: false, commands: ["gaps"], help: "Compare all columns, not only keys and the watermark" },
  { name: "fix", cli: ["--fix"], type: boolean, default: false, commands: ["gaps"], help: "Build the intervals that differ, a transaction each" },
  { name: "write_lineage", cli: ["--write-lineage"], type: boolean, default: false, commands: ["compile"], help: "Also write the column lineage to target/lineage.json" },
  { name: "introspect", cli: ["--introspect"], negative: ["--no-introspect"], env: "DBT_INTROSPECT", type: boolean, default: true, commands: ["compile", "lineage", "show"], help: "May templates query the warehouse while they are compiled" },
  { name: "compile", cli: ["--compile"], negative: ["--no-compile"], type: boolean, default: true, commands: ["docs generate"], help: "Compile the models first" },
  { name: "empty_catalog", cli: ["--empty-catalog"], type: boolean, default: false, commands: ["docs generate"], help: "Write a catalog without asking the warehouse" },
  { name: "static", cli: ["--static"], type: boolean, default: false, commands: ["docs generate"], help: "Also write the site under dbt's name for one file, static_index.html" },
  { name: "fail_under", cli: ["--fail-under"], type: integer(0), default: null, commands: ["docs coverage"], help: "Exit with 1 when less than this many percent is documented" },
  { name: "output", cli: ["--output"], type: choice("json", "text"), default: "text", commands: ["docs coverage"], help: "Form of what is printed" },
  { name: "output", cli: ["--output"], type: choice("text", "mermaid", "dot"), default: "text", commands: ["docs export"], help: "text: the dictionary; mermaid, dot: the graph" },
  { name: "host", cli: ["--host"], env: "DBT_HOST", type: text, default: "127.0.0.1", commands: ["docs serve"], help: "Address to serve the docs on" },
  { name: "port", cli: ["--port"], type: integer(0), default: 8080, commands: ["docs serve"], help: "Port to serve the docs on" },
  { name: "browser", cli: ["--browser"], negative: ["--no-browser"], type: boolean, default: true, commands: ["docs serve"], help: "Open a browser" },
  { name: "lock", cli: ["--lock"], type: boolean, default: false, commands: ["deps"], help: "Write package-lock.yml and install nothing" },
  { name: "upgrade", cli: ["--upgrade"], type: boolean, default: false, commands: ["deps"], help: "Take the newest versions that packages.yml allows" },
  { name: "add_package", cli: ["--add-package"], type: text, default: null, commands: ["deps"], help: "Add a package, e.g. dbt-labs/dbt_utils@1.3.0" },
  { name: "source", cli: ["--source"], type: choice("hub", "git", "local"), default: "hub", commands: ["deps"], help: "Where --add-package takes it from" },
  { name: "skip_profile_setup", cli: ["--skip-profile-setup", "-s"], type: boolean, default: false, commands: ["init"], help: "Write no profile" },
  { name: "adapter", cli: ["--adapter"], type: text, default: null, commands: ["init"], help: "The warehouse to build on, with a profiles.yml to fill in; without it the embedded DuckDB" },
  { name: "connection", cli: ["--connection"], type: boolean, default: false, commands: ["debug"], help: "Only test the connection" },
  { name: "config_dir", cli: ["--config-dir"], type: boolean, default: false, commands: ["debug"], help: "Only print the folder of profiles.yml" },
  { name: "clean_project_files_only", cli: ["--clean-project-files-only"], negative: ["--no-clean-project-files-only"], env: "DBT_CLEAN_PROJECT_FILES_ONLY", type: boolean, default: true, commands: ["clean"], dead: "clean never leaves the project's folder", help: "Remove nothing outside of the project" },
  { name: "openlineage", cli: ["--openlineage"], env: "ETL_OPENLINEAGE", type: text, default: null, commands: TELLING, project: true, help: "Send events of the run in OpenLineage's form to a file or a server, e.g. http://localhost:5000" },
  { name: "junit", cli: ["--junit"], env: "ETL_JUNIT", type: path, default: null, commands: ["build", "test"], help: "Also write the results as a JUnit file" },
  // Where things are
  { name: "project_dir", cli: ["--project-dir"], env: "DBT_PROJECT_DIR", type: path, default: null, commands: "all", help: "Folder of dbt_project.yml; else the working folder or the nearest one above it" },
  { name: "profiles_dir", cli: ["--profiles-dir"], env: "DBT_PROFILES_DIR", type: path, default: null, commands: "all", help: "Folder of profiles.yml; else the working folder, the project, ~/.dbt" },
  { name: "profile", cli: ["--profile"], env: "DBT_PROFILE", type: text, default: null, commands: "all", help: "Profile instead of the one in dbt_project.yml" },
  { name: "target", cli: ["--target", "-t"], env: "DBT_TARGET", type: text, default: null, commands: "all", help: "Target of the profile" },
  { name: "target_path", cli: ["--target-path"], env: "DBT_TARGET_PATH", type: path, default: null, commands: TARGET_PATH, help: "Folder for artifacts instead of target" },
  { name: "log_path", cli: ["--log-path"], env: "DBT_LOG_PATH", type: path, default: null, commands: "all", help: "Folder for the log file instead of logs" },
  // What is said
  { name: "quiet", cli: ["--quiet", "-q"], negative: ["--no-quiet"], env: "DBT_QUIET", type: boolean, default: false, commands: "all", help: "Print only errors and print() of templates" },
  { name: "debug", cli: ["--debug", "-d"], negative: ["--no-debug"], env: "DBT_DEBUG", type: boolean, default: false, commands: "all", project: true, help: "Print everything, each statement with its time" },
  { name: "log_level", cli: ["--log-level"], env: "DBT_LOG_LEVEL", type: LOG_LEVELS, default: "info", commands: "all", project: true, help: "Least severity that is printed" },
  { name: "log_level_file", cli: ["--log-level-file"], env: "DBT_LOG_LEVEL_FILE", type: LOG_LEVELS, default: "debug", commands: "all", project: true, help: "The same for the log file" },
  { name: "log_format", cli: ["--log-format"], env: "DBT_LOG_FORMAT", type: LOG_FORMATS, default: "default", commands: "all", project: true, help: "Form of what is printed; json for one object a line" },
  { name: "log_format_file", cli: ["--log-format-file"], env: "DBT_LOG_FORMAT_FILE", type: LOG_FORMATS, default: "debug", commands: "all", project: true, help: "The same for the log file" },
  { name: "log_file_max_bytes", cli: ["--log-file-max-bytes"], env: "DBT_LOG_FILE_MAX_BYTES", type: integer(0), default: 10 * 1024 * 1024, commands: "all", hidden: true, help: "Size at which the log file is rotated; 0 for never" },
  { name: "print", cli: ["--print"], negative: ["--no-print"], env: "DBT_PRINT", type: boolean, default: true, commands: "all", help: "Show print() of templates" },
  { name: "printer_width", cli: ["--printer-width"], env: "DBT_PRINTER_WIDTH", type: integer(20), default: 80, commands: "all", project: true, help: "Width of the terminal's lines" },
  { name: "use_colors", cli: ["--use-colors"], negative: ["--no-use-colors"], env: "DBT_USE_COLORS", type: boolean, default: true, commands: "all", project: true, help: "Print in colours" },
  { name: "use_colors_file", cli: ["--use-colors-file"], negative: ["--no-use-colors-file"], env: "DBT_USE_COLORS_FILE", type: boolean, default: true, commands: "all", project: true, help: "The same for the log file" },
  { name: "warn_error", cli: ["--warn-error"], env: "DBT_WARN_ERROR", type: boolean, default: null, commands: "all", project: true, help: "Make every warning an error" },
  { name: "warn_error_options", cli: ["--warn-error-options"], env: "DBT_WARN_ERROR_OPTIONS", type: yaml, default: "{}", commands: "all", project: true, help: "Which warnings are errors: '{error: all, warn: [ref-not-found], silence: []}'" },
  { name: "show_all_deprecations", cli: ["--show-all-deprecations"], negative: ["--no-show-all-deprecations"], type: boolean, default: false, commands: "all", help: "Tell each deprecation every time" },
  { name: "version_check", cli: ["--version-check"], negative: ["--no-version-check"], env: "DBT_VERSION_CHECK", type: boolean, default: true, commands: "all", project: true, help: "Hold to require-dbt-version" },
  { name: "write_json", cli: ["--write-json"], negative: ["--no-write-json"], env: "DBT_WRITE_JSON", type: boolean, default: true, commands: "all", project: true, help: "Write artifacts to the target folder" },
  { name: "cache_selected_only", cli: ["--cache-selected-only"], negative: ["--no-cache-selected-only"], env: "DBT_CACHE_SELECTED_ONLY", type: boolean, default: false, commands: "all", project: true, help: "List only the schemas of selected nodes" },
  { name: "populate_cache", cli: ["--populate-cache"], negative: ["--no-populate-cache"], env: "DBT_POPULATE_CACHE", type: boolean, default: true, commands: "all", project: true, help: "List the relations of schemas before the run" },
  { name: "log_cache_events", cli: ["--log-cache-events"], negative: ["--no-log-cache-events"], env: "DBT_LOG_CACHE_EVENTS", type: boolean, default: false, commands: "all", help: "Log what happens to the list of relations" },
  { name: "partial_parse", cli: ["--partial-parse"], negative: ["--no-partial-parse"], env: "DBT_PARTIAL_PARSE", type: boolean, default: true, commands: "all", project: true, help: "Use the parse cache" },
  // Internal flags of dbt: kept so that templates and scripts that name them go on
  { name: "inject_ephemeral_ctes", cli: ["--inject-ephemeral-ctes"], negative: ["--no-inject-ephemeral-ctes"], type: boolean, default: true, commands: ["compile"], hidden: true, help: "Put ephemeral models into the compiled SQL" },
  { name: "export_saved_queries", cli: ["--export-saved-queries"], negative: ["--no-export-saved-queries"], env: "DBT_EXPORT_SAVED_QUERIES", type: boolean, default: false, commands: ["build"], hidden: true, help: "Export saved queries", dead: "saved queries are read but not exported" },
  { name: "include_saved_query", cli: ["--include-saved-query"], negative: ["--no-include-saved-query"], env: "DBT_INCLUDE_SAVED_QUERY", type: boolean, default: false, commands: ["build"], hidden: true, help: "Export saved queries", dead: "saved queries are read but not exported" },
  { name: "partial_parse_file_path", cli: ["--partial-parse-file-path"], env: "DBT_PARTIAL_PARSE_FILE_PATH", type: path, default: null, commands: "all", hidden: true, help: "File of the parse cache", dead: NO_PICKLE },
  { name: "partial_parse_file_diff", cli: ["--partial-parse-file-diff"], negative: ["--no-partial-parse-file-diff"], env: "DBT_PARTIAL_PARSE_FILE_DIFF", type: boolean, default: true, commands: "all", hidden: true, help: "Compare files with the parse cache", dead: NO_PICKLE },
  { name: "static_parser", cli: ["--static-parser"], negative: ["--no-static-parser"], env: "DBT_STATIC_PARSER", type: boolean, default: true, commands: "all", project: true, hidden: true, help: "Use the static parser", dead: ONE_PARSER },
  { name: "use_experimental_parser", cli: ["--use-experimental-parser"], negative: ["--no-use-experimental-parser"], env: "DBT_USE_EXPERIMENTAL_PARSER", type: boolean, default: false, commands: "all", project: true, hidden: true, help: "Use the experimental parser", dead: ONE_PARSER },
  { name: "use_fast_test_edges", cli: ["--use-fast-test-edges"], negative: ["--no-use-fast-test-edges"], env: "DBT_USE_FAST_TEST_EDGES", type: boolean, default: false, commands: "all", hidden: true, help: "Choose how test edges are made", dead: "test edges need no choice" },
  { name: "sqlparse", cli: ["--sqlparse"], env: "DBT_ENGINE_SQLPARSE", type: yaml, default: "{}", commands: RUNS, hidden: true, help: "Limits of sqlparse", dead: "etl does not use sqlparse" },
  { name: "send_anonymous_usage_stats", cli: ["--send-anonymous-usage-stats"], negative: ["--no-send-anonymous-usage-stats"], env: "DBT_SEND_ANONYMOUS_USAGE_STATS", type: boolean, default: false, commands: "all", project: true, hidden: true, help: "Send usage statistics", dead: NO_TELEMETRY },
  { name: "upload_to_artifacts_ingest_api", cli: ["--upload-to-artifacts-ingest-api"], negative: ["--no-upload-to-artifacts-ingest-api"], env: "DBT_UPLOAD_TO_ARTIFACTS_INGEST_API", type: boolean, default: false, commands: "all", hidden: true, help: "Upload artifacts", dead: NO_TELEMETRY },
  { name: "record_timing_info", cli: ["--record-timing-info", "-r"], type: path, default: null, commands: "all", hidden: true, help: "File for a Python profile", dead: "use node --cpu-prof to profile etl" },
  { name: "single_threaded", cli: ["--single-threaded"], negative: ["--no-single-threaded"], env: "DBT_SINGLE_THREADED", type: boolean, default: false, commands: "all", hidden: true, help: "Run one node at a time" },
  { name: "macro_debugging", cli: ["--macro-debugging"], negative: ["--no-macro-debugging"], env: "DBT_MACRO_DEBUGGING", type: boolean, default: false, commands: "all", hidden: true, help: "Write rendered macros to disk", dead: "errors already point into macros" },
  { name: "show_resource_report", cli: ["--show-resource-report"], negative: ["--no-show-resource-report"], env: "DBT_SHOW_RESOURCE_REPORT", type: boolean, default: false, commands: "all", hidden: true, help: "Print memory use at the end", dead: "use the tools of the operating system" },
];

/** Behaviour flags of dbt: only under `flags:` in dbt_project.yml. Values are dbt 1.11's defaults. */
export const BEHAVIOUR_FLAGS: Readonly<Record<string, boolean>> = {
  require_batched_execution_for_custom_microbatch_strategy: false,
  require_event_names_in_deprecations: false,
  require_explicit_package_overrides_for_builtin_materializations: true,
  require_resource_names_without_spaces: true,
  source_freshness_run_project_hooks: true,
  skip_nodes_if_on_run_start_fails: false,
  state_modified_compare_more_unrendered_values: false,
  state_modified_compare_vars: false,
  require_yaml_configuration_for_mf_time_spines: false,
  require_nested_cumulative_type_params: false,
  validate_macro_args: false,
  require_all_warnings_handled_by_warn_error: false,
  require_generic_test_arguments_property: true,
  require_unique_project_resource_names: false,
  require_ref_searches_node_package_before_root: false,
};

/** The rows of a command, in the order of the table. */
export function flagsOf(command: Command): readonly FlagSpec[] {
  return FLAGS.filter(({ commands }) => commands === "all" || commands.includes(command));
}
