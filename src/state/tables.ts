// What etl remembers between runs: tables in a schema of the warehouse, written in the transaction of the data that they
// speak of. All are append-only and without keys, since engines such as DuckDB refuse concurrent updates of one row; the
// newest row of a relation is what holds. Indexes are for engines that read tables row by row. New versions add columns or
// tables, and never change what is there.

/** Types of columns by dbt's abstract names; each adapter has its own names for them (TypeSystem.names). */
export type StateType = "string" | "bigint" | "float" | "timestamp";

export interface StateTable {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, type: StateType])[];
  /** Columns by which rows are looked up, the one to sort by last: indexes, on engines where they hold up no writer. */
  readonly lookups: readonly (readonly string[])[];
}

const relation = [
  ["schema_name", "string"],
  ["identifier", "string"],
] as const;

/** A row a run, written when it starts; its end is a row of `run_ends`, which a killed run does not have. */
export const RUNS: StateTable = {
  name: "runs",
  columns: [
    ["run_id", "string"],
    ["started_at", "timestamp"],
    ["command", "string"],
    ["arguments", "string"],
    ["project", "string"],
    ["target", "string"],
    ["git_commit", "string"],
    ["username", "string"],
    ["etl_version", "string"],
    ["planned", "bigint"],
  ],
  lookups: [],
};

export const RUN_ENDS: StateTable = {
  name: "run_ends",
  columns: [
    ["run_id", "string"],
    ["ended_at", "timestamp"],
    ["status", "string"],
    ["seconds", "float"],
    ["nodes", "bigint"],
    ["failed", "bigint"],
  ],
  lookups: [["run_id"]],
};

/** A row a node and run that published its relation, in the transaction that did. */
export const PUBLICATIONS: StateTable = {
  name: "publications",
  columns: [
    ["run_id", "string"],
    ["node_id", "string"],
    ...relation,
    ["code_hash", "string"],
    ["committed_at", "timestamp"],
  ],
  lookups: [["run_id"], ["schema_name", "identifier", "committed_at"], ["committed_at"]],
};

/**
 * A row a node and run, however it ended; written when the run ends. `bytes`: what the node read, where the engine bills by
 * that, else what its relation takes; null where neither is told.
 */
export const NODE_RESULTS: StateTable = {
  name: "node_results",
  columns: [
    ["run_id", "string"],
    ["node_id", "string"],
    ["resource_type", "string"],
    ...relation,
    ["status", "string"],
    ["started_at", "timestamp"],
    ["seconds", "float"],
    ["statements", "bigint"],
    ["rows_affected", "bigint"],
    ["failures", "bigint"],
    ["bytes", "bigint"],
    ["message", "string"],
  ],
  lookups: [["run_id"], ["node_id", "started_at"], ["started_at"]],
};

/** A row a move of a watermark; `value` null: it was reset. Texts, since watermarks are of several types. */
export const WATERMARKS: StateTable = {
  name: "watermarks",
  columns: [
    ["node_id", "string"],
    ...relation,
    ["column_name", "string"],
    ["value_type", "string"],
    ["value", "string"],
    ["previous", "string"],
    ["new_rows", "bigint"],
    ["null_rows", "bigint"],
    ["late_rows", "bigint"],
    ["action", "string"],
    ["run_id", "string"],
    ["username", "string"],
    ["committed_at", "timestamp"],
  ],
  lookups: [["schema_name", "identifier", "column_name", "committed_at"]],
};

/** What a run was to do, written when it starts, so that `etl retry` can go on after a crash; see retry-facts.ts. */
export const PLANS: StateTable = {
  name: "plans",
  columns: [
    ["run_id", "string"],
    ["node_ids", "string"],
    ["flags", "string"],
    ["variables_hash", "string"],
  ],
  lookups: [["run_id"]],
};

/** A row a source and check of its freshness. */
export const FRESHNESS: StateTable = {
  name: "freshness",
  columns: [
    ["run_id", "string"],
    ["node_id", "string"],
    ["status", "string"],
    ["max_loaded_at", "timestamp"],
    ["checked_at", "timestamp"],
    ["age_seconds", "float"],
    ["message", "string"],
  ],
  lookups: [["node_id", "checked_at"]],
};

/** A row a measure that an anomaly test has taken; `series` names what was measured, as text of the test's SQL. */
export const MEASURES: StateTable = {
  name: "measures",
  columns: [
    ["run_id", "string"],
    ["node_id", "string"],
    ["series", "string"],
    ["metric", "string"],
    ["segment", "string"],
    ["value", "float"],
    ["is_anomalous", "bigint"],
    ["weekday", "bigint"],
    ["measured_at", "timestamp"],
  ],
  lookups: [
    ["series", "measured_at"],
    ["node_id", "measured_at"],
  ],
};

