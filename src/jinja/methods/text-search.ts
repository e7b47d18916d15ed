// The methods of str that look for text: find, index, count, startswith and their mirrors, with start and end.

import { bindArguments, integerArgument, textArgument } from "../bind-arguments.ts";
import { raise } from "../errors.ts";
import type { Method } from "../method.ts";
import { characters, hasSurrogates, textLength } from "../text.ts";
import { typeName } from "../type-name.ts";
import { type Kwargs, Tuple, type Value } from "../value.ts";

interface Window {
  /** The part of the text that is searched. */
  readonly part: string;
  /** Character index at which it begins. */
  readonly from: number;
  /** False when start lies behind the end, where nothing is found, not even "". */
  readonly valid: boolean;
}

function windowOf(text: string, start: Value | undefined, end: Value | undefined): Window {
  if ((start ?? null) === null && (end ?? null) === null) return { part: text, from: 0, valid: true };
  const all = hasSurrogates(text) ? characters(text) : undefined;
  const length = all?.length ?? text.length;
  const clamp = (value: Value | undefined, otherwise: number) => {
    if (value === undefined || value === null) return otherwise;
    const index = integerArgument(value);
    return index < 0 ? Math.max(0, index + length) : index;
  };
  const from = clamp(start, 0);
  const to = Math.min(clamp(end, length), length);
  const part =
    all === undefined ? text.slice(from, Math.max(from, to)) : all.slice(from, Math.max(from, to)).join("");
  return { part, from, valid: from <= to };
}

function search(name: string, backwards: boolean, strict: boolean): Method<string> {
  return (self, args, kwargs) => {
    const [wanted, start, end] = bindArguments(name, ["sub", "start?", "end?"], args, kwargs);
    const { part, from, valid } = windowOf(self, start, end);
    const needle = textArgument(wanted ?? null);
    const index = !valid ? -1 : backwards ? part.lastIndexOf(needle) : part.indexOf(needle);
    if (index >= 0) return from + (hasSurrogates(part) ? textLength(part.slice(0, index)) : index);
    return strict ? raise("ValueError", "substring not found") : -1;
  };
}

function count(self: string, args: readonly Value[], kwargs: Kwargs): Value {
  const [wanted, start, end] = bindArguments("count", ["sub", "start?", "end?"], args, kwargs);
  const { part, valid } = windowOf(self, start, end);
  const needle = textArgument(wanted ?? null);
  if (!valid) return 0;
  return needle === "" ? textLength(part) + 1 : part.split(needle).length - 1;
}

function affix(name: string, test: (text: string, affix: string) => boolean): Method<string> {
  return (self, args, kwargs) => {
    const [wanted, start, end] = bindArguments(name, ["prefix", "start?", "end?"], args, kwargs);
    const { part, valid } = windowOf(self, start, end);
    const options = wanted instanceof Tuple ? wanted.items : [wanted ?? null];
    return options.some((option) => {
      if (typeof option !== "string") {
        raise("TypeError", `${name} first arg must be str or a tuple of str, not ${typeName(option)}`);
      }
      return valid && test(part, option);
    });
  };
}

export const searchMethods: readonly (readonly [string, Method<string>])[] = [
  ["find", search("find", false, false)],
  ["rfind", search("rfind", true, false)],
  ["index", search("index", false, true)],
  ["rindex", search("rindex", true, true)],
  ["count", count],
  ["startswith", affix("startswith", (text, prefix) => text.startsWith(prefix))],
  ["endswith", affix("endswith", (text, suffix) => text.endsWith(suffix))],
];
