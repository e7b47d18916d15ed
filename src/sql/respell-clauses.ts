// Clauses that the parser does not know and that say nothing of where columns come from, or say it in a way of their own:
// blanked, or said in words that it knows. Only for texts that it refuses; strings are not told from code, since what
// stands in them decides nothing here.

import type { SqlDialect } from "./query-tree.ts";
import { type SqlWord, sqlWords } from "./words.ts";

type Rule = readonly [pattern: RegExp, by: string];

const OF_ALL: readonly Rule[] = [
  // JSON_VALUE, JSON_QUERY, JSON_TABLE of the standard
  [
    /\b(?:default\s+(?:'(?:[^']|'')*'|-?[\w.]+)|null|error|true|false|unknown|empty(?:\s+(?:array|object))?)\s+on\s+(?:error|empty)\b/gi,
    "",
  ],
  [/\bwith(?:out)?(?:\s+(?:un)?conditional)?(?:\s+array)?\s+wrapper\b/gi, ""],
  [/\b(?:keep|omit)\s+quotes(?:\s+on\s+scalar\s+string)?\b/gi, ""],
  [/\bexists\s+(?=path\s*')/gi, ""],
  [/\bfor\s+ordinality\b/gi, "int"],
  // CYCLE of a recursive query
  [/(?<=\bcycle\b[^()]*\bset\s+\w+)\s+to\s+\S+\s+default\s+\S+(?=\s+using\b)/gi, ""],
];
const OF_DIALECTS: Partial<Record<SqlDialect, readonly Rule[]>> = {
  postgres: [
    // A function source of many functions, as we read it.
    [/(?<=\b(?:from|join|lateral)\s+|,\s*)rows\s+from\s*(?=\()/gi, "rows_from"],
    [/(?<=\bxmlpi\s*\(\s*)name\s+\w+/gi, ""],
  ],
  // A path behind an index or a cast stays JSON.
  snowflake: [[/(?<=\]|::\s*\w+)\s*:(?!:)\s*[\w"]+(?:[.:][\w"]+|\[[^\]]*\])*/g, ""]],
  // What `readFunction` reads as columns side by side.
  duckdb: [[/\*\s*columns(?=\s*\()/gi, "_columns"]],
};

/** @returns a text of the same length */
export function respellClauses(sql: string, dialect: SqlDialect): string {
  let text = sql;
  for (const [pattern, by] of [...OF_ALL, ...(OF_DIALECTS[dialect] ?? [])])
    text = text.replace(pattern, (all) => by.padEnd(all.length));
  const words = sqlWords(text);
  const blanks = [...nestedPaths(words), ...forestNames(words), ...typedLaterals(words)];
  return blanked(text, blanks);
}

/**
 * A text without BigQuery's `for system_time as of ...`, of which the parser knows single words only, and takes a typed
 * literal for a word with an alias.
 * @returns a text of the same length
 */
export function withoutSystemTime(sql: string): string {
  return /\bfor\s+system_time\s+as\s+of\b/i.test(sql) ? blanked(sql, systemTimes(sqlWords(sql))) : sql;
}

function blanked(sql: string, ranges: readonly Range[]): string {
  let text = sql;
  for (const [start, end] of ranges) text = text.slice(0, start) + " ".repeat(end - start) + text.slice(end);
  return text;
}

type Range = readonly [start: number, end: number];

function closing(words: readonly SqlWord[], open: number): number | undefined {
  const depth = words[open]?.depth;
  const index = words.findIndex((word, at) => at > open && word.text === ")" && word.depth === depth);
  return words[open]?.text === "(" && index >= 0 ? index : undefined;
}

function rangeOf(words: readonly SqlWord[], first: number, last: number): Range {
  return [words[first]?.start ?? 0, words[last]?.end ?? 0];
}

/** `nested path '$.a' columns (x int)` in a JSON_TABLE: its columns stand among the others. */
function nestedPaths(words: readonly SqlWord[]): Range[] {
  return words.flatMap(({ text }, index): Range[] => {
    if (text !== "nested") return [];
    const columns = words.findIndex((word, at) => at > index && word.text === "columns");
    const end = columns < 0 || columns > index + 5 ? undefined : closing(words, columns + 1);
    return end === undefined ? [] : [rangeOf(words, index, columns + 1), rangeOf(words, end, end)];
  });
}

/** `xmlforest(a as b)` */
function forestNames(words: readonly SqlWord[]): Range[] {
  return words.flatMap(({ text }, index): Range[] => {
    const end = text === "xmlforest" ? closing(words, index + 1) : undefined;
    if (end === undefined) return [];
    const depth = (words[index + 1]?.depth ?? 0) + 1;
    return words.flatMap((word, at): Range[] =>
      at > index && at < end && word.text === "as" && word.depth === depth
        ? [rangeOf(words, at, at + 1)]
        : [],
    );
  });
}

/** `lateral f(x) as t(a int, b text)`: functions see what stands before them without the word, and the parser the types. */
function typedLaterals(words: readonly SqlWord[]): Range[] {
  return words.flatMap(({ text }, index): Range[] => {
    if (text !== "lateral") return [];
    let open = index + 2;
    while (words[open]?.text === ".") open += 2;
    const end = closing(words, open);
    if (end === undefined) return [];
    const alias = words[end + 1]?.text === "as" ? end + 2 : end + 1;
    const isTyped = words[alias + 1]?.text === "(" && words[alias + 3]?.kind === "word";
    return isTyped ? [rangeOf(words, index, index)] : [];
  });
}

function systemTimes(words: readonly SqlWord[]): Range[] {
  return words.flatMap(({ text }, index): Range[] => {
    if (text !== "system_time" || words[index - 1]?.text !== "for") return [];
    const value = index + 3;
    const last = closing(words, value + 1) ?? (words[value + 1]?.kind === "text" ? value + 1 : value);
    return [rangeOf(words, index - 1, last)];
  });
}