/** A row a backfill that was begun: a range of a watermark's values that is built chunk by chunk. */
export const BACKFILLS: StateTable = {
  name: "backfills",
  columns: [
    ["backfill_id", "string"],
    ["node_id", "string"],
    ...relation,
    ["column_name", "string"],
    ["asked_from", "string"],
    ["asked_to", "string"],
    ["range_from", "string"],
    ["range_to", "string"],
    ["chunk", "string"],
    ["chunks", "bigint"],
    ["code_hash", "string"],
    ["run_id", "string"],
    ["started_at", "timestamp"],
  ],
  lookups: [["schema_name", "identifier", "started_at"]],
};

/** A row an interval that was built by itself, in the transaction of its data: a chunk of a backfill, a batch, a mended gap. */
export const INTERVALS: StateTable = {
  name: "intervals",
  columns: [
    ["node_id", "string"],
    ...relation,
    ["column_name", "string"],
    ["range_from", "string"],
    ["range_to", "string"],
    ["action", "string"],
    ["backfill_id", "string"],
    ["new_rows", "bigint"],
    ["run_id", "string"],
    ["committed_at", "timestamp"],
  ],
  lookups: [["backfill_id"], ["schema_name", "identifier", "column_name"]],
};

/**
 * How late rows came, a row a run and distance behind the watermark (seconds, or the unit of a number; null: unknown).
 * `outcome`: "taken" by the lookback, or "missed" until `etl gaps --fix` took them.
 */
export const LATE_ROWS: StateTable = {
  name: "late_rows",
  columns: [
    ["node_id", "string"],
    ...relation,
    ["column_name", "string"],
    ["outcome", "string"],
    ["lag", "float"],
    ["late_rows", "bigint"],
    ["run_id", "string"],
    ["committed_at", "timestamp"],
  ],
  lookups: [["schema_name", "identifier", "column_name"]],
};

/**
 * A row a relation and run that changed it, in its transaction: what the relation was before, and where its rows are.
 * `was` null: it did not exist; `undoes`: the run that was taken back.
 */
export const VERSIONS: StateTable = {
  name: "versions",
  columns: [
    ["run_id", "string"],
    ["node_id", "string"],
    ...relation,
    ["was", "string"],
    ["kept_schema", "string"],
    ["kept_name", "string"],
    ["how", "string"],
    ["script", "string"],
    ["undoes", "string"],
    ["kept_at", "timestamp"],
  ],
  lookups: [["run_id"], ["schema_name", "identifier", "kept_at"], ["kept_at"], ["kept_name"]],
};

/** A row a node that was built by a run which adopts and is adopted from, in the transaction of its data. */
export const BUILDS: StateTable = {
  name: "builds",
  columns: [
    ["run_id", "string"],
    ["node_id", "string"],
    ...relation,
    ["fingerprint", "string"],
    ["committed_at", "timestamp"],
  ],
  lookups: [["schema_name", "identifier", "committed_at"]],
};

/** A row each time that rows of a relation went into quarantine or out of it; the rows are in the table that it names. */
export const QUARANTINE: StateTable = {
  name: "quarantine",
  columns: [
    ["run_id", "string"],
    ["node_id", "string"],
    ...relation,
    ["table_name", "string"],
    ["action", "string"],
    ["kept_rows", "bigint"],
    ["username", "string"],
    ["committed_at", "timestamp"],
  ],
  lookups: [],
};

/** Which migrations a schema has seen. */
export const MIGRATIONS_TABLE: StateTable = {
  name: "migrations",
  columns: [
    ["version", "bigint"],
    ["applied_at", "timestamp"],
    ["etl_version", "string"],
  ],
  lookups: [],
};

/** One step from a version of the state to the next. */
export interface Migration {
  readonly creates: readonly StateTable[];
  /** Tables that get the indexes of their lookups. */
  readonly indexes: readonly StateTable[];
}

const tables: readonly (readonly StateTable[])[] = [
  [RUNS, RUN_ENDS, PUBLICATIONS, NODE_RESULTS, WATERMARKS],
  [PLANS, FRESHNESS, MEASURES],
  [BACKFILLS, INTERVALS, LATE_ROWS],
  [VERSIONS],
  [BUILDS],
  [QUARANTINE],
];

/** Numbered from 1; each is applied once, in order, as a whole in one transaction. */
export const MIGRATIONS: readonly Migration[] = [
  ...tables.map((creates) => ({ creates, indexes: [] })),
  { creates: [], indexes: tables.flat() },
];
