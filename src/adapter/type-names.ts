// The names of types in dbt's defaults, for engines that understand them as they are.

import type { TypeSystem } from "./adapter.ts";

/** api.Column.TYPE_LABELS of dbt-adapters 1.x. */
export const defaultTypeNames: TypeSystem["names"] = {
  string: "TEXT",
  integer: "INT",
  bigint: "BIGINT",
  float: "FLOAT",
  numeric: "NUMERIC(28,6)",
  boolean: "BOOLEAN",
  date: "DATE",
  time: "TIME",
  timestamp: "TIMESTAMP",
};

/**
 * The convert_*_type methods of SQLAdapter in dbt-adapters 1.x. dbt makes every whole number an integer and fails on larger
 * ones; they get a type that holds them, and what holds those beyond 64 bits the engine must say (`huge`).
 */
export const defaultSeedTypes: Omit<TypeSystem["seeds"], "huge"> = {
  integer: "integer",
  bigint: "bigint",
  float: "float8",
  date: "date",
  timestamp: "timestamp without time zone",
  isoTimestamp: "timestamp without time zone",
  boolean: "boolean",
  text: "text",
};
