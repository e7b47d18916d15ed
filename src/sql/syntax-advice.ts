// What people really get wrong where an engine says "syntax error": a comma, a parenthesis, a keyword with a letter too
// few, a reserved word as a name. Looks at the words around the place; engines point at the first word that they did not
// expect, so the mistake is that word or what stands before it.

import { nearest } from "../base/nearest.ts";
import { type SqlWord, sqlWords } from "./words.ts";

/** Clauses in the order in which they must stand. */
const CLAUSES = ["from", "where", "group", "having", "qualify", "window", "order", "limit"];

const KEYWORDS: ReadonlySet<string> = new Set([
  ...CLAUSES,
  ..."select with as on using join left right full inner outer cross union all except intersect distinct by".split(
    " ",
  ),
  ..."case when then else end and or not in is null like between exists over partition rows range".split(" "),
  ..."insert into values update set delete create replace table view index alter drop grant revoke to".split(
    " ",
  ),
  ..."cast interval extract filter offset recursive lateral asc desc nulls first last primary key unique".split(
    " ",
  ),
]);

/** Words that no column or alias may be called without quotes. */
const RESERVED: ReadonlySet<string> = new Set(
  "all and any array as asc between both case cast check column constraint create default desc distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit not null offset on only or order placing primary references returning select some symmetric table then to trailing true union unique user using when where window with".split(
    " ",
  ),
);

/**
 * @param sql the statement, or the part of it that a person wrote
 * @param at where the engine stopped; undefined for "at the end of the input"
 * @returns one line of help, or undefined when nothing is recognised
 */
export function syntaxAdvice(sql: string, at: number | undefined): string | undefined {
  const words = sqlWords(sql);
  if (words.length === 0)
    return sql.trim() === "" ? undefined : "there is no SQL but comments: write a select, or remove the file";
  const index = at === undefined ? words.length : words.findIndex(({ end }) => end > at);
  const here = index < 0 ? words.length : index;
  return (
    openQuote(words) ??
    queryCommaMissing(words, here) ??
    misspelt(words, here) ??
    commaTooMany(words, here) ??
    openCase(words, here) ??
    unbalanced(words, sql, here) ??
    wrongOrder(words, here) ??
    usualForm(words, here) ??
    reserved(words, here) ??
    commaMissing(words, here)
  );
}

function openQuote(words: readonly SqlWord[]): string | undefined {
  const last = words.at(-1);
  if (last?.kind !== "text" || (last.text.length > 1 && last.text.endsWith("'"))) return undefined;
  return "a quote is never closed: write ' at the end of the text, and '' for a ' within it";
}

/** A keyword with a slip in it is taken for a name, so the engine stops at it or at one of the next words. */
function misspelt(words: readonly SqlWord[], here: number): string | undefined {
  for (const word of [words[here], words[here - 1], words[here - 2], words[here + 1]]) {
    if (word?.kind !== "word" || KEYWORDS.has(word.text) || word.text.length < 4) continue;
    // What is written several times is a name.
    if (words.filter(({ text }) => text === word.text).length > 1) continue;
    const near = nearest(word.text, KEYWORDS);
    if (near === undefined || Math.abs(near.length - word.text.length) > 1 || near.length < 4) continue;
    return `did you mean "${near}" instead of "${word.text}"?`;
  }
  return undefined;
}

/** `with a as (...) b as (...)` */
function queryCommaMissing(words: readonly SqlWord[], here: number): string | undefined {
  const word = words[here];
  const isNext =
    words[here - 1]?.text === ")" && words[here + 1]?.text === "as" && words[here + 2]?.text === "(";
  return word && isNext ? `a comma is missing before "${word.text}", the next query of "with"` : undefined;
}

function commaTooMany(words: readonly SqlWord[], here: number): string | undefined {
  const word = words[here];
  const before = words[here - 1];
  if (before?.text !== ",") return undefined;
  if (word === undefined) return "remove the comma at the end";
  if (word.text === ",") return "one of the two commas is too many";
  const closes = word.text === ")" || (CLAUSES.includes(word.text) && word.kind === "word");
  return closes || word.text === "select" ? `remove the comma before "${word.text}"` : undefined;
}

function openCase(words: readonly SqlWord[], here: number): string | undefined {
  const open: SqlWord[] = [];
  for (const word of words.slice(0, here)) {
    if (word.kind !== "word") continue;
    if (word.text === "case") open.push(word);
    else if (word.text === "end") open.pop();
  }
  return open.length > 0 && !["when", "then", "else", "case"].includes(words[here]?.text ?? "")
    ? `a "case" is not closed: write "end" before "${words[here]?.text ?? "the end"}"`
    : undefined;
}

