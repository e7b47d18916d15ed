// The methods of str that cut text: split, strip, partition, splitlines and their mirrors.

import { bindArguments, integerArgument, textArgument } from "../bind-arguments.ts";
import { truth } from "../compare.ts";
import { raise } from "../errors.ts";
import type { Method } from "../method.ts";
import { type Kwargs, Tuple, type Value } from "../value.ts";

/** What Python takes for whitespace in strip() and split(). */
const SPACE = /[\s\x1c-\x1f\x85]/;
const SPACES = /[\s\x1c-\x1f\x85]+/;

function isSpace(character: string): boolean {
  return SPACE.test(character) && character !== "\ufeff";
}

/** strip() of either side; `cut` holds the characters to remove, whitespace when null. */
export function stripText(text: string, left: boolean, right: boolean, cut: string | null = null): string {
  const removable = cut === null ? isSpace : new Set(cut);
  const test = (character: string) =>
    typeof removable === "function" ? removable(character) : removable.has(character);
  let start = 0;
  let end = text.length;
  if (left) while (start < end && test(text.charAt(start))) start++;
  if (right) while (end > start && test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function strip(name: string, left: boolean, right: boolean): Method<string> {
  return (self, args, kwargs) => {
    const [cut] = bindArguments(name, ["chars?"], args, kwargs);
    return stripText(self, left, right, cut === undefined || cut === null ? null : textArgument(cut));
  };
}

/** Where the last word of a text begins that does not end with whitespace. */
function lastWordStart(text: string): number {
  let at = text.length;
  while (at > 0 && !isSpace(text.charAt(at - 1))) at--;
  return at;
}

/** split() without a separator: runs of whitespace separate, and the part behind the limit keeps its inner ones. */
function splitOnSpace(text: string, limit: number, backwards: boolean): Value {
  if (limit < 0) {
    const trimmed = stripText(text, true, true);
    return trimmed === "" ? [] : trimmed.split(SPACES);
  }
  const parts: string[] = [];
  let rest = stripText(text, !backwards, backwards);
  while (parts.length < limit && rest !== "") {
    const index = backwards ? lastWordStart(rest) : rest.search(SPACE);
    const word = index < 0 ? rest : backwards ? rest.slice(index) : rest.slice(0, index);
    parts.push(word);
    rest = stripText(
      backwards ? rest.slice(0, rest.length - word.length) : rest.slice(word.length),
      !backwards,
      backwards,
    );
  }
  if (rest !== "") parts.push(rest);
  return backwards ? parts.reverse() : parts;
}

function splitOn(text: string, separator: string, limit: number, backwards: boolean): Value {
  if (separator === "") raise("ValueError", "empty separator");
  const parts = text.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  if (backwards) {
    const cut = parts.length - limit;
    return [parts.slice(0, cut).join(separator), ...parts.slice(cut)];
  }
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

function split(name: string, backwards: boolean): Method<string> {
  return (self, args, kwargs) => {
    const [separator, maximum] = bindArguments(name, ["sep?", "maxsplit?"], args, kwargs);
    const limit = maximum === undefined ? -1 : integerArgument(maximum);
    if (separator === undefined || separator === null) return splitOnSpace(self, limit, backwards);
    return splitOn(self, textArgument(separator), limit, backwards);
  };
}

function partition(name: string, backwards: boolean): Method<string> {
  return (self, args, kwargs) => {
    const separator = textArgument(bindArguments(name, ["sep"], args, kwargs)[0] ?? null);
    if (separator === "") raise("ValueError", "empty separator");
    const index = backwards ? self.lastIndexOf(separator) : self.indexOf(separator);
    if (index < 0) return new Tuple(backwards ? ["", "", self] : [self, "", ""]);
    return new Tuple([self.slice(0, index), separator, self.slice(index + separator.length)]);
  };
}

/** str.splitlines(). */
export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines =
    text.match(
      /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+$/g,
    ) ?? [];
  return keepEnds
    ? lines
    : lines.map((line) => line.replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, ""));
}

function splitlines(self: string, args: readonly Value[], kwargs: Kwargs): Value {
  return splitLines(self, truth(bindArguments("splitlines", ["keepends?"], args, kwargs)[0] ?? false));
}

function without(name: string, start: boolean): Method<string> {
  return (self, args, kwargs) => {
    const affix = textArgument(bindArguments(name, ["affix"], args, kwargs)[0] ?? null);
    if (start) return self.startsWith(affix) ? self.slice(affix.length) : self;
    return affix !== "" && self.endsWith(affix) ? self.slice(0, -affix.length) : self;
  };
}

export const splitMethods: readonly (readonly [string, Method<string>])[] = [
  ["strip", strip("strip", true, true)],
  ["lstrip", strip("lstrip", true, false)],
  ["rstrip", strip("rstrip", false, true)],
  ["split", split("split", false)],
  ["rsplit", split("rsplit", true)],
  ["partition", partition("partition", false)],
  ["rpartition", partition("rpartition", true)],
  ["splitlines", splitlines],
  ["removeprefix", without("removeprefix", true)],
  ["removesuffix", without("removesuffix", false)],
];
