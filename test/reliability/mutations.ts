// Random changes of texts and bytes: what slips of hands, broken transfers and people who mean harm make of files.

import fc from "fast-check";

const PIECES = [
  ..."{{ |}}|{%|%}|{#|{% if x %}|{% endfor %}|{% macro m() %}|{{ ref('x') }}|{{ this.is.undefined }}|{{ 1/0 }}".split(
    "|",
  ),
  ..."{{ var('x') }}|{{ [] * 3 }}|{{ {}.x.y }}|{% set x = namespace(a=1) %}|{{ loop }}|{{ config(enabled=false) }}".split(
    "|",
  ),
  ..."{{ config(materialized=none) }}|{{ config(alias=1.5, tags={'a': [1]}) }}|{{ ref }}|{{ source('a') }}".split(
    "|",
  ),
  ...": |- |\n|\n\n|\n  |\n      - |[|]|{|}|\"|'|&a |*a |!!x |!!python/object:os.system |<<: *a|?|\t|,|,,|;|\r|\r\n|#|//|--|/*".split(
    "|",
  ),
  ..."null|~|true|[]|{}|[[]]|{a: {b: []}}|1.5|-1|1e999|.nan|.inf|0x7f|12345678901234567890|2026-01-01|2026-99-99".split(
    "|",
  ),
  "",
  " ",
  "\u0000",
  "\u001b[31m",
  "\u2028",
  "\ufeff",
  "é🎉",
  "__proto__",
  "constructor",
  "name",
  "version",
  "config",
  "|",
  ">-",
  "../../x",
  "/dev/null",
  "%s%d%(a)s",
  "x".repeat(5000),
  "[".repeat(2000),
  "{".repeat(300),
  "(".repeat(3000),
];

const piece = fc.constantFrom(...PIECES);

type Change = (text: string) => string;

/** Where in a text something happens, as a share of its length. */
const share = fc.double({ min: 0, max: 1, noNaN: true });
const at = (text: string, where: number): number => Math.floor(where * text.length);

const replace: fc.Arbitrary<Change> = fc
  .tuple(share, fc.nat(20), piece)
  .map(([where, length, added]) => (text) => {
    const start = at(text, where);
    return text.slice(0, start) + added + text.slice(start + length);
  });

/** One value, name or key becomes another. */
const replaceWord: fc.Arbitrary<Change> = fc.tuple(share, piece).map(([where, added]) => (text) => {
  const words = [...text.matchAll(/[\w.'"-]+/g)];
  const word = words[Math.min(words.length - 1, Math.floor(where * words.length))];
  return word ? text.slice(0, word.index) + added + text.slice(word.index + word[0].length) : added;
});

/** Lines are lost, doubled, moved in or out. */
const changeLine: fc.Arbitrary<Change> = fc
  .tuple(share, fc.constantFrom("drop", "double", "in", "out", "swap"))
  .map(([where, kind]) => (text) => {
    const lines = text.split("\n");
    const index = Math.min(lines.length - 1, Math.floor(where * lines.length));
    const line = lines[index] ?? "";
    const next = lines[index + 1] ?? "";
    const changed = {
      drop: [],
      double: [line, line],
      in: [`   ${line}`],
      out: [line.trimStart()],
      swap: [next, line],
    };
    lines.splice(index, kind === "swap" ? 2 : 1, ...changed[kind as keyof typeof changed]);
    return lines.join("\n");
  });

const cutOff: fc.Arbitrary<Change> = share.map((where) => (text) => text.slice(0, at(text, where)));

/** A text after one to three changes. */
export function mutatedText(text: string): fc.Arbitrary<string> {
  const change = fc.oneof(
    { weight: 4, arbitrary: replace },
    { weight: 5, arbitrary: replaceWord },
    { weight: 3, arbitrary: changeLine },
    { weight: 1, arbitrary: cutOff },
  );
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce((changed, one) => one(changed), text));
}

/** Bytes after one to six changes: flipped, lost, doubled, cut off. */
export function mutatedBytes(bytes: Buffer): fc.Arbitrary<Buffer> {
  const change = fc.tuple(
    share,
    fc.constantFrom("flip", "drop", "double", "cut"),
    fc.integer({ min: 1, max: 255 }),
  );
  return fc.array(change, { minLength: 1, maxLength: 6 }).map((changes) =>
    changes.reduce((changed, [where, kind, value]) => {
      const start = Math.min(Math.max(0, changed.length - 1), Math.floor(where * changed.length));
      if (kind === "cut") return changed.subarray(0, start);
      if (kind === "drop")
        return Buffer.concat([changed.subarray(0, start), changed.subarray(start + value)]);
      if (kind === "double")
        return Buffer.concat([changed.subarray(0, start + value), changed.subarray(start)]);
      const flipped = Buffer.from(changed);
      if (flipped.length > 0) flipped[start] = (flipped[start] ?? 0) ^ value;
      return flipped;
    }, bytes),
  );
}