/** Of parentheses that are never closed, the one that is open where the engine stopped is the likeliest. */
function unbalanced(words: readonly SqlWord[], sql: string, here: number): string | undefined {
  const open: SqlWord[] = [];
  let openHere: SqlWord | undefined;
  let tooMany = false;
  for (const [index, word] of words.entries()) {
    if (index === here) openHere = open.at(-1);
    if (word.text === "(") open.push(word);
    else if (word.text === ")" && !open.pop()) tooMany = true;
  }
  if (tooMany) {
    const near = words[here]?.text === ")" ? here : words[here - 1]?.text === ")" ? here - 1 : undefined;
    return near === undefined ? undefined : `one ")" is too many here, or a "(" before it is missing`;
  }
  const last = open.length === 0 ? undefined : (openHere ?? open.at(-1));
  if (!last) return undefined;
  const line = sql.slice(sql.lastIndexOf("\n", last.start) + 1).split("\n", 1)[0] ?? "";
  return `a parenthesis is never closed: write ")" for the "(" in: ${line.trim().slice(0, 60)}`;
}

function wrongOrder(words: readonly SqlWord[], here: number): string | undefined {
  const word = words[here];
  const rank = word?.kind === "word" ? CLAUSES.indexOf(word.text) : -1;
  if (!word || rank < 0) return undefined;
  for (let index = here - 1; index >= 0; index--) {
    const earlier = words[index] as SqlWord;
    if (earlier.depth < word.depth || (earlier.depth === word.depth && earlier.text === "select"))
      return undefined;
    if (earlier.depth !== word.depth || earlier.kind !== "word") continue;
    const before = CLAUSES.indexOf(earlier.text);
    if (before === rank)
      return `"${word.text}" stands twice: join the two with "${rank === 1 ? "and" : ","}"`;
    if (before > rank) return `"${word.text}" must stand before "${earlier.text}"`;
  }
  return undefined;
}

/** Words that people write as other languages have them, or leave out. */
function usualForm(words: readonly SqlWord[], here: number): string | undefined {
  const [before, word] = [words[here - 1], words[here]];
  if (before?.text === "in" && word?.text !== "(") return "write the values of in between parentheses";
  if (before?.text === "top" && word?.kind === "number")
    return `write limit ${word.text} at the end instead of top`;
  if (
    word?.text === "(" &&
    before?.kind === "word" &&
    before.text !== "over" &&
    words[here - 2]?.text === ")"
  )
    return nearest(before.text, ["over"]) === undefined
      ? undefined
      : `did you mean "over" instead of "${before.text}"?`;
  const clause = words
    .slice(0, here)
    .findLast(({ kind, text, depth }) => kind === "word" && depth === (word?.depth ?? 0) && STEPS.has(text));
  if (clause?.text === "between" && word?.text === ",")
    return 'write "and" between the two values of between';
  const isOver = word === undefined || (word.kind === "word" && CLAUSES.includes(word.text));
  return clause?.text === "join" && isOver
    ? 'a join needs its condition: "on ..." or "using (...)"'
    : undefined;
}

/** What `usualForm` looks back to. */
const STEPS: ReadonlySet<string> = new Set([...CLAUSES, "join", "on", "using", "between", "and", "select"]);

function reserved(words: readonly SqlWord[], here: number): string | undefined {
  for (const index of [here, here - 1]) {
    const word = words[index];
    const before = words[index - 1];
    if (word?.kind !== "word" || !RESERVED.has(word.text) || before === undefined) continue;
    const after = words[index + 1];
    const asName =
      before.text === "as" ||
      before.text === "." ||
      ((before.text === "," || before.text === "select") &&
        (after === undefined || [",", ")", "from", "as", "."].includes(after.text)));
    if (asName) return `"${word.text}" is a reserved word: put it in double quotes, or use another name`;
  }
  return undefined;
}

/** Two things that stand beside each other in a list. */
function commaMissing(words: readonly SqlWord[], here: number): string | undefined {
  const word = words[here];
  const before = words[here - 1];
  if (!word || !before) return undefined;
  const begins =
    word.kind !== "sign" && !(word.kind === "word" && KEYWORDS.has(word.text) && word.text !== "case");
  const ends =
    before.text === ")" ||
    (before.kind !== "sign" &&
      !(before.kind === "word" && KEYWORDS.has(before.text) && before.text !== "end"));
  if (word.text === "select" && before.text === ")")
    return 'a comma is missing between the queries of "with"';
  if (!ends) return undefined;
  if (begins) return `a comma is probably missing before "${word.text}"`;
  const named = words[here - 2];
  return word.text === "(" && named?.text === ","
    ? 'write "as" between the name of a query in "with" and its "("'
    : undefined;
}
