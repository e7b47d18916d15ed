// The methods of str: case, padding, tests, join, replace, format. Searching and cutting have files of their own.

import { bindArguments, integerArgument, textArgument } from "../bind-arguments.ts";
import { dictGet } from "../compare.ts";
import { raise } from "../errors.ts";
import { itemsOf } from "../iteration.ts";
import type { Method, Methods } from "../method.ts";
import { checkTextLength, fill, textLength } from "../text.ts";
import { typeName } from "../type-name.ts";
import type { Kwargs, Value } from "../value.ts";
import { searchMethods } from "./text-search.ts";
import { splitMethods } from "./text-split.ts";

/** str.title(): letters behind a character that is no letter become capitals. */
function titleText(text: string): string {
  return text.replace(/\p{L}[\p{L}\p{M}]*/gu, (word) => capitalizeText(word));
}

/** str.capitalize(). */
export function capitalizeText(text: string): string {
  const first = String.fromCodePoint(...(text === "" ? [] : [text.codePointAt(0) ?? 0]));
  const [capital = "", ...more] = first.toUpperCase();
  return capital + more.join("").toLowerCase() + text.slice(first.length).toLowerCase();
}

function swapCase(text: string): string {
  return text.replace(/\p{Lu}|\p{Ll}/gu, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  );
}

/** A method without arguments. */
function plain(name: string, compute: (text: string) => Value): [string, Method<string>] {
  return [
    name,
    (self, args, kwargs) => {
      bindArguments(`str.${name}`, [], args, kwargs);
      return compute(self);
    },
  ];
}

/** A test that every character must pass; false for "". */
function every(name: string, pattern: RegExp): [string, Method<string>] {
  return plain(name, (text) => pattern.test(text));
}

/** str.center(): the odd blank goes where Python puts it. */
export function centerText(text: string, width: number, character = " "): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill(left, character) + text + fill(missing - left, character);
}

function pad(
  name: string,
  place: (text: string, width: number, character: string) => string,
): [string, Method<string>] {
  return [
    name,
    (self, args, kwargs) => {
      const [width, character] = bindArguments(name, ["width", "fillchar?"], args, kwargs);
      const filler = character === undefined ? " " : textArgument(character);
      if (textLength(filler) !== 1)
        raise("TypeError", "The fill character must be exactly one character long");
      return place(self, integerArgument(width ?? null), filler);
    },
  ];
}

function zfill(self: string, args: readonly Value[], kwargs: Kwargs): Value {
  const width = integerArgument(bindArguments("zfill", ["width"], args, kwargs)[0] ?? null);
  const zeros = fill(width - textLength(self), "0");
  return /^[+-]/.test(self) ? self.charAt(0) + zeros + self.slice(1) : zeros + self;
}

function join(self: string, args: readonly Value[], kwargs: Kwargs): Value {
  const items = itemsOf(bindArguments("join", ["iterable"], args, kwargs)[0] ?? null);
  let length = 0;
  items.forEach((item, index) => {
    if (typeof item !== "string") {
      raise("TypeError", `sequence item ${index}: expected str instance, ${typeName(item)} found`);
    }
    length += item.length + self.length;
  });
  checkTextLength(length);
  return items.join(self);
}

/** str.replace(). */
export function replaceText(text: string, from: string, to: string, count = -1): string {
  if (count === 0) return text;
  if (to.length > from.length)
    checkTextLength(text.length + (text.length / Math.max(1, from.length) + 1) * (to.length - from.length));
  if (count < 0) return replaceAll(text, from, to);
  let result = "";
  let rest = text;
  for (let done = 0; done < count; done++) {
    const index =
      from === "" && done > 0
        ? rest === ""
          ? -1
          : String.fromCodePoint(rest.codePointAt(0) ?? 0).length
        : rest.indexOf(from);
    if (index < 0) break;
    result += rest.slice(0, index) + to;
    rest = rest.slice(index + from.length);
  }
  return result + rest;
}

function replaceAll(text: string, from: string, to: string): string {
  if (from === "") return to + Array.from(text, (character) => character + to).join("");
  return text.split(from).join(to);
}

