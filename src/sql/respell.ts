// What the parser does not know or gets wrong, said in words that it knows.

import type { SqlDialect } from "./query-tree.ts";
import { respellClauses } from "./respell-clauses.ts";
import type { Insertion } from "./source-text.ts";
import { type SqlWord, sqlWords } from "./words.ts";

const QUOTED_CALL = /"(?:[^"]|"")+"(?:\."(?:[^"]|"")+")+(?=\s*\()/g;
const BARE_SAMPLE = /\b(?:tablesample|using\s+sample)\s+[\d.]+\s*(?:%|percent|rows)?/gi;
/** Words before a parenthesis that make it no call, or one whose ORDER BY is known. */
const NO_CALL = new Set([
  "over",
  "group",
  "as",
  "from",
  "join",
  "lateral",
  "in",
  "exists",
  "any",
  "all",
  "array",
  "on",
]);
/** Words that begin a query or a window in a parenthesis. */
const NO_ARGUMENT = new Set(["select", "with", "from", "values", "partition", "order", "("]);
const DIRECTIONS = new Set(["asc", "desc", "nulls", "first", "last"]);

const BARE_INTERVAL =
  /::\s*interval(?=\s+["\p{L}_])(?!\s+(?:year|quarter|month|week|day|hour|minute|second)s?\b)/giu;

/** A unit for each `::interval` that a word follows, since the parser takes that word for one: AND, IN, an alias. */
export function intervalUnits(sql: string): Insertion[] {
  return Array.from(sql.matchAll(BARE_INTERVAL), ({ index, 0: { length } }) => ({
    at: index + length,
    text: " second",
  }));
}

/**
 * For texts that the parser refuses; what stands in them decides nothing but the lineage of their columns.
 * Calls of functions with quoted names of several parts (`"db"."schema"."f"(x)`) become names of one part; an ORDER BY
 * in a call whose function the parser does not know for an aggregate becomes further arguments; a comma before a closing
 * parenthesis goes; DuckDB's `//` becomes a remainder, which is whole, too; and its samples without parentheses go, which
 * mean nothing to lineage.
 * @returns a text of the same length, so that places stay true; the same text when there is nothing to respell
 */
export function respell(sql: string, dialect: SqlDialect): string {
  const text = respellClauses(sql, dialect)
    .replace(QUOTED_CALL, (name) => name.replaceAll('"."', "___"))
    .replace(BARE_SAMPLE, (sample) => " ".repeat(sample.length));
  const words = sqlWords(text);
  const spellings = [
    ...orderedArguments(words),
    ...lastCommas(words),
    ...(dialect === "duckdb" ? divisions(words) : []),
  ];
  let respelled = text;
  for (const { start, end, by } of spellings)
    respelled = respelled.slice(0, start) + by.padEnd(end - start) + respelled.slice(end);
  return respelled;
}

interface Spelling {
  readonly start: number;
  readonly end: number;
  /** What stands there instead, filled up with blanks. */
  readonly by: string;
}

function divisions(words: readonly SqlWord[]): Spelling[] {
  return words.flatMap(({ text, start, end }, index) => {
    const next = words[index + 1];
    return text === "/" && next?.text === "/" && next.start === end
      ? [{ start, end: next.end, by: "%" }]
      : [];
  });
}

function lastCommas(words: readonly SqlWord[]): Spelling[] {
  return words.flatMap(({ text, start, end }, index) =>
    text === "," && words[index + 1]?.text === ")" ? [{ start, end, by: "" }] : [],
  );
}

/** `f(x order by y desc)` as `f(x , y)`. */
function orderedArguments(words: readonly SqlWord[]): Spelling[] {
  const spellings: Spelling[] = [];
  const calls: { readonly depth: number; isOrdered: boolean }[] = [];
  words.forEach((word, index) => {
    const { text, start, end, depth } = word;
    if (text === "(" && isCall(words, index)) calls.push({ depth: depth + 1, isOrdered: false });
    const call = calls.at(-1);
    if (call === undefined) return;
    if (depth < call.depth && text === ")") calls.pop();
    if (depth !== call.depth || word.kind !== "word") return;
    const by = words[index + 1];
    if (text === "order" && by?.text === "by") {
      call.isOrdered = true;
      spellings.push({ start, end: by.end, by: "," });
    } else if (call.isOrdered && DIRECTIONS.has(text)) spellings.push({ start, end, by: "" });
  });
  return spellings;
}

function isCall(words: readonly SqlWord[], open: number): boolean {
  const before = words[open - 1];
  const inside = words[open + 1];
  if (before === undefined || (before.kind !== "word" && before.kind !== "name")) return false;
  return !NO_CALL.has(before.text) && !NO_ARGUMENT.has(inside?.text ?? "");
}
