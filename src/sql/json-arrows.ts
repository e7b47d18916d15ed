// `(a || b)->'key'`: behind a parenthesis the parser takes JSON's arrow for that of a lambda. Written as `#>`, which means the
// same to names and has the same precedence, it is none. Where lambdas have arrows too (DuckDB), a list of names in
// parentheses that is an argument of a call stays one.

import type { SqlDialect } from "./query-tree.ts";
import { type SqlWord, sqlWords } from "./words.ts";

const HINT = /\)\s*->(?!>)/;
const DIALECTS: ReadonlySet<SqlDialect> = new Set(["postgres", "redshift", "duckdb"]);

/** @returns a text of the same length */
export function withPlainArrows(sql: string, dialect: SqlDialect): string {
  if (!HINT.test(sql) || !DIALECTS.has(dialect)) return sql;
  const words = sqlWords(sql);
  const open: number[] = [];
  let text = sql;
  words.forEach((word, index) => {
    if (word.kind !== "sign") return;
    if (word.text === "(") open.push(index);
    if (word.text !== ")") return;
    const from = open.pop();
    const arrow = arrowAt(words, index + 1);
    if (arrow === undefined || from === undefined) return;
    if (dialect === "duckdb" && isParameters(words, from, index)) return;
    text = `${text.slice(0, arrow)}#>${text.slice(arrow + 2)}`;
  });
  return text;
}

function arrowAt(words: readonly SqlWord[], index: number): number | undefined {
  const [minus, greater, next] = words.slice(index, index + 3);
  const isArrow = minus?.text === "-" && greater?.text === ">" && greater.start === minus.end;
  return isArrow && !(next?.text === ">" && next.start === greater.end) ? minus.start : undefined;
}

function isParameters(words: readonly SqlWord[], open: number, close: number): boolean {
  const before = words[open - 1]?.text;
  return (
    (before === "," || before === "(") &&
    words.slice(open + 1, close).every(({ kind, text }) => kind === "word" || kind === "name" || text === ",")
  );
}
