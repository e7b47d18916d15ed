// `* ILIKE '%id%'` (Snowflake) and `* LIKE`, `* NOT LIKE`, `* SIMILAR TO` (DuckDB): a star that shows the columns whose names
// match. The parser takes it for an expression or refuses it, so the pattern is taken out of the text and found again
// by the star's place; a bare star, which has no place in the parser's tree, becomes one with a qualifier.

import type { Span } from "./query-tree.ts";
import { type SqlWord, sqlWords } from "./words.ts";

export interface StarLikeness {
  /** A regular expression, for names in any case. */
  readonly pattern: string;
  /** The qualifier was put there by us. */
  readonly isBare: boolean;
}

export interface LikenessText {
  /** As long as the text was. */
  readonly sql: string;
  /** By the offset of the star in the text. */
  readonly found: ReadonlyMap<number, StarLikeness>;
}

const HINT = /\*\s*(?:not\s+)?(?:i?like|similar\s+to)\s*'/i;
const MARKER = "e.*";
const NONE: ReadonlyMap<number, StarLikeness> = new Map();

/** Takes the patterns of stars out of a text. */
export function withoutStarLikeness(sql: string): LikenessText {
  if (!HINT.test(sql)) return { sql, found: NONE };
  const words = sqlWords(sql);
  const found = new Map<number, StarLikeness>();
  let rest = sql;
  words.forEach((star, index) => {
    if (star.text !== "*" || star.kind !== "sign") return;
    const condition = conditionAt(words, index + 1);
    if (condition === undefined) return;
    const isBare = words[index - 1]?.text !== ".";
    found.set(star.start, { pattern: condition.pattern, isBare });
    const lead = isBare ? MARKER : "*";
    rest = rest.slice(0, star.start) + lead.padEnd(condition.end - star.start) + rest.slice(condition.end);
  });
  return { sql: rest, found };
}

/** The likeness of the star that a qualifier stands before. */
export function likenessAt(
  found: ReadonlyMap<number, StarLikeness>,
  qualifier: Span | null | undefined,
): StarLikeness | undefined {
  if (found.size === 0 || !qualifier) return undefined;
  const bare = found.get(qualifier.start);
  return bare?.isBare === true ? bare : found.get(qualifier.end + 1);
}

function conditionAt(
  words: readonly SqlWord[],
  first: number,
): { readonly pattern: string; readonly end: number } | undefined {
  const isNot = words[first]?.text === "not";
  let at = isNot ? first + 1 : first;
  const operator = words[at]?.text;
  if (operator !== "like" && operator !== "ilike" && operator !== "similar") return undefined;
  if (operator === "similar") at += 1;
  const text = words[at + 1];
  if (text?.kind !== "text") return undefined;
  const written = text.text.slice(1, -1).replaceAll("''", "'");
  const pattern = operator === "similar" ? `^(?:${written})$` : likenessOf(written);
  return { pattern: isNot ? `^(?!${pattern.slice(1)})` : pattern, end: text.end };
}

/** A pattern of LIKE as a regular expression. */
export function likenessOf(pattern: string): string {
  const signs = [...pattern].map((sign) => (sign === "%" ? ".*" : sign === "_" ? "." : escaped(sign)));
  return `^${signs.join("")}$`;
}

/** A text as a regular expression that matches it alone. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
