// Types of expressions, by engine. Only what is certain is said: a wrong type is worse than none, so everything that is not
// in these tables is unknown (null).

import type { Literal, SqlDialect } from "../sql/query-tree.ts";
import { engineTypes } from "./engine-types.ts";
import type { SqlType } from "./rowset.ts";

export interface TypeField {
  readonly name: string;
  readonly type: SqlType;
}

export interface TypeRules {
  literalType(literal: Literal): SqlType;
  /** The engine's name of a type as `query-tree.ts` has it in a cast. */
  castType(type: string): SqlType;
  /** Of a value that is one of several: their type where all have the same. Null among them is any type. */
  commonType(types: readonly SqlType[]): SqlType;
  callType(name: string, args: readonly SqlType[]): SqlType;
  /** The fields of a struct; null when it is none or unknown. */
  fields(type: SqlType): readonly TypeField[] | null;
  /** Of the values in a list; null when it is none or unknown. */
  elementType(type: SqlType): SqlType;
  /** The type of a field of a field ...; the type itself when there are no names. */
  fieldType(type: SqlType, names: readonly string[]): SqlType;
}

const words = (text: string) => new Set(text.split(" "));

const CONDITIONS = words(
  "eq neq lt lte gt gte and or not like ilike in exists between is_null is is_true is_false similar_to null_safe_eq " +
    "null_safe_neq regexp_like starts_with ends_with contains like_any",
);
/** Their type is that of their first argument. */
const SAME_AS_FIRST = words(
  "min max any_value first last lag lead first_value last_value nth_value nullif arbitrary mode abs",
);
const SAME_AS_ALL = words("coalesce ifnull nvl greatest least if iff");
const COUNTS = words("count row_number rank dense_rank ntile approx_count_distinct approx_distinct");
const TEXTS = words(
  "upper lower trim ltrim rtrim replace substring substr left right lpad rpad concat_ws initcap reverse md5 split_part " +
    "regexp_replace string_agg list_agg listagg to_hex strftime",
);

export function typeRulesOf(dialect: SqlDialect): TypeRules {
  const names = engineTypes(dialect);
  const commonType = (types: readonly SqlType[]): SqlType => {
    const [first = null] = types;
    return types.every((type) => type === first) ? first : null;
  };
  const fields = (type: SqlType) => (type === null ? null : structFields(type));
  return {
    literalType: ({ type, text }) => names.literal(type, text),
    castType: names.cast,
    commonType,
    fields,
    elementType: (type) => (type === null ? null : elementOf(type)),
    fieldType: (type, path) =>
      path.reduce<SqlType>((of, name) => {
        const field = fields(of)?.find((each) => each.name.toLowerCase() === name.toLowerCase());
        return field?.type ?? null;
      }, type),
    callType(name, args) {
      if (CONDITIONS.has(name)) return names.boolean;
      if (COUNTS.has(name)) return names.count;
      if (TEXTS.has(name)) return names.text;
      if (SAME_AS_FIRST.has(name)) return isList(name, args) ? null : (args[0] ?? null);
      if (SAME_AS_ALL.has(name)) return commonType(args);
      return names.call(name, args);
    },
  };
}

/** DuckDB's `max(x, 3)`: the three greatest values. */
function isList(name: string, args: readonly SqlType[]): boolean {
  return args.length > 1 && (name === "min" || name === "max");
}

/** `INTEGER[]`, `VARCHAR[3]`, `ARRAY<STRING>`, `array(varchar)` */
function elementOf(type: string): SqlType {
  const [, before, inside] = /^\s*(?:([\s\S]+)\[\d*\]|array\s*[<(]([\s\S]+)[>)])\s*$/i.exec(type) ?? [];
  return (before ?? inside)?.trim() ?? null;
}

const STRUCT = /^\s*(?:struct|row)\s*[(<]([\s\S]*)[)>]\s*$/i;

/** `STRUCT(a INTEGER, b STRUCT(c VARCHAR))`, `struct<a: int64>` */
function structFields(type: string): TypeField[] | null {
  const inner = STRUCT.exec(type)?.[1];
  if (inner === undefined) return null;
  return splitOutside(inner).flatMap((part) => {
    const match = /^\s*("(?:[^"]|"")*"|[^\s:]+)\s*:?\s*([\s\S]*)$/.exec(part);
    const name = match?.[1];
    if (name === undefined) return [];
    const plain = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
    return [{ name: plain, type: match?.[2]?.trim() || null }];
  });
}

/** Cut at commas that stand in no parentheses. */
function splitOutside(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === "(" || sign === "<" || sign === "[") depth += 1;
    else if (sign === ")" || sign === ">" || sign === "]") depth -= 1;
    else if (sign === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
