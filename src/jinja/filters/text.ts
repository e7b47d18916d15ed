// Filters over text: case, trimming, padding, indentation, truncation, wrapping, escaping.

import { bindArguments, integerArgument } from "../bind-arguments.ts";
import { truth } from "../compare.ts";
import { raise } from "../errors.ts";
import { percentFormat } from "../format/percent.ts";
import { itemsOf, iterate, sizeOf } from "../iteration.ts";
import { capitalizeText, centerText, replaceText } from "../methods/text.ts";
import { splitLines, stripText } from "../methods/text-split.ts";
import { isNumeric, toDouble } from "../number.ts";
import { parseFloatText } from "../number-text.ts";
import { toRepr, toText } from "../repr.ts";
import { characters, checkTextLength, fill } from "../text.ts";
import { typeName } from "../type-name.ts";
import { Undefined } from "../undefined.ts";
import { type Kwargs, PyObject, Tuple, type Value } from "../value.ts";
import type { Filter, FilterEntry } from "./contract.ts";
import { wrapText } from "./wrap.ts";

function plain(name: string, compute: (text: string) => Value): FilterEntry {
  return [
    name,
    (value, args, kwargs) => {
      bindArguments(name, [], args, kwargs);
      return compute(toText(value));
    },
  ];
}

/** Like str.title(), but words begin behind blanks, hyphens and opening brackets only. */
function title(text: string): string {
  const word = (part: string) => {
    const first = String.fromCodePoint(part.codePointAt(0) ?? 0);
    return first.toUpperCase() + part.slice(first.length).toLowerCase();
  };
  return text
    .split(/([-\s({[<]+)/)
    .map((part) => (part === "" ? part : word(part)))
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "'": "&#39;",
  '"': "&#34;",
};

/** HTML's special characters as entities. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>'"]/g, (character) => ENTITIES[character] ?? character);
}

const UNESCAPED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

/** A text without what stands between two marks. */
function without(text: string, open: string, close: string): string {
  let result = "";
  let at = 0;
  for (let start = text.indexOf(open); start >= 0; start = text.indexOf(open, at)) {
    const end = text.indexOf(close, start + open.length);
    if (end < 0) break;
    result += text.slice(at, start);
    at = end + close.length;
  }
  return result + text.slice(at);
}

function stripTags(text: string): string {
  const bare = without(without(text, "<!--", "-->"), "<", ">");
  const joined = bare.split(/\s+/).filter(Boolean).join(" ");
  return joined.replace(
    /&(?:#(\d+)|#[xX]([\da-fA-F]+)|(\w+));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(UNESCAPED, name) ? (UNESCAPED[name] ?? whole) : whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** Text for filters that Jinja2 only has for strings. Raises TypeError for other values. */
function onlyText(name: string, value: Value): string {
  if (value instanceof PyObject && value.typeName === "str") return value.toText();
  if (value instanceof Undefined) value.fail();
  return typeof value === "string"
    ? value
    : raise("TypeError", `${name} needs a string, not ${typeName(value)}`);
}

const indent: Filter = (value, args, kwargs) => {
  const [width, first, blank] = bindArguments("indent", ["width?", "first?", "blank?"], args, kwargs);
  const indention = typeof width === "string" ? width : fill(integerArgument(width ?? 4));
  const lines = splitLines(`${onlyText("indent", value)}\n`, false);
  checkTextLength(lines.length * indention.length);
  const [start = "", ...rest] = lines;
  const indented = rest.map((line) => (truth(blank ?? false) || line !== "" ? indention + line : line));
  return (truth(first ?? false) ? indention : "") + [start, ...indented].join("\n");
};

const truncate: Filter = (value, args, kwargs) => {
  const [length, killWords, end, leeway] = bindArguments(
    "truncate",
    ["length?", "killwords?", "end?", "leeway?"],
    args,
    kwargs,
  );
  const limit = integerArgument(length ?? 255);
  const ending = toText(end ?? "...");
  const slack = leeway === undefined || leeway === null ? 5 : integerArgument(leeway);
  if (typeof value !== "string" && (sizeOf(value) ?? Number.POSITIVE_INFINITY) <= limit + slack) return value;
  const text = characters(onlyText("truncate", value));
  if (limit < ending.length) raise("AssertionError", `expected length >= ${ending.length}, got ${limit}`);
  if (text.length <= limit + slack) return text.join("");
  const kept = text.slice(0, limit - ending.length).join("");
  if (truth(killWords ?? false)) return kept + ending;
  const space = kept.lastIndexOf(" ");
  return (space < 0 ? kept : kept.slice(0, space)) + ending;
};

const format: Filter = (value, args, kwargs) => {
  if (args.length > 0 && kwargs.size > 0)
    raise("FilterArgumentError", "can't handle positional and keyword arguments at the same time");
  const values: Value = kwargs.size > 0 ? new Map<Value, Value>(kwargs) : new Tuple(args);
  return percentFormat(toText(value), values);
};

const wordWrap: Filter = (value, args, kwargs) => {
  const names = ["width?", "break_long_words?", "wrapstring?", "break_on_hyphens?"];
  const [width, breakLong, wrapString, breakHyphens] = bindArguments("wordwrap", names, args, kwargs);
  const newline = wrapString === undefined || wrapString === null ? "\n" : toText(wrapString);
  const options = {
    width: integerArgument(width ?? 79),
    breakLongWords: truth(breakLong ?? true),
    breakOnHyphens: truth(breakHyphens ?? true),
  };
  return splitLines(onlyText("wordwrap", value), false)
    .map((line) => wrapText(line, options).join(newline))
    .join(newline);
};

const replace: Filter = (value, args, kwargs) => {
  const [from, to, count] = bindArguments("replace", ["old", "new", "count?"], args, kwargs);
  const limit = count === undefined || count === null ? -1 : integerArgument(count);
  return replaceText(toText(value), toText(from ?? null), toText(to ?? null), limit);
};

/** Percent-encoding as Python's urllib does it. */
function quote(text: string, keep: RegExp): string {
  return Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return byte < 128 && keep.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

const urlEncode: Filter = (value) => {
  const isPairs = value instanceof Map || Array.isArray(value) || value instanceof Tuple;
  if (!isPairs) return quote(toText(value), /[\w.~/-]/);
  const pairs = value instanceof Map ? [...value] : [...iterate(value)].map((pair) => itemsOf(pair));
  const plus = (part: Value | undefined) => quote(toText(part ?? null), /[\w.~ -]/).replaceAll(" ", "+");
  return pairs
    .map((pair) => {
      if (pair.length !== 2) raise("ValueError", "urlencode needs pairs of a key and a value");
      return `${plus(pair[0])}=${plus(pair[1])}`;
    })
    .join("&");
};

const fileSize: Filter = (value, args, kwargs) => {
  const binary = truth(bindArguments("filesizeformat", ["binary?"], args, kwargs)[0] ?? false);
  const given =
    typeof value === "string" ? parseFloatText(value) : isNumeric(value) ? toDouble(value) : undefined;
  if (value instanceof Undefined) value.fail();
  if (given === undefined) {
    const type = typeof value === "string" ? "ValueError" : "TypeError";
    return raise(type, `could not convert ${typeName(value)} to float: ${toRepr(value)}`);
  }
  const bytes = given;
  const base = binary ? 1024 : 1000;
  if (bytes === 1) return "1 Byte";
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const units = binary ? "KiB MiB GiB TiB PiB EiB ZiB YiB".split(" ") : "kB MB GB TB PB EB ZB YB".split(" ");
  const power = Math.min(units.length, Math.max(1, Math.floor(Math.log(bytes) / Math.log(base) + 1e-9)));
  return `${(bytes / base ** power).toFixed(1)} ${units[power - 1]}`;
};

const xmlAttributes: Filter = (value, args, kwargs) => {
  const space = truth(bindArguments("xmlattr", ["autospace?"], args, kwargs)[0] ?? true);
  if (value instanceof Undefined) value.fail();
  if (!(value instanceof Map)) return raise("TypeError", "xmlattr needs a dict");
  const written: string[] = [];
  for (const [key, item] of value) {
    if (item === null || item instanceof Undefined) continue;
    const name = toText(key);
    if (/[\s/>=]/.test(name)) raise("ValueError", `Invalid character in attribute name: '${name}'`);
    written.push(`${escapeHtml(name)}="${escapeHtml(toText(item))}"`);
  }
  return (space && written.length > 0 ? " " : "") + written.join(" ");
};

const trim: Filter = (value, args, kwargs) => {
  const [cut] = bindArguments("trim", ["chars?"], args, kwargs);
  return stripText(toText(value), true, true, cut === undefined || cut === null ? null : toText(cut));
};

function center(value: Value, args: readonly Value[], kwargs: Kwargs): Value {
  return centerText(
    toText(value),
    integerArgument(bindArguments("center", ["width?"], args, kwargs)[0] ?? 80),
  );
}

export const textFilters: readonly FilterEntry[] = [
  plain("lower", (text) => text.toLowerCase()),
  plain("upper", (text) => text.toUpperCase()),
  plain("title", title),
  plain("capitalize", capitalizeText),
  plain("string", (text) => text),
  plain("safe", (text) => text),
  plain("escape", escapeHtml),
  plain("e", escapeHtml),
  plain("forceescape", escapeHtml),
  plain("striptags", stripTags),
  plain("wordcount", (text) => (text.match(/[\p{L}\p{N}_]+/gu) ?? []).length),
  ["trim", trim],
  ["center", center],
  ["indent", indent],
  ["truncate", truncate],
  ["format", format],
  ["wordwrap", wordWrap],
  ["replace", replace],
  ["urlencode", urlEncode],
  ["filesizeformat", fileSize],
  ["xmlattr", xmlAttributes],
];
