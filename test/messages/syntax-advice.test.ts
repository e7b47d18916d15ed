// What a refused statement was probably meant to say.

import { expect, test } from "vitest";
import { syntaxAdvice } from "../../src/sql/syntax-advice.ts";

/** `|` marks where the engine stopped. */
function advice(marked: string): string | undefined {
  const at = marked.indexOf("|");
  return syntaxAdvice(marked.replace("|", ""), at < 0 ? undefined : at);
}

test.each([
  ["select a as x |b from t", 'a comma is probably missing before "b"'],
  ["select lower(a) |b_c, d from t", 'a comma is probably missing before "b_c"'],
  ["select a, |from t", 'remove the comma before "from"'],
  ["select a,|, b from t", "one of the two commas is too many"],
  ["with a as (select 1), |select 1", 'remove the comma before "select"'],
  [
    "with a as (select 1) |orders as (select 2) select 1",
    'a comma is missing before "orders", the next query of "with"',
  ],
  ["|selct a from t", 'did you mean "select" instead of "selct"?'],
  ["select a form |t", 'did you mean "from" instead of "form"?'],
  ["select a from t gruop |by a", 'did you mean "group" instead of "gruop"?'],
  [
    "select lower((a) |as b from t",
    'a parenthesis is never closed: write ")" for the "(" in: select lower((a) as b from t',
  ],
  ["select lower(a)) |as b from t", 'one ")" is too many here, or a "(" before it is missing'],
  ["select case when a then 1 |as b from t", 'a "case" is not closed: write "end" before "as"'],
  ["select a from t group by a |where b = 1", '"where" must stand before "group"'],
  ["select a from t where b |where c", '"where" stands twice: join the two with "and"'],
  ["select a as |group from t", '"group" is a reserved word: put it in double quotes, or use another name'],
  [
    "select 'a as b from t",
    "a quote is never closed: write ' at the end of the text, and '' for a ' within it",
  ],
  ["select a from t join u |where b", 'a join needs its condition: "on ..." or "using (...)"'],
  ["select a from t where a in |'x', 'y'", "write the values of in between parentheses"],
  ["select a from t where a between 1|, 5", 'write "and" between the two values of between'],
  ["select top |10 a from t", "write limit 10 at the end instead of top"],
  ["select sum(a) ovr |(order by b) from t", 'did you mean "over" instead of "ovr"?'],
  ["|-- later\n/* or never */", "there is no SQL but comments: write a select, or remove the file"],
  ["select a, (select b from t |where", undefined],
])("%s", (marked, expected) => {
  if (expected === undefined) expect(advice(marked)).toBeTypeOf("string");
  else expect(advice(marked)).toBe(expected);
});

test("says nothing where nothing is recognised", () => {
  expect(advice("|= 1")).toBeUndefined();
  expect(advice("")).toBeUndefined();
});
