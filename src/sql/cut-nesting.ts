// Queries nested too deep for the parser, which gives up at 15 derived tables or 30 calls: what stands in parentheses
// deep inside is cut out, a name is put in its place, and the part is parsed by itself (and cut again, if need be).

import { pipesOf } from "./pipe-syntax.ts";
import { type SqlWord, sqlWords } from "./words.ts";

export interface CutPart {
  /** The name that stands in its place. */
  readonly name: string;
  /** The part, with SELECT before it where it is a list of values. */
  readonly sql: string;
  /** Where the part begins in the text that it was cut from; of a list of values, where SELECT would begin. */
  readonly base: number;
  readonly isQuery: boolean;
}

export interface CutText {
  /** As long as the text was, so that all other places stay. */
  readonly sql: string;
  readonly parts: readonly CutPart[];
}

/** Parentheses that the parser takes in any case. */
const KEPT_DEPTH = 5;
/** Where a part is not worth cutting: it must be deep itself. */
const WORTH_DEPTH = 2;
const QUERY_STARTS = new Set(["select", "with", "values", "from"]);
/** Parentheses behind these hold no query and no list of values. */
const OTHER_LISTS = new Set([
  "over",
  "using",
  "as",
  "sets",
  "group",
  "filter",
  "pivot",
  "unpivot",
  "replace",
]);

/** @returns undefined when there is nothing to cut */
export function cutNesting(sql: string, prefix: string): CutText | undefined {
  const words = sqlWords(sql);
  const parts: CutPart[] = [];
  let rest = "";
  let done = 0;
  for (let index = 0; index < words.length; index += 1) {
    const end = words[index]?.depth === KEPT_DEPTH ? closing(words, index) : undefined;
    const open = words[index];
    const first = words[index + 1];
    if (end === undefined || open === undefined || first === undefined) continue;
    const isQuery = first.kind === "word" && QUERY_STARTS.has(first.text);
    if (!isWorth(words, index, end) || (!isQuery && OTHER_LISTS.has(words[index - 1]?.text ?? ""))) continue;
    const name = `${prefix}_${parts.length}`;
    const until = words[end]?.start ?? sql.length;
    const inside = sql.slice(open.end, until);
    const lead = isQuery ? "" : "select ";
    const stand = isQuery ? `select ${name}` : name;
    if (stand.length > inside.length) continue;
    parts.push({ name, sql: lead + inside, base: open.end - lead.length, isQuery });
    rest += sql.slice(done, open.end) + stand.padEnd(inside.length);
    done = until;
    index = end;
  }
  return parts.length === 0 ? undefined : { sql: rest + sql.slice(done), parts };
}

/** What stands in parentheses and is written with BigQuery's pipes, cut out. */
export function cutPiped(sql: string, words: readonly SqlWord[], prefix: string): CutText {
  const parts: CutPart[] = [];
  let rest = "";
  let done = 0;
  words.forEach((open, index) => {
    const end = open.start < done ? undefined : closing(words, index);
    const close = end === undefined ? undefined : words[end];
    if (end === undefined || close === undefined) return;
    const isPiped = pipesOf(words.slice(index, end)).some(({ depth }) => depth === open.depth + 1);
    if (!isPiped) return;
    const name = `${prefix}_${parts.length}`;
    parts.push({ name, sql: sql.slice(open.end, close.start), base: open.end, isQuery: true });
    rest += sql.slice(done, open.end) + `select ${name}`.padEnd(close.start - open.end);
    done = close.start;
  });
  return { sql: rest + sql.slice(done), parts };
}

/** Index of the parenthesis that closes the one at an index; undefined when that is none. */
function closing(words: readonly SqlWord[], index: number): number | undefined {
  const open = words[index];
  if (open?.kind !== "sign" || open.text !== "(") return undefined;
  for (let at = index + 1; at < words.length; at += 1)
    if (words[at]?.text === ")" && words[at]?.kind === "sign" && words[at]?.depth === open.depth) return at;
  return undefined;
}

function isWorth(words: readonly SqlWord[], from: number, to: number): boolean {
  const depth = words[from]?.depth ?? 0;
  for (let at = from; at < to; at += 1) if ((words[at]?.depth ?? 0) >= depth + WORTH_DEPTH) return true;
  return false;
}