function replace(self: string, args: readonly Value[], kwargs: Kwargs): Value {
  const [from, to, count] = bindArguments("replace", ["old", "new", "count?"], args, kwargs);
  return replaceText(
    self,
    textArgument(from ?? null),
    textArgument(to ?? null),
    count === undefined ? -1 : integerArgument(count),
  );
}

function expandTabs(self: string, args: readonly Value[], kwargs: Kwargs): Value {
  const size = integerArgument(bindArguments("expandtabs", ["tabsize?"], args, kwargs)[0] ?? 8);
  checkTextLength(self.length + (self.split("\t").length - 1) * size);
  let column = 0;
  return self.replace(/\t|[\n\r]|[^\t\n\r]+/g, (part) => {
    if (part !== "\t") {
      column = part === "\n" || part === "\r" ? 0 : column + part.length;
      return part;
    }
    const width = size > 0 ? size - (column % size) : 0;
    column += width;
    return fill(width);
  });
}

/** str.maketrans in its static form is not reachable from a template; a dict does the same. */
function translate(self: string, args: readonly Value[], kwargs: Kwargs): Value {
  const [table] = bindArguments("translate", ["table"], args, kwargs);
  if (!(table instanceof Map)) raise("TypeError", "translate() needs a dict");
  let result = "";
  for (const character of self) {
    const to = dictGet(table, character.codePointAt(0) ?? 0);
    if (to === undefined) result += character;
    else if (typeof to === "number") result += String.fromCodePoint(to);
    else if (to !== null) result += textArgument(to);
    checkTextLength(result.length);
  }
  return result;
}

function maketrans(_self: string, args: readonly Value[], kwargs: Kwargs): Value {
  const [from, to, remove] = bindArguments("maketrans", ["x", "y?", "z?"], args, kwargs);
  const table = new Map<Value, Value>();
  if (from instanceof Map) {
    for (const [key, value] of from)
      table.set(typeof key === "string" ? (key.codePointAt(0) ?? 0) : key, value);
    return table;
  }
  const targets = Array.from(textArgument(to ?? null), (character) => character.codePointAt(0) ?? 0);
  const sources = Array.from(textArgument(from ?? null), (character) => character.codePointAt(0) ?? 0);
  if (sources.length !== targets.length)
    raise("ValueError", "the first two maketrans arguments must have equal length");
  for (const [index, source] of sources.entries()) table.set(source, targets[index] ?? null);
  for (const character of textArgument(remove ?? "")) table.set(character.codePointAt(0) ?? 0, null);
  return table;
}

const isCased = (text: string) => /\p{L}/u.test(text) && text.toLowerCase() !== text.toUpperCase();

/** All but format and format_map, which reach into the attributes of other values. */
export const textMethods: Methods<string> = new Map<string, Method<string>>([
  ...searchMethods,
  ...splitMethods,
  plain("lower", (text) => text.toLowerCase()),
  plain("upper", (text) => text.toUpperCase()),
  plain("casefold", (text) => text.replaceAll("ß", "ss").toLowerCase()),
  plain("title", titleText),
  plain("capitalize", capitalizeText),
  plain("swapcase", swapCase),
  plain("islower", (text) => isCased(text) && text === text.toLowerCase()),
  plain("isupper", (text) => isCased(text) && text === text.toUpperCase()),
  plain("istitle", (text) => isCased(text) && text === titleText(text)),
  plain("isascii", (text) => /^[\x00-\x7f]*$/.test(text)),
  plain("isprintable", (text) => !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text)),
  every("isalpha", /^\p{L}+$/u),
  every("isdigit", /^[\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨]+$/u),
  every("isdecimal", /^\p{Nd}+$/u),
  every("isnumeric", /^\p{N}+$/u),
  every("isalnum", /^[\p{L}\p{N}]+$/u),
  every("isspace", /^[\s\x1c-\x1f\x85]+$/),
  every("isidentifier", /^[\p{ID_Start}_][\p{ID_Continue}]*$/u),
  pad("center", centerText),
  pad("ljust", (text, width, character) => text + fill(width - textLength(text), character)),
  pad("rjust", (text, width, character) => fill(width - textLength(text), character) + text),
  ["zfill", zfill],
  ["join", join],
  ["replace", replace],
  ["expandtabs", expandTabs],
  ["translate", translate],
  ["maketrans", maketrans],
]);
