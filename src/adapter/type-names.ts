// Names of types, as far as engines have them in common: dbt's defaults, for those that understand them as they are, and
// how names with parameters are taken apart.

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

/** @returns the parameters of a type, trimmed: what commas outside of brackets and quotes part */
export function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const sign = text.charAt(i);
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if ("\"'`".includes(sign)) quote = sign;
    else if ("(<[".includes(sign)) depth++;
    else if (")>]".includes(sign)) depth--;
    else if (sign === "," && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}
