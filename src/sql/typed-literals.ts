// Postgres' `int4 '3'`: a text under the name of its type. The parser knows a few such types and refuses the others, so the
// name goes behind the text: `'3'::int4`.

import type { Insertion } from "./source-text.ts";

const TYPES =
  "int2|int4|int8|int|integer|bigint|smallint|float4|float8|float|real|double\\s+precision|numeric|bool|boolean|text|" +
  "varchar|character\\s+varying|char|bpchar|name|bytea|timetz|json|jsonb|jsonpath|bit|money|oid|regclass|regtype|regproc|" +
  "tsvector|tsquery|hstore|citext|ltree|geometry|geography";
/** Texts and comments are matched to be left alone. */
const TOKEN = new RegExp(
  `--[^\\n]*|/\\*[\\s\\S]*?\\*/|"(?:[^"]|"")*"|(?<![.:])\\b(${TYPES})(\\s*\\([\\d\\s,]+\\))?(\\s*)('(?:[^']|'')*')|'(?:[^']|'')*'`,
  "gi",
);
const HINT = new RegExp(`\\b(?:${TYPES})(?:\\s*\\([\\d\\s,]+\\))?\\s*'`, "i");

export interface CastText {
  /** As long as the text was. */
  readonly sql: string;
  readonly insertions: readonly Insertion[];
}

/** Says typed literals as casts. */
export function typedLiteralsAsCasts(sql: string): CastText {
  if (!HINT.test(sql)) return { sql, insertions: [] };
  const insertions: Insertion[] = [];
  const rest = sql.replace(
    TOKEN,
    (all, type?: string, size?: string, _blank?: string, text?: string, at?: number) => {
      if (type === undefined || text === undefined) return all;
      insertions.push({ at: (at ?? 0) + all.length, text: `::${type}${size ?? ""}` });
      return text.padStart(all.length);
    },
  );
  return { sql: rest, insertions };
}
