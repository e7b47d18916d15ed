// Going through values and counting them, as Python's iter(), list() and len() do.

import { raise } from "./errors.ts";
import { characters, textLength } from "./text.ts";
import { typeName } from "./type-name.ts";
import { type Dict, PyObject, PySet, Tuple, type Value } from "./value.ts";

/** iter(value). Lists are iterated live, as in Python. Raises TypeError for what cannot be iterated. */
export function iterate(value: Value): Iterable<Value> {
  if (Array.isArray(value)) return value;
  if (value instanceof Tuple) return value.items;
  if (value instanceof Map) return dictKeys(value);
  if (typeof value === "string") return characters(value);
  if (value instanceof PySet) return [...value.items.values()];
  if (value instanceof PyObject && value.iterate !== undefined) return value.iterate();
  return raise("TypeError", `'${typeName(value)}' object is not iterable`);
}

/** The keys of a dict; a dict that changes its size meanwhile is an error, as in Python. */
function* dictKeys(dict: Dict): Generator<Value, void, undefined> {
  const { size } = dict;
  for (const key of dict.keys()) {
    yield key;
    if (dict.size !== size) raise("RuntimeError", "dictionary changed size during iteration");
  }
}

/** list(value) as an array that may be the value itself: not to be changed. */
export function itemsOf(value: Value): readonly Value[] {
  const items = iterate(value);
  return Array.isArray(items) ? items : [...items];
}

/** len(value); undefined for types without a length. */
export function sizeOf(value: Value): number | undefined {
  if (typeof value === "string") return textLength(value);
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  if (value instanceof Tuple) return value.items.length;
  if (value instanceof PySet) return value.items.size;
  return value instanceof PyObject ? value.size?.() : undefined;
}

/** len(value). Raises TypeError for types without a length. */
export function lengthOf(value: Value): number {
  return sizeOf(value) ?? raise("TypeError", `object of type '${typeName(value)}' has no len()`);
}
