// What Postgres makes of types: literals, arithmetic and the commonest functions, as pg_typeof tells. Only what is the same
// in all versions; what stands in no rule is unknown.

import type { Literal } from "../sql/query-tree.ts";
import type { SqlType } from "./rowset.ts";

const TIMESTAMP = "timestamp without time zone";
const TIMESTAMP_TZ = "timestamp with time zone";
const DOUBLE = "double precision";
const INTEGERS = ["smallint", "integer", "bigint"];
/** From the narrowest on: arithmetic gives the widest of its operands. */
const NUMBERS = [...INTEGERS, "numeric", DOUBLE];

/** @param type the kind of a literal; a text alone is one of unknown type, which a result shows as text */
export function postgresLiteral(type: Literal["type"], text: string): SqlType {
  switch (type) {
    case "string":
      return "text";
    case "boolean":
      return "boolean";
    case "date":
      return "date";
    case "timestamp":
      return /[+-]\d\d(?::?\d\d)?$|z$/i.test(text) ? null : TIMESTAMP;
    case "interval":
      return "interval";
    case "number":
      if (/^\d{1,9}$/.test(text)) return "integer";
      return /^\d*\.\d+$/.test(text) ? "numeric" : null;
    default:
      return null;
  }
}

const FIXED: Readonly<Record<string, SqlType>> = {
  length: "integer",
  char_length: "integer",
  current_date: "date",
  now: TIMESTAMP_TZ,
  to_char: "text",
  to_date: "date",
  date_part: DOUBLE,
  percent_rank: DOUBLE,
  cume_dist: DOUBLE,
  json_extract_scalar: "text",
  bool_and: "boolean",
  bool_or: "boolean",
};

/** @param name of a function or operator as `query-tree.ts` has it. @param args null where unknown */
export function postgresCall(name: string, args: readonly SqlType[]): SqlType {
  const [first = null] = args;
  switch (name) {
    case "sum":
      return sumOf(first);
    case "avg":
      if (first === DOUBLE) return DOUBLE;
      return first === "numeric" || isInteger(first) ? "numeric" : null;
    case "round":
    case "floor":
    case "ceil":
      return first === "numeric" ? "numeric" : null;
    case "add":
    case "sub":
    case "mul":
      return widest(args);
    case "div": {
      // The function of that name gives numeric for whole numbers, the operator a whole number.
      const type = widest(args);
      return isInteger(type) ? null : type;
    }
    case "date_trunc":
      return args.find((type) => type === TIMESTAMP || type === TIMESTAMP_TZ) ?? null;
    case "json_extract":
      return first === "json" || first === "jsonb" ? first : null;
    case "concat":
      return args.includes("text") && args.every(isJoinedAsText) ? "text" : null;
    default:
      return FIXED[name] ?? null;
  }
}

function sumOf(type: SqlType): SqlType {
  if (type === "smallint" || type === "integer") return "bigint";
  if (type === "bigint" || type === "numeric") return "numeric";
  return type === DOUBLE ? DOUBLE : null;
}

function isInteger(type: SqlType): boolean {
  return type !== null && INTEGERS.includes(type);
}

function widest(types: readonly SqlType[]): SqlType {
  const ranks = types.map((type) => (type === null ? -1 : NUMBERS.indexOf(type)));
  return ranks.includes(-1) ? null : (NUMBERS[Math.max(...ranks)] ?? null);
}

function isJoinedAsText(type: SqlType): boolean {
  return type === "text" || type === "character varying" || type === "date" || NUMBERS.includes(type ?? "");
}
