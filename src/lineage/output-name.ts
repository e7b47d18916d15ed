// How engines call a column of a select list that has no alias.

import type { Expression, Name } from "../sql/query-tree.ts";
import type { Identifiers } from "./identifiers.ts";

const unquoted = (text: string): Name => ({ text, quoted: false, at: null });

/** @returns null where only the engine knows */
export function outputName(expression: Expression, identifiers: Identifiers): Name | null {
  switch (expression.kind) {
    case "column":
      return expression.parts.at(-1) ?? null;
    case "field":
      // DuckDB writes out what is not a column: "(f(x)).a".
      return identifiers.dialect === "duckdb" ? null : expression.name;
    default:
      return identifiers.dialect === "postgres" || identifiers.dialect === "redshift"
        ? postgresName(expression)
        : null;
  }
}

/** Postgres names an expression after its outermost function. */
function postgresName(expression: Expression): Name | null {
  switch (expression.kind) {
    case "column":
      return expression.parts.at(-1) ?? null;
    case "field":
      return expression.name;
    case "call":
      return operators.has(expression.name) ? null : unquoted(expression.name);
    case "cast":
      return postgresName(expression.value);
    case "case":
      return unquoted("case");
    case "over":
      return postgresName(expression.call);
    default:
      return null;
  }
}

const operators: ReadonlySet<string> = new Set(
  (
    "add sub mul div mod and or not neg eq neq lt lte gt gte like ilike in between is_null concat dpipe " +
    "json_extract json_extract_scalar subscript similar_to null_safe_eq null_safe_neq bitwise_and bitwise_or bitwise_xor " +
    "bitwise_not tuple at_time_zone any all"
  ).split(" "),
);
