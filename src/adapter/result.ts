// Rows of a query in one neutral form that every driver is brought to: cells are plain values whose meaning is told
// by the column's family, so nothing is lost (big integers, decimals, microseconds) and nothing is driver specific.

export type Family =
  | "boolean"
  | "integer"
  | "float"
  | "decimal"
  | "text"
  | "date"
  | "time"
  | "timestamp"
  | "timestamptz"
  | "interval"
  | "binary"
  | "json"
  | "list"
  | "struct"
  | "other";

/**
 * boolean: boolean · integer: number when safe, else bigint · float: number · decimal, date, time, timestamp,
 * timestamptz, interval, json, other: text (below) ·
 * binary: bytes · list: array of cells · struct: Map of cells. SQL null is null.
 *
 * Texts: "2024-01-31", "13:05:07.25", "2024-01-31 13:05:07.25", "2024-01-31 13:05:07+01:00" (the offset of the session's
 * time zone), six fraction digits at most (nine where the engine keeps so many), the last one not a zero; "infinity" and
 * years before 1 as the engine prints them; decimals with all digits of their scale; intervals in the engine's own form.
 */
export type Cell =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Cell[]
  | ReadonlyMap<string, Cell>;

export interface ResultColumn {
  readonly name: string;
  /** The engine's own name of the type, e.g. "DECIMAL(18,3)". */
  readonly type: string;
  readonly family: Family;
}

export interface QueryResult {
  readonly columns: readonly ResultColumn[];
  /** Rows as arrays in column order; empty for statements without a result. */
  readonly rows: readonly (readonly Cell[])[];
  /** Rows written by the statement, where the engine tells. */
  readonly affected?: number;
  /** dbt's adapter_response: `_message`, `code`, `rows_affected` and what the engine adds (query_id ...). */
  readonly response: Readonly<Record<string, string | number | boolean | null>>;
}
