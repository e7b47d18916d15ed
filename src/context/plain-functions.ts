// Functions of the context that need nothing but their arguments: JSON, YAML, sets, zip, hashes. dbt's context/base.py.

import { createHash } from "node:crypto";
import { JinjaError, MacroReturn } from "../jinja/errors.ts";
import { fromJson, toJson } from "../jinja/json.ts";
import { itemsOf, iterate, setOf, toText, truth } from "../jinja/operations.ts";
import { Tuple, type Value } from "../jinja/value.ts";
import { hostFunction } from "./host-function.ts";
import { fromYaml, toYaml } from "./yaml-text.ts";

/** What a function answers for input that cannot be read, when the caller gave a default for that. */
function orDefault(otherwise: Value | undefined, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof JinjaError && error.kind !== "limit") return otherwise ?? null;
    throw error;
  }
}

/** Rows of the shortest argument's length. */
function zip(iterables: readonly Value[]): Value {
  const lists = iterables.map(itemsOf);
  const length = lists.length === 0 ? 0 : Math.min(...lists.map((list) => list.length));
  return Array.from({ length }, (_, i) => new Tuple(lists.map((list) => list[i] ?? null)));
}

/** What `a` holds and `b` does not, keys and items compared without case; keys of `a` keep theirs. */
function difference(a: Value, b: Value): Value {
  const items = (value: Value): string[] => [...iterate(value)].map((item) => toText(item));
  const other = new Map<string, Set<string>>();
  if (b instanceof Map) {
    for (const [key, list] of b) other.set(fold(toText(key)), new Set(items(list).map(fold)));
  }
  const result = new Map<Value, Value>();
  if (a instanceof Map) {
    for (const [key, list] of a) {
      const known = other.get(fold(toText(key)));
      const rest = known ? items(list).filter((item) => !known.has(fold(item))) : list;
      if (!Array.isArray(rest) || rest.length > 0 || !known) result.set(key, rest);
    }
  }
  return result;
}

function fold(text: string): string {
  return text.toLowerCase();
}

/** They are the same for every render, so one object of each serves all. */
export const plainFunctions: Readonly<Record<string, Value>> = {
  return: hostFunction("return", ["data"], (data) => {
    throw new MacroReturn(data);
  }),
  fromjson: hostFunction("fromjson", ["string", "default?"], (text, otherwise) =>
    orDefault(otherwise, () => fromJson(toText(text))),
  ),
  tojson: hostFunction("tojson", ["value", "default?", "sort_keys?"], (value, _otherwise, sortKeys) =>
    toJson(value, { sortKeys: sortKeys !== undefined && truth(sortKeys) }),
  ),
  fromyaml: hostFunction(
    "fromyaml",
    ["value", "default?"],
    (text, otherwise) => fromYaml(toText(text)) ?? otherwise ?? null,
  ),
  toyaml: hostFunction("toyaml", ["value", "default?", "sort_keys?"], (value, otherwise, sortKeys) =>
    orDefault(otherwise, () => toYaml(value, sortKeys !== undefined && truth(sortKeys))),
  ),
  set: hostFunction("set", ["value", "default?"], (value, otherwise) =>
    orDefault(otherwise, () => setOf(iterate(value))),
  ),
  set_strict: hostFunction("set_strict", ["value"], (value) => setOf(iterate(value))),
  zip: hostFunction("zip", ["*args", "**options"], (args, options) =>
    orDefault(options.get("default"), () => zip(args)),
  ),
  zip_strict: hostFunction("zip_strict", ["*args"], zip),
  local_md5: hostFunction("local_md5", ["value"], (value) =>
    createHash("md5").update(toText(value), "utf8").digest("hex"),
  ),
  diff_of_two_dicts: hostFunction("diff_of_two_dicts", ["dict_a", "dict_b"], difference),
  debug: hostFunction("debug", [], () => ""),
};
