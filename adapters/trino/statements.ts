// A text cut into the statements that Trino takes one at a time, without the semicolons between them, and values put in
// place of placeholders.

import type { Cell } from "../../src/adapter/result.ts";
import { type SqlWord, sqlWords } from "../../src/sql/words.ts";
import { literal } from "./names.ts";

export interface Statement {
  readonly sql: string;
  /** Where it begins in the whole text. */
  readonly start: number;
  /** Its first words, in lower case. */
  readonly words: readonly string[];
}

/** @returns the statements of a text in order, with the comments before them; none for comments and white space alone */
export function statementsOf(sql: string): Statement[] {
  const found: Statement[] = [];
  let from = 0;
  let last: SqlWord | undefined;
  let words: string[] = [];
  let blocks = 0;
  const close = (): void => {
    if (last) {
      const start = sql.slice(from).search(/\S/) + from;
      found.push({ sql: sql.slice(start, last.end), start, words });
    }
    last = undefined;
    words = [];
    blocks = 0;
  };
  const all = sqlWords(sql);
  for (const [i, word] of all.entries()) {
    if (word.text === ";" && word.kind === "sign" && blocks === 0) {
      close();
      from = word.end;
      continue;
    }
    last = word;
    if (words.length < LEAD_WORDS) words.push(word.text);
    if (isRoutine(words)) blocks = Math.max(0, blocks + blockStep(all[i - 1], word, all[i + 1]));
  }
  close();
  return found;
}

const LEAD_WORDS = 6;

/** CREATE FUNCTION and WITH FUNCTION: their bodies are the only statements that hold semicolons. */
function isRoutine(words: readonly string[]): boolean {
  return (words[0] === "create" || words[0] === "with") && words.slice(1, 4).includes("function");
}

const OPENERS = new Set(["begin", "case", "if", "loop", "while", "repeat"]);

/** +1 where a block of a routine's body opens, -1 where one is closed. */
function blockStep(before: SqlWord | undefined, word: SqlWord, behind: SqlWord | undefined): number {
  if (word.kind !== "word") return 0;
  if (word.text === "end") return -1;
  if (!OPENERS.has(word.text) || before?.text === "end") return 0;
  const isCall = (word.text === "if" || word.text === "repeat") && behind?.text === "(";
  return isCall ? 0 : 1;
}

/**
 * Puts values in the place of ?, $1 or %s. They travel as literals, as dbt-trino's driver writes them behind EXECUTE
 * IMMEDIATE ... USING, which older servers and seeds of a thousand rows do without.
 * @throws Error when there are more places than values
 */
export function withValues(sql: string, binds: readonly Cell[]): string {
  let text = "";
  let from = 0;
  let next = 0;
  const words = sqlWords(sql);
  for (const [i, word] of words.entries()) {
    const place = placeOf(word, words[i + 1]);
    if (!place) continue;
    const index = place.index ?? next++;
    if (index >= binds.length) throw new Error(`the statement has no value for its placeholder ${index + 1}`);
    text += sql.slice(from, word.start) + valueLiteral(binds[index] ?? null);
    from = place.end;
  }
  return text + sql.slice(from);
}

function placeOf(
  word: SqlWord,
  behind: SqlWord | undefined,
): { readonly index?: number; readonly end: number } | undefined {
  if (word.kind !== "sign") return undefined;
  if (word.text === "?") return { end: word.end };
  if (behind?.start !== word.end) return undefined;
  if (word.text === "%" && behind.text === "s") return { end: behind.end };
  if (word.text === "$" && /^\d+$/.test(behind.text))
    return { index: Number(behind.text) - 1, end: behind.end };
  return undefined;
}

function valueLiteral(cell: Cell): string {
  if (cell === null) return "NULL";
  if (typeof cell === "number") return Number.isInteger(cell) ? String(cell) : doubleLiteral(cell);
  if (typeof cell === "boolean" || typeof cell === "bigint") return String(cell);
  if (cell instanceof Uint8Array) return `X'${Buffer.from(cell).toString("hex")}'`;
  if (cell instanceof Map) throw new Error("a row cannot be bound");
  if (typeof cell === "string") return literal(cell);
  return `ARRAY[${(cell as readonly Cell[]).map(valueLiteral).join(", ")}]`;
}

/** 1.5 alone would be a decimal. */
function doubleLiteral(value: number): string {
  if (Number.isNaN(value)) return "nan()";
  if (!Number.isFinite(value)) return value > 0 ? "infinity()" : "-infinity()";
  return value.toExponential().replace("e", "E").replace("E+", "E");
}
