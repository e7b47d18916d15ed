// How engines call a column of a select list that has no alias.

import type { Expression, Name, Query } from "../sql/query-tree.ts";
import type { Identifiers } from "./identifiers.ts";

/** @returns null where only the engine knows */
export function outputName(expression: Expression, { dialect }: Identifiers): Name | null {
  if (expression.kind === "column") return expression.parts.at(-1) ?? null;
  if (dialect === "postgres" || dialect === "redshift") return postgresName(expression);
  // DuckDB writes out what is not a column: "(f(x)).a".
  return expression.kind === "field" && dialect !== "duckdb" ? expression.name : null;
}

/** Postgres names an expression after its outermost function (FigureColname of parse_target.c). */
function postgresName(expression: Expression): Name | null {
  const strong = innerName(expression);
  if (strong !== null) return strong;
  switch (expression.kind) {
    case "case":
      return unquoted("case");
    case "cast": {
      const type = CAST_NAMES[expression.type.replace(/\(.*/, "")];
      return type === undefined ? null : unquoted(type);
    }
    default:
      return null;
  }
}

/** A name that also holds for a cast of the expression, and for a CASE with it in its ELSE. */
function innerName(expression: Expression): Name | null {
  switch (expression.kind) {
    case "column":
      return expression.parts.at(-1) ?? null;
    case "field":
      return expression.name;
    case "call":
      if (expression.written !== null) return calledName(expression.written);
      return AROUND.has(expression.name) && expression.args[0] ? innerName(expression.args[0]) : null;
    case "cast":
      return innerName(expression.value);
    case "case": {
      const last = expression.hasElse ? expression.results.at(-1) : undefined;
      return last === undefined ? null : innerName(last);
    }
    case "over":
      return innerName(expression.call);
    case "query":
      return firstName(expression.query);
    default:
      return null;
  }
}

/** Operators of signs come as functions: "@?". */
function calledName(written: string): Name | null {
  return /^[\p{L}_]/u.test(written) ? unquoted(written === "trim" ? "btrim" : written) : null;
}

/** The name of a subquery's only column. */
function firstName(query: Query): Name | null {
  const [item] = query.kind === "select" ? query.items : [];
  return item === undefined ? null : (item.alias ?? postgresName(item.value));
}

const unquoted = (text: string): Name => ({ text, quoted: false, at: null });

/** Syntax around a function or a column, which keeps its name. */
const AROUND: ReadonlySet<string> = new Set([
  "within_group",
  "filter",
  "subscript",
  "array_slice",
  "collation",
]);

/** Names of types in Postgres' catalog, by those of our trees. */
const CAST_NAMES: Readonly<Record<string, string | undefined>> = {
  smallint: "int2",
  int: "int4",
  integer: "int4",
  bigint: "int8",
  real: "float4",
  double: "float8",
  decimal: "numeric",
  numeric: "numeric",
  boolean: "bool",
  text: "text",
  varchar: "varchar",
  date: "date",
  time: "time",
  timestamp: "timestamp",
  "timestamp with time zone": "timestamptz",
  interval: "interval",
  json: "json",
  jsonb: "jsonb",
  uuid: "uuid",
};
